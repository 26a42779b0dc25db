"""Dates that the notice leaves open (另行通知), in a rehearsal: announced early, each after what comes before it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from engine import campaigns
from engine.access import Actor
from engine.office import Work
from engine.rehearsal.theatre import Action
from workflows.definition import Definition, Milestone
from workflows.vocabulary import Edge

LONG = timedelta(days=10)


def action(definition: Definition, secretariat: Actor) -> Action:
    """The secretariat announces whatever is open."""
    return Action(actor=secretariat, verb="announce", what=definition.name, do=_announce, alone=True)


def _announce(work: Work) -> None:
    """What nominations pass in the order in which they pass it; everything else when they are through."""
    at = _ended(work, work.definition.collection)
    for key in dict.fromkeys((*_way(work.definition), *work.calendar)):
        milestone = work.definition.milestone_by_key[key]
        if milestone.to_announce and work.calendar[key].opens is None:
            _open(work, milestone, at)
        if key in _way(work.definition):
            at = max([at, *_edges(work, key)])


def _edges(work: Work, key: str) -> list[datetime]:
    return [at for edge in Edge if (at := work.calendar[key].edge(edge))]


def _open(work: Work, milestone: Milestone, at: datetime) -> None:
    campaigns.announce(work, milestone.key, opens=at, closes=None if milestone.lasts else at + LONG)


def _ended(work: Work, milestone: str) -> datetime:
    """The last end of a milestone and its classes."""
    family = [each.key for each in work.definition.milestones if milestone in (each.key, each.of)]
    return max(end for key in family if (end := work.calendar[key].edge(Edge.CLOSES)))


def _way(definition: Definition) -> Iterator[str]:
    """The milestones on a nomination's way, in order."""
    for stage in definition.stages:
        yield from (stage.window, stage.due)
    yield definition.publication
    yield definition.promotion
