"""The table of proposals. Rows have fields and decide nothing."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field, SQLModel

from engine.tables import public_id


class Proposal(SQLModel, table=True):
    """A verb that waits for a second person: `arguments` are plain values, `effect` what it would do when proposed.

    `digest` is over what it decides; `proposer` and `decider` are accounts. That its time is over is not stored.
    """

    __table_args__ = (Index("ix_proposal_state", "campaign_id", "state", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    campaign_id: int = Field(foreign_key="campaign.id")
    public_id: str = Field(default_factory=public_id, unique=True)
    verb: str
    arguments: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    effect: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    digest: str
    reason: str = ""
    proposer: str
    proposed_by: str
    proposed_at: datetime
    expires_at: datetime
    state: str = "open"
    decider: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    note: str = ""
