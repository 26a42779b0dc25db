"""The mark of a nomination is another one when it looks different to whoever asks, and to nobody else."""

from __future__ import annotations

from engine import batches, nominations, turn
from engine.access import Actor
from engine.accounts.keys import Keys
from engine.batches import Result
from engine.changes.marks import mark
from tests.builders import House
from tests.small import ACADEMY, DURING, FINAL, OFFICE, REVIEW, SWEPT, draft, new_unit, unit_actor

KEYS = Keys(b"k" * 32)


def _mark(house: House, actor: Actor, nomination: str | None) -> str:
    with house.office.read(house.campaign, actor, at=FINAL) as work:
        return mark(work, KEYS, nomination)


def test_a_unit_does_not_hear_when_its_nomination_is_judged_and_does_when_it_is_decided(quick: House) -> None:
    unit = new_unit(quick, "甲学会")
    mine, marks = unit_actor(unit), list[tuple[str, str]]()
    with quick.write(DURING) as work:
        key = draft(work, unit, "净水")
        nominations.submit(work, key)
    turn.turn(quick.office, quick.campaign, at=SWEPT)

    for do in (
        lambda _: None,
        lambda work: batches.report(work, [Result(id=key, passed=True)]),
        lambda work: batches.decide(work, [Result(id=key, passed=True)], occasion="1"),
    ):
        with quick.write(REVIEW, ACADEMY if len(marks) == 1 else OFFICE) as work:
            do(work)
        marks.append((_mark(quick, mine, key), _mark(quick, OFFICE, key)))

    units, offices = zip(*marks, strict=True)
    assert (units[0] == units[1], units[1] == units[2]) == (True, False)
    assert offices[0] != offices[1]


def test_the_mark_of_a_campaign_moves_with_its_history_and_tells_nothing(quick: House) -> None:
    before = _mark(quick, OFFICE, None)
    again = _mark(quick, OFFICE, None)
    new_unit(quick, "甲学会")

    assert (before == again, _mark(quick, OFFICE, None) == before, len(before)) == (True, False, 24)
