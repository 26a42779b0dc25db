"""Keeps the search keys of nominations and units beside their rows, in the transaction that names them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from sqlmodel import col

from engine.office import Work
from engine.searching import pinyin
from engine.searching.tables import NominationKey, UnitKey
from engine.sheets.cleaning import match_key
from engine.tables import Nomination, Unit

# Built once: putting a statement together costs more than SQLite needs to run it.
_ADD_NOMINATION = insert(NominationKey)
_ADD_UNIT = insert(UnitKey)
_NOMINATION = update(NominationKey).where(col(NominationKey.nomination_id) == bindparam("its_id"))
_UNIT = update(UnitKey).where(col(UnitKey.unit_id) == bindparam("its_id"))


def add_nomination(work: Work, row_id: int, *, unit_id: int, title: str, applicant: str) -> None:
    """A nomination was begun."""
    about = {"nomination_id": row_id, "campaign_id": work.campaign_id, "unit_id": unit_id}
    work.connection.execute(_ADD_NOMINATION, {**about, **nomination_keys(title, applicant)})


def rename_nomination(work: Work, row: Row[Any], changed: Mapping[str, Any]) -> None:
    """Something of the nomination `row` was changed: its title or applicant perhaps."""
    if "title" in changed or "applicant" in changed:
        keys = nomination_keys(changed.get("title", row.title), changed.get("applicant", row.applicant))
        work.connection.execute(_NOMINATION, {"its_id": row.id, **keys})


def add_unit(work: Work, row_id: int, *, name: str) -> None:
    """A unit was entered."""
    work.connection.execute(_ADD_UNIT, {"unit_id": row_id, "campaign_id": work.campaign_id, **unit_keys(name)})


def rename_unit(work: Work, row_id: int, *, name: str) -> None:
    """A unit's name was changed."""
    work.connection.execute(_UNIT, {"its_id": row_id, **unit_keys(name)})


def nomination_keys(title: str, applicant: str) -> dict[str, str]:
    """What a nomination is found by."""
    keys = [match_key(title), match_key(applicant)]
    heard = [pinyin.readings(key) for key in keys]
    return {**_keys(keys, heard), "title_order": pinyin.order(heard[0])}


def unit_keys(name: str) -> dict[str, str]:
    """What a unit is found by."""
    key = match_key(name)
    heard = pinyin.readings(key)
    return {**_keys([key], [heard]), "name_order": pinyin.order(heard)}


def _keys(keys: list[str], heard: list[list[pinyin.Reading]]) -> dict[str, str]:
    """A line for each name and reading, so that no match goes over the end of one."""
    return {
        "words": "\n".join(keys),
        "initials": "\n".join(map(pinyin.initials, heard)),
        "sounds": "\n".join(map(pinyin.sounds, heard)),
    }


def disagreements(work: Work) -> Iterator[str]:
    """Nominations and units that would not be found by the names they bear now."""
    named = select(col(Nomination.id), col(Nomination.title), col(Nomination.applicant), col(NominationKey.words))
    joined = named.outerjoin(NominationKey, col(NominationKey.nomination_id) == col(Nomination.id))
    for row in work.connection.execute(joined.where(col(Nomination.campaign_id) == work.campaign_id)):
        if row.words != f"{match_key(row.title)}\n{match_key(row.applicant)}":
            yield f"nomination {row.id}"
    called = select(col(Unit.id), col(Unit.name), col(UnitKey.words))
    with_keys = called.outerjoin(UnitKey, col(UnitKey.unit_id) == col(Unit.id))
    for unit in work.connection.execute(with_keys.where(col(Unit.campaign_id) == work.campaign_id)):
        if unit.words != match_key(unit.name):
            yield f"unit {unit.id}"
