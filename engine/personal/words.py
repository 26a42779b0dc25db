"""Words in the history that can be erased: an event holds their mark, a row beside it what they say.

A mark is the SHA-256 of a random salt and the words. Seals cover the mark, so words can't be changed unnoticed; without
salt and words nobody learns from the mark what they were, not even by trying every name there is.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, Select, bindparam, insert, select
from sqlmodel import col

from engine.personal.tables import EventWord
from notifications.clauses import Among, at_most
from workflows.nomination import Role

if TYPE_CHECKING:
    from engine.office import Work

ERASED = "[已删除]"
"""What stands where words were erased, in both languages."""

ERASE = "erase"
"""The verb of an erasure. Its event names the marks that lead nowhere from then on."""

# Details that are keys, numbers and instants of ours. Whatever else an event says in text may be of a person.
PLAIN = frozenset({
    "begun", "calls", "changed", "chosen", "clock_carried", "clock_wall", "closes", "correct_by", "count", "dated",
    "decision", "digest", "doubted", "due", "edge", "ends", "fingerprint", "holidays", "instead_of", "kind", "lapsed",
    "letters", "level", "limit", "list", "marks", "milestone", "minimum", "new", "number", "objection", "occasion",
    "opens", "planned", "proposal", "quota", "rank", "revision", "role", "rules", "scopes", "score", "since", "stage",
    "there", "track", "until", "version", "waiting", "what",
})  # fmt: skip
AT_ONCE = 500  # marks a query

W = EventWord
_ADD = insert(W)
_HELD = (
    select(col(W.mark))
    .where(col(W.campaign_id) == bindparam("campaign"), col(W.holder) == bindparam("whose"))
    .where(col(W.value) == bindparam("words"))
    .limit(at_most(1))
)
MARK = _HELD.scalar_subquery()
"""The mark of the name `words` of the holder `whose`: for the statement that every transaction begins with."""


def mark_of(salt: str, value: str) -> str:
    """What stands for these words in an event."""
    digest = hashlib.sha256(f"{salt}\n{value}".encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def kept(work: Work, details: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Details as an event holds them: what is plain, and the marks of the rest, whose words are stored."""
    said = {key: value for key, value in details.items() if key not in PLAIN and isinstance(value, str) and value}
    rows = {key: _row(work, value) for key, value in said.items()}
    if rows:
        work.connection.execute(_ADD, list(rows.values()))
    plain = {key: value for key, value in details.items() if key not in said}
    return plain, {key: row["mark"] for key, row in rows.items()}


def name_kept(work: Work, name: str, holder: str) -> str:
    """The mark of a name that acts, one for each holder; the engine's and an empty name stand for themselves."""
    if not name or work.actor.role is Role.ENGINE:
        return name
    if (holder, name) not in work.marks:
        work.marks[holder, name] = _held(work, name, holder)
    return work.marks[holder, name]


def _held(work: Work, name: str, holder: str) -> str:
    known = {"campaign": work.campaign_id, "whose": holder, "words": name}
    mark: str | None = work.connection.execute(_HELD, known).scalars().first()
    if mark is None:
        row = {**_row(work, name), "holder": holder}
        work.connection.execute(_ADD, row)
        mark = row["mark"]
    return mark


def _row(work: Work, value: str) -> dict[str, Any]:
    salt = secrets.token_urlsafe(16)
    return {"mark": mark_of(salt, value), "campaign_id": work.campaign_id, "holder": None, "salt": salt, "value": value}


def marks_in(row: Row[Any]) -> Iterator[str]:
    """Every mark that an event holds."""
    if row.role != Role.ENGINE:
        yield from (each for each in (row.actor, row.behalf) if each)
    yield from row.words.values()


class Told:
    """The words of some events, read at once."""

    def __init__(self, connection: Connection, rows: Iterable[Row[Any]]) -> None:
        self._known = _values(connection, {mark for row in rows for mark in marks_in(row)})

    def actor(self, row: Row[Any]) -> str:
        """Who acted."""
        return self._name(row, row.actor)

    def behalf(self, row: Row[Any]) -> str:
        """For whom they acted; empty where for themselves."""
        return self._name(row, row.behalf)

    def details(self, row: Row[Any]) -> dict[str, Any]:
        """What was plain and what was said."""
        return {**row.details, **{key: self._known.get(mark, ERASED) for key, mark in row.words.items()}}

    def _name(self, row: Row[Any], name: str) -> str:
        return name if not name or row.role == Role.ENGINE else self._known.get(name, ERASED)


def _values(connection: Connection, marks: set[str]) -> dict[str, str]:
    every, found = sorted(marks), dict[str, str]()
    for start in range(0, len(every), AT_ONCE):
        query = select(col(W.mark), col(W.value)).where(Among(col(W.mark), every[start : start + AT_ONCE]))
        found |= {row.mark: row.value for row in connection.execute(query)}
    return found


def named_like(work: Work, part: str) -> Select[Any]:
    """The marks of all names that act and contain `part`."""
    mine = (col(W.campaign_id) == work.campaign_id, col(W.holder).is_not(None))
    return select(col(W.mark)).where(*mine, col(W.value).contains(part, autoescape=True))


def disagreements(work: Work, events: Iterable[Row[Any]]) -> Iterator[str]:
    """Where words are not those that an event was sealed with, or are gone and no erasure says so."""
    query = select(W).where(col(W.campaign_id) == work.campaign_id).order_by(col(W.mark))
    rows = {row.mark: mark_of(row.salt, row.value) for row in work.connection.execute(query)}
    for mark, right in rows.items():
        if mark != right:
            yield f"历史所记的文字被改动：{mark[:12]} / words of the history were changed: {mark[:12]}"
    gone = dict[str, int]()
    erased = set[str]()
    for row in events:
        if row.verb == ERASE:
            erased.update(str(row.details.get("marks", "")).split())
        gone |= {mark: row.id for mark in marks_in(row) if mark not in rows}
    for mark, event in gone.items():
        if mark not in erased:
            yield f"事件{event}的文字不见了，而无删除记录 / words of event {event} are gone, and no erasure says so"
