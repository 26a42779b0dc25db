"""What institutions owe: written when the campaign opens, filed, sent back, accepted, and settled by the results."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from engine import batches, campaigns, duties, nominations
from engine.batches import Result
from engine.sweep import close
from engine.tables import Duty
from tests.builders import House, calls, letters
from tests.small import ACADEMY, CLOSES, DURING, GUILD, REVIEW, SETTLE, SWEPT, draft, events, faults, new_unit
from workflows.reasons import Refused

A_DAY = timedelta(days=1)
WATER, LIGHT, PEOPLE = "inventions/water", "inventions/light", "people"


def _duty(house: House, track: str, kind: str = "results") -> str:
    with house.read() as work:
        query = select(col(Duty.public_id)).where(col(Duty.track) == track, col(Duty.kind) == kind)
        return str(work.connection.execute(query).scalar_one())


def _results(house: House) -> dict[str, tuple[str, str]]:
    """State and document of the results duties, by track."""
    with house.read() as work:
        query = select(col(Duty.track), col(Duty.state), col(Duty.document)).where(col(Duty.kind) == "results")
        return {row[0]: (row[1], row[2]) for row in work.connection.execute(query)}


def _submitted(house: House, *titles: str, track: str = WATER) -> list[str]:
    unit = new_unit(house, f"{titles[0]}的学会", "societies", "cities")
    with house.write(DURING) as work:
        keys = [draft(work, unit, title, track=track) for title in titles]
        for key in keys:
            nominations.submit(work, key)
    return keys


def _pass(house: House, *keys: str) -> tuple[str, ...]:
    with house.write(REVIEW) as work:
        return batches.report(work, [Result(id=key, passed=True) for key in keys]).filed


def test_each_institution_owes_each_kind_once_for_each_of_its_tracks(quick: House) -> None:
    with quick.read() as work:
        rows = work.connection.execute(select(col(Duty.institution), col(Duty.kind), col(Duty.track), col(Duty.state)))
        assert sorted(tuple(row) for row in rows) == [
            ("academy", "plan", LIGHT, "owed"), ("academy", "plan", WATER, "owed"),
            ("academy", "results", LIGHT, "owed"), ("academy", "results", WATER, "owed"),
            ("guild", "plan", PEOPLE, "owed"), ("guild", "results", PEOPLE, "owed"),
        ]  # fmt: skip


def test_a_duty_goes_there_and_back_and_ends_accepted(small: House) -> None:
    plan = _duty(small, PEOPLE, "plan")
    with small.write(DURING, GUILD) as work:
        duties.file(work, plan, document="方案一")
    with small.write(DURING) as work:
        duties.send_back(work, plan, reason="缺专家名单")
    with small.write(DURING, GUILD) as work:
        duties.file(work, plan, document="  方案二\u200b ")
    with small.write(DURING) as work:
        duties.accept(work, plan)
        duties.send_back(work, plan, reason="又发现一处")
        row = duties.find(work, plan)
        story = events(work, "file", "send-back", "accept")
    assert (row.state, row.document, row.filed_at, row.version) == ("sent-back", "方案二", DURING, 6)
    assert story == [
        ("file", "owed", "filed"), ("send-back", "filed", "sent-back"), ("file", "sent-back", "filed"),
        ("accept", "filed", "accepted"), ("send-back", "accepted", "sent-back"),
    ]  # fmt: skip
    assert faults(small) == ()


@pytest.mark.parametrize(
    ("verb", "codes"),
    [
        (duties.accept, ["STM-01"]),
        (lambda work, key: duties.send_back(work, key, reason="x"), ["STM-01"]),
        (lambda work, key: duties.file(work, key, document=" "), ["TXT-01"]),
    ],
)  # fmt: skip
def test_what_a_duty_that_is_owed_does_not_allow(quick: House, verb: object, codes: list[str]) -> None:
    plan = _duty(quick, PEOPLE, "plan")
    with pytest.raises(Refused) as refused, quick.write(DURING) as work:
        verb(work, plan)  # type: ignore[operator]
    assert [reason.code for reason in refused.value.reasons] == codes


def test_sending_back_needs_a_reason(quick: House) -> None:
    plan = _duty(quick, PEOPLE, "plan")
    with quick.write(DURING) as work:
        duties.file(work, plan, document="方案")
    with pytest.raises(Refused, match="RSN-01"), quick.write(DURING) as work:
        duties.send_back(work, plan, reason=" ")


def test_results_are_not_filed_by_hand_while_one_is_missing(quick: House) -> None:
    first, second = _submitted(quick, "甲", "乙")
    with quick.write(DURING) as work:
        nominations.return_(work, second, reason="缺章")
    results = _duty(quick, WATER)
    with pytest.raises(Refused) as during, quick.write(DURING, ACADEMY) as work:
        duties.file(work, results, document="结果")
    close(quick.office, quick.campaign, at=SWEPT)
    with pytest.raises(Refused) as after, quick.write(REVIEW, ACADEMY) as work:
        duties.file(work, results, document="结果")
    left = [[reason.facts["left"] for reason in each.value.reasons] for each in (during, after)]
    assert (left, _pass(quick, first)) == ([[2], [1]], (WATER,))


def test_results_are_not_filed_while_there_may_be_more_to_judge(quick: House) -> None:
    results = _duty(quick, LIGHT)
    codes = []
    for at in (DURING, CLOSES):
        with pytest.raises(Refused) as refused, quick.write(at, ACADEMY) as work:
            duties.file(work, results, document="无")
        codes += [reason.code for reason in refused.value.reasons]
    assert codes == ["DUT-02", "DUT-02"]


def test_an_extension_before_the_closing_changes_nothing_of_what_is_filed(quick: House) -> None:
    plan = _duty(quick, PEOPLE, "plan")
    with quick.write(DURING, alone=True) as work:
        duties.file(work, plan, document="方案")
        campaigns.extend(work, "collection", closes=CLOSES + A_DAY, reason="系统故障")
        story = events(work, "file", "send-back")
    assert story == [("file", "owed", "filed")]


def test_at_the_closing_what_nobody_was_nominated_for_is_settled_and_the_rest_is_owed(quick: House) -> None:
    _submitted(quick, "甲")
    close(quick.office, quick.campaign, at=SWEPT)
    nothing = ("filed", "没有申报项目 / nothing was nominated")
    assert _results(quick) == {WATER: ("owed", ""), LIGHT: nothing, PEOPLE: nothing}


def test_two_reports_settle_the_duty_with_the_second_whichever_it_is(small: House) -> None:
    first, second = _submitted(small, "甲", "乙")
    close(small.office, small.campaign, at=SWEPT)
    assert (_pass(small, second), _pass(small, first)) == ((), (WATER,))
    assert _results(small)[WATER] == ("filed", "系统内报送 / reported here")


def test_what_was_sent_back_is_not_settled_again_by_a_later_closing(quick: House) -> None:
    kept, late = _submitted(quick, "甲", "乙")
    with quick.write(DURING) as work:
        nominations.return_(work, late, reason="缺章", correct_by=CLOSES + A_DAY)
    close(quick.office, quick.campaign, at=SWEPT)
    with quick.write(REVIEW) as work:
        duties.send_back(work, _duty(quick, LIGHT), reason="请书面确认")
    close(quick.office, quick.campaign, at=CLOSES + A_DAY + SETTLE)
    assert (_pass(quick, kept), _results(quick)[LIGHT][0]) == ((WATER,), "sent-back")


def test_when_the_last_one_missing_lapses_the_results_are_settled_and_say_so(quick: House) -> None:
    kept, late = _submitted(quick, "甲", "乙")
    own_end = CLOSES + 10 * A_DAY
    with quick.write(DURING) as work:
        nominations.return_(work, late, reason="缺章", correct_by=own_end)
    close(quick.office, quick.campaign, at=SWEPT)
    before = _pass(quick, kept)
    close(quick.office, quick.campaign, at=own_end + SETTLE)
    assert (before, _results(quick)[WATER]) == ((), ("filed", "系统内报送 / reported here"))


def test_an_extension_after_the_closing_makes_results_owed_again_until_the_next_one(small: House) -> None:
    (key,) = _submitted(small, "甲")
    close(small.office, small.campaign, at=SWEPT)
    with small.write(CLOSES + A_DAY, alone=True) as work:
        campaigns.extend(work, "collection", closes=CLOSES + 3 * A_DAY, reason="系统故障")
    reopened = {track: state for track, (state, _) in _results(small).items()}
    _submit_late(small, "丙", LIGHT)
    close(small.office, small.campaign, at=CLOSES + 3 * A_DAY + SETTLE)
    _pass(small, key)
    assert reopened == {WATER: "owed", LIGHT: "sent-back", PEOPLE: "sent-back"}
    assert {track: state for track, (state, _) in _results(small).items()} == {
        WATER: "filed", LIGHT: "sent-back", PEOPLE: "filed",
    }  # fmt: skip
    assert faults(small) == ()


def test_it_is_told_to_who_reported_and_to_nobody_where_nothing_was_nominated(quick: House) -> None:
    (key,) = _submitted(quick, "甲")
    close(quick.office, quick.campaign, at=SWEPT)
    _pass(quick, key)
    with quick.write(REVIEW, alone=True) as work:
        campaigns.extend(work, "collection", closes=REVIEW + A_DAY, reason="系统故障")
        told = [(row.to_name, row.context["duty"]["track"], row.context["reason"]) for row in letters(work)]
        called = calls(work, "duty-sent-back")
    why = "征集时间已调整，可能有新的申报，没有则不必再报：系统故障 / there may be more to judge"
    assert (told, called) == ([("钱学", "发明榜·水", why)], [])


def test_while_it_is_open_again_results_are_taken_and_the_duty_waits(quick: House) -> None:
    (key,) = _submitted(quick, "甲")
    close(quick.office, quick.campaign, at=SWEPT)
    with quick.write(CLOSES + A_DAY, alone=True) as work:
        campaigns.extend(work, "collection", closes=CLOSES + 9 * A_DAY, reason="系统故障")
    filed = _pass(quick, key)
    during = _results(quick)[WATER]
    close(quick.office, quick.campaign, at=CLOSES + 9 * A_DAY + SETTLE)
    assert (filed, during, _results(quick)[WATER]) == ((), ("owed", ""), ("filed", "系统内报送 / reported here"))


def _submit_late(house: House, title: str, track: str) -> None:
    unit = new_unit(house, "晚到的学会", "cities")
    with house.write(CLOSES + 2 * A_DAY) as work:
        nominations.submit(work, draft(work, unit, title, track=track))
