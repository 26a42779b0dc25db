"""Between which instants a milestone can begin and end, whatever date is chosen and whatever is extended to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from workflows.definition import Definition, Milestone
from workflows.derivation import as_announced
from workflows.timeline import Calendar
from workflows.workdays import Workdays


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounds:
    """The first and the last instant at which it may begin, and may end; None where no date is known."""

    begins: datetime | None = None
    begins_latest: datetime | None = None
    ends: datetime | None = None
    ends_latest: datetime | None = None


def bounds_of(definition: Definition, workdays: Workdays) -> Mapping[str, Bounds]:
    """The bounds of every milestone, classes of deadlines included, by key."""
    calendar = as_announced(definition, workdays)
    found: dict[str, Bounds] = {}
    for milestone in definition.milestones:
        _bound(milestone, definition, calendar, found)
    return found


def _bound(milestone: Milestone, definition: Definition, calendar: Calendar, found: dict[str, Bounds]) -> Bounds:
    if milestone.key not in found:
        standing = calendar[milestone.key]
        opens, closes = standing.opens, standing.closes
        if milestone.to_choose:  # one instant, anywhere in the window
            found[milestone.key] = Bounds(begins=opens, begins_latest=closes, ends=opens, ends_latest=closes)
        elif milestone.after and opens is None:  # it begins when that one really does
            first = _bound(definition.milestone_by_key[milestone.after], definition, calendar, found)
            found[milestone.key] = Bounds(
                begins=first.begins, begins_latest=first.begins_latest, ends=closes, ends_latest=closes
            )
        else:
            found[milestone.key] = Bounds(begins=opens, begins_latest=opens, ends=closes, ends_latest=closes)
    return found[milestone.key]
