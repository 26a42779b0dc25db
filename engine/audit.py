"""Sealing the history, and proving that it was not changed and that the rows agree with it.

A seal is a digest over a batch of events and the digest of the seal before it. Sealing is the turn's work, so nobody
who submits ever waits for it. Events commit out of order on PostgreSQL, so what is not sealed yet is looked for a
little behind the newest sealed one too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, Row, bindparam, func, insert, select
from sqlmodel import col

from engine import replaying, versions, witness
from engine.database import inserted_id
from engine.locks import lock_sealing
from engine.office import Work
from engine.personal import words
from engine.searching import keeping
from engine.tables import Event, Seal, SealedEvent
from engine.tallies import disagreements
from notifications.clauses import Among, at_most

BATCH = 2_000  # events a seal: as many as are read and written while somebody waits and does not notice
# What may still be unsealed behind the newest sealed event: on PostgreSQL a transaction that was open when a later one
# was sealed. It may be behind by so many ids (the longest, an import of 5,000 rows, writes three events a row), or by
# any number, where other campaigns close meanwhile; then it is not older than this. SQLite has one writer at a time.
LOOK_BEHIND = {"postgresql": 50_000, "sqlite": 0}
OPEN_AT_MOST = timedelta(minutes=15)
GENESIS = "0" * 64
READ = 5_000  # events at a time, where all of them are read


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What the proof found: `faults` is empty when the history stands; `head` is the digest to keep elsewhere."""

    events: int
    sealed: int
    seals: int
    head: str
    faults: tuple[str, ...]


def seal(work: Work, *, going_on: bool = False) -> int:
    """Seal what is not sealed yet, at most one batch. Returns how many events.

    `going_on`: the same turn has just done so and there was more; it looks for nothing that commits late once more.
    """
    connection = work.connection
    lock_sealing(connection, work.campaign_id)
    last = connection.execute(
        select(Seal).where(col(Seal.campaign_id) == work.campaign_id).order_by(col(Seal.id).desc()).limit(at_most(1))
    ).first()
    after = _newest(work) if going_on else _behind(work)
    rows = connection.execute(_unsealed(work, after).limit(BATCH)).all()
    if not rows:
        return 0
    previous = last.digest if last else GENESIS
    values = {"campaign_id": work.campaign_id, "at": work.at, "events": len(rows), "previous": previous,
              "digest": digest(previous, rows)}  # fmt: skip
    seal_id = inserted_id(connection.execute(insert(Seal), values))
    connection.execute(_LINK, {"seal": seal_id, "events": [row.id for row in rows]})
    return len(rows)


# By one statement: PostgreSQL would take two thousand of a row each, and seal half as fast.
_LINK = insert(SealedEvent).from_select(
    ["event_id", "seal_id"],
    select(col(Event.id), bindparam("seal", type_=Integer)).where(Among(col(Event.id), "events")),
)


def digest(previous: str, rows: Iterable[Row[Any]]) -> str:
    """SHA-256 over the previous digest and the canonical line of each event, in order of id; hexadecimal."""
    sha = hashlib.sha256(previous.encode())
    for row in rows:
        sha.update(canonical(row))
    return sha.hexdigest()


def canonical(row: Row[Any]) -> bytes:
    """One event as bytes that do not depend on the database: sorted JSON, instants in UTC to the microsecond."""
    values = dict(row._mapping)  # noqa: SLF001 - the documented way to read a row as a mapping
    instant: datetime = values["at"]
    values["at"] = instant.astimezone(UTC).isoformat(timespec="microseconds")
    return _JSON.encode(values).encode() + b"\n"


_JSON = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def verify(work: Work, *, kept: Iterable[str] = ()) -> Verdict:
    """Recompute every seal, and replay the history against the rows and the counters.

    `kept` are heads that somebody wrote down earlier, outside this database: each must be in the chain still.
    """
    faults: list[str] = []
    head, sealed, seals = GENESIS, 0, 0
    heads = {GENESIS}
    for each in work.connection.execute(
        select(Seal).where(col(Seal.campaign_id) == work.campaign_id).order_by(col(Seal.id))
    ).all():
        rows = _members(work, each.id)
        seals, sealed = seals + 1, sealed + len(rows)
        if each.previous != head:
            faults.append(f"封存{each.id}与前一封存不衔接 / seal {each.id} does not follow the one before it")
        if len(rows) != each.events:
            faults.append(f"封存{each.id}应有{each.events}条，实有{len(rows)}条 / seal {each.id}: "
                          f"{each.events} events sealed, {len(rows)} found")  # fmt: skip
        elif digest(each.previous, rows) != each.digest:
            faults.append(f"封存{each.id}的内容被改动 / events under seal {each.id} were changed")
        head = each.digest
        heads.add(head)
    faults += _never_sealed(work)
    faults += _astray(work)
    faults += [f"所存封存值不在链中 / no seal has the digest that was kept: {digest_}"
               for digest_ in kept if digest_ not in heads]  # fmt: skip
    total = work.connection.execute(
        select(func.count()).select_from(Event).where(col(Event.campaign_id) == work.campaign_id)
    ).scalar_one()
    with work.connection.execute(_events(work).execution_options(yield_per=READ)) as events:
        faults += words.disagreements(work, events)
    faults += replaying.disagreements(work)
    faults += witness.disagreements(work)
    faults += versions.disagreements(work)
    faults += [f"计数不符 / counters disagree: {each}" for each in disagreements(work)]
    faults += [f"检索词不符 / not to be found by its name: {each}" for each in keeping.disagreements(work)]
    return Verdict(events=total, sealed=sealed, seals=seals, head=head, faults=tuple(faults))


def _events(work: Work) -> Any:
    return select(Event).where(col(Event.campaign_id) == work.campaign_id).order_by(col(Event.id))


def _unsealed(work: Work, after: int) -> Any:
    """Events behind that id under no seal. It is said of both, so that PostgreSQL merges the ends of two indexes."""
    sealed = select(SealedEvent).where(col(SealedEvent.event_id) == col(Event.id), col(SealedEvent.event_id) > after)
    return _events(work).where(col(Event.id) > after, ~sealed.exists())


def _behind(work: Work) -> int:
    """The id from which on there may be events that are not sealed. Other campaigns' seals say nothing about this one.

    The last seal is enough to go on from: one that took only what was late makes the next look further back, once.
    """
    if work.connection.dialect.name == "sqlite":
        return _newest(work)
    return min(_newest(work) - LOOK_BEHIND["postgresql"], _newest(work, col(Seal.at) <= work.at - OPEN_AT_MOST))


def _newest(work: Work, *which: ColumnElement[bool]) -> int:
    """The newest event under the last seal of those."""
    last = select(func.max(col(Seal.id))).where(col(Seal.campaign_id) == work.campaign_id, *which).scalar_subquery()
    # A sum, or PostgreSQL would look for the seal from the newest event of the house on, through all that came since.
    newest = select(func.coalesce(func.max(col(SealedEvent.event_id) + 0), 0)).where(col(SealedEvent.seal_id) == last)
    return int(work.connection.execute(newest).scalar_one())


def reached(work: Work) -> datetime | None:
    """The instant of the newest event under the last seal, if there is any."""
    instant: datetime | None = work.connection.execute(
        select(col(Event.at)).where(col(Event.id) == _newest(work))
    ).scalar()
    return instant


def _never_sealed(work: Work) -> Iterator[str]:
    """Events that stand so far behind the newest sealed one that no seal will take them any more."""
    for row in work.connection.execute(_unsealed(work, 0).where(col(Event.id) <= _behind(work))):
        yield f"事件{row.id}未被封存 / event {row.id} is under no seal"


def _astray(work: Work) -> Iterator[str]:
    """Events under a seal that is not there, or not this campaign's."""
    own = select(col(Seal.id)).where(col(Seal.campaign_id) == work.campaign_id)
    links = select(col(SealedEvent.event_id)).join(Event, col(Event.id) == col(SealedEvent.event_id))
    lost = links.where(col(Event.campaign_id) == work.campaign_id, col(SealedEvent.seal_id).not_in(own))
    if found := work.connection.execute(lost.order_by(col(Event.id))).scalars().all():
        yield (f"事件{found[0]}等{len(found)}条的封存不见了 / "
               f"the seal over event {found[0]} and {len(found) - 1} more is not there")  # fmt: skip


def _members(work: Work, seal_id: int) -> Sequence[Row[Any]]:
    """The campaign's events under one seal, in order: at most a batch, however long the history is."""
    link = col(SealedEvent.event_id) == col(Event.id)
    found = _events(work).join(SealedEvent, link).where(col(SealedEvent.seal_id) == seal_id)
    rows: Sequence[Row[Any]] = work.connection.execute(found).all()
    return rows
