"""Until when each unit may submit, for its letters: the next end that is still to come on any of its tracks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any

from engine.letters.invitations import invitation
from engine.letters.letterhead import time_left, when
from engine.letters.movement import tracks_open_to
from engine.office import Work
from engine.windows import subjects
from workflows.classes import Window, classes_of, ending, window_for
from workflows.vocabulary import Edge, Party

WHAT = "申报、推荐材料提交"


def deadline_words(work: Work, milestone: str) -> dict[str, Any]:
    """The end of the collection, or of a class of it, as letters name it."""
    closes = work.calendar[milestone].closes
    return {
        "deadline": when(work, closes, Edge.CLOSES),
        "left": time_left(work, closes),
        "invitation": invitation(work, milestone, Edge.CLOSES, what=WHAT),
    }


def next_ends(work: Work, units: Collection[int], milestone: str) -> Mapping[int, str | None] | None:
    """The milestone whose end comes next for each unit; None for a unit that nothing is open to any more.

    Letters around a class (`milestone`) are only for the units whose end it is. None in all: everybody has the same.
    """
    collection = work.definition.collection
    if not classes_of(work.definition, collection):
        return None
    wanted = ending(work.calendar[milestone]) if work.definition.milestone_by_key[milestone].of == collection else None
    return {unit_id: _next(work, windows, wanted) for unit_id, windows in _windows(work, units)}


def _next(work: Work, windows: Collection[Window], wanted: str | None) -> str | None:
    open_ones = [
        each
        for each in windows
        if (each.closes is None or each.closes > work.at) and wanted in (None, each.closes_of)
    ]  # fmt: skip
    dated = sorted((each.closes, each.closes_of) for each in open_ones if each.closes)
    return dated[0][1] if dated else next((each.closes_of for each in open_ones), None)


def _windows(work: Work, units: Collection[int]) -> Iterable[tuple[int, list[Window]]]:
    for unit_id, known in subjects(work, units).items():
        cases = [
            replace(known, track=track, role=Party.UNIT) for track in tracks_open_to(work.definition, known.channels)
        ]
        yield unit_id, [window_for(work.definition, work.calendar, case) for case in cases]
