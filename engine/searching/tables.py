"""What a search looks through: narrow rows beside those they are made from, written in the same transaction."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class NominationKey(SQLModel, table=True):
    """The search keys of a nomination. `title_order` sorts titles as a dictionary does."""

    __tablename__ = "nomination_key"
    __table_args__ = (Index("ix_nomination_key_order", "campaign_id", "title_order", "nomination_id"),)
    nomination_id: int = Field(foreign_key="nomination.id", primary_key=True)
    campaign_id: int = Field(foreign_key="campaign.id")
    unit_id: int = Field(foreign_key="unit.id")
    words: str
    initials: str
    sounds: str
    title_order: str


class UnitKey(SQLModel, table=True):
    """The search keys of a unit. `name_order` sorts names as a dictionary does."""

    __tablename__ = "unit_key"
    unit_id: int = Field(foreign_key="unit.id", primary_key=True)
    campaign_id: int = Field(foreign_key="campaign.id", index=True)
    words: str
    initials: str
    sounds: str
    name_order: str
