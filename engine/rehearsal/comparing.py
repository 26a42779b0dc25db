"""Whether two databases say the same: every table, row by row, whatever the rows are numbered and in whatever order.

For two rehearsals of one seed: on SQLite and on PostgreSQL, in one process and by several workers, they must have the
same history and the same letters. An event has its instant, so order counts but for what happened in one instant.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from engine.database import Database
from engine.personal.words import Told
from engine.rehearsal.naming import Names, names
from engine.schema import METADATA
from engine.tables import Event
from notifications.tables import LETTER_BYTES

# Random, a row's number, or made of one; what they stand for is compared by name.
UNTOLD = frozenset({"id", "public_id", "salt", "key", "message_id", "previous", "digest"})
# Told with the events they belong to; or of nobody's campaign.
APART = frozenset({"event_word", "sealed_event", "clock_baseline"})
SHOWN_FIRST = ("at", "made_at", "created_at", "changed_at", "added_at")


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A row that is so many times in the first database, and otherwise often in the second."""

    table: str
    row: str
    first: int
    second: int


def compared(first: Database, second: Database) -> tuple[Difference, ...]:
    """Everything that is in one of the two and not in the other, by table, in order of time."""
    return tuple(
        Difference(table=table, row=row, first=mine[row], second=theirs[row])
        for table, mine, theirs in _beside(first, second)
        for row in sorted(mine.keys() | theirs.keys())
        if mine[row] != theirs[row]
    )


def counted(database: Database) -> dict[str, int]:
    """How many rows of each table are compared."""
    return {table: rows.total() for table, rows in _told(database) if rows}


def _beside(first: Database, second: Database) -> Iterator[tuple[str, Counter[str], Counter[str]]]:
    for (table, mine), (_, theirs) in zip(_told(first), _told(second), strict=True):
        yield table, mine, theirs


def _told(database: Database) -> Iterator[tuple[str, Counter[str]]]:
    """Each table's rows as they are compared, in one consistent look."""
    with database.read() as connection:
        known = names(connection)
        for table in METADATA.sorted_tables:
            if table.name not in APART:
                yield table.name, Counter(_line(row) for row in _rows(connection, table, known))


def _rows(connection: Connection, table: Table, known: Names) -> Iterator[dict[str, Any]]:
    found = connection.execute(select(table)).all()
    if table is METADATA.tables[str(Event.__tablename__)]:
        yield from _events(connection, found, known)
    elif table is LETTER_BYTES:
        yield from ({"letter": known.row("letter", row.letter_id), **_mail(row.frozen, known)} for row in found)
    else:
        yield from (_plain(table, row, known) for row in found if getattr(row, "n", 1))  # a count of none is no row


def _plain(table: Table, row: Row[Any], known: Names) -> dict[str, Any]:
    """The row's columns, with the names of what they refer to."""
    refers = {each.parent.name: each.column.table.name for each in table.foreign_keys if each.column.name == "id"}
    return {
        name: known.row(refers[name], value) if name in refers else known.said(value)
        for name, value in zip(table.c.keys(), row, strict=True)
        if name not in UNTOLD
    }


def _events(connection: Connection, found: Sequence[Row[Any]], known: Names) -> Iterator[dict[str, Any]]:
    """What they say in words; of the rows that they witness, which tables these are of."""
    told, table = Told(connection, found), METADATA.tables[str(Event.__tablename__)]
    for row in found:
        said = {"actor": told.actor(row), "behalf": told.behalf(row), "details": known.said(told.details(row)),
                "subject_id": known.row(row.subject, row.subject_id), "words": "",
                "rows": [each[0] for each in row.rows or ()]}  # fmt: skip
        yield {**_plain(table, row, known), **said}


def _mail(frozen: bytes, known: Names) -> dict[str, Any]:
    """What its reader sees: the heading, and a digest of each part."""
    mail = message_from_bytes(frozen)
    parts = [each for each in mail.walk() if not each.is_multipart()]
    return {
        **{name: mail[name] for name in ("Date", "From", "To", "Subject")},
        "parts": [f"{each.get_content_type()} {_digest(each.get_payload(decode=True), known)}" for each in parts],
    }


def _digest(content: Any, known: Names) -> str:
    return hashlib.sha256(known.said(content.decode(errors="replace")).encode()).hexdigest()[:16]


def _line(row: dict[str, Any]) -> str:
    """One row as text; its instant comes first, so that rows sort by it."""
    ahead = [_text(row[name]) for name in SHOWN_FIRST if row.get(name)][:1]
    return " ".join([*ahead, json.dumps(row, ensure_ascii=False, sort_keys=True, default=_text)])


def _text(value: Any) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)
