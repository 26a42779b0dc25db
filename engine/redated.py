"""What dates of an amended file do: whether they may stand, who is corrected, and what is open again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from engine import moving
from engine.letters import corrections, movement, occasional
from engine.letters.correspondence import Sent
from engine.letters.movement import Before
from engine.moving import Moved
from engine.office import Work
from engine.redating import Redated
from engine.windows import is_closed
from workflows.classes import closings
from workflows.definition import Milestone
from workflows.derivation import earliest_end, followed
from workflows.reasons import Reason, Refused
from workflows.timeline import InForce
from workflows.vocabulary import Edge, Party


def closed_ends(work: Work) -> frozenset[str]:
    """The ends of the collection whose closing was completed. To be asked before a file is put in force."""
    ends = closings(work.definition, work.calendar)
    return frozenset(each.milestone for each in ends if is_closed(work, each.milestone))


def against(work: Work, before: Before, redated: Redated) -> Iterator[Reason]:
    """Why these dates may not stand, all at once: what a single move would be refused for (EXT-…)."""
    for key in redated.changed:
        yield from _against_own(work, work.definition.milestone_by_key[key], before.calendar[key])
    for each in (work.definition.milestone_by_key[key] for key in redated.added):
        if each.of and each.closes and each.closes <= work.at:
            yield moving.has_passed(work, each.closes)
    for each in work.definition.milestones:
        if _edges(before.calendar.get(each.key)) != _edges(work.calendar[each.key]) or _bound_moved(work, before, each):
            yield from _against_order(work, each)


def _against_own(work: Work, each: Milestone, old: InForce) -> Iterator[Reason]:
    new = work.calendar[each.key]
    opens, closes = new.edge(Edge.OPENS), new.edge(Edge.CLOSES)
    if old.opens != new.opens and old.opens and old.opens <= work.at:
        yield moving.has_begun(each)
    if closes and closes != old.edge(Edge.CLOSES):
        if closes <= work.at:
            yield moving.has_passed(work, closes)
        elif opens and closes <= opens and not new.chosen:
            yield moving.not_after_start(work, each, closes)


def _bound_moved(work: Work, before: Before, each: Milestone) -> bool:
    bounds = [key for key in (each.before, each.of) if key]
    return any(_edges(before.calendar.get(key)) != _edges(work.calendar[key]) for key in bounds)


def _against_order(work: Work, each: Milestone) -> Iterator[Reason]:
    """Against other dates: what must end before another begins, last at least so long, or end with its parent."""
    closes = work.calendar[each.key].edge(Edge.CLOSES)
    if closes is None:
        return
    yield from _refusals(lambda: moving.check_before(work, each, closes))
    floor = earliest_end(work.definition, work.calendar, each.key, work.workdays)
    if floor and closes < floor:
        yield moving.too_short(work, each, closes, floor)
    # A unit's own deadline may be later than the campaign's is now: the earlier of the two counts.
    theirs = each.of and each.who.role is Party.APPLICANT and each in work.filed.milestones
    bound = work.calendar[each.of].closes if each.of and theirs else None
    if bound and closes > bound:
        yield moving.later_than_the_units(work, closes, bound)


def _refusals(check: Callable[[], None]) -> Iterable[Reason]:
    try:
        check()
    except Refused as refused:
        return refused.reasons
    return ()


def _edges(standing: InForce | None) -> tuple[Any, ...]:
    return (standing.edge(Edge.OPENS), standing.edge(Edge.CLOSES), standing.suspended) if standing else ()


def carry_out(
    work: Work, before: Before, redated: Redated, *, closed: frozenset[str], reason: str, reopen: bool
) -> tuple[Moved, ...]:  # fmt: skip
    """Open again what lapsed, and correct exactly those who were told another date; one letter each for a collection.

    As `extend` does for one date, after the new file was put in force.
    """
    definition, moved = work.definition, []
    mine = {each.key for each in definition.milestones if definition.collection in (each.key, each.of)}
    followers = _followers(work, before, redated)
    of_collection = [key for key in (*redated.changed, *redated.added, *followers) if key in mine]
    reopened = _collect_again(work, before, of_collection, redated, closed, reason=reason, reopen=reopen)
    if movement.by_class(work, before, definition.collection) and (of_collection or redated.regrouped):
        primary = of_collection[0] if _alone(before, redated, of_collection) else definition.collection
        for key in of_collection:
            if key in before.calendar and key != primary:
                corrections.stop(work, key, before.calendar[key], work.calendar[key], reason)
        moved.append(_moved(work, before, primary, reason, reopened))
        rest = [key for key in (*redated.changed, *followers) if key not in mine]
    else:
        rest = [*redated.changed, *followers]
    moved += [_moved(work, before, key, reason, reopened if key in mine else 0) for key in rest]
    return tuple(moved)


def _followers(work: Work, before: Before, redated: Redated) -> list[str]:
    """Dates that follow from changed ones; classes of the collection are told with it."""
    moved = followed(before.calendar, work.calendar, {*redated.changed, *redated.added})
    definition = work.definition
    return [key for key in moved if definition.milestone_by_key[key].of != definition.collection]


def _alone(before: Before, redated: Redated, keys: list[str]) -> bool:
    """Whether all whose date of the collection is another now have it by one milestone, which letters can name."""
    there = before.definition.milestone_by_key
    gone = any(there[key].of == before.definition.collection for key in redated.dropped)
    return len(keys) == 1 and not gone and (not redated.regrouped or keys[0] in redated.added)


def _collect_again(
    work: Work, before: Before, keys: list[str], redated: Redated, closed: frozenset[str], *, reason: str, reopen: bool
) -> int:  # fmt: skip
    if not closed or not (keys or redated.regrouped):
        return 0
    ends = [each.milestone for each in closings(work.definition, work.calendar)]
    open_again = [
        key for key in ends
        if not is_closed(work, key) and (key in closed or key not in before.calendar or redated.regrouped)
    ]  # fmt: skip
    return sum(moving.collect_again(work, key, reason=reason, reopen=reopen) for key in open_again)


def _moved(work: Work, before: Before, key: str, reason: str, reopened: int) -> Moved:
    parent = work.definition.milestone_by_key[key].of
    old = before.calendar[key] if key in before.calendar else before.calendar[parent or work.definition.collection]
    new = work.calendar[key]
    told = Sent() if _untold(before, key, old) else occasional.deadline_moved(
        work, milestone=key, edge=_edge(old, new), old=old, new=new, reason=reason, before=before
    )  # fmt: skip
    return Moved(old=old, new=new, told=told, reopened=reopened, affected=moving.affected(work, key))


def _edge(old: InForce, new: InForce) -> Edge:
    chosen = old.chosen or new.chosen
    return Edge.OPENS if chosen or (_closes(old) == _closes(new) and old.opens != new.opens) else Edge.CLOSES


def _closes(standing: InForce) -> datetime | None:
    return standing.edge(Edge.CLOSES)


def _untold(before: Before, key: str, old: InForce) -> bool:
    """Whether nobody can have been told a date: it was left open, or still to be announced."""
    named = before.definition.milestone_by_key.get(key)
    open_yet = named is not None and named.to_choose and old.chosen is None
    return open_yet or not (old.edge(Edge.OPENS) or old.edge(Edge.CLOSES) or old.suspended)
