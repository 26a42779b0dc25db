"""Every text of a campaign's file that was in force, by number: 1 as it was opened, then each that amended it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row, func, insert, select, update
from sqlmodel import col

from engine import witness
from engine.access import not_found
from engine.office import Work
from engine.tables import Campaign, CampaignVersion, Event

V = CampaignVersion


def digest_of(source: str) -> str:
    """What tells one text from another."""
    return hashlib.sha256(source.encode()).hexdigest()


def keep(work: Work, source: str, *, name: str, reason: str = "") -> int:
    """Keep a text that is in force from now on; returns its number."""
    numbers = select(func.max(col(V.number))).where(col(V.campaign_id) == work.campaign_id)
    number = (work.connection.execute(numbers).scalar() or 0) + 1
    values = {"campaign_id": work.campaign_id, "number": number, "source_name": name, "source": source,
              "digest": digest_of(source), "reason": reason, "actor": work.actor.name, "made_at": work.at}  # fmt: skip
    work.connection.execute(insert(V), values)
    witness.note(work, V, None, values)
    return int(number)


def put_in_force(work: Work, source: str, *, name: str, reason: str) -> int:
    """Make a text the campaign's own; the ones before it stay readable. Returns its number."""
    values = {"source": source, "source_name": name, "digest": digest_of(source)}
    work.connection.execute(update(Campaign).where(col(Campaign.id) == work.campaign_id).values(values))
    return keep(work, source, name=name, reason=reason)


def disagreements(work: Work) -> Iterator[str]:
    """Where a text is not the one whose digest the history says was put in force."""
    query = select(col(Event.details)).where(
        col(Event.campaign_id) == work.campaign_id, col(Event.subject) == "campaign",
        col(Event.verb).in_(("open", "amend")),
    )  # fmt: skip
    told = [details["digest"] for details in work.connection.execute(query.order_by(col(Event.id))).scalars()]
    kept = [digest_of(row.source) for row in versions(work)]
    if told != kept:
        yield "活动文件与历史所记的摘要不符 / the campaign's file is not the one that the history says was put in force"
    in_force = select(col(Campaign.source), col(Campaign.digest)).where(col(Campaign.id) == work.campaign_id)
    source, digest = work.connection.execute(in_force).one()
    if kept and {digest_of(source), digest} != {kept[-1]}:
        yield "正在执行的活动文件不是最后一版 / the file that is followed is not the last version of it"


def version(work: Work, number: int) -> Row[Any]:
    """The one of that number. Raises NotFound."""
    query = select(V).where(col(V.campaign_id) == work.campaign_id, col(V.number) == number)
    row = work.connection.execute(query).first()
    if row is None:
        raise not_found(str(number))
    return row


def versions(work: Work) -> list[Row[Any]]:
    """All of them, oldest first."""
    query = select(V).where(col(V.campaign_id) == work.campaign_id)
    return list(work.connection.execute(query.order_by(col(V.number))).all())
