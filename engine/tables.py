"""The tables. Rows have fields and decide nothing.

Indexes that contain `state` are the largest cost of a transition, so there is one lean one (see `Nomination`). Letters
live in `notifications.outbox`; both share SQLModel's metadata, which is what the migrations are checked against.
"""

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, UniqueConstraint, column, text
from sqlmodel import Field, SQLModel

BIG = BigInteger().with_variant(Integer, "sqlite")  # SQLite autoincrements only a plain INTEGER key


def public_id() -> str:
    """An id that may be shown outside; never a right by itself. A command line would take "-…" for an option."""
    while (made := secrets.token_urlsafe(16)).startswith("-"):
        pass
    return made


# Drafts that an earlier edition listed already and nobody has decided about: few, and looked for all the time.
_UNDECIDED = column("undecided").is_not(None)

# Who is on a list, or is to be: few, in the words in which each database asks for it.
_SELECTED_SQLITE, _SELECTED_POSTGRESQL = text("selected IS 1"), text("selected IS true")

_OF_UNIT = column("nomination_id").is_(None)  # what a unit owes once for itself

# PostgreSQL: pages are filled by half, so that a counter that changes stays on its page and out of the index.
_ROOM: dict[str, Any] = {"postgresql_with": {"fillfactor": 50}}


class Campaign(SQLModel, table=True):
    """A campaign that was opened: the file in force, so that it goes on without; `CampaignVersion` has all of them."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    organiser_id: int = Field(foreign_key="organiser.id", index=True)  # never changed
    source_name: str
    source: str
    digest: str
    opened_at: datetime
    calendar_version: int = 1  # goes up with every change of the calendar, so that it need not be read to be known
    # The revision of each end of the collection whose closing was completed, by key; written only while alone.
    closed: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False, default=dict))
    quota_version: int = 0  # goes up with every change of the quotas, for the same reason as the calendar's
    turned_at: datetime | None = None  # when the engine last took a turn; an idle one leaves no other trace


class CampaignVersion(SQLModel, table=True):
    """A text of the campaign's file that was in force: 1 as it was opened, then each that amended it. Never updated."""

    __tablename__ = "campaign_version"
    campaign_id: int = Field(foreign_key="campaign.id", primary_key=True)
    number: int = Field(primary_key=True)
    source_name: str
    source: str
    digest: str
    reason: str = ""
    actor: str
    made_at: datetime


class MilestoneRevision(SQLModel, table=True):
    """One announcement of a milestone; the highest `revision` is in force. Never updated."""

    __tablename__ = "milestone_revision"
    campaign_id: int = Field(foreign_key="campaign.id", primary_key=True)
    milestone: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    opens: datetime | None = None
    closes: datetime | None = None
    chosen: datetime | None = None
    opens_revision: int = 1
    closes_revision: int = 1
    suspended: bool = False  # its end is not known until the next revision
    reason: str = ""
    actor: str = ""
    made_at: datetime


class MilestoneClass(SQLModel, table=True):
    """A date for some only, made while the campaign runs: a class as the file has them. Of several the newest counts.

    `who` is a `Who` as plain values; `own_of` is the unit whose own deadline for its applicants it is.
    """

    __tablename__ = "milestone_class"
    campaign_id: int = Field(foreign_key="campaign.id", primary_key=True)
    key: str = Field(primary_key=True)
    number: int
    parent: str
    name: str
    english: str
    who: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    own_of: int | None = Field(default=None, foreign_key="unit.id")
    made_at: datetime


class MilestoneActual(SQLModel, table=True):
    """When a milestone really happened, once."""

    __tablename__ = "milestone_actual"
    campaign_id: int = Field(foreign_key="campaign.id", primary_key=True)
    milestone: str = Field(primary_key=True)
    at: datetime
    actor: str = ""


class Unit(SQLModel, table=True):
    """A recommending unit (推荐单位). `code` is the secretariat's own number for it. Locked while its quota is read."""

    __table_args__ = (UniqueConstraint("campaign_id", "code"),)
    id: int | None = Field(default=None, primary_key=True)
    campaign_id: int = Field(foreign_key="campaign.id")
    public_id: str = Field(default_factory=public_id, unique=True)
    code: str
    name: str
    name_key: str
    person: bool = False
    added_at: datetime


class UnitChannel(SQLModel, table=True):
    """A channel that a unit holds."""

    __tablename__ = "unit_channel"
    unit_id: int = Field(foreign_key="unit.id", primary_key=True)
    channel: str = Field(primary_key=True)


class UnitAttribute(SQLModel, table=True):
    """What was declared of a unit (属性); `value` as text, in the form that `workflows.matching` compares."""

    __tablename__ = "unit_attribute"
    unit_id: int = Field(foreign_key="unit.id", primary_key=True)
    attribute: str = Field(primary_key=True)
    value: str


class Contact(SQLModel, table=True):
    """A person to write to or to call: of a unit, of an institution, or (neither) of the secretariat."""

    __table_args__ = (
        Index("ix_contact_of", "campaign_id", "unit_id", "institution"),
        Index("ix_contact_email", "email_key"),
    )
    id: int | None = Field(default=None, primary_key=True)
    campaign_id: int = Field(foreign_key="campaign.id")
    public_id: str = Field(default_factory=public_id, unique=True)
    unit_id: int | None = Field(default=None, foreign_key="unit.id")
    institution: str | None = None
    name: str
    phones: str = ""
    email: str | None = None
    email_key: str | None = None  # what all spellings of the address share; who signs in with it is asked by this
    active: bool = True
    added_at: datetime


class Nomination(SQLModel, table=True):
    """What runs through the states. `state` caches the history; `engine.audit` proves that they agree.

    `earlier` is the laureate whose name it bears, `undecided` the exclusion that waits for the secretariat about it,
    `waiver` the reasons for what was waived, by the key of the rule or exclusion.
    """

    __table_args__ = (
        # Beside what it finds by, it holds what lists filter and sort by, so that they read no row they don't show.
        Index(
            "ix_nomination_track_state",
            *("campaign_id", "track", "state", "id", "unit_id", "changed_at", "submitted_at"),
        ),
        Index("ix_nomination_unit_track", "unit_id", "track"),
        Index("ix_nomination_title", "campaign_id", "title_key"),
        Index("ix_nomination_undecided", "campaign_id", sqlite_where=_UNDECIDED, postgresql_where=_UNDECIDED),
        Index(
            "ix_nomination_selected",
            "campaign_id",
            sqlite_where=_SELECTED_SQLITE,
            postgresql_where=_SELECTED_POSTGRESQL,
        ),
    )
    id: int | None = Field(default=None, primary_key=True)
    campaign_id: int = Field(foreign_key="campaign.id")
    public_id: str = Field(default_factory=public_id, unique=True)
    unit_id: int = Field(foreign_key="unit.id")
    track: str
    title: str
    title_key: str
    applicant: str
    applicant_contact: str = ""
    applicant_phones: str = ""
    applicant_email: str | None = None
    materials: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    attributes: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    state: str
    resume_state: str | None = None
    selected: bool = False
    rank: int | None = None
    level: str | None = None
    score: float | None = None
    correct_by: datetime | None = None
    returned_from: str | None = None  # the stage that returned it, to which it goes back; None before review
    hold_until: datetime | None = None  # until when its own public notice runs, where that was begun anew
    earlier: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=True))
    undecided: str | None = None
    waiver: dict[str, str] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=True))
    # Random, in what the history says of this row; an erasure gives it another one.
    salt: str = Field(default_factory=lambda: secrets.token_urlsafe(16))
    submitted_at: datetime | None = None
    drafted_at: datetime
    changed_at: datetime
    version: int = 1


class Distinction(SQLModel, table=True):
    """One who is to be on a list that is drawn from the winners of another (特别奖 among them)."""

    nomination_id: int = Field(foreign_key="nomination.id", primary_key=True)
    list: str = Field(primary_key=True)
    at: datetime
    reason: str
    actor: str


class Endorsement(SQLModel, table=True):
    """A unit that nominates jointly with the nomination's own (共同提名); it takes a place of this unit too."""

    nomination_id: int = Field(foreign_key="nomination.id", primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", primary_key=True, index=True)
    at: datetime


class QuotaChange(SQLModel, table=True):
    """A quota's number as the secretariat changed it, for all or one unit; the latest is in force. Never updated.

    `filed`: the campaign file has changed that number since, so that the file's is in force again.
    """

    __tablename__ = "quota_change"
    id: int | None = Field(default=None, primary_key=True)
    campaign_id: int = Field(foreign_key="campaign.id", index=True)
    quota: str
    unit: str | None = None  # the unit's code
    number: int | None = None  # None: unlimited
    filed: bool = False
    reason: str
    actor: str
    made_at: datetime


class Objection(SQLModel, table=True):
    """An objection to a nomination, raised during a public notice (公示异议); who raised it is for the office alone."""

    id: int | None = Field(default=None, primary_key=True)
    campaign_id: int = Field(foreign_key="campaign.id")
    public_id: str = Field(default_factory=public_id, unique=True)
    nomination_id: int = Field(foreign_key="nomination.id", index=True)
    stage: str
    name: str
    organisation: str = ""
    contact: str
    text: str
    received_at: datetime
    state: str = "open"
    settled_at: datetime | None = None
    settled_by: str = ""
    settlement: str = ""


class Promotion(SQLModel, table=True):
    """One thing done to promote a laureate (推介记录)."""

    id: int | None = Field(default=None, primary_key=True)
    nomination_id: int = Field(foreign_key="nomination.id", index=True)
    at: datetime
    note: str
    actor: str


class Laureate(SQLModel, table=True):
    """An entry of an earlier edition (历年入选), of this award or of another one by name."""

    __table_args__ = (UniqueConstraint("campaign_id", "award", "edition", "list_name", "name_key"),)
    id: int | None = Field(default=None, primary_key=True)
    campaign_id: int = Field(foreign_key="campaign.id")
    award: str = ""
    edition: int
    list_name: str
    name: str
    name_key: str = Field(index=True)
    organisation: str = ""
    person: bool = False


class Duty(SQLModel, table=True):
    """What an institution owes for one of its tracks, or a unit for itself or for one of its nominations.

    `filed_at` is when it was handed in; of a paper, the day or instant that counts.
    """

    __table_args__ = (
        UniqueConstraint("campaign_id", "institution", "kind", "track"),
        UniqueConstraint("nomination_id", "kind"),
        Index("ix_duty_of_unit", "unit_id", "kind", unique=True, sqlite_where=_OF_UNIT, postgresql_where=_OF_UNIT),
    )
    id: int | None = Field(default=None, primary_key=True)
    campaign_id: int = Field(foreign_key="campaign.id")
    public_id: str = Field(default_factory=public_id, unique=True)
    institution: str | None = None
    unit_id: int | None = Field(default=None, foreign_key="unit.id")
    nomination_id: int | None = Field(default=None, foreign_key="nomination.id")
    kind: str
    track: str = ""  # none for what a unit owes once
    state: str
    document: str = ""
    filed_at: datetime | None = None
    changed_at: datetime
    version: int = 1


class TrackTally(SQLModel, table=True):
    """How many nominations of a track are in a state; kept in the transaction that moves them."""

    __tablename__ = "track_tally"
    __table_args__ = _ROOM
    campaign_id: int = Field(foreign_key="campaign.id", primary_key=True)
    track: str = Field(primary_key=True)
    state: str = Field(primary_key=True)
    n: int


class UnitTally(SQLModel, table=True):
    """The same by unit: what the quota is counted from."""

    __tablename__ = "unit_tally"
    __table_args__ = _ROOM
    unit_id: int = Field(foreign_key="unit.id", primary_key=True)
    track: str = Field(primary_key=True)
    state: str = Field(primary_key=True)
    n: int


class Event(SQLModel, table=True):
    """One line of the history. Appended, never updated or deleted: a trigger refuses both.

    Who acted, for whom, and what was said in words stand as marks (`engine.personal.words`): `words` by its key.
    """

    __table_args__ = (
        Index("ix_event_subject", "subject", "subject_id", "id"),
        # What happened in one campaign since it was sealed last, however much has happened in others meanwhile.
        Index("ix_event_campaign", "campaign_id", "id"),
        # A rare verb among millions of lines. It begins with the verb: else it is chosen where none is asked for.
        Index("ix_event_verb", "verb", "campaign_id", "id"),
    )
    id: int | None = Field(default=None, sa_column=Column(BIG, primary_key=True, autoincrement=True))
    campaign_id: int = Field(foreign_key="campaign.id")
    at: datetime
    role: str
    actor: str
    behalf: str = ""
    subject: str
    subject_id: int
    verb: str
    from_state: str | None = None
    to_state: str | None = None
    details: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    # Of each row that it changed: the table, and digests of what it held before and after (`engine.witness`).
    rows: list[Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True), nullable=True))
    words: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class Seal(SQLModel, table=True):
    """A digest over some events and the seal before it (封存)."""

    id: int | None = Field(default=None, primary_key=True)
    campaign_id: int = Field(foreign_key="campaign.id", index=True)
    at: datetime
    events: int
    previous: str
    digest: str


class SealedEvent(SQLModel, table=True):
    """Which seal an event is under. A link of its own, because events commit out of order on PostgreSQL.

    Without foreign keys, which took most of the time of sealing: neither end is ever deleted, and the proof of the
    history finds a link that has lost one.
    """

    __tablename__ = "sealed_event"
    event_id: int = Field(sa_column=Column(BIG, primary_key=True, autoincrement=False))
    seal_id: int = Field(index=True)


class Done(SQLModel, table=True):
    """What the calendar asked for and was done, or was overtaken; the key makes it happen once."""

    campaign_id: int = Field(foreign_key="campaign.id", primary_key=True)
    occasion: str = Field(primary_key=True)
    revision: int = Field(primary_key=True)
    at: datetime
    outcome: str
    letters: int = 0
    calls: int = 0


class Call(SQLModel, table=True):
    """One line of the call sheet (待电话通知名单): somebody to tell by phone what others get by mail.

    Somebody is a contact, or the applicant of a nomination.
    """

    __table_args__ = (
        UniqueConstraint("campaign_id", "key"),
        Index("ix_call_state", "campaign_id", "state", "useful_until"),
    )
    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True)
    campaign_id: int = Field(foreign_key="campaign.id")
    key: str
    contact_id: int | None = Field(default=None, foreign_key="contact.id")
    nomination_id: int | None = Field(default=None, foreign_key="nomination.id")
    of: str
    name: str
    phones: str
    occasion: str
    milestone: str | None = None
    revision: int | None = None
    template: str
    context: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    made_at: datetime
    useful_until: datetime
    state: str = "open"
    settled_at: datetime | None = None
    settled_by: str = ""
    note: str = ""


class Request(SQLModel, table=True):
    """A request that was carried out: the same key and content gets the same answer again."""

    campaign_id: int = Field(foreign_key="campaign.id", primary_key=True)
    caller: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    fingerprint: str
    answer: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    at: datetime = Field(index=True)
