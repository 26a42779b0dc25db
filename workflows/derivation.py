"""Dates that follow from others: what begins after something, lasts so long, or stands in for its parent.

Nothing that is derived is stored. A date that was set while the campaign runs (extended, chosen, announced) stays as it
was set; all the others follow when what they hang on is moved. What needs working days of a year whose holidays are not
published is not known yet, and says so.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from graphlib import TopologicalSorter

from workflows.definition import Definition, Length, Milestone
from workflows.instants import zone_of
from workflows.lengths import day_over, last_day, midnight
from workflows.timeline import Calendar, InForce, announced, day_of
from workflows.vocabulary import Edge
from workflows.workdays import Workdays, YearUnknown


def as_announced(definition: Definition, workdays: Workdays) -> dict[str, InForce]:
    """The whole calendar as the notice announces it, with what follows from it."""
    return with_followers(definition, announced(definition.milestones), workdays)


def with_followers(definition: Definition, calendar: Calendar, workdays: Workdays) -> dict[str, InForce]:
    """The calendar with every date that follows from others.

    `calendar` holds what the file and the revisions say; of these an edge with `moved_at` was set anew and stays. One
    that was set anew without an instant is derived as well, by the rule that the file has since.
    """
    waits = {each.key: [key for key in (each.after, each.of) if key] for each in definition.milestones}
    found, zone = dict(calendar), zone_of(definition.zone)
    for key in TopologicalSorter(waits).static_order():
        milestone = definition.milestone_by_key[key]
        begun = _begun(milestone, found[key], found, zone, workdays)
        found[key] = _ended(milestone, begun, found, zone, workdays)
    return found


def earliest_end(definition: Definition, calendar: Calendar, milestone: str, workdays: Workdays) -> datetime | None:
    """The end before which a milestone that lasts “不少于” so long may not end, from its start in force.

    None where there is no such end, or it has not begun to be known. Raises `YearUnknown` (CAL-01).
    """
    named = definition.milestone_by_key[milestone]
    rule = definition.milestone_by_key[named.of] if named.of else named
    standing = calendar[milestone]
    if not rule.at_least or standing.opens is None:
        return None
    return _end(rule, standing.opens, calendar, zone_of(definition.zone), workdays)


def followed(before: Calendar, after: Calendar, moved: Collection[str]) -> dict[str, Edge]:
    """What moved because these did: the edge that people were told of, the end where both differ, by key."""
    found = {}
    for key, new in after.items():
        old = before.get(key)
        if old is None or key in moved:
            continue
        edges = [edge for edge in (Edge.CLOSES, Edge.OPENS) if old.edge(edge) and old.edge(edge) != new.edge(edge)]
        if edges:
            found[key] = edges[0]
    return found


def _begun(each: Milestone, own: InForce, found: Calendar, zone: tzinfo, workdays: Workdays) -> InForce:
    """The milestone with its start."""
    if each.of and own.opens is None:
        return _with_start_of(found[each.of], own)
    if each.after is None or (own.opens_moved_at is not None and own.opens is not None):
        return own
    anchor = found[each.after]
    at = anchor.edge(each.edge) if each.edge else anchor.actual
    if at is None:
        return replace(own, unknown_year=anchor.unknown_year if each.edge else None)
    which = each.edge if each.edge and anchor.chosen is None else Edge.OPENS
    try:
        own = replace(own, opens=_later(at, each.wait, which, zone, workdays))
    except YearUnknown as unknown:
        return replace(own, unknown_year=_year(unknown))
    return _moved_with(anchor, each.edge, own) if each.edge else own


def _with_start_of(parent: InForce, own: InForce) -> InForce:
    return replace(
        own, opens=parent.opens, opens_revision=parent.opens_revision, opens_moved_at=parent.opens_moved_at,
        opens_of=parent.opens_of or parent.milestone, revision=max(own.revision, parent.opens_revision),
        unknown_year=parent.unknown_year,
    )  # fmt: skip


def _moved_with(anchor: InForce, edge: Edge, own: InForce) -> InForce:
    """A start that moves whenever that edge of its anchor does, so that its letters go out anew."""
    revision = max(anchor.edge_revision(edge), own.opens_revision)
    moved = _later_of(anchor.moved_at(edge), own.opens_moved_at)
    return replace(own, opens_revision=revision, opens_moved_at=moved, revision=max(own.revision, revision))


def _later_of(first: datetime | None, second: datetime | None) -> datetime | None:
    return max((each for each in (first, second) if each is not None), default=None)


def _later(at: datetime, wait: Length | None, which: Edge, zone: tzinfo, workdays: Workdays) -> datetime:
    """A while after an instant; so many days later is as that day begins."""
    if wait is None or wait.span is not None:
        return at + (wait.span if wait and wait.span else timedelta())
    day = day_of(at, which, zone)
    if wait.working is not None:
        return midnight(workdays.add(day, wait.working), zone)
    return midnight(day + timedelta(days=wait.days or 0), zone)


def _ended(each: Milestone, own: InForce, found: Calendar, zone: tzinfo, workdays: Workdays) -> InForce:
    """The milestone with its end, its start being known as far as it is."""
    if own.suspended:
        return own
    if each.of and own.closes is None and not each.to_announce:
        return _with_end_of(found[each.of], own)
    if each.lasts is None or own.opens is None or (own.closes_moved_at is not None and own.closes is not None):
        return own
    try:
        closes = _end(each, own.opens, found, zone, workdays)
    except YearUnknown as unknown:
        return replace(own, unknown_year=_year(unknown))
    revision, moved = max(own.opens_revision, own.closes_revision), _later_of(own.opens_moved_at, own.closes_moved_at)
    return replace(own, closes=closes, closes_revision=revision, closes_moved_at=moved)


def _with_end_of(parent: InForce, own: InForce) -> InForce:
    return replace(
        own, closes=parent.closes, closes_revision=parent.closes_revision, closes_moved_at=parent.closes_moved_at,
        closes_of=parent.closes_of or parent.milestone, revision=max(own.revision, parent.closes_revision),
        suspended=parent.suspended, unknown_year=own.unknown_year or parent.unknown_year,
    )  # fmt: skip


def _end(each: Milestone, start: datetime, found: Calendar, zone: tzinfo, workdays: Workdays) -> datetime | None:
    """The end of what lasts a while from `start`: so many days are over with the last of them, at its 24:00."""
    lasts = each.lasts
    if lasts is None or lasts.span is not None:
        return start + lasts.span if lasts and lasts.span else None
    # What begins as another ends at 24:00 counts from the day that ended: that day is not counted, the next one is.
    follows = each.after and each.edge is Edge.CLOSES and not each.counted and found[each.after].closes == start
    day = day_of(start, Edge.CLOSES if follows else Edge.OPENS, zone)
    return day_over(last_day(day, lasts, workdays, counted=each.counted), zone)


def _year(unknown: YearUnknown) -> int:
    return int(str(unknown.reasons[0].facts["year"]))
