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
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Row, func, insert, select
from sqlmodel import col

from engine.database import inserted_id
from engine.office import Work
from engine.tables import Duty, Event, Nomination, Seal, SealedEvent
from engine.tallies import disagreements

BATCH = 20_000  # events a seal
LOOK_BEHIND = 5_000  # ids; covers transactions that were still open when a later one was sealed
GENESIS = "0" * 64


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What the proof found: `faults` is empty when the history stands; `head` is the digest to keep elsewhere."""

    events: int
    sealed: int
    seals: int
    head: str
    faults: tuple[str, ...]


def seal(work: Work) -> int:
    """Seal what is not sealed yet, at most one batch. Returns how many events."""
    connection = work.connection
    last = connection.execute(
        select(Seal).where(col(Seal.campaign_id) == work.campaign_id).order_by(col(Seal.id).desc()).limit(1)
    ).first()
    newest = connection.execute(select(func.coalesce(func.max(col(SealedEvent.event_id)), 0))).scalar_one()
    query = _events(work).where(
        col(Event.id) > newest - LOOK_BEHIND,
        ~select(SealedEvent).where(col(SealedEvent.event_id) == col(Event.id)).exists(),
    )
    rows = connection.execute(query.limit(BATCH)).all()
    if not rows:
        return 0
    previous = last.digest if last else GENESIS
    values = {"campaign_id": work.campaign_id, "at": work.at, "events": len(rows), "previous": previous,
              "digest": digest(previous, rows)}  # fmt: skip
    seal_id = inserted_id(connection.execute(insert(Seal), values))
    connection.execute(insert(SealedEvent), [{"event_id": row.id, "seal_id": seal_id} for row in rows])
    return len(rows)


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
    return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def verify(work: Work) -> Verdict:
    """Recompute every seal, and replay the history against the rows and the counters."""
    faults: list[str] = []
    previous, sealed, seals = GENESIS, 0, 0
    members = _members(work)
    for each in work.connection.execute(
        select(Seal).where(col(Seal.campaign_id) == work.campaign_id).order_by(col(Seal.id))
    ).all():
        rows = members.get(each.id, [])
        seals, sealed = seals + 1, sealed + len(rows)
        if each.previous != previous:
            faults.append(f"封存{each.id}与前一封存不衔接 / seal {each.id} does not follow the one before it")
        if len(rows) != each.events:
            faults.append(f"封存{each.id}应有{each.events}条，实有{len(rows)}条 / seal {each.id}: "
                          f"{each.events} events sealed, {len(rows)} found")  # fmt: skip
        elif digest(each.previous, rows) != each.digest:
            faults.append(f"封存{each.id}的内容被改动 / events under seal {each.id} were changed")
        previous = each.digest
    total = work.connection.execute(
        select(func.count()).select_from(Event).where(col(Event.campaign_id) == work.campaign_id)
    ).scalar_one()
    faults += _replay(work)
    faults += [f"计数不符 / counters disagree: {each}" for each in disagreements(work)]
    return Verdict(events=total, sealed=sealed, seals=seals, head=previous, faults=tuple(faults))


def _events(work: Work) -> Any:
    return select(Event).where(col(Event.campaign_id) == work.campaign_id).order_by(col(Event.id))


def _members(work: Work) -> dict[int, list[Row[Any]]]:
    link = select(col(SealedEvent.event_id), col(SealedEvent.seal_id)).join(
        Seal, col(Seal.id) == col(SealedEvent.seal_id)
    )
    pairs = work.connection.execute(link.where(col(Seal.campaign_id) == work.campaign_id))
    seal_of = dict(pairs.all())
    found: dict[int, list[Row[Any]]] = {}
    for row in work.connection.execute(_events(work)):
        if row.id in seal_of:
            found.setdefault(seal_of[row.id], []).append(row)
    return found


def _replay(work: Work) -> Iterator[str]:
    """Where the last event of a nomination or duty names another state than its row."""
    for table, subject in ((Nomination, "nomination"), (Duty, "duty")):
        states = select(col(table.id), col(table.state)).where(col(table.campaign_id) == work.campaign_id)
        query = (
            select(col(Event.subject_id), col(Event.from_state), col(Event.to_state))
            .where(
                col(Event.campaign_id) == work.campaign_id,
                col(Event.subject) == subject,
                col(Event.to_state).is_not(None),
            )
            .order_by(col(Event.subject_id), col(Event.id))
        )
        stories = groupby(work.connection.execute(query), key=lambda row: row.subject_id)
        replayed = {key: _walk([*rows]) for key, rows in stories}
        for row_id, state in work.connection.execute(states):
            begun = subject == "duty" and row_id not in replayed
            if not begun and replayed.get(row_id) != state:
                yield (f"{subject} {row_id}：历史为{replayed.get(row_id)}，状态为{state} / "
                       f"history says {replayed.get(row_id)}, the row says {state}")  # fmt: skip


def _walk(rows: Sequence[Row[int, str | None, str | None]]) -> str | None:
    """The state that a story ends in, or None where it does not hang together."""
    state = rows[0].from_state
    for row in rows:
        if row.from_state != state:
            return None
        state = row.to_state
    return str(state) if state else None
