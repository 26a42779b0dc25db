"""The newest seal. Receipts and daily reports carry its digest, so that it is kept outside without anybody's care.

With any of them `bangdan audit verify --kept` shows a history that was cut or written anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlmodel import col

from engine.office import Work
from engine.tables import Seal
from notifications.clauses import at_most

_NEWEST = (
    select(col(Seal.digest), col(Seal.at))
    .where(col(Seal.campaign_id) == bindparam("campaign"))
    .order_by(col(Seal.id).desc())
    .limit(at_most(1))
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """The newest seal; no digest and no instant while nothing is sealed."""

    head: str = ""
    at: datetime | None = None


def seal_head(work: Work) -> Head:
    """The newest seal's digest."""
    seal = work.connection.execute(_NEWEST, {"campaign": work.campaign_id}).first()
    return Head(head=seal.digest, at=seal.at) if seal else Head()
