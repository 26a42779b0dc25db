"""Entries of earlier editions (历年入选): entering them, and finding the drafts that bear their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update
from sqlmodel import col

from engine import rulings, witness
from engine.access import may_office
from engine.office import Work
from engine.rulings import Candidate
from engine.sheets.cleaning import match_key
from engine.tables import Laureate, Nomination

L, N = Laureate, Nomination
Key = tuple[str, int, str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One laureate of this award, or of another by name. Two of an edition and list whose names match are the same."""

    award: str = ""
    edition: int
    list_name: str
    name: str
    organisation: str = ""
    person: bool = False

    @property
    def key(self) -> Key:
        """What makes it unique in its campaign."""
        return self.award, self.edition, self.list_name, match_key(self.name)


Standing = dict[Key, Row[Any]]


def standing(work: Work) -> Standing:
    """Every laureate that is known, by key."""
    rows = work.connection.execute(select(L).where(col(L.campaign_id) == work.campaign_id))
    return {(row.award, row.edition, row.list_name, row.name_key): row for row in rows}


def differs(entry: Entry, there: Row[Any]) -> bool:
    """Whether the entry says more or other than what is stored; an empty organisation says nothing."""
    return bool(entry.organisation and entry.organisation != there.organisation) or entry.person != there.person


def enter(work: Work, entries: Sequence[Entry], there: Standing) -> None:
    """Add the entries that are not `there` and bring the others up to date, in two statements. Raises Refused."""
    may_office(work.actor)
    new = [_values(work, entry) for entry in entries if entry.key not in there]
    changed = [
        {"row_id": there[entry.key].id, "organisation": entry.organisation or there[entry.key].organisation,
         "person": entry.person}
        for entry in entries
        if entry.key in there and differs(entry, there[entry.key])
    ]  # fmt: skip
    if new:
        work.connection.execute(insert(L), new)
    for values in new:
        witness.note(work, L, None, values)
    old = {row.id: row for row in there.values()}
    for values in changed:
        witness.note(work, L, old[values["row_id"]], values)
    if changed:
        work.connection.execute(update(L.__table__).where(col(L.id) == bindparam("row_id")), changed)  # type: ignore[attr-defined]


def _values(work: Work, entry: Entry) -> dict[str, Any]:
    return {
        "campaign_id": work.campaign_id, "award": entry.award, "edition": entry.edition, "list_name": entry.list_name,
        "name": entry.name, "name_key": match_key(entry.name), "organisation": entry.organisation,
        "person": entry.person,
    }  # fmt: skip


def match_drafts(work: Work) -> int:
    """Note on nominations that are not submitted yet which earlier entry bears their name; says how many changed."""
    sources = work.shape.sources("submit")
    named = select(col(L.id)).where(col(L.campaign_id) == work.campaign_id, col(L.name_key) == col(N.title_key))
    query = (
        select(col(N.id), col(N.unit_id), col(N.track), col(N.title_key), col(N.applicant), col(N.attributes),
               col(N.waiver), col(N.earlier), col(N.undecided))
        .where(col(N.campaign_id) == work.campaign_id, col(N.state).in_(sources), named.exists())
        .order_by(col(N.id))
    )  # fmt: skip
    changed = []
    for row in work.connection.execute(query).all():
        notes = rulings.noted(work, Candidate.of(row))
        if notes != {"earlier": row.earlier, "undecided": row.undecided}:
            changed.append({"row_id": row.id, **notes})
    if changed:
        work.connection.execute(update(N.__table__).where(col(N.id) == bindparam("row_id")), changed)  # type: ignore[attr-defined]
    return len(changed)
