"""A deadline for the reader's calendar, as plain values inside a letter's context and back again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.office import Work
from notifications.invitation import Invitation
from workflows.instants import iso
from workflows.vocabulary import Edge


def invitation(work: Work, milestone: str, edge: Edge, *, what: str) -> dict[str, Any] | None:
    """The calendar entry of one edge of a milestone; none if it has no instant or that has passed.

    A moved deadline keeps its `uid` and gets a higher `sequence`, so that the entry moves too.
    """
    standing = work.calendar[milestone]
    deadline = standing.edge(edge)
    if deadline is None or deadline <= work.at:
        return None
    definition = work.definition
    return {
        "uid": f"{definition.key}.{milestone}.{edge.value}@bangdan",
        "sequence": standing.edge_revision(edge) - 1,
        "summary": f"{what}截止：{definition.name}",
        "description": f"{definition.office.name} / Deadline: {definition.english}",
        "deadline": iso(deadline),
        "zone": definition.zone,
        "stamp": iso(work.at),
    }


def read_invitation(context: Mapping[str, Any]) -> Invitation | None:
    """The calendar entry that a letter's context asks for, if any."""
    values = context.get("invitation")
    if not values:
        return None
    instants = {name: datetime.fromisoformat(values[name]) for name in ("deadline", "stamp")}
    return Invitation(**{**values, **instants})
