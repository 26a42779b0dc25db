"""The tables of accounts. Nothing in them is a right by itself: links, sessions and tokens are kept as digests only."""

from datetime import datetime

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, UniqueConstraint
from sqlmodel import Field, SQLModel

from engine.tables import public_id

_BIG = BigInteger().with_variant(Integer, "sqlite")  # SQLite autoincrements only a plain INTEGER key


class Account(SQLModel, table=True):
    """A person who may sign in. `email_key` is what all spellings of the address share (`Address.key`)."""

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True)
    name: str
    email: str
    email_key: str = Field(unique=True)
    password_hash: str | None = None
    password_changed_at: datetime | None = None
    lang: str = ""
    disabled_at: datetime | None = None
    added_at: datetime


class Membership(SQLModel, table=True):
    """A role given to an account in so many words: in one campaign, or in every one of an organiser, also those to
    come; one of `campaign_id` and `organiser_id` says which.

    What follows from a contact's address is not written here, it is derived anew for each request (`rights`). `holds`
    says what is held, for one account once.
    """

    __table_args__ = (UniqueConstraint("account_id", "holds"),)
    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True)
    account_id: int = Field(foreign_key="account.id")
    holds: str
    campaign_id: int | None = Field(default=None, foreign_key="campaign.id", index=True)
    organiser_id: int | None = Field(default=None, foreign_key="organiser.id", index=True)
    role: str
    unit_id: int | None = Field(default=None, foreign_key="unit.id")
    institution: str | None = None
    given_at: datetime
    given_by: str


class AccountHere(SQLModel, table=True):
    """What one organiser knows and decides of an account, which may have a part under another one too.

    `name`: how it called them when it gave them a role, empty for who is a contact only. `seen_at`: when they last came
    to a page of its campaigns. `shut_at`: since when the account opens nothing of them; a session that began before
    `left_at` does not either.
    """

    __tablename__ = "account_here"
    account_id: int = Field(foreign_key="account.id", primary_key=True)
    organiser_id: int = Field(foreign_key="organiser.id", primary_key=True)
    name: str = ""
    seen_at: datetime | None = None
    shut_at: datetime | None = None
    left_at: datetime | None = None


class DeskSession(SQLModel, table=True):
    """Somebody who is signed in, on one device. `digest` is the SHA-256 of the token, which only the browser has.

    `proved_at`: when a code of the account's authenticator was shown in it.
    """

    __tablename__ = "desk_session"
    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True)
    digest: str = Field(unique=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    csrf: str
    begun_at: datetime
    seen_at: datetime
    ends_at: datetime = Field(index=True)
    ended_at: datetime | None = None
    how: str
    proved_at: datetime | None = None
    device: str = ""
    preferred: str = ""


class SecondFactor(SQLModel, table=True):
    """An authenticator app that an account shows a code of, beside its link or password.

    The secret in the app is not kept: it is derived from `nonce` (`keys`). It counts once a code of it was shown
    (`confirmed_at`); `last_step` is the step of the last code that was taken, and none up to it is taken again.
    """

    __tablename__ = "second_factor"
    account_id: int = Field(foreign_key="account.id", primary_key=True)
    nonce: str
    made_at: datetime
    confirmed_at: datetime | None = None
    last_step: int = 0


class SignInLink(SQLModel, table=True):
    """A one-time link that was asked for. The code in it is not kept: it is derived from `public_id` (`keys`).

    Asked for with an address that nobody has, it looks the same here, and no letter is written. `then` is the page to
    go on with.
    """

    __tablename__ = "sign_in_link"
    __table_args__ = (Index("ix_sign_in_link_email", "email_key", "made_at"),)
    id: int | None = Field(default=None, sa_column=Column(_BIG, primary_key=True, autoincrement=True))
    public_id: str = Field(default_factory=public_id, unique=True)
    email: str
    email_key: str
    asked_from: str
    then: str = ""
    made_at: datetime = Field(index=True)
    ends_at: datetime
    used_at: datetime | None = None
    cancelled: str = ""


class SignInFailure(SQLModel, table=True):
    """How often signing in failed of late: for one account, one address, or that account from that address."""

    __tablename__ = "sign_in_failure"
    key: str = Field(primary_key=True)
    failures: int
    since: datetime
    last_at: datetime = Field(index=True)


class SignInPlace(SQLModel, table=True):
    """An address from which an account has signed in with success; strangers' failures don't shut it out there."""

    __tablename__ = "sign_in_place"
    account_id: int = Field(foreign_key="account.id", primary_key=True)
    place: str = Field(primary_key=True)
    at: datetime


class ApiToken(SQLModel, table=True):
    """A key of the API. It acts in its maker's seat and never beyond: without the seat it opens nothing."""

    __tablename__ = "api_token"
    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True)
    digest: str = Field(unique=True)
    campaign_id: int = Field(foreign_key="campaign.id", index=True)
    account_id: int = Field(foreign_key="account.id", index=True)
    seat: str
    name: str
    maker: str
    scopes: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    made_at: datetime
    ends_at: datetime
    used_at: datetime | None = None
    revoked_at: datetime | None = None


class ApiPace(SQLModel, table=True):
    """How many requests a token of the API has left, where several processes answer it.

    `remaining` as of `at`, seconds of the database's own clock; `taken` is what was handed out then, for one process.
    """

    __tablename__ = "api_pace"
    token_id: int = Field(foreign_key="api_token.id", primary_key=True)
    remaining: float
    taken: int
    at: float


class KeyMark(SQLModel, table=True):
    """The fingerprint of the key that the house goes by, in at most one row. The key itself lies in a file (`keys`)."""

    __tablename__ = "key_mark"
    id: int = Field(default=1, primary_key=True)
    fingerprint: str
    noted_at: datetime
