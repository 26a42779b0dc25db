"""The outbox on disk. Rows have fields and decide nothing; what may happen to them is in `notifications.states`.

The message itself lies in a table of its own: a letter's row is written three times on its way out, and should not
carry kilobytes each time. Indexes over what changes are partial, so that a letter which is done is in none of them; the
one over every state is for counting, which would else read every letter for each digest.
"""

import secrets
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import (
    JSON,
    BigInteger,
    Case,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    case,
    column,
    literal,
)
from sqlmodel import Field, SQLModel

_BIG = BigInteger().with_variant(Integer, "sqlite")  # SQLite autoincrements only a plain INTEGER key
_READY = column("state", String) == "ready"
_HELD = column("claimed_until").is_not(None)
_TELLS = column("milestone").is_not(None)
_ABOUT = column("subject_ref") != ""


def new_public_id() -> str:
    """An id that may be shown outside; never a right by itself. A command line would take "-…" for an option."""
    while (made := secrets.token_urlsafe(16)).startswith("-"):
        pass
    return made


class Letter(SQLModel, table=True):
    """One mail to one person, and what became of it.

    `key` makes it unique in its campaign. `milestone` and `revision` say which announced instant it tells, if any;
    `contact_ref` and `subject_ref` are the caller's names for whom it is to and what it is about. Of what is due the
    lower `turn` leaves first (`notifications.turns`).
    """

    __tablename__ = "letter"
    __table_args__ = (
        UniqueConstraint("campaign_id", "key"),
        Index("ix_letter_due", "next_attempt_at", "id", "to_domain", sqlite_where=_READY, postgresql_where=_READY),
        Index("ix_letter_turn", "turn", "next_attempt_at", "id", sqlite_where=_READY, postgresql_where=_READY),
        Index("ix_letter_lease", "claimed_until", sqlite_where=_HELD, postgresql_where=_HELD),
        Index("ix_letter_milestone", "campaign_id", "milestone", sqlite_where=_TELLS, postgresql_where=_TELLS),
        Index("ix_letter_contact", "contact_ref", "campaign_id"),
        Index("ix_letter_state", "campaign_id", "state", "created_at", "id"),
        Index("ix_letter_template", "campaign_id", "template", "created_at", "id"),
        Index("ix_letter_occasion", "occasion", "campaign_id"),
        Index("ix_letter_created", "campaign_id", "created_at", "id"),
        Index("ix_letter_about", "subject_ref", "campaign_id", sqlite_where=_ABOUT, postgresql_where=_ABOUT),
    )

    id: int | None = Field(default=None, sa_column=Column(_BIG, primary_key=True, autoincrement=True))
    public_id: str = Field(default_factory=new_public_id, unique=True)
    campaign_id: int
    key: str
    occasion: str
    milestone: str | None = None
    revision: int | None = None
    template: str
    context: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    to_name: str
    to_address: str
    to_domain: str = ""  # of the address: so many a minute may leave to each
    contact_ref: str = ""
    subject_ref: str = ""
    created_at: datetime
    not_before: datetime
    useful_until: datetime | None = None
    state: str = "ready"
    attempts: int = 0
    unknowns: int = 0
    next_attempt_at: datetime
    turn: int = 1
    claimed_by: str | None = None
    claimed_until: datetime | None = None
    message_id: str | None = None
    date: datetime | None = None
    last_answer: str = ""
    sent_at: datetime | None = None
    cancelled_reason: str | None = None


class LetterBytes(SQLModel, table=True):
    """The message as it was frozen at the first attempt. Never updated."""

    __tablename__ = "letter_bytes"
    letter_id: int = Field(sa_column=Column(_BIG, ForeignKey("letter.id"), primary_key=True, autoincrement=False))
    frozen: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class Mute(SQLModel, table=True):
    """No letter leaves this house from `since` until `lifted_at`: it is a copy of another, or somebody said so."""

    __tablename__ = "mute"

    id: int | None = Field(default=None, primary_key=True)
    since: datetime
    reason: str
    actor: str
    lifted_at: datetime | None = None
    lifted_by: str = ""


LETTER: Table = SQLModel.metadata.tables["letter"]
LETTER_BYTES: Table = SQLModel.metadata.tables["letter_bytes"]
MUTE: Table = SQLModel.metadata.tables["mute"]

READY = literal("ready", literal_execute=True)
"""The state as part of the statement: with a bound value SQLite would not see that the partial index answers it."""


def gone(state: Literal["cancelled", "expired"]) -> Case[str]:
    """Where a letter goes that will not be sent any more: to a person, if an attempt's outcome was never known."""
    return case((LETTER.c.unknowns > 0, "parked"), else_=state)
