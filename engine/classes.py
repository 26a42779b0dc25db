"""Classes of a milestone that were made while the campaign runs: kept beside the file, read as if it had said them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, bindparam, insert, select
from sqlmodel import col

from engine import witness
from engine.tables import MilestoneClass
from workflows.definition import Definition, Milestone, Who
from workflows.scopes import scope_words
from workflows.vocabulary import Party

if TYPE_CHECKING:  # the office reads the classes, so it can't be read here
    from engine.office import Work

C = MilestoneClass
OWN = "unit-"  # what the name of a unit's own deadline begins with, before the unit's row id
# Units' own deadlines come first: an extension by the secretariat does not lift what a unit asks of its applicants.
_CLASSES = (
    select(C).where(col(C.campaign_id) == bindparam("campaign")).order_by(col(C.own_of).is_(None), col(C.number).desc())
)


def in_force(connection: Connection, campaign_id: int, filed: Definition) -> Definition:
    """The definition with the classes of this campaign behind their parents, newest first, before the file's own."""
    rows = connection.execute(_CLASSES, {"campaign": campaign_id}).all()
    if not rows:
        return filed
    made = [_milestone(row) for row in rows]
    placed = [
        one
        for each in filed.milestones
        for one in (each, *(mine for mine in made if mine.of == each.key))
    ]  # fmt: skip
    return replace(filed, milestones=tuple(placed))


def _milestone(row: Row[Any]) -> Milestone:
    return Milestone(key=row.key, name=row.name, english=row.english, of=row.parent, who=who_of(row.who), ours=True)


def add(work: Work, parent: Milestone, who: Who, *, own_of: int | None = None) -> str:
    """Keep a new class of `parent` for `who`; returns its key. Its dates are the caller's to announce."""
    numbers = work.connection.execute(select(col(C.number)).where(col(C.campaign_id) == work.campaign_id)).scalars()
    number = max(numbers, default=0) + 1
    key = f"{parent.key}/{f'{OWN}{own_of}' if own_of else f'extended-{number}'}"
    zh, en = scope_words(work.definition, who)
    values = {"campaign_id": work.campaign_id, "key": key, "number": number, "parent": parent.key,
              "name": f"{parent.name}（{zh}）", "english": f"{parent.english} ({en})", "who": plain_who(who),
              "own_of": own_of, "made_at": work.at}  # fmt: skip
    work.connection.execute(insert(C), values)
    witness.note(work, C, None, values)
    return key


def own_of(work: Work, unit_id: int) -> str | None:
    """The key of the class that holds the unit's own deadline, if it ever set one."""
    query = select(col(C.key)).where(col(C.campaign_id) == work.campaign_id, col(C.own_of) == unit_id)
    return work.connection.execute(query).scalar()


def plain_who(who: Who) -> dict[str, Any]:
    """Whom it is for, as plain values."""
    return {key: value for key, value in asdict(who).items() if value}


def who_of(plain: Mapping[str, Any]) -> Who:
    """The same, read back."""
    attributes = tuple((key, tuple(values)) for key, values in plain.get("attributes", ()))
    lines = {key: tuple(plain.get(key, ())) for key in ("channels", "units", "tracks")}
    return Who(**lines, attributes=attributes, role=Party(plain["role"]) if "role" in plain else None)
