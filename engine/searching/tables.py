"""What a search looks through: narrow rows beside those they are made from, written in the same transaction."""

from __future__ import annotations

from sqlalchemy import Index
from sqlmodel import Field, SQLModel


class NominationKey(SQLModel, table=True):
    """The search keys of a nomination. `title_order` sorts titles as a dictionary does."""

    __tablename__ = "nomination_key"
    # Does not begin with the campaign: what looks for a text should read the table as it lies, not row by row.
    __table_args__ = (Index("ix_nomination_key_order", "title_order", "nomination_id", "campaign_id"),)
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
    __table_args__ = (Index("ix_unit_key_order", "campaign_id", "name_order", "unit_id"),)
    unit_id: int = Field(foreign_key="unit.id", primary_key=True)
    campaign_id: int = Field(foreign_key="campaign.id")
    words: str
    initials: str
    sounds: str
    name_order: str
