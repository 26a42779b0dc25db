"""The circulars that people wrote. Rows have fields and decide nothing."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from engine.tables import public_id


class Circular(SQLModel, table=True):
    """A letter in somebody's own words to many readers; `aim` says to whom, as plain values.

    Once it is sent its words stay as they were, and `letters` and `calls` say how many there were.
    """

    id: int | None = Field(default=None, primary_key=True)
    campaign_id: int = Field(foreign_key="campaign.id", index=True)
    public_id: str = Field(default_factory=public_id, unique=True)
    subject: str
    body: str
    aim: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    state: str = "draft"
    made_at: datetime
    made_by: str
    changed_at: datetime
    changed_by: str
    sent_at: datetime | None = None
    sent_by: str = ""
    letters: int = 0
    calls: int = 0
    version: int = 1
