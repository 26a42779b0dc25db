"""The table of what the history says in words. Rows have fields and decide nothing."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class EventWord(SQLModel, table=True):
    """Words that events hold only as a mark, the SHA-256 of `salt` and `value`: without this row they are gone.

    `holder` says whose name it is where it is the name of somebody who acts, once for all their events.
    """

    __tablename__ = "event_word"
    __table_args__ = (Index("ix_event_word_holder", "campaign_id", "holder"),)
    mark: str = Field(primary_key=True)
    campaign_id: int = Field(foreign_key="campaign.id")
    holder: str | None = None
    salt: str
    value: str
