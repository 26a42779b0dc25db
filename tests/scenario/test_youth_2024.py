"""A hundred winners, ten special ones, places by the kind of unit, own dates of one unit, and a notice that holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

import pytest

from engine import batches, campaigns, distinctions, nominations, objections, units
from engine.batches import Result
from engine.distinguished import of_list
from engine.laureates import Entry
from engine.quota_changes import change_quota
from engine.sweep import close
from engine.turn import turn
from engine.windows import deadline
from tests.builders import House, enter_laureates, letters
from tests.campaigns import codes, happened, ids, opened, played, refused_in, standing, wrongs
from tests.small import TICK, beijing, faults, states
from workflows.vocabulary import Party

OPENED, DURING = beijing("2024-01-15 09:00"), beijing("2024-03-01 10:00")
CLOSES, SWEPT = beijing("2024-03-27 00:00"), beijing("2024-03-27 00:02")
REVIEW = beijing("2024-10-20 10:00")
NOTICE, NOTICE_ENDS = beijing("2024-11-08 10:00"), beijing("2024-11-14 00:00")  # 11-07 to 11-13, five working days
OVER, PUBLISHED = beijing("2024-11-14 00:02"), beijing("2024-12-01 10:00")
LIFE, MATHEMATICS = "youth/life", "youth/mathematics"
PLACES = {"省级单位": 15, "高等学校": 1, "市级科协": 2, "科学院": 30}


@pytest.fixture
def house(sqlite_database_url: str) -> Iterator[House]:
    """The campaign, opened a week before its collection."""
    with opened("youth-2024", sqlite_database_url, at=OPENED) as found:
        yield found


def unit(house: House, name: str, *channels: str, person: bool = False, **attributes: str) -> int:
    """A unit with somebody to write to; its row id."""
    with house.write(OPENED) as work:
        row = units.add(work, code=name, name=name, channels=channels or ("units",), person=person,
                        attributes=attributes)  # fmt: skip
        units.add_contact(work, name=name, phones=["010-1"], email="a@unit.example", unit_id=row)
    return row


def submitted(house: House, unit_id: int, *titles: str, track: str = LIFE, at: datetime = DURING) -> list[str]:
    """The codes that refuse the first of these that is refused."""

    def submit(title: str) -> None:
        with house.write(at) as work:
            key = nominations.draft(work, unit_id=unit_id, track=track, title=title, applicant="某所").id
            nominations.submit(work, key)

    return next((heard for title in titles if (heard := codes(lambda: submit(title)))), [])  # noqa: B023


def in_review(house: House, count: int) -> list[str]:
    """So many people of four academies in the review; their ids."""
    names = [f"第{number}人" for number in range(count)]
    for start in range(0, count, 30):
        assert submitted(house, unit(house, f"院{start}", kind="科学院"), *names[start : start + 30]) == []
    close(house.office, house.campaign, at=SWEPT)
    with house.read(REVIEW) as work:
        return ids(work, *names)


def decided(house: House, keys: list[str]) -> list[str]:
    """The codes that refuse to let all of these win."""

    def decide() -> None:
        with house.write(REVIEW) as work:
            batches.decide(work, [Result(id=key, passed=True) for key in keys], occasion="1")

    return codes(decide)


def test_a_hundred_win_and_the_next_one_is_refused_whether_alone_or_with_them(house: House) -> None:
    keys = in_review(house, 101)
    assert decided(house, keys) == ["WIN-01"]
    assert decided(house, keys[:100]) == []
    assert decided(house, keys[100:]) == ["WIN-01"]
    turn(house.office, house.campaign, at=OVER)
    assert decided(house, keys[100:]) == ["WIN-01"]
    assert (Counter(states(house).values()), faults(house)) == ({"notice": 100, "review": 1}, ())


def test_the_special_award_is_for_ten_of_those_who_are_selected(house: House) -> None:
    keys = in_review(house, 13)
    assert decided(house, keys[:12]) == []

    def special(key: str, at: datetime) -> list[str]:
        def draw() -> None:
            with house.write(at) as work:
                distinctions.distinguish(work, key, ranking="special", reason="成绩特别突出")

        return codes(draw)

    early = special(keys[0], NOTICE)
    turn(house.office, house.campaign, at=OVER)
    heard = [special(key, OVER) for key in keys[:11]]
    with house.read(OVER) as work:
        drawn = len(of_list(work, "special"))
    assert (len(early), heard[:10], heard[10], len(special(keys[12], OVER)), drawn) == (1, [[]] * 10, ["WIN-01"], 1, 10)


@pytest.mark.parametrize("kind", PLACES)
def test_the_kind_of_a_unit_says_how_many_it_recommends(house: House, kind: str) -> None:
    row, names = unit(house, kind, kind=kind), [f"第{number}人" for number in range(PLACES[kind])]
    assert (submitted(house, row, *names), submitted(house, row, "再一人")) == ([], ["QTA-01"])


def test_a_single_unit_may_be_given_another_number(house: House) -> None:
    one, other = unit(house, "甲大学", kind="高等学校"), unit(house, "乙大学", kind="高等学校")
    with house.write(DURING, alone=True) as work:
        change_quota(work, "university", limit=2, unit="甲大学", reason="通知另行下达")
    assert (submitted(house, one, "甲一", "甲二"), submitted(house, one, "甲三")) == ([], ["QTA-01"])
    assert (submitted(house, other, "乙一"), submitted(house, other, "乙二")) == ([], ["QTA-01"])


def test_an_academician_recommends_one_and_only_of_the_own_discipline(house: House) -> None:
    row = unit(house, "程院士", "academicians", person=True, discipline="生命科学")
    assert submitted(house, row, "数学家", track=MATHEMATICS) == ["RUL-01"]
    assert (submitted(house, row, "生物学家"), submitted(house, row, "又一位")) == ([], ["QTA-01"])


def test_winners_of_the_other_award_are_out_and_nobody_can_waive_it(house: House) -> None:
    row = unit(house, "甲省", kind="省级单位")
    with house.write(OPENED) as work:
        entry = Entry(award="中国青年女科学家奖", edition=2022, list_name="", name="林一", person=True)
        enter_laureates(work, entry)
    with house.write(DURING) as work:
        key = nominations.draft(work, unit_id=row, track=LIFE, title="林一", applicant="某所").id

    def done(verb: str) -> list[str]:
        def do() -> None:
            with house.write(DURING) as work:
                nominations.submit(work, key) if verb == "submit" else nominations.waive(work, key, reason="成绩突出")

        return codes(do)

    assert (done("submit"), done("waive"), submitted(house, row, "林二")) == (["EXC-04"], ["EXC-04"], [])


OWN: Mapping[str, tuple[str, str]] = {
    "own-application": ("2024-02-11 00:00", "2024-02-07 09:00"),  # Spring Festival: the 9th is the last working day
    "own-faculty": ("2024-02-19 00:00", "2024-02-07 09:00"),  # a make-up Sunday, the first working day after it
    "own-defence": ("2024-02-24 00:00", "2024-02-20 09:00"),
    "own-notice": ("2024-03-05 00:00", "2024-02-28 09:00"),
    "own-report": ("2024-03-20 00:00", "2024-03-14 09:00"),
}


def test_one_unit_has_dates_of_its_own_before_the_outer_one(house: House) -> None:
    with house.read(OPENED) as work:
        own = {key: work.calendar[key].closes for key in OWN}
        outer = work.calendar[work.definition.collection].closes
    assert own == {key: beijing(end) for key, (end, _) in OWN.items()}
    assert outer == CLOSES


def test_that_unit_alone_is_reminded_of_them(house: House) -> None:
    unit(house, "HE", kind="省级单位")
    unit(house, "甲省", kind="省级单位")
    told = []
    for at in sorted({at for _, at in OWN.values()}):
        turn(house.office, house.campaign, at=beijing(at) - TICK)
        with house.read() as work:
            before = len(letters(work, "own-date"))
        turn(house.office, house.campaign, at=beijing(at))
        with house.read() as work:
            told += [(at, row.to_name, row.context["milestone"]["name"]) for row in letters(work, "own-date")[before:]]
            names = {key: work.definition.milestone_by_key[key].name for key in OWN}
    assert sorted(told) == sorted((at, "HE", names[key]) for key, (_, at) in OWN.items())


def test_its_own_dates_do_not_close_the_collection_for_it(house: House) -> None:
    row = unit(house, "HE", kind="省级单位")
    with house.read(DURING) as work:
        assert deadline(work, unit_id=row, track=LIFE, party=Party.UNIT).closes == CLOSES
    assert submitted(house, row, "林一", at=CLOSES - TICK) == []
    assert submitted(house, row, "林二", at=CLOSES)[:1] == ["DLN-01"]


def objected(house: House, key: str, at: datetime, name: str = "程知行") -> list[str]:
    """The codes that refuse an objection."""

    def enter_it() -> None:
        with house.write(at) as work:
            objections.object_(work, key, name=name, contact="13800000000", reason="成果归属存疑")

    return codes(enter_it)


def test_objections_are_taken_until_the_notice_ends_and_never_without_a_name(house: House) -> None:
    (key,) = in_review(house, 1)
    assert decided(house, [key]) == []
    heard = [
        objected(house, key, beijing("2024-11-07 00:00") - TICK),
        objected(house, key, NOTICE, name="匿名"),
        objected(house, key, beijing("2024-11-13 23:59")),
        objected(house, key, NOTICE_ENDS - TICK),
        objected(house, key, NOTICE_ENDS),
    ]
    assert heard == [["OBJ-05"], ["OBJ-03"], [], [], ["OBJ-06"]]


def test_an_open_objection_holds_the_publication_of_that_one_up(house: House) -> None:
    one, other = in_review(house, 2)
    decided(house, [one, other])
    with house.write(NOTICE, alone=True) as work:
        campaigns.choose_date(work, "publication", date=PUBLISHED)
        key = objections.object_(work, one, name="程知行", contact="13800000000", reason="成果归属存疑")
    turn(house.office, house.campaign, at=OVER)
    held = states(house)

    def publish(*keys: str) -> list[str]:
        def do() -> None:
            with house.write(PUBLISHED, alone=True) as work:
                batches.publish(work, keys)

        return codes(do)

    heard = publish(one)
    with house.write(PUBLISHED, alone=True) as work:
        objections.settle(work, key, upheld=False, reason="经核实，材料属实")
    turn(house.office, house.campaign, at=PUBLISHED)
    assert (held, heard, publish(one, other)) == ({"第0人": "notice", "第1人": "notice"}, ["SEL-01", "OBJ-01"], [])
    assert (Counter(states(house).values()), faults(house)) == ({"published": 2}, ())


def test_it_is_rehearsed_to_its_end(tmp_path: Path) -> None:
    with played("youth-2024", tmp_path) as done:
        assert wrongs(done) == []
        listed_now = standing(done)["published"] + standing(done)["promoted"]
        assert 0 < happened(done)["distinguish"] <= min(10, listed_now)
        assert happened(done)["object"] > 0
        assert {"OBJ-06", "DLN-01"} <= refused_in(done)
