"""A deadline for the reader's calendar, as plain values inside a letter's context and back again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from engine.office import Work
from notifications.invitation import Invitation
from workflows.instants import iso
from workflows.targets import classes_of
from workflows.vocabulary import Edge
from workflows.zones import iana_name


def invitation(work: Work, milestone: str, edge: Edge, *, what: str) -> dict[str, Any] | None:
    """The calendar entry of one edge of a milestone; none if it has no instant or that has passed.

    A moved deadline keeps its `uid` and gets a higher `sequence`, so that the entry moves too; so does the date of
    somebody who is in another class now.
    """
    standing = work.calendar[milestone]
    deadline = standing.edge(edge)
    if deadline is None or deadline <= work.at:
        return None
    definition = work.definition
    return {
        "uid": f"{definition.key}.{definition.milestone_by_key[milestone].of or milestone}.{edge.value}@bangdan",
        "sequence": _announcements(work, milestone, edge) - 1,
        "summary": f"{what}截止：{definition.name}",
        "description": f"{definition.office.name} / Deadline: {definition.english}",
        "deadline": iso(deadline),
        "zone": iana_name(definition.zone),
        "stamp": iso(work.at),
    }


def _announcements(work: Work, milestone: str, edge: Edge) -> int:
    """How often a date of the milestone was announced; with classes, of any of them."""
    family = work.definition.milestone_by_key[milestone].of or milestone
    classes = classes_of(work.definition, family)
    return work.calendar[family].edge_revision(edge) + sum(work.calendar[each.key].revision for each in classes)


def read_invitation(context: Mapping[str, Any]) -> Invitation | None:
    """The calendar entry that a letter's context asks for, if any."""
    values = context.get("invitation")
    return _read(tuple(values.items())) if values else None


@lru_cache(maxsize=64)  # thousands of letters carry the same one
def _read(values: tuple[tuple[str, Any], ...]) -> Invitation:
    named = dict(values)
    return Invitation(**{**named, **{name: datetime.fromisoformat(named[name]) for name in ("deadline", "stamp")}})
