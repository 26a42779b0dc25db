"""The table of files that wait for their confirmation."""

from datetime import datetime

from sqlalchemy import Column, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from engine.tables import public_id


class HeldUpload(SQLModel, table=True):
    """A file that was previewed: one for each kind of roster and person (`caller`), the newest in place of the last.

    `name` is the sender's, for people to recognise; nothing on disk is ever called so.
    """

    __tablename__ = "held_upload"
    __table_args__ = (UniqueConstraint("campaign_id", "caller", "kind"),)
    id: int | None = Field(default=None, primary_key=True)
    campaign_id: int = Field(foreign_key="campaign.id")
    public_id: str = Field(default_factory=public_id, unique=True)
    caller: str
    kind: str
    name: str
    digest: str
    size: int  # bytes
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    received_at: datetime
    expires_at: datetime = Field(index=True)
