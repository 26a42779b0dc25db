"""One turn: what is due is done once, late things by their rules, and the next instant is named."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from engine import audit, campaigns, nominations
from engine import turn as turning
from engine.access import ENGINE
from engine.office import Work
from engine.sweep import Swept
from engine.tables import Done, Event
from engine.turn import TurnReport, next_instant, turn
from tests.builders import BEFORE, House, add_draft, add_unit, calls, house_with, letters, mark_letters
from tests.small import (
    DURING,
    FILE,
    OPENED,
    OPENS,
    SETTLE,
    SWEPT,
    TICK,
    beijing,
    draft,
    events,
    faults,
    said,
    small_house,
)
from workflows.timeline import Mark, marks

A_DAY = timedelta(days=1)
WEEK = timedelta(days=7)


@pytest.fixture
def notice(sqlite_database_url: str) -> Iterator[House]:
    """The 2023 campaign with two units: one to write to and one to call; two drafts of the first."""
    house = house_with(sqlite_database_url)
    with house.write(BEFORE) as work:
        add_unit(work, "甲学会", people=[("张三", "zhang@a.example")])
        add_unit(work, "乙学会", people=[("李四", None)])
    yield house
    house.office.database.dispose()


def _turn(house: House, at: str) -> TurnReport:
    return turn(house.office, house.campaign, at=beijing(at))


def _wrote(report: TurnReport) -> list[tuple[str, int, int]]:
    """What went out, but for the daily letter: key, letters, calls."""
    return [(each.occasion.key, each.sent.letters, each.sent.calls) for each in report.wrote if each.occasion.by_phone]


def _passed(report: TurnReport) -> list[str]:
    return [one.key for one in report.passed if one.by_phone]


def _digests(report: TurnReport) -> list[str]:
    return [each.occasion.key for each in report.wrote if not each.occasion.by_phone]


def test_every_due_thing_is_done_once_and_again_is_nothing(notice: House) -> None:
    first = _turn(notice, "2023-10-07 09:00")
    with notice.read() as work:
        story, keys = events(work), [letter.key for letter in letters(work)]
    again = _turn(notice, "2023-10-07 09:00")
    assert [mark.milestone for mark in first.reached] == ["publicity", "collection"]
    assert (_wrote(first), _digests(first)) == (
        [("collection-opens:当天", 1, 1)], ["secretariat-digest:2023-10-07"],
    )  # fmt: skip
    assert (again.reached, again.wrote, again.passed, again.swept, again.sealed) == ((), (), (), Swept(), 0)
    with notice.read() as work:
        assert (events(work), [letter.key for letter in letters(work)]) == (story, keys)


def _closing_of(house: House, monkeypatch: pytest.MonkeyPatch, *, email: str | None) -> TurnReport:
    """Six drafts lapse, and two events are sealed at a time; whoever has no address is called."""
    with house.write(DURING) as work:
        unit = add_unit(work, "甲学会", people=[("张三", email)])
        for number in range(6):
            draft(work, unit, f"第{number}项")
    turn(house.office, house.campaign, at=DURING)
    monkeypatch.setattr(audit, "BATCH", 2)
    return turn(house.office, house.campaign, at=SWEPT)


def test_letters_that_are_due_go_before_seals_but_not_for_long(quick: House, monkeypatch: pytest.MonkeyPatch) -> None:
    closing = _closing_of(quick, monkeypatch, email="zhang@a.example")
    later = turn(quick.office, quick.campaign, at=SWEPT + turning.AFTER_LETTERS)
    assert (closing.sealed, closing.unsealed, closing.again) == (2, True, SWEPT + turning.SOON)
    assert (later.sealed > 2, later.unsealed, later.again) == (True, False, later.next)


def test_where_no_letter_is_due_all_is_sealed_at_once(quick: House, monkeypatch: pytest.MonkeyPatch) -> None:
    closing = _closing_of(quick, monkeypatch, email=None)
    assert (closing.sealed > 2, closing.unsealed, closing.again) == (True, False, closing.next)


def test_before_anything_is_due_nothing_happens(notice: House) -> None:
    report = _turn(notice, "2023-09-30 23:59:59.999999")
    assert (report.reached, report.wrote, report.passed) == ((), (), ())
    assert report.next == beijing("2023-10-01 00:00")


@pytest.mark.parametrize(
    ("stopped", "started", "wrote", "passed"),
    [
        # a quiet week: nothing was missed
        ("2023-11-01 10:00", "2023-11-08 10:00", [], []),
        # one reminder of each chain, still of use
        ("2023-11-14 10:00", "2023-11-17 10:00",
         [("collection-closes:14天前", 1, 1), ("filings-due:14天前", 0, 8)], []),
        # the same, three days late: their use is over
        ("2023-11-14 10:00", "2023-11-21 10:00", [], ["collection-closes:14天前", "filings-due:14天前"]),
        # three reminders of each chain, and the one in force: only the last of each
        ("2023-11-15 10:00", "2023-11-29 10:00", [("collection-closes:1天前", 1, 1), ("filings-due:1天前", 0, 8)],
         ["collection-closes:14天前", "filings-due:14天前", "collection-closes:7天前", "filings-due:7天前",
          "collection-closes:3天前", "filings-due:3天前"]),
        # across the deadline: nothing counts down to it any more, what comes after it does
        ("2023-11-26 10:00", "2023-12-03 10:00",
         [("filings-escalation:3天后", 0, 2), ("filings-overdue:3天后", 0, 8), ("review-ready:当天", 0, 8)],
         ["collection-closes:3天前", "filings-due:3天前", "collection-closes:1天前", "filings-due:1天前",
          "collection-closes:3小时前", "filings-escalation:1天后", "filings-overdue:1天后"]),
        # across the year; nothing was nominated, so no results are owed
        ("2023-12-28 10:00", "2024-01-04 10:00",
         [("results-escalation:3天后", 0, 0), ("results-overdue:3天后", 0, 0), ("final-opens:当天", 0, 2)],
         ["results-due:1天前", "results-escalation:1天后", "results-overdue:1天后"]),
    ],
    ids=["nothing", "one in time", "one too late", "three", "the deadline", "the year"],
)  # fmt: skip
def test_stopped_for_a_while_and_started_again_it_catches_up(
    notice: House, stopped: str, started: str, wrote: list[tuple[str, int, int]], passed: list[str]
) -> None:
    _turn(notice, stopped)
    report = _turn(notice, started)
    assert (_wrote(report), _passed(report)) == (wrote, passed)
    assert _turn(notice, started).wrote == ()


def test_of_a_week_of_daily_letters_only_the_last_goes_out(notice: House) -> None:
    _turn(notice, "2023-11-01 10:00")
    report = _turn(notice, "2023-11-08 10:00")
    assert _digests(report) == ["secretariat-digest:2023-11-08"]
    assert [one.key for one in report.passed] == [
        f"secretariat-digest:2023-11-{day:02}" for day in (2, 3, 6, 7)
    ]  # fmt: skip


def test_on_a_sunday_fridays_daily_letter_is_too_late(notice: House) -> None:
    _turn(notice, "2023-11-02 10:00")
    report = _turn(notice, "2023-11-05 10:00")
    assert (_digests(report), [one.key for one in report.passed]) == ([], ["secretariat-digest:2023-11-03"])


def test_a_campaign_opened_in_the_middle_writes_only_what_is_of_use_now(sqlite_database_url: str) -> None:
    house = house_with(sqlite_database_url, at=beijing("2023-11-24 10:00"))
    with house.write(beijing("2023-11-24 10:00")) as work:
        add_unit(work, "甲学会", people=[("张三", "zhang@a.example")])
    report = _turn(house, "2023-11-24 11:00")
    house.office.database.dispose()
    assert _wrote(report) == [("collection-closes:7天前", 1, 0), ("filings-due:7天前", 0, 8)]
    assert _passed(report) == [
        "collection-opens:当天", "collection-closes:30天前", "collection-closes:14天前", "filings-due:14天前",
    ]  # fmt: skip


def _extend(house: House, closes: str, *, at: str) -> None:
    with house.write(beijing(at), alone=True) as work:
        campaigns.extend(work, "collection", closes=beijing(closes), reason="系统故障")


def _counting_down(house: House, *looks: str) -> dict[str, list[str]]:
    """Which reminder of the deadline goes out at each look."""
    return {
        at: [f"{each.occasion.offset}#{each.occasion.revision}" for each in _turn(house, at).wrote
             if each.occasion.chain == "collection-closes"]
        for at in looks
    }  # fmt: skip


def test_moved_before_any_reminder_only_the_new_ones_go_out(notice: House) -> None:
    _extend(notice, "2023-12-11 00:00", at="2023-10-20 10:00")
    assert _counting_down(notice, "2023-10-31 09:00", "2023-11-10 09:00", "2023-11-26 09:00") == {
        "2023-10-31 09:00": [], "2023-11-10 09:00": ["30天前#2"], "2023-11-26 09:00": ["14天前#2"],
    }  # fmt: skip


def test_moved_between_reminders_they_count_down_to_the_new_date_from_then_on(notice: House) -> None:
    before = _counting_down(notice, "2023-11-16 09:00")
    _extend(notice, "2023-12-11 00:00", at="2023-11-20 10:00")
    assert before == {"2023-11-16 09:00": ["14天前#1"]}
    assert _counting_down(notice, "2023-11-23 09:00", "2023-11-26 09:00", "2023-12-03 09:00", "2023-12-10 21:00") == {
        "2023-11-23 09:00": [], "2023-11-26 09:00": ["14天前#2"], "2023-12-03 09:00": ["7天前#2"],
        "2023-12-10 21:00": ["3小时前#2"],
    }  # fmt: skip


def test_moved_after_the_last_reminder_and_after_the_closing(notice: House) -> None:
    _counting_down(notice, "2023-11-30 21:00")
    closed = _turn(notice, "2023-12-01 00:02")
    _extend(notice, "2023-12-06 00:00", at="2023-12-01 10:00")
    looks = _counting_down(notice, "2023-12-01 10:00", "2023-12-02 09:00", "2023-12-04 09:00", "2023-12-05 21:00")
    assert closed.swept.told.letters == 0
    assert looks == {
        "2023-12-01 10:00": [], "2023-12-02 09:00": ["3天前#2"], "2023-12-04 09:00": ["1天前#2"],
        "2023-12-05 21:00": ["3小时前#2"],
    }  # fmt: skip


def test_brought_forward_what_the_new_date_puts_in_the_past_says_nothing(notice: House) -> None:
    _counting_down(notice, "2023-10-31 09:00")
    _extend(notice, "2023-11-21 00:00", at="2023-11-15 10:00")
    assert _counting_down(notice, "2023-11-15 10:00", "2023-11-16 09:00", "2023-11-17 09:00") == {
        "2023-11-15 10:00": [], "2023-11-16 09:00": [], "2023-11-17 09:00": ["3天前#2"],
    }  # fmt: skip


def test_moved_twice_within_a_second_those_told_hear_of_the_last_date_alone(notice: House) -> None:
    _turn(notice, "2023-11-23 09:00")
    with notice.write(beijing("2023-11-23 10:00")) as work:
        mark_letters(work, "sent")
    _extend(notice, "2023-12-05 00:00", at="2023-11-24 10:00:00")
    _extend(notice, "2023-12-08 00:00", at="2023-11-24 10:00:00.5")
    with notice.read() as work:
        found = [
            (letter.to_name, letter.state, letter.context["new"]["zh"]) for letter in letters(work, "deadline-moved")
        ]
        called = [(call.name, call.state) for call in calls(work, "deadline-moved")]
    assert found == [
        ("张三", "cancelled", "2023年12月4日（周一）24:00"), ("张三", "ready", "2023年12月7日（周四）24:00"),
    ]  # fmt: skip
    assert called == []  # nobody has rung the other one up yet, so nobody told the old date


def test_a_chosen_date_counts_down_anew(notice: House) -> None:
    _turn(notice, "2024-01-25 08:30")
    before = _wrote(_turn(notice, "2024-01-25 09:00"))
    with notice.write(beijing("2024-01-26 10:00"), alone=True) as work:
        campaigns.choose_date(work, "publication", date=beijing("2024-02-20 10:00"))
    asked = ("2024-02-01 09:00", "2024-02-13 09:00", "2024-02-17 09:00", "2024-02-19 09:00", "2024-02-20 09:00")
    after = {at: [each[0] for each in _wrote(_turn(notice, at)) if each[0].startswith("publication")] for at in asked}
    assert before == [("publication-due:7天前", 0, 2)]
    assert after == {
        "2024-02-01 09:00": [], "2024-02-13 09:00": ["publication-due:7天前"],
        "2024-02-17 09:00": ["publication-due:3天前"], "2024-02-19 09:00": ["publication-due:1天前"],
        "2024-02-20 09:00": ["publication-due:当天"],
    }  # fmt: skip


def _walk(house: House, start: datetime) -> list[TurnReport]:
    """Turn by turn from one named instant to the next, to the end."""
    reports = [turn(house.office, house.campaign, at=start)]
    while reports[-1].next is not None:
        assert reports[-1].next > reports[-1].at
        reports.append(turn(house.office, house.campaign, at=reports[-1].next))
    return reports


def test_walking_from_instant_to_instant_meets_every_one_exactly_and_passes_none_over(quick: House) -> None:
    with quick.read() as work:
        asked = {one.at for one in work.occasions} | {mark.at for mark in marks(work.calendar)}
    expected = sorted({*asked, beijing("2025-03-15 00:02"), OPENED})
    reports = _walk(quick, OPENED)
    assert [report.at for report in reports] == expected
    assert [report.passed for report in reports] == [()] * len(reports)
    assert faults(quick) == ()


def test_a_correction_with_a_date_of_its_own_is_an_instant_too(quick: House) -> None:
    own_end = beijing("2025-03-20 12:00")
    with quick.write(beijing("2025-03-10 10:00")) as work:
        key = add_draft(work, add_unit(work, "甲学会"), "甲", track="inventions/water")
        nominations.submit(work, key)
        nominations.return_(work, key, reason="缺章", correct_by=own_end)
    reports = _walk(quick, beijing("2025-03-15 00:02"))
    (lapsing,) = [report for report in reports if report.swept.lapsed]
    assert lapsing.at == own_end + SETTLE


def test_the_next_instant_is_never_now_or_past(notice: House) -> None:
    with notice.read() as work:
        instants = sorted({one.at for one in work.occasions})
    for at in (*instants[::20], instants[-1]):
        for near in (at - TICK, at, at + TICK):
            with notice.office.read(notice.campaign, ENGINE, at=near) as work:
                following = next_instant(work)
            assert following is None or following > near


def test_after_the_end_of_the_calendar_there_is_no_next(notice: House) -> None:
    assert _turn(notice, "2024-05-01 00:00").next is None


def test_a_deadline_moved_between_the_look_and_the_act_is_not_reached(
    quick: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    closes, later = beijing("2025-03-15 00:00"), beijing("2025-03-20 00:00")
    turn(quick.office, quick.campaign, at=closes - TICK)
    look = turning._new_marks

    def look_and_then_it_is_moved(work: Work) -> tuple[Mark, ...]:
        with quick.write(closes - TICK, alone=True) as moving:
            campaigns.extend(moving, "collection", closes=later, reason="系统故障")
        return look(work)

    monkeypatch.setattr(turning, "_new_marks", look_and_then_it_is_moved)
    first = turn(quick.office, quick.campaign, at=closes)
    monkeypatch.undo()
    second = turn(quick.office, quick.campaign, at=later)
    assert [[(mark.milestone, mark.edge.value) for mark in each.reached] for each in (first, second)] == [
        [("plan", "closes"), ("review", "opens")], [("collection", "closes")],
    ]  # fmt: skip


def test_what_was_done_is_written_down_with_what_it_reached(quick: House) -> None:
    with quick.write(OPENED) as work:
        add_unit(work, "甲学会", people=[("张三", "zhang@a.example"), ("李四", None)])
    turn(quick.office, quick.campaign, at=beijing("2025-03-03 09:00"))
    turn(quick.office, quick.campaign, at=beijing("2025-03-14 22:00"))
    with quick.read() as work:
        query = select(col(Done.occasion), col(Done.revision), col(Done.outcome), col(Done.letters), col(Done.calls))
        rows = {tuple(row) for row in work.connection.execute(query.where(~col(Done.occasion).startswith("reached")))}
        query = select(col(Event.details)).where(col(Event.verb).in_(("remind", "pass"))).order_by(col(Event.id))
        story = work.connection.execute(query).scalars().all()
    assert rows == {
        ("collection-opens:当天", 1, "done", 1, 1), ("collection-closes:3小时前", 1, "done", 1, 1),
        ("collection-closes:7天前", 1, "passed", 0, 0), ("collection-closes:1天前", 1, "passed", 0, 0),
    }  # fmt: skip
    assert story == [
        {"occasion": "collection-opens:当天", "letters": 1, "calls": 1},
        {"occasion": "collection-closes:3小时前", "letters": 1, "calls": 1},
        {"occasion": "collection-closes:7天前", "due": "2025-03-07T01:00:00+00:00"},
        {"occasion": "collection-closes:1天前", "due": "2025-03-13T01:00:00+00:00"},
    ]


UNKNOWN_YEAR = (
    FILE.read_text(encoding="utf-8").replace("2025", "2099")
    + '\n[dailies.digest]\nsince = "collection"\nuntil = "collection"\ndays = "working"\nat = "08:30"\n'
    'audience = "secretariat"\nletter = "secretariat-digest"\n'
)


def test_a_year_whose_holidays_are_unknown_does_not_stop_the_engine(sqlite_database_url: str) -> None:
    house = small_house(sqlite_database_url, UNKNOWN_YEAR)
    report = turn(house.office, house.campaign, at=beijing("2099-03-07 08:30"))
    with house.read() as work:
        query = select(col(Event.details)).where(col(Event.verb) == "remind")
        story = work.connection.execute(query).scalars().all()
    house.office.database.dispose()
    assert [(each.occasion.key, each.occasion.guessed) for each in report.wrote][-1] == ("digest:2099-03-07", True)
    assert story[-1] == {"occasion": "digest:2099-03-07", "letters": 1, "calls": 0, "holidays": "unknown"}


def test_every_campaign_of_the_house_is_named_in_order(quick: House) -> None:
    text = FILE.read_text(encoding="utf-8").replace('"small-2025"', '"another"', 1)
    campaigns.open_campaign(quick.office, text, name="x.toml", actor=ENGINE, at=OPENED)
    assert (turning.campaigns(quick.office), said(OPENS)) == (("small-2025", "another"), "03-03 00:00")
