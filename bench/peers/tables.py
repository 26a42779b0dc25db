"""The two tables for those peers that use SQLAlchemy's ORM, and how its documentation opens a database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Engine, Integer, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bench.peers.common import AT, PRAGMAS

BIG = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """SQLAlchemy's registry."""


class Item(Base):
    """A nomination, whose version the mapper checks and counts."""

    __tablename__ = "item"
    id: Mapped[int] = mapped_column(BIG, primary_key=True)
    public_id: Mapped[str]
    unit_id: Mapped[int]
    track: Mapped[str]
    title: Mapped[str]
    applicant: Mapped[str]
    state: Mapped[str]
    version: Mapped[int] = mapped_column()
    changed_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    flow: Mapped[str]
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - as SQLAlchemy wants it


class Event(Base):
    """One line of the history."""

    __tablename__ = "event"
    id: Mapped[int] = mapped_column(BIG, primary_key=True)
    item_id: Mapped[int] = mapped_column(BIG)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    actor: Mapped[str]
    verb: Mapped[str]
    from_state: Mapped[str | None]
    to_state: Mapped[str | None]


def told(item: Any, verb: str, source: str) -> dict[str, Any]:
    """What the event of one step holds."""
    return {"item_id": item.id, "at": AT, "actor": "unit", "verb": verb, "from_state": source, "to_state": item.state}


def opened(url: str) -> Engine:
    """An engine that syncs at each commit, on a write-ahead log."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _durable(connection: Any, _record: object) -> None:
            for pragma in PRAGMAS:
                connection.execute(pragma)

    return engine
