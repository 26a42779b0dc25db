"""Who is told of events, and what became of each telling. Rows have fields and decide nothing."""

from datetime import datetime

from sqlalchemy import JSON, Column, ForeignKey, Index, UniqueConstraint, column
from sqlmodel import Field, SQLModel

from engine.tables import BIG, public_id

_WAITING = column("state") == "waiting"


class Webhook(SQLModel, table=True):
    """A subscription. `after_seal` and `after_event` are how far into the history it was told.

    `failures` counts failed attempts in a row; until `wait_until` the address is left alone. The secret before this one
    signs along until `old_until`.
    """

    id: int | None = Field(default=None, primary_key=True)
    campaign_id: int = Field(foreign_key="campaign.id", index=True)
    public_id: str = Field(default_factory=public_id, unique=True)
    name: str
    url: str
    topics: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    secret: str
    old_secret: str | None = None
    old_until: datetime | None = None
    state: str = "active"
    stopped_because: str = ""
    after_seal: int
    after_event: int = 0
    failures: int = 0
    wait_until: datetime | None = None
    claimed_by: str | None = None
    claimed_until: datetime | None = None
    made_at: datetime
    made_by: str


class WebhookDelivery(SQLModel, table=True):
    """One event, or a test (no event), told to one subscription; what is said follows from the event."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        UniqueConstraint("webhook_id", "event_id"),
        Index("ix_webhook_waiting", "webhook_id", "id", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )
    id: int | None = Field(default=None, sa_column=Column(BIG, primary_key=True, autoincrement=True))
    public_id: str = Field(default_factory=public_id, unique=True)
    webhook_id: int = Field(foreign_key="webhook.id")
    event_id: int | None = Field(default=None, sa_column=Column(BIG, ForeignKey("event.id"), nullable=True))
    made_at: datetime
    state: str = "waiting"
    attempts: int = 0
    next_attempt_at: datetime
    last_at: datetime | None = None
    last_status: int | None = None
    last_answer: str = ""
