"""What needs a second person: which moves of a date do, who may decide, and that it is done then and not before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from engine import batches, campaigns, nominations
from engine.access import Actor
from engine.batches import Result
from engine.classes import plain_who
from engine.proposals import proposing
from engine.queries.attention import attention
from engine.queries.story import story
from engine.sweep import close
from engine.tables import MilestoneRevision
from tests.builders import House, letters
from tests.small import (
    AUDITOR,
    CLOSES,
    DURING,
    FILE,
    FINAL,
    OFFICE,
    REVIEW,
    SWEPT,
    beijing,
    draft,
    events,
    faults,
    new_unit,
    states,
    unit_actor,
)
from workflows.definition import Who
from workflows.reasons import NotFound, Refused

A_DAY = timedelta(days=1)
SECOND = Actor(role=OFFICE.role, name="李审")
PUBLICATION = beijing("2025-04-20 10:00")
EARLIER, LATER = CLOSES - A_DAY, CLOSES + A_DAY


def _asked(closes: datetime, **more: Any) -> dict[str, Any]:
    return {"milestone": "collection", "closes": closes.isoformat(), "reason": "会期提前", **more}


def _propose(house: House, verb: str, asked: Mapping[str, Any], *, at: datetime = DURING) -> str:
    with house.write(at, OFFICE, alone=True) as work:
        return proposing.propose(work, verb, asked, account="zhao")


def _confirm(house: House, key: str, *, account: str = "li", at: datetime = DURING, actor: Actor = SECOND) -> Any:
    with house.write(at, actor, alone=True) as work:
        return proposing.confirm(work, key, account=account)


def _carry_out(house: House, verb: str, asked: Mapping[str, Any], *, at: datetime = DURING) -> dict[str, Any]:
    with house.write(at, OFFICE, alone=True) as work:
        return proposing.carry_out(work, verb, asked)


def _end(house: House, milestone: str = "collection") -> datetime | None:
    with house.read() as work:
        return work.calendar[milestone].closes


def _codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


def _selected(house: House, *titles: str) -> list[str]:
    unit = new_unit(house, "甲学会", "societies", "cities")
    with house.write(DURING) as work:
        ids = [draft(work, unit, title) for title in titles]
        for each in ids:
            nominations.submit(work, each)
    close(house.office, house.campaign, at=SWEPT)
    for at in (REVIEW, FINAL):
        with house.write(at) as work:
            results = [Result(id=each, passed=True) for each in ids]
            (batches.report if at == REVIEW else lambda w, r: batches.decide(w, r, occasion="1"))(work, results)
    with house.write(FINAL, alone=True) as work:
        campaigns.choose_date(work, "publication", date=PUBLICATION)
    return ids


def test_more_time_needs_one_person_and_less_time_two(quick: House) -> None:
    told = _carry_out(quick, "extend", _asked(LATER))

    with pytest.raises(Refused) as refused:
        _carry_out(quick, "extend", _asked(EARLIER))

    assert ((told["old"]["closes"], told["new"]["closes"]), _codes(refused), _end(quick)) == (
        (CLOSES.isoformat(), LATER.isoformat()), ["APR-01"], LATER,
    )  # fmt: skip
    assert "“征集”的截止提前到2025年3月13日24:00" in refused.value.reasons[0].zh


def test_what_was_proposed_happens_when_another_confirms_in_both_names(small: House) -> None:
    key = _propose(small, "extend", _asked(EARLIER))
    before = _end(small)

    told = _confirm(small, key, at=DURING + A_DAY)

    with small.read() as work:
        query = select(col(MilestoneRevision.actor), col(MilestoneRevision.made_at))
        (revision,) = work.connection.execute(query.where(col(MilestoneRevision.revision) == 2)).all()
        lines = [(line.verb, line.actor) for line in story(work)[-3:]]
    assert (before, _end(small), told["new"]["closes"]) == (CLOSES, EARLIER, EARLIER.isoformat())
    assert tuple(revision) == ("赵书、李审", DURING + A_DAY)
    assert lines == [("propose", "赵书"), ("extend", "赵书、李审"), ("confirm", "李审")]
    assert faults(small) == ()


def test_nobody_confirms_their_own_and_only_they_take_it_back(quick: House) -> None:
    key = _propose(quick, "extend", _asked(EARLIER))

    with pytest.raises(Refused) as own:
        _confirm(quick, key, account="zhao")
    with pytest.raises(Refused) as anothers, quick.write(DURING, SECOND, alone=True) as work:
        proposing.take_back(work, key, account="li")
    with quick.write(DURING, OFFICE, alone=True) as work:
        proposing.take_back(work, key, account="zhao")
    with pytest.raises(Refused) as late:
        _confirm(quick, key)

    assert [_codes(each) for each in (own, anothers, late)] == [["APR-04"], ["APR-08"], ["APR-05"]]
    assert _end(quick) == CLOSES


def test_a_refusal_says_why_and_changes_nothing(quick: House) -> None:
    key = _propose(quick, "extend", _asked(EARLIER))

    with pytest.raises(Refused) as reasonless, quick.write(DURING, SECOND, alone=True) as work:
        proposing.decline(work, key, reason=" ", account="li")
    with quick.write(DURING, SECOND, alone=True) as work:
        proposing.decline(work, key, reason="通知已经印发", account="li")
        row = proposing.find(work, key)

    assert (_codes(reasonless), _end(quick)) == (["RSN-01"], CLOSES)
    assert (row.state, row.decided_by, row.note) == ("declined", "李审", "通知已经印发")


def test_a_proposal_lasts_a_week_and_not_an_instant_longer(quick: House) -> None:
    asked = {"milestone": "results", "closes": (CLOSES + 11 * A_DAY).isoformat(), "reason": "会期提前"}
    key = _propose(quick, "extend", asked)

    with pytest.raises(Refused) as refused:
        _confirm(quick, key, at=DURING + proposing.LASTS)
    _confirm(quick, key, at=DURING + proposing.LASTS - timedelta(microseconds=1))

    assert _codes(refused) == ["APR-06"]
    assert _end(quick, "results") == CLOSES + 11 * A_DAY


def test_what_would_do_something_else_by_now_is_not_confirmed(quick: House) -> None:
    key = _propose(quick, "extend", _asked(EARLIER))
    _carry_out(quick, "extend", _asked(LATER))

    with pytest.raises(Refused) as refused:
        _confirm(quick, key)

    assert (_codes(refused), _end(quick)) == (["APR-07"], LATER)


def test_a_date_that_moved_elsewhere_is_no_hindrance(quick: House) -> None:
    key = _propose(quick, "extend", _asked(EARLIER))
    _carry_out(quick, "extend", {"milestone": "results", "closes": beijing("2025-03-31 00:00").isoformat(),
                                 "reason": "专家时间"})  # fmt: skip

    _confirm(quick, key)

    assert _end(quick) == EARLIER


def test_the_same_is_proposed_once_and_what_needs_nobody_not_at_all(quick: House) -> None:
    _propose(quick, "extend", _asked(EARLIER))

    with pytest.raises(Refused) as twice:
        _propose(quick, "extend", _asked(EARLIER))
    with pytest.raises(Refused) as needless:
        _propose(quick, "extend", _asked(LATER))

    assert (_codes(twice), _codes(needless)) == (["APR-03"], ["APR-02"])


def test_a_suspended_deadline_does_not_come_back_earlier_by_one_hand(quick: House) -> None:
    _carry_out(quick, "suspend", {"milestone": "collection", "reason": "系统维护"})

    with pytest.raises(Refused) as refused:
        _carry_out(quick, "extend", _asked(EARLIER))
    _carry_out(quick, "extend", _asked(CLOSES))

    assert (_codes(refused), _end(quick)) == (["APR-01"], CLOSES)


def test_a_new_class_may_not_end_before_what_its_people_have(quick: House) -> None:
    light, water = (plain_who(Who(tracks=(f"inventions/{key}",))) for key in ("light", "water"))
    _carry_out(quick, "extend", _asked(CLOSES + 3 * A_DAY, who=light))

    _carry_out(quick, "extend", _asked(CLOSES + 5 * A_DAY, who=water))
    with pytest.raises(Refused) as refused:
        _carry_out(quick, "extend", _asked(EARLIER, who=plain_who(Who(tracks=("people",)))))

    assert _codes(refused) == ["APR-01"]


def test_an_amended_file_that_leaves_less_time_needs_two(quick: House) -> None:
    text = FILE.read_text(encoding="utf-8")
    less, more = (text.replace('closes = "2025-03-14 24:00"', f'closes = "2025-03-{day} 24:00"', 1) for day in (13, 15))

    key = _propose(quick, "amend", {"source": less, "name": "small.toml", "reason": "会期提前"})
    with pytest.raises(Refused) as refused:
        _carry_out(quick, "amend", {"source": less, "name": "small.toml", "reason": "会期提前"})
    _confirm(quick, key)

    assert (_codes(refused), _end(quick)) == (["APR-01"], EARLIER)
    assert _carry_out(quick, "amend", {"source": more, "name": "small.toml", "reason": "推迟"})["version"] == 3
    assert faults(quick) == ()


def test_publishing_needs_two_and_exactly_what_was_proposed(small: House) -> None:
    first, second = _selected(small, "甲", "乙")
    with pytest.raises(Refused) as alone:
        _carry_out(small, "publish", {"ids": None}, at=PUBLICATION)
    key = _propose(small, "publish", {"ids": None, "reason": ""}, at=PUBLICATION)

    with small.write(PUBLICATION) as work:
        nominations.disqualify(work, second, reason="查实抄袭")
    with pytest.raises(Refused) as changed:
        _confirm(small, key, at=PUBLICATION)
    again = _propose(small, "publish", {"ids": [first], "reason": ""}, at=PUBLICATION)
    told = _confirm(small, again, at=PUBLICATION + A_DAY)

    assert (_codes(alone), _codes(changed)) == (["APR-01"], ["APR-07"])
    assert (told["published"], [(each["list"], each["count"]) for each in told["lists"]]) == (1, [("inventions", 1)])
    assert states(small) == {"甲": "published", "乙": "disqualified"}
    with small.read() as work:
        assert work.calendar["publication"].actual == PUBLICATION + A_DAY
        assert events(work, "propose", "confirm", "publish")[-2:] == [("publish", None, None), ("confirm", None, None)]


def test_looking_at_what_would_happen_leaves_nothing_behind(quick: House) -> None:
    with quick.write(DURING, OFFICE, alone=True) as work:
        seen = proposing.preview(work, "extend", _asked(EARLIER))
        after = work.calendar["collection"].closes

    assert ([each.en for each in seen.needs], after, _end(quick)) == (
        ['"Collection" would end earlier, at 2025-03-13 24:00 (Asia/Shanghai)'], CLOSES, CLOSES,
    )  # fmt: skip
    assert [(each["milestone"], each["earlier"]) for each in seen.plain["shifts"]] == [("collection", True)]


def test_the_secretariat_is_told_and_its_list_shows_it_until_it_is_decided(quick: House) -> None:
    key = _propose(quick, "extend", _asked(EARLIER))
    with quick.read(DURING) as work:
        waiting = attention(work).proposals

    _confirm(quick, key)

    with quick.read(DURING) as work:
        (told,) = letters(work, "proposal-waiting")
        assert (waiting.count, waiting.first, attention(work).proposals.count) == (1, ("赵书",), 0)
    assert (told.to_name, told.context["what"]["zh"], told.state) == ("赵书", "调整时间", "cancelled")


@pytest.mark.parametrize("actor", [AUDITOR, unit_actor(1), replace(SECOND, role=unit_actor(1).role)])
def test_only_the_secretariat_decides(quick: House, actor: Actor) -> None:
    key = _propose(quick, "extend", _asked(EARLIER))

    with pytest.raises(Refused):
        _confirm(quick, key, actor=actor)


def test_another_role_does_not_see_that_there_is_one(quick: House) -> None:
    key = _propose(quick, "extend", _asked(EARLIER))

    with quick.office.read(quick.campaign, unit_actor(1), at=DURING) as work, pytest.raises(NotFound):
        proposing.find(work, key)
