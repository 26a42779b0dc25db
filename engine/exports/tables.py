"""The tables of exports that were ordered: who wants what, how far it is, and the file in pieces once it is made."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, LargeBinary
from sqlmodel import Field, SQLModel

from engine.tables import public_id


class Stand(StrEnum):
    """How far an order is. What is `gone` was kept for as long as it is kept, or was erased with somebody's data."""

    ORDERED = "ordered"
    MAKING = "making"
    READY = "ready"
    FAILED = "failed"
    GONE = "gone"


class ExportOrder(SQLModel, table=True):
    """An export that an account's seat ordered: what and how it is narrowed, in the asker's words (`narrowed`).

    `due_at` is from when on it may be taken up, also where somebody who took it up (`claimed_by`) never came back.
    `sight` is what the seat saw when the file was made. `failure` is the reason why there will be none.
    """

    __tablename__ = "export_order"
    __table_args__ = (
        Index("ix_export_order_due", "state", "due_at"),
        Index("ix_export_order_whose", "account_id", "campaign_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(default_factory=public_id, unique=True)
    campaign_id: int = Field(foreign_key="campaign.id", index=True)
    account_id: int = Field(foreign_key="account.id")
    seat: str
    what: str
    form: str
    lang: str
    narrowed: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    chosen: list[str] = Field(sa_column=Column(JSON, nullable=False))  # the same in words, in both languages
    state: str = Stand.ORDERED.value
    ordered_at: datetime
    due_at: datetime
    tries: int = 0
    claimed_by: str = ""
    rows: int = 0
    size: int = 0  # bytes
    name: str = ""
    sight: str = ""
    failure: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))
    ready_at: datetime | None = None
    ends_at: datetime | None = Field(default=None, index=True)
    fetched_at: datetime | None = None


class ExportPiece(SQLModel, table=True):
    """A piece of the file of an order. In the database, so that every host of the house can hand it out."""

    __tablename__ = "export_piece"
    order_id: int = Field(foreign_key="export_order.id", primary_key=True)
    number: int = Field(primary_key=True)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
