"""The numbers of lines: the events' own for those who see all, places in the story for everybody else."""

from __future__ import annotations

from engine import nominations
from engine.queries.story import Happened, story_of
from tests.builders import House
from tests.small import DURING, OFFICE, draft, new_unit, row_id, unit_actor


def _lines(house: House, unit: int | None, nomination: str, before: int | None = None) -> list[Happened]:
    with house.office.read(house.campaign, OFFICE if unit is None else unit_actor(unit), at=DURING) as work:
        return story_of(work, "nomination", row_id(work, nomination), before=before, limit=2)


def test_a_unit_reads_places_and_goes_back_by_them(small: House) -> None:
    unit = new_unit(small)
    with small.write(DURING, unit_actor(unit)) as work:
        key = draft(work, unit, "甲")
        nominations.submit(work, key)
        nominations.recall(work, key)
    newest = _lines(small, unit, key)
    assert [(line.number, line.verb) for line in newest] == [(2, "submit"), (3, "recall")]
    assert [(line.number, line.verb) for line in _lines(small, unit, key, before=2)] == [(1, "draft")]


def test_the_office_reads_the_numbers_under_which_events_are_sealed(quick: House) -> None:
    unit = new_unit(quick)
    with quick.write(DURING, unit_actor(unit)) as work:
        key = draft(work, unit, "甲")
    (line,) = _lines(quick, None, key)
    assert line.number > 1
