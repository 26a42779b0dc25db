"""The calendar as a list: every instant once, every reminder to come with whom it would reach."""

from __future__ import annotations

from engine.queries.calendar_view import Reach, announced_view, calendar_view
from engine.turn import turn
from tests.builders import CLOSING, COLLECTING, House, add_unit
from workflows.timeline import announced, marks
from workflows.vocabulary import Edge
from workflows.workdays import Workdays


def test_every_instant_of_the_calendar_stands_there(house: House) -> None:
    with house.read() as work:
        view = calendar_view(work)
        known = marks(work.calendar)

    assert [(each.at, each.milestone, each.edge) for each in view.instants] == [
        (mark.at, mark.milestone, mark.edge) for mark in known
    ]
    assert {each.milestone for each in view.to_choose} == {"publication", "promotion"}


def test_a_reminder_says_how_many_it_would_reach_now(house: House) -> None:
    with house.write() as work:
        add_unit(work, "甲学会", people=[("张三", None), ("李四", "li@example.org")])
    with house.read() as work:
        view = calendar_view(work)

    closing = [each for each in view.reminders if each.letter == "collection-closes" and each.at > COLLECTING]
    assert {each.reach for each in closing} == {Reach(letters=1, calls=1)}


def test_a_daily_letter_stands_once(house: House) -> None:
    with house.read(at=CLOSING) as work:
        view = calendar_view(work)

    [daily] = [each for each in view.reminders if each.letter == "secretariat-digest"]
    assert (daily.times > 1, daily.at < daily.last) == (True, True)


def test_past_reminders_say_what_became_of_them(house: House) -> None:
    with house.write() as work:
        add_unit(work, "甲学会", people=[("李四", "li@example.org")])
    turn(house.office, house.campaign, at=COLLECTING)
    with house.read() as work:
        view = calendar_view(work, past=True)

    told = {each.key: (each.outcome, each.reach) for each in view.reminders if each.milestone == "collection"}
    assert told["collection-closes:30天前"] == ("done", Reach(letters=1, calls=0))
    assert told["collection-opens:当天"][0] == "passed"


def test_a_file_alone_reaches_nobody(house: House) -> None:
    with house.read() as work:
        calendar = announced(work.definition.milestones)
        view = announced_view(work.definition, calendar, Workdays(), at=COLLECTING)

    assert {each.reach for each in view.reminders} == {None}
    assert [each.edge for each in view.instants if each.milestone == "collection"] == [Edge.OPENS, Edge.CLOSES]
