"""Takes what tells a person out of every row of a campaign in which it stands, as the inventory says of each column."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from contextlib import nullcontext
from typing import Any

from sqlalchemy import JSON, ColumnElement, Row, String, Table, cast, delete, false, or_, select, true, update
from sqlmodel import SQLModel, col

from engine import append_only, witness
from engine.office import Work
from engine.personal.inventory import PERSONAL, How
from engine.personal.people import Person
from engine.personal.words import ERASED
from engine.tables import Nomination, Unit, public_id
from engine.webhooks.tables import Webhook

REPLACED = (How.NAME, How.TEXT, How.DATA)


def scrub(work: Work, mine: Person, apart: Collection[str]) -> dict[str, int]:
    """How many rows of each table were changed. Names in `apart` are others' too, and go where they stand alone."""
    done = dict[str, int]()
    for held in PERSONAL:
        columns = {name: how for name, how in held.columns.items() if how in REPLACED}
        table = SQLModel.metadata.tables[held.table]
        if columns and (count := _scrub(work, table, columns, mine, apart)):
            done[held.table] = count
    return done


def _scrub(
    work: Work, table: Table, columns: dict[str, How], mine: Person, apart: Collection[str]
) -> int:  # fmt: skip
    keys = list(table.primary_key.columns)
    there = [holds(table.c[name], words) for name in columns for words in mine.telling]
    query = select(table).where(_of_campaign(work, table), or_(false(), *there))
    rows = work.connection.execute(query).all()
    changes = [(row, values) for row in rows if (values := _changed(row, table, columns, mine, apart))]
    guarded = changes and table.name in append_only.TABLES
    with append_only.lifted(work.connection, table.name) if guarded else nullcontext():
        for row, values in changes:
            _witness(work, table, row, values)
            this = [key == getattr(row, key.name) for key in keys]
            work.connection.execute(update(table).where(*this).values(values))
    return len(changes)


def _witness(work: Work, table: Table, row: Row[Any], values: dict[str, Any]) -> None:
    """Let the erasure's event tell what becomes of the row, where the history knows what it held."""
    for held in witness.HELD:
        if held.__tablename__ == table.name:
            if "salt" in table.c:
                values["salt"] = public_id()  # or what was taken out could be guessed by its digest
            witness.note(work, held, row, values)


def holds(column: Any, words: str) -> ColumnElement[bool]:
    """That the words stand there, in a JSON also as they are escaped in it."""
    if isinstance(column.type, JSON):
        escaped = json.dumps(words)[1:-1]
        stored = cast(column, String)
        return or_(stored.contains(words, autoescape=True), stored.contains(escaped, autoescape=True))
    held: ColumnElement[bool] = column.contains(words, autoescape=True)
    return held


def _changed(
    row: Row[Any], table: Table, columns: dict[str, How], mine: Person, apart: Collection[str]
) -> dict[str, Any]:  # fmt: skip
    found = dict[str, Any]()
    for name, how in columns.items():
        old = getattr(row, name)
        new = _whole(old, mine, apart, table.c[name]) if how is How.NAME else without(old, mine, apart)
        if new != old:
            found[name] = new
    return found


def _whole(value: str | None, mine: Person, apart: Collection[str], column: Any) -> str | None:
    """A cell that holds one value: gone if that is theirs, or if it holds what is nobody else's."""
    own = any(mark in value for mark in mine.marks if mark not in apart) if value else False
    if value and (value in mine.names or own or _token(value, mine)):
        return None if column.nullable else ERASED
    return value


def _token(value: str, mine: Person) -> bool:
    """Whether that is how a token of theirs is called in what it did."""
    return any(value.startswith(f"{name}（") for name in mine.names)


def without(value: Any, mine: Person, apart: Collection[str]) -> Any:
    """The value without what tells them, in every part of it."""
    if isinstance(value, str):
        if value in mine.names:
            return ERASED
        for words in mine.telling:
            if words not in apart:
                value = value.replace(words, ERASED)
        return value
    if isinstance(value, dict):
        return {without(key, mine, apart): without(each, mine, apart) for key, each in value.items()}
    if isinstance(value, list):
        return [without(each, mine, apart) for each in value]
    return value


def _of_campaign(work: Work, table: Table) -> ColumnElement[bool]:
    """The rows of this campaign and of its organiser; of what belongs to the house as a whole, all."""
    if "organiser_id" in table.c and "campaign_id" in table.c:
        return or_(table.c.campaign_id == work.campaign_id, table.c.organiser_id == work.organiser_id)
    if "campaign_id" in table.c:
        whole: ColumnElement[bool] = table.c.campaign_id.is_(None) if table.c.campaign_id.nullable else false()
        return or_(table.c.campaign_id == work.campaign_id, whole)
    for name, of in (("nomination_id", Nomination), ("unit_id", Unit), ("webhook_id", Webhook)):
        if name in table.c:
            ids = select(col(of.id)).where(col(of.campaign_id) == work.campaign_id)
            return table.c[name].in_(ids)
    return true()


def delete_where(work: Work, table: Any, *where: Any) -> int:
    """How many rows were deleted."""
    return work.connection.execute(delete(table).where(*where)).rowcount


def ends_with(column: Any, endings: Collection[str]) -> ColumnElement[bool]:
    """That a value ends with one of these."""
    return or_(false(), *(col(column).endswith(each, autoescape=True) for each in endings))


def lines(done: dict[str, int]) -> Iterator[tuple[str, str, int]]:
    """What was changed where, in both languages, as the inventory calls it."""
    for held in PERSONAL:
        if held.table in done:
            yield (*held.what, done[held.table])
