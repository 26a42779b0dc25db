"""The calendar of an amended file: every date that the file changed is announced anew, with what that does to people.

A date that the secretariat moved stays as long as the file's own did not change. What follows from another date and
is counted by another rule now has a revision without an instant: it goes on following.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Row, insert
from sqlmodel import col, select

from engine import calendars, classes, witness
from engine.history import record
from engine.office import Work
from engine.tables import MilestoneRevision
from workflows.definition import Definition, Milestone
from workflows.derivation import with_followers
from workflows.targets import classes_of
from workflows.timeline import Calendar, InForce, announced
from workflows.vocabulary import Edge

R = MilestoneRevision
STARTS = ("opens", "after", "edge", "wait", "to_choose", "to_announce", "of")
ENDS = ("closes", "lasts", "counted", "to_choose", "to_announce", "of")


@dataclass(frozen=True, kw_only=True, slots=True)
class Redated:
    """The milestones by key: `changed` have other dates now, `added` and `dropped` are the file's news.

    `regrouped`: the collection's classes are others now, or for others, so that people may have another date.
    """

    changed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    dropped: tuple[str, ...] = field(default=())
    regrouped: bool = False


def announce(work: Work, old: Definition, new: Definition) -> tuple[str, ...]:
    """Announce the milestones that no file of the campaign had before; returns their keys.

    No event of their own tells of them: the amendment's does, which comes after this and before `write`.
    """
    known = {*old.milestone_by_key, *_latest(work)}
    made = tuple(each for each in new.milestones if each.key not in known)
    if made:
        calendars.announce(work, replace(new, milestones=made))
    return tuple(each.key for each in made)


def write(work: Work, old: Definition, new: Definition, fresh: Collection[str], *, reason: str) -> Redated:
    """Write the revisions that `new` asks for beside the `fresh` ones, while `old` is still in force here."""
    rows, before = _latest(work), work.calendar
    after = _would_be(work, old, new)
    there, now = old.milestone_by_key, new.milestone_by_key
    added = [key for key in now if key not in there]
    for key in (key for key in added if key not in fresh):  # it was dropped once: its numbers go on
        _revise(work, rows[key], announced([now[key]])[key], {Edge.OPENS, Edge.CLOSES}, reason)
    changed = [
        key for key in now
        if key in there and _redate(work, rows[key], there[key], now[key], _moved(before[key], after[key]), reason)
    ]  # fmt: skip
    regrouped = _groups(old) != _groups(new)
    if regrouped and new.collection not in changed:  # whoever is corrected is told of an announcement of its own
        row = rows[new.collection]
        _revise(work, row, _standing(row), set(), reason)
    dropped = [key for key in there if key not in now]
    return Redated(changed=tuple(changed), added=tuple(added), dropped=tuple(dropped), regrouped=regrouped)


def _latest(work: Work) -> Mapping[str, Row[Any]]:
    rows = work.connection.execute(
        select(R).where(col(R.campaign_id) == work.campaign_id).order_by(col(R.revision))
    ).all()
    return {row.milestone: row for row in rows}


def _groups(definition: Definition) -> list[tuple[str, Any]]:
    return [(each.key, each.who) for each in classes_of(definition, definition.collection)]


def _would_be(work: Work, old: Definition, new: Definition) -> Calendar:
    """The calendar in force under the new file, before its revisions are written."""
    whole = classes.in_force(work.connection, work.campaign_id, new)
    standing = calendars.stored(work.connection, work.campaign_id, whole)
    for each in new.milestones:
        was = old.milestone_by_key.get(each.key)
        standing[each.key] = (
            announced([each])[each.key] if was is None else _filed(standing[each.key], was, each)
        )  # fmt: skip
    return with_followers(whole, standing, work.workdays)


def _filed(standing: InForce, was: Milestone, now: Milestone) -> InForce:
    """The stored dates of a milestone with those that the file changed."""
    if standing.chosen is not None and was.to_choose and now.to_choose:
        return standing
    starts, ends = _differ(was, now, STARTS), _differ(was, now, ENDS)
    return replace(
        standing,
        opens=now.opens if starts else standing.opens, closes=now.closes if ends else standing.closes,
        chosen=standing.chosen if now.to_choose else None, suspended=standing.suspended and not ends,
    )  # fmt: skip


def _differ(was: Milestone, now: Milestone, names: Collection[str]) -> bool:
    return any(getattr(was, name) != getattr(now, name) for name in names)


def _moved(before: InForce, after: InForce) -> set[Edge]:
    """The edges at which anybody has another date."""
    return {edge for edge in Edge if _told(before, edge) != _told(after, edge)}


def _redate(  # noqa: PLR0917 - the row, the file's two words on it, and what that does
    work: Work, row: Row[Any], was: Milestone, now: Milestone, moved: set[Edge], reason: str
) -> bool:  # fmt: skip
    """Announce one milestone anew if the file changed its dates; says whether anybody has another date now."""
    if not _differ(was, now, (*STARTS, *ENDS)):
        return False
    filed = _filed(_standing(row), was, now)
    if moved or filed != _standing(row):
        _revise(work, row, filed, moved, reason)
    return bool(moved)


def _told(standing: InForce, edge: Edge) -> Any:
    return standing.edge(edge), edge is Edge.CLOSES and standing.suspended


def _standing(row: Row[Any]) -> InForce:
    return InForce(milestone=row.milestone, revision=row.revision, opens=row.opens, closes=row.closes,
                   chosen=row.chosen, suspended=row.suspended)  # fmt: skip


def _revise(work: Work, row: Row[Any], now: InForce, moved: Collection[Edge], reason: str) -> None:
    number = row.revision + 1
    values = {
        "campaign_id": work.campaign_id, "milestone": row.milestone, "revision": number, "opens": now.opens,
        "closes": now.closes, "chosen": now.chosen, "suspended": now.suspended, "reason": reason,
        "opens_revision": number if Edge.OPENS in moved else row.opens_revision,
        "closes_revision": number if Edge.CLOSES in moved else row.closes_revision,
        "actor": work.actor.name, "made_at": work.at,
    }  # fmt: skip
    work.connection.execute(insert(R), values)
    witness.note(work, R, None, values)
    told = {name: instant.isoformat() for name, instant in _instants(now)}
    was = row.chosen or row.closes or row.opens
    verb, before = ("extend", {"was": was.isoformat()}) if was else ("announce", {})
    record(work, "campaign", work.campaign_id, verb, milestone=row.milestone, revision=number, reason=reason,
           **before, **told)  # fmt: skip


def _instants(standing: InForce) -> Iterator[tuple[str, Any]]:
    for name in ("opens", "closes", "chosen"):
        if (instant := getattr(standing, name)) is not None:
            yield name, instant
