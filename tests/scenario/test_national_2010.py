"""The national awards of 2010: three deadlines by class of unit, and paper for all by a Sunday that stays one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

import pytest
from sqlalchemy import select
from sqlmodel import col

from engine import batches, duties, nominations
from engine.access import ENGINE
from engine.batches import Result
from engine.dues import Dues
from engine.office import Work
from engine.rehearsal.play import Rehearsed
from engine.tables import Duty, Event, Nomination, UnitChannel
from engine.turn import turn
from tests import events
from tests.builders import House, add_draft, add_submitted, add_unit, letters
from tests.campaigns import opened, played, refusal, refused_in, standing, told, turns, wrongs
from tests.owing import duty_of
from tests.small import BEIJING, SETTLE, TICK, beijing, states

OPENED = beijing("2010-01-01 09:00")
OPENS = beijing("2010-01-04 00:00")
DURING = beijing("2010-02-01 10:00")
FIRST, SECOND, THIRD = (beijing(f"2010-{day} 00:00") for day in ("02-23", "02-27", "03-01"))  # 24:00 of the day before
REVIEW = beijing("2010-09-01 10:00")
CLASSES = [("provinces", FIRST), ("departments", SECOND), ("experts", SECOND), ("associations", THIRD),
           ("enterprises", THIRD)]  # fmt: skip
ENDS = dict(CLASSES)


@pytest.fixture
def house(sqlite_database_url: str) -> Iterator[House]:
    with opened("national-2010", sqlite_database_url, at=OPENED) as found:
        yield found


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    with played("national-2010", tmp_path_factory.mktemp("national-2010")) as done:
        yield done


def unit(house: House, *channels: str) -> int:
    name = "、".join(channels)
    with house.write(OPENED) as work:
        return add_unit(work, name, channels=channels, person=channels == ("experts",),
                        people=[(f"{name}联系人", f"{channels[0]}@example.org")])  # fmt: skip


def drafts(house: House, mine: int, *titles: str) -> list[str]:
    with house.write(DURING) as work:
        return [add_draft(work, mine, title, track="natural") for title in titles]


def submitting(key: str) -> Callable[[Work], object]:
    return partial(nominations.submit, nomination=key)


def in_review(house: House, *channels: str) -> str:
    """A nomination of such a unit that stands in the review; its unit has that name."""
    mine = unit(house, *channels)
    with house.write(DURING) as work:
        key = add_submitted(work, mine, "某项目", track="natural")
    turn(house.office, house.campaign, at=THIRD + SETTLE)
    return key


def passing(key: str) -> Callable[[Work], object]:
    return lambda work: batches.decide(work, [Result(id=key, passed=True)], occasion="review")


def receiving(at: datetime, *, late: bool = False, reason: str = "") -> Callable[[Work], object]:
    return lambda work: duties.confirm(work, duty_of(work, "associations", "paper", "某项目"), dated=at, late=late,
                                       reason=reason)  # fmt: skip


def test_it_is_rehearsed_to_its_end(rehearsed: Rehearsed) -> None:
    assert wrongs(rehearsed) == []
    found = standing(rehearsed)
    assert set(found) <= {"published", "promoted", "eliminated", "lapsed", "withdrawn", "disqualified"}
    assert found["published"] + found["promoted"] > 0


def test_in_a_rehearsal_nobody_submits_after_the_end_of_its_class_and_some_try(rehearsed: Rehearsed) -> None:
    with rehearsed.theatre.office.read(rehearsed.campaign, ENGINE, at=rehearsed.ended) as work:
        query = (
            select(col(Event.at), col(UnitChannel.channel))
            .join(Nomination, col(Nomination.id) == col(Event.subject_id))
            .join(UnitChannel, col(UnitChannel.unit_id) == col(Nomination.unit_id))
            .where(col(Event.subject) == "nomination", col(Event.verb) == "submit")
        )
        submitted = [(row.at, row.channel) for row in work.connection.execute(query)]
    # Of a unit in two classes the earlier one holds, so that in each of its channels it was in time.
    assert [(at, channel) for at, channel in submitted if at >= ENDS[channel]] == []
    assert {channel for _, channel in submitted} == set(ENDS)
    assert "DLN-01" in refused_in(rehearsed)


def test_in_a_rehearsal_one_paper_is_late_and_nothing_is_published_without_its_paper(rehearsed: Rehearsed) -> None:
    with rehearsed.theatre.office.read(rehearsed.campaign, ENGINE, at=rehearsed.ended) as work:
        query = select(col(Duty.state)).join(Nomination, col(Nomination.id) == col(Duty.nomination_id))
        published = query.where(col(Nomination.state).in_(("published", "promoted")))
        assert set(work.connection.execute(published).scalars()) == {"received"}
        late = events.told(work.connection, col(Event.subject) == "duty", col(Event.verb) == "confirm")
        given = [each.details["reason"] for each in late if each.details.get("late")]
    assert given
    assert all(given)
    assert "DUT-05" in refused_in(rehearsed)


def test_the_report_says_of_each_reminder_for_which_class_it_was(rehearsed: Rehearsed) -> None:
    days = [line for line in told(rehearsed) if "截止提醒（7天前）" in line]
    classes = ("各省、自治区、直辖市", "中央和国务院有关部门、推荐专家", "行业协会、学会、大型企业")
    assert [line.partition("截止提醒")[0] for line in days] == [f"“网络推荐（{each}）”" for each in classes]


@pytest.mark.parametrize(("channel", "closes"), CLASSES)
def test_each_class_has_its_own_deadline_to_the_microsecond(house: House, channel: str, closes: datetime) -> None:
    first, second = drafts(house, unit(house, channel), "甲项目", "乙项目")
    assert refusal(house, closes, submitting(first))[:1] == ["DLN-01"]
    assert refusal(house, closes - TICK, submitting(first)) == []
    assert refusal(house, closes, submitting(second))[:1] == ["DLN-01"]


@pytest.mark.parametrize(
    ("channels", "closes"), [(("provinces", "associations"), FIRST), (("departments", "enterprises"), SECOND)]
)
def test_a_unit_in_two_classes_has_the_first_of_them(
    house: House, channels: tuple[str, ...], closes: datetime
) -> None:  # fmt: skip
    first, second = drafts(house, unit(house, *channels), "甲项目", "乙项目")
    found = [refusal(house, at, submitting(key)) for at, key in ((closes - TICK, first), (closes, second))]
    assert found == [[], ["DLN-01"]]


def test_one_class_is_closed_while_the_next_is_open(house: House) -> None:
    keys = {channel: drafts(house, unit(house, channel), f"{channel}甲", f"{channel}乙") for channel, _ in CLASSES}
    for channel in keys:
        assert refusal(house, DURING, submitting(keys[channel][0])) == []
    turn(house.office, house.campaign, at=FIRST + SETTLE)
    assert [states(house)[title] for title in ("provinces甲", "provinces乙")] == ["review", "lapsed"]
    assert {states(house)[f"{channel}乙"] for channel in keys if channel != "provinces"} == {"drafted"}
    assert refusal(house, FIRST + SETTLE, submitting(keys["departments"][1])) == []
    assert refusal(house, FIRST + SETTLE, submitting(keys["provinces"][1])) == ["DLN-01", "STM-01"]
    turn(house.office, house.campaign, at=SECOND + SETTLE)
    assert [states(house)[f"{channel}甲"] for channel in ("departments", "associations")] == ["review", "submitted"]
    turn(house.office, house.campaign, at=THIRD + SETTLE)
    assert set(states(house).values()) == {"review", "lapsed"}


@pytest.mark.parametrize("channel", ["provinces", "experts", "enterprises"])
def test_paper_of_every_class_is_due_by_a_sunday_which_does_not_roll_over(house: House, channel: str) -> None:
    in_review(house, channel)
    with house.read(REVIEW) as work:
        unit_id = work.connection.execute(select(col(Duty.unit_id))).scalar_one()
        due = Dues(work=work).due(work.definition.duty_by_key["paper"], unit_id, "natural")
    assert (due, (THIRD - TICK).astimezone(BEIJING).strftime("%A")) == (THIRD, "Sunday")


def test_without_its_paper_a_nomination_does_not_go_on(house: House) -> None:
    key = in_review(house, "associations")
    assert refusal(house, REVIEW, passing(key)) == ["DUT-07"]
    with house.write(REVIEW) as work:
        duties.confirm(work, duty_of(work, "associations", "paper", "某项目"), dated=THIRD - TICK)
    assert refusal(house, REVIEW, passing(key)) == []


def test_late_paper_is_refused_and_taken_only_with_a_reason(house: House) -> None:
    in_review(house, "associations")
    assert refusal(house, REVIEW, receiving(THIRD)) == ["DUT-05"]
    assert refusal(house, REVIEW, receiving(THIRD, late=True)) == ["RSN-01"]
    assert refusal(house, REVIEW, receiving(THIRD, late=True, reason="暴雪，邮路中断")) == []


def test_the_last_microsecond_of_the_sunday_is_in_time(house: House) -> None:
    in_review(house, "associations")
    assert refusal(house, REVIEW, receiving(THIRD - TICK)) == []


def test_reminders_tell_each_class_its_own_date_and_nobody_anothers(house: House) -> None:
    for channel, _ in CLASSES:
        unit(house, channel)
    turns(house, since=OPENED, until=THIRD)
    told = defaultdict(set)
    with house.read(THIRD) as work:
        for letter in letters(work):
            if letter.template.startswith("collection-"):
                told[letter.to_name].add((letter.template, letter.context["deadline"]["zh"]))
    days = {
        FIRST: "2010年2月22日（周一）24:00",
        SECOND: "2010年2月26日（周五）24:00",
        THIRD: "2010年2月28日（周日）24:00",
    }
    assert told == {
        f"{channel}联系人": {(template, days[closes]) for template in ("collection-opens", "collection-closes")}
        for channel, closes in CLASSES
    }
