"""What the secretariat does for a unit is told to the unit, in the transaction that does it."""

from __future__ import annotations

import pytest

from engine import nominations, units
from engine.behalf import acting_for
from engine.queries.story import story
from engine.trying import tried
from tests.builders import House, add_unit, letters
from tests.small import AUDITOR, DURING, OFFICE, draft, unit_actor
from workflows.reasons import NotFound, Refused


def _unit(house: House) -> int:
    with house.write(DURING, OFFICE) as work:
        return add_unit(work, "甲学会", people=[("张三", "z@example.org"), ("李四", None)])


def test_a_unit_is_told_once_of_all_that_was_done_for_it(small: House) -> None:
    unit = _unit(small)
    with small.write(DURING, OFFICE) as work, acting_for(work, "甲学会"):
        nominations.submit(work, draft(work, unit, "量子通信"))
    with small.read(DURING) as work:
        (told,) = letters(work, "done-for-unit")
        done = story(work, subject="nomination")

    assert (told.to_address, told.context["by"]) == ("z@example.org", "赵书")
    assert [(each["zh"], each["name"]) for each in told.context["done"]] == [("起草", "量子通信"), ("提交", "量子通信")]
    assert {(line.actor, line.behalf) for line in done} == {("赵书", "甲学会 甲学会")}


def test_nobody_is_told_of_what_was_not_done(small: House) -> None:
    unit = _unit(small)
    with small.write(DURING, OFFICE) as work, acting_for(work, "甲学会"):
        tried(work, lambda: draft(work, unit, "量子通信"))
    with pytest.raises(Refused), small.write(DURING, OFFICE) as work, acting_for(work, "甲学会"):
        draft(work, unit, "")
    with small.write(DURING, unit_actor(unit)) as work:
        draft(work, unit, "脑机接口")
    with small.read(DURING) as work:
        assert letters(work, "done-for-unit") == []


def test_only_the_secretariat_acts_for_a_unit_that_there_is(quick: House) -> None:
    unit = _unit(quick)
    with (
        pytest.raises(Refused, match="ROL-03"),
        quick.write(DURING, unit_actor(unit)) as work,
        acting_for(work, "甲学会"),
    ):
        pass
    with pytest.raises(Refused, match="ROL-02"), quick.write(DURING, AUDITOR):
        pass
    with pytest.raises(NotFound), quick.write(DURING, OFFICE) as work, acting_for(work, "乙学会"):
        units.attributes_of(work, unit)
