"""What the history knows of each row: digests of what it held before and after a change, in the event that tells it.

The seals show a history that was changed. This shows rows that were: a title, a quota, a deadline, an instant of
submission that no event led to. A row that is tampered with and then changed properly is noticed as well, for the
change says what it found. What `HELD` leaves out, and why, stands in `tests/faults/test_tampering.py`.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, Select, select
from sqlmodel import SQLModel, col

from engine.tables import (
    CampaignVersion,
    Distinction,
    Duty,
    Endorsement,
    Event,
    Laureate,
    MilestoneActual,
    MilestoneClass,
    MilestoneRevision,
    Nomination,
    Objection,
    Promotion,
    QuotaChange,
    Unit,
    UnitAttribute,
    UnitChannel,
)

if TYPE_CHECKING:
    from engine.office import Work

Values = Mapping[str, Any] | Row[Any]
Ledger = Counter[tuple[str, str]]

READ = 5_000  # rows at a time, where all of them are read
DIGITS = 32  # 128 bits of the SHA-256
_IN_ORDER = json.JSONEncoder(sort_keys=True, ensure_ascii=False)

# What of each table is witnessed. Columns that a set-based statement changes (a closing moves thousands of rows) are
# replayed from the events instead (`engine.replaying`). Words and names of people stand in the event itself; here they
# would outlive their erasure, for whoever knows the rest of a row could try names until its digest fits. A nomination's
# title and applicant can be witnessed because its row is salted: an erasure gives it another salt.
HELD: Mapping[type[SQLModel], tuple[str, ...]] = {
    Nomination: ("id", "public_id", "unit_id", "track", "title", "title_key", "applicant", "materials", "attributes",
                 "rank", "level", "score", "waiver", "submitted_at", "hold_until", "drafted_at", "salt"),
    Duty: ("id", "public_id", "institution", "unit_id", "nomination_id", "kind", "track", "document", "filed_at"),
    Unit: ("id", "public_id", "code", "person", "added_at"),
    UnitChannel: ("unit_id", "channel"),
    UnitAttribute: ("unit_id", "attribute", "value"),
    CampaignVersion: ("number", "source_name", "digest", "made_at"),
    MilestoneRevision: ("milestone", "revision", "opens", "closes", "chosen", "opens_revision", "closes_revision",
                        "suspended", "made_at"),
    MilestoneClass: ("key", "number", "parent", "name", "english", "who", "own_of", "made_at"),
    MilestoneActual: ("milestone", "at"),
    QuotaChange: ("id", "quota", "unit", "number", "filed", "made_at"),
    Distinction: ("nomination_id", "list", "at"),
    Endorsement: ("nomination_id", "unit_id", "at"),
    Promotion: ("nomination_id", "at"),
    Objection: ("public_id", "nomination_id", "stage", "received_at", "state", "settled_at"),
    Laureate: ("award", "edition", "list_name", "name", "name_key", "organisation", "person"),
}  # fmt: skip
_NAMES = {table: str(table.__tablename__) for table in HELD}  # to ask a class of tables takes as long as a digest
_DEFAULTS = {
    table: {
        name: field.default for name, field in table.model_fields.items() if name in held and not field.is_required()
    }
    for table, held in HELD.items()
}


def note(work: Work, table: type[SQLModel], before: Values | None, after: Values | None) -> None:
    """A row of `table` changes from one to the other (None: it is not there): the next event will tell.

    `after` may hold only what changes.
    """
    was = _values(before)
    now = {**was, **_values(after)} if after is not None else None
    change = (digest(table, was) if was else None, digest(table, now) if now else None)
    if change[0] != change[1]:
        work.witnessed.append([_NAMES[table], *change])


def digest(table: type[SQLModel], values: Mapping[str, Any]) -> str | None:
    """What the row holds in hexadecimal digits, alike on both databases; None of a duty of which nothing came."""
    if table is Duty and not values["document"] and values["filed_at"] is None:
        return None
    held = [_plain(values.get(name, _DEFAULTS[table].get(name))) for name in HELD[table]]
    return hashlib.sha256(_IN_ORDER.encode(held).encode()).hexdigest()[:DIGITS]


def disagreements(work: Work) -> Iterator[str]:
    """Where a row is not as the history left it."""
    left: Ledger = Counter()
    yield from _told(work, left)
    for table in HELD:
        name = _NAMES[table]
        strange = 0
        with work.connection.execute(_rows(work, table).execution_options(yield_per=READ)) as rows:
            for row in rows:
                found = digest(table, _values(row))
                if found is None:
                    continue
                if left[name, found] > 0:
                    left[name, found] -= 1
                    continue
                strange += 1
                yield f"{name} {_key(table, row)}：内容与历史所记不符 / holds something else than the history says"
        gone = sum(n for (of, _), n in left.items() if of == name) - strange
        if gone > 0:
            yield f"{name}：历史所记的{gone}行不见了 / {gone} rows that the history tells of are not there"


def _told(work: Work, left: Ledger) -> Iterator[str]:
    """Follow the history to what it leaves; a change that found something else than was left is named."""
    query = select(col(Event.id), col(Event.rows)).where(
        col(Event.campaign_id) == work.campaign_id, col(Event.rows).is_not(None)
    )
    with work.connection.execute(query.order_by(col(Event.id)).execution_options(yield_per=READ)) as events:
        for row in events:
            for table, before, after in row.rows:
                if before and left[table, before] > 0:
                    left[table, before] -= 1
                elif before:
                    yield (f"事件{row.id}改动{table}时，原有内容已与历史不符 / "
                           f"what event {row.id} changed in {table} was not as the history had left it")  # fmt: skip
                if after:
                    left[table, after] += 1


def _rows(work: Work, table: type[SQLModel]) -> Select[Any]:
    """Every row of the campaign; some belong to it by their nomination or unit."""
    query = select(table)
    columns = table.__table__.columns  # type: ignore[attr-defined]
    if "campaign_id" in columns:
        return query.where(columns.campaign_id == work.campaign_id)
    owner, link = (Nomination, "nomination_id") if "nomination_id" in columns else (Unit, "unit_id")
    return query.join(owner, col(owner.id) == columns[link]).where(col(owner.campaign_id) == work.campaign_id)


def _key(table: type[SQLModel], row: Row[Any]) -> str:
    return " ".join(str(row._mapping[column.name]) for column in table.__table__.primary_key)  # type: ignore[attr-defined] # noqa: SLF001


def _values(row: Values | None) -> dict[str, Any]:
    if row is None:
        return {}
    return dict(row._mapping if isinstance(row, Row) else row)  # noqa: SLF001 - the documented way to read a row


def _plain(value: Any) -> Any:
    """Alike whether it was just made or read back: numbers as SQL compares them, instants in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return float(value) if isinstance(value, int | float) else value
