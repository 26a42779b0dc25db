"""A unit's first page: its windows, places, what is to be done and why it can't be yet, and nothing of others."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from engine import batches, nominations, turn
from engine.batches import Result
from engine.queries import mine
from engine.queries.mine import Home
from tests.builders import House, add_draft
from tests.small import ACADEMY, CLOSES, DURING, OFFICE, OPENS, REVIEW, SWEPT, draft, new_unit, unit_actor
from workflows.reasons import NotFound

WATER = "inventions/water"


def _home(house: House, unit: int, at: datetime = DURING) -> Home:
    with house.office.read(house.campaign, unit_actor(unit), at=at) as work:
        return mine.home(work)


def test_its_windows_places_and_channels(small: House) -> None:
    unit = new_unit(small, "甲学会")
    with small.write(DURING) as work:
        draft(work, unit, "净水")
        nominations.submit(work, draft(work, unit, "滤水"))
    found = _home(small, unit)

    assert [each.zh for each in found.channels] == ["学会"]
    assert [(each.opens, each.closes, each.writes, each.tracks) for each in found.windows] == [
        (OPENS, CLOSES, None, ("发明榜·水", "发明榜·光", "人物榜"))
    ]
    assert [(each.place.scope, each.place.limit, each.place.used, each.drafts) for each in found.places] == [
        ("发明榜·水", 2, 1, 1), ("发明榜·光", 2, 0, 0), ("人物榜", 1, 0, 0),
    ]  # fmt: skip


def test_what_is_to_be_done_stands_with_what_is_against_it(small: House) -> None:
    unit = new_unit(small, "甲学会")
    limit = DURING + timedelta(days=1)
    with small.write(DURING) as work:
        add_draft(work, unit, "缺材料", track=WATER, complete=False)
        draft(work, unit, "可提交")
        back = nominations.submit(work, draft(work, unit, "退回的")).id
        nominations.return_(work, back, reason="补盖章", correct_by=limit)
    found = _home(small, unit)

    told = [(one.title, one.returned, one.by, [reason.code for reason in one.reasons]) for one in found.todo]
    assert told == [
        ("退回的", True, CLOSES, []), ("缺材料", False, CLOSES, ["MAT-01"]), ("可提交", False, CLOSES, []),
    ]  # fmt: skip
    assert (found.undone, found.groups) == (3, ())


def test_the_rest_stands_by_state_as_the_unit_may_know_it(small: House) -> None:
    unit = new_unit(small, "甲学会")
    with small.write(DURING) as work:
        keys = [nominations.submit(work, draft(work, unit, title)).id for title in ("净水", "滤水")]
        nominations.withdraw(work, nominations.submit(work, draft(work, unit, "光", track="inventions/light")).id,
                             reason="重复")  # fmt: skip
    during = [(one.key, one.count) for one in _home(small, unit).groups]
    turn.turn(small.office, small.campaign, at=SWEPT)
    with small.write(REVIEW, ACADEMY) as work:
        batches.report(work, [Result(id=keys[0], passed=True), Result(id=keys[1], passed=False)])

    assert during == [("submitted", 2), ("withdrawn", 1)]
    assert [(one.key, one.count) for one in _home(small, unit, REVIEW).groups] == [
        ("under_review", 2),
        ("withdrawn", 1),
    ]


def test_what_comes_next_is_in_order_and_all_ahead(small: House) -> None:
    found = _home(small, new_unit(small))

    assert [(each.words.zh, each.edge.value) for each in found.ahead] == [
        ("征集", "closes"), ("方案备案", "closes"), ("初评", "opens"), ("报送初评结果", "closes"), ("初评", "closes"),
    ]  # fmt: skip
    assert all(each.at > DURING for each in found.ahead)


def test_nothing_of_another_unit_is_in_it(small: House) -> None:
    own, other = new_unit(small, "甲学会"), new_unit(small, "乙学会")
    with small.write(DURING) as work:
        draft(work, other, "外单位的草稿")
        nominations.submit(work, draft(work, other, "外单位的项目"))

    assert "外单位" not in repr(_home(small, own))


@pytest.mark.parametrize("actor", [OFFICE, ACADEMY, replace(unit_actor(1), unit_id=None)])
def test_who_acts_as_no_unit_has_no_such_page(quick: House, actor: object) -> None:
    new_unit(quick)
    with (
        quick.office.read(quick.campaign, actor, at=DURING) as work,  # type: ignore[arg-type]
        pytest.raises(NotFound),
    ):
        mine.home(work)
