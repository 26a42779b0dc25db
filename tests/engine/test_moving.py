"""Moving a deadline for some, suspending it, announcing it: what opens again, who is told, and what is refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from engine import campaigns, nominations, windows
from engine.moving import Moved
from engine.own_deadlines import own_deadline
from engine.queries.story import story
from engine.sweep import close, closings_due
from engine.tables import Duty, Event
from engine.turn import turn
from tests.builders import House, add_milestones, add_unit, letters, mark_letters, readers, redefine
from tests.small import (
    CLOSES,
    DURING,
    OPENED,
    OPENS,
    SETTLE,
    SWEPT,
    TICK,
    beijing,
    draft,
    events,
    faults,
    new_unit,
    states,
    unit_actor,
)
from workflows.definition import Length, Milestone, Who
from workflows.reasons import NotFound, Refused
from workflows.vocabulary import Party

A_DAY = timedelta(days=1)
WATER, LIGHT, PEOPLE = "inventions/water", "inventions/light", "people"
LATER, LATEST = CLOSES + 3 * A_DAY, CLOSES + 6 * A_DAY
LIGHTS, PERSONS = Who(tracks=(LIGHT,)), Who(tracks=(PEOPLE,))
REASON = "报送数量不足"


def _extend(house: House, closes: datetime = LATER, *, at: datetime = DURING, milestone: str = "collection",
            who: Who | None = None, **values: Any) -> Moved:  # fmt: skip
    with house.write(at, alone=True) as work:
        return campaigns.extend(work, milestone, closes=closes, reason=REASON, who=who, **values)


def _suspend(house: House, *, at: datetime = DURING, milestone: str = "collection") -> Moved:
    with house.write(at, alone=True) as work:
        return campaigns.suspend(work, milestone, reason="系统维护")


def _own(house: House, unit: int, closes: datetime | None, *, at: datetime = DURING) -> Moved:
    with house.write(at, unit_actor(unit), alone=True) as work:
        return own_deadline(work, unit, closes=closes)


def _code(refused: pytest.ExceptionInfo[Refused]) -> str:
    (reason,) = refused.value.reasons
    return reason.code


def _ends(house: House, unit: int, track: str = WATER, party: Party = Party.UNIT) -> datetime | None:
    with house.read() as work:
        return windows.deadline(work, unit_id=unit, track=track, party=party).closes


def _unit(house: House, name: str, *channels: str) -> int:
    with house.write(OPENED) as work:
        return add_unit(work, name, channels=channels or ("societies",),
                        people=[(f"{name}联系人", f"{ord(name[0])}@a.example")])  # fmt: skip


def _drafts(house: House, unit: int, *tracks: str) -> list[str]:
    with house.write(DURING) as work:
        return [draft(work, unit, f"{unit}{track}", track=track) for track in tracks]


def test_one_track_is_extended_after_the_closing_and_only_it_opens_again(small: House) -> None:
    unit = new_unit(small)
    _drafts(small, unit, WATER, LIGHT, PEOPLE)
    kept = _drafts(small, new_unit(small, "乙学会"), LIGHT)
    with small.write(DURING) as work:
        nominations.submit(work, kept[0])
    turn(small.office, small.campaign, at=SWEPT)
    moved = _extend(small, at=CLOSES + A_DAY, who=LIGHTS)
    assert (states(small), moved.reopened, moved.affected) == (
        {f"{unit}{WATER}": "lapsed", f"{unit}{LIGHT}": "drafted", f"{unit}{PEOPLE}": "lapsed", f"2{LIGHT}": "review"},
        1, 1,
    )  # fmt: skip
    with small.read(CLOSES + A_DAY) as work:
        due = select(col(Duty.track)).where(col(Duty.kind) == "results", col(Duty.state) == "owed")
        owed = set(work.connection.execute(due).scalars())
        assert (owed, closings_due(work)) == ({LIGHT}, ())
    turn(small.office, small.campaign, at=LATER + SETTLE)
    assert (states(small)[f"{unit}{LIGHT}"], faults(small)) == ("lapsed", ())


def test_the_classes_end_is_exact_and_the_others_keep_theirs(small: House) -> None:
    unit = new_unit(small)
    water, light = _drafts(small, unit, WATER, LIGHT)
    _extend(small, who=LIGHTS)
    heard: list[object] = []
    for at, key in ((CLOSES, water), (LATER - TICK, light), (LATER, light)):
        try:
            with small.write(at) as work:
                heard.append(nominations.submit(work, key).closes)
            with small.write(at) as work:
                nominations.recall(work, key)
        except Refused as refused:
            heard.append(refused.reasons[0].code)
    assert heard == ["DLN-01", LATER, "DLN-01"]


def test_of_overlapping_extensions_the_newest_counts_and_the_same_again_moves_on(quick: House) -> None:
    first, second = new_unit(quick), new_unit(quick, "乙学会")
    _extend(quick, who=LIGHTS)
    _extend(quick, LATEST, who=Who(units=("甲学会",)))
    once = [_ends(quick, unit, track) for unit in (first, second) for track in (WATER, LIGHT)]
    again = _extend(quick, LATEST + A_DAY, who=Who(units=("甲学会",)))
    over = _extend(quick, LATEST + 2 * A_DAY, who=LIGHTS)
    twice = [_ends(quick, unit, track) for unit in (first, second) for track in (WATER, LIGHT)]
    assert once == [LATEST, LATEST, CLOSES, LATER]
    assert twice == [LATEST + A_DAY, LATEST + 2 * A_DAY, CLOSES, LATEST + 2 * A_DAY]
    assert [(each.new.milestone, each.new.revision) for each in (again, over)] == [
        ("collection/extended-2", 3), ("collection/extended-3", 2),
    ]  # fmt: skip


def test_exactly_those_who_were_told_and_whose_date_moved_are_corrected(small: House) -> None:
    _unit(small, "甲学会")
    _unit(small, "乙城市", "cities")
    turn(small.office, small.campaign, at=OPENS + timedelta(hours=9))
    with small.write(OPENS + A_DAY) as work:
        mark_letters(work, "sent")
    _unit(small, "丙学会")
    moved = _extend(small, who=PERSONS)
    with small.read() as work:
        (letter,) = letters(work, "deadline-moved")
    assert (readers([letter]), moved.told.letters, letter.milestone) == (["甲学会联系人"], 1, "collection/extended-1")
    assert (letter.context["milestone"]["name"], letter.context["old"]["zh"], letter.context["new"]["zh"]) == (
        "征集（人物榜）", "2025年3月14日（周五）24:00", "2025年3月17日（周一）24:00",
    )  # fmt: skip


def test_when_all_are_extended_who_has_a_date_of_their_own_hears_nothing(quick: House) -> None:
    for name in ("甲学会", "乙学会"):
        _unit(quick, name)
    turn(quick.office, quick.campaign, at=OPENS + timedelta(hours=9))
    with quick.write(OPENS + A_DAY) as work:
        mark_letters(work, "sent")
    _extend(quick, LATEST, who=Who(units=("甲学会",)))
    _extend(quick)
    with quick.read() as work:
        told = [(each.to_name, each.milestone, each.state) for each in letters(work, "deadline-moved")]
    assert told == [("甲学会联系人", "collection/extended-1", "ready"), ("乙学会联系人", "collection", "ready")]


def test_an_unsent_correction_of_an_older_date_is_dropped_for_those_who_moved_on(quick: House) -> None:
    for name in ("甲学会", "乙学会"):
        _unit(quick, name)
    turn(quick.office, quick.campaign, at=OPENS + timedelta(hours=9))
    with quick.write(OPENS + A_DAY) as work:
        mark_letters(work, "sent")
    _extend(quick)
    _extend(quick, LATEST, at=DURING + TICK, who=Who(units=("甲学会",)))
    with quick.read() as work:
        told = [(each.to_name, each.state, each.context["new"]["zh"]) for each in letters(work, "deadline-moved")]
    assert told == [
        ("甲学会联系人", "cancelled", "2025年3月17日（周一）24:00"),
        ("乙学会联系人", "ready", "2025年3月17日（周一）24:00"),
        ("甲学会联系人", "ready", "2025年3月20日（周四）24:00"),
    ]  # fmt: skip


def test_suspended_nothing_closes_until_a_new_date_is_announced(small: House) -> None:
    unit = new_unit(small)
    first, second = _drafts(small, unit, WATER, LIGHT)
    suspended = _suspend(small)
    turn(small.office, small.campaign, at=SWEPT)
    with small.write(LATER) as work:
        nominations.submit(work, first)
        standing = work.calendar["collection"]
    announced = _extend(small, LATEST, at=LATER)
    with small.write(LATEST - TICK) as work:
        nominations.submit(work, second)
    turn(small.office, small.campaign, at=LATEST + SETTLE)
    assert (suspended.new.closes, standing.suspended, announced.new.suspended) == (None, True, False)
    assert (set(states(small).values()), faults(small)) == ({"review"}, ())
    with small.read() as work:
        assert [verb for verb, *_ in events(work, "suspend", "extend")] == ["suspend", "extend"]


def test_who_was_told_a_date_hears_that_it_is_suspended_and_then_the_new_one(quick: House) -> None:
    _unit(quick, "甲学会")
    turn(quick.office, quick.campaign, at=OPENS + timedelta(hours=9))
    with quick.write(OPENS + A_DAY) as work:
        mark_letters(work, "sent")
    _suspend(quick)
    with quick.write(DURING) as work:
        mark_letters(work, "sent")
    _extend(quick, LATEST)
    with quick.read() as work:
        told = [(each.context["old"]["zh"], each.context["new"]["zh"]) for each in letters(work, "deadline-moved")]
    assert told == [
        ("2025年3月14日（周五）24:00", "另行通知"), ("另行通知", "2025年3月20日（周四）24:00"),
    ]  # fmt: skip


def test_a_suspension_after_the_closing_opens_again_what_lapsed(quick: House) -> None:
    _drafts(quick, new_unit(quick), WATER)
    turn(quick.office, quick.campaign, at=SWEPT)
    assert (_suspend(quick, at=SWEPT).reopened, list(states(quick).values())) == (1, ["drafted"])


def test_one_class_of_the_file_is_moved_by_its_key_and_suspended_by_it(quick: House) -> None:
    cities = Milestone(key="collection/cities", name="征集（城市）", english="Collection (cities)", of="collection",
                       closes=CLOSES - A_DAY, who=Who(channels=("cities",)))  # fmt: skip
    add_milestones(quick, cities)
    unit = new_unit(quick, "乙城市", "cities")
    moved = _extend(quick, milestone="collection/cities")
    extended = _ends(quick, unit)
    _suspend(quick, milestone="collection/cities")
    assert (moved.old.closes, extended, _ends(quick, unit)) == (CLOSES - A_DAY, LATER, None)


def test_a_class_without_an_end_of_its_own_follows_its_parent_until_it_gets_one(quick: House) -> None:
    opening = Milestone(key="collection/cities", name="征集（城市）", english="Collection (cities)", of="collection",
                        opens=OPENS + A_DAY, who=Who(channels=("cities",)))  # fmt: skip
    add_milestones(quick, opening)
    unit = new_unit(quick, "乙城市", "cities")
    _extend(quick)
    followed = _ends(quick, unit)
    _extend(quick, LATEST, milestone="collection/cities")
    _extend(quick, LATEST + A_DAY)
    assert (followed, _ends(quick, unit)) == (LATER, LATEST)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"milestone": "plan", "who": LIGHTS}, "EXT-08"),
        ({"who": Who(tracks=("nonsense",))}, "EXT-09"),
        ({"who": Who(channels=("nonsense",))}, "EXT-09"),
        ({"who": Who(units=("无此单位",))}, "EXT-09"),
        ({"who": Who(attributes=(("region", ("west",)),))}, "EXT-09"),
        ({"who": Who(role=Party.APPLICANT)}, "EXT-16"),
        ({"who": LIGHTS, "closes": CLOSES}, "EXT-04"),
        ({"who": LIGHTS, "closes": DURING}, "EXT-06"),
    ],
)
def test_for_whom_no_date_can_be_moved(quick: House, values: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        _extend(quick, **values)
    with quick.read() as work:
        assert (_code(refused), len(work.definition.milestones)) == (code, len(work.filed.milestones))


def test_what_must_end_before_another_begins_does_not_reach_into_it(quick: House) -> None:
    redefine(quick, "collection", before="final")
    begins = beijing("2025-03-31 00:00")
    _extend(quick, begins)
    with pytest.raises(Refused) as refused:
        _extend(quick, begins + TICK, who=LIGHTS)
    with pytest.raises(Refused) as other:
        _extend(quick, beijing("2025-04-11 00:00"), milestone="final", opens=begins - A_DAY)
    (reason,) = refused.value.reasons
    assert [_code(each) for each in (refused, other)] == ["EXT-10", "EXT-10"]
    assert reason.facts == {"ends": (begins + TICK).isoformat(), "begins": begins.isoformat()}
    assert reason.zh.startswith("“征集（发明榜·光）”须在“终评”开始前结束：前者截止2025年3月31日00:00")


def test_what_lasts_at_least_so_long_ends_later_and_never_earlier(quick: House) -> None:
    redefine(quick, "review", at_least=True, lasts=Length(text="13天", days=13))
    ends = beijing("2025-03-29 00:00")
    with pytest.raises(Refused) as refused:
        _extend(quick, ends - TICK, milestone="review")
    moved = _extend(quick, ends + A_DAY, milestone="review")
    assert (_code(refused), moved.new.closes) == ("EXT-11", ends + A_DAY)


def test_there_is_nothing_to_suspend_where_no_end_is_known(quick: House) -> None:
    _suspend(quick)
    heard = []
    for milestone in ("collection", "promotion"):
        with pytest.raises(Refused) as refused:
            _suspend(quick, milestone=milestone)
        heard.append((_code(refused), "暂停" in refused.value.reasons[0].zh))
    assert heard == [("EXT-12", True), ("EXT-12", True)]


def test_what_is_to_be_announced_is_announced_once_and_then_extended(quick: House) -> None:
    add_milestones(quick, Milestone(key="defence", name="答辩", english="Defence", to_announce=True))
    with pytest.raises(Refused) as too_early:
        _extend(quick, milestone="defence")
    with pytest.raises(Refused) as empty, quick.write(DURING, alone=True) as work:
        campaigns.announce(work, "defence")
    with quick.write(DURING, alone=True) as work:
        moved = campaigns.announce(work, "defence", opens=CLOSES, closes=LATER)
    with pytest.raises(Refused) as again, quick.write(DURING, alone=True) as work:
        campaigns.announce(work, "defence", closes=LATER)
    extended = _extend(quick, LATEST, milestone="defence")
    assert [_code(each) for each in (too_early, empty, again)] == ["EXT-13", "EXT-14", "EXT-13"]
    assert [(each.new.opens, each.new.closes) for each in (moved, extended)] == [(CLOSES, LATER), (CLOSES, LATEST)]


def test_a_unit_sets_changes_and_drops_its_own_deadline(small: House) -> None:
    unit, other = new_unit(small), new_unit(small, "乙学会")
    (key,) = _drafts(small, unit, WATER)
    own = CLOSES - 2 * A_DAY
    heard = [_own(small, unit, own).new.closes, _ends(small, unit, party=Party.APPLICANT), _ends(small, unit),
             _ends(small, other, party=Party.APPLICANT)]  # fmt: skip
    _own(small, unit, own + A_DAY)
    heard.append(_ends(small, unit, party=Party.APPLICANT))
    _extend(small, LATEST, who=Who(tracks=(WATER,)))
    heard.append(_ends(small, unit, party=Party.APPLICANT))
    with pytest.raises(Refused) as late, small.write(own + A_DAY) as work:
        nominations.edit(work, key, title="改")
    _own(small, unit, None)
    heard.append(_ends(small, unit, party=Party.APPLICANT))
    assert heard == [own, own, CLOSES, CLOSES, own + A_DAY, own + A_DAY, LATEST]
    assert (_code(late), faults(small)) == ("DLN-01", ())


def test_a_units_own_deadline_is_no_closing(small: House) -> None:
    unit = new_unit(small)
    (key,) = _drafts(small, unit, WATER)
    own = CLOSES - 2 * A_DAY
    _own(small, unit, own)
    turn(small.office, small.campaign, at=own + SETTLE)
    with small.write(CLOSES - TICK) as work:
        assert nominations.submit(work, key).closes == CLOSES


def test_the_limits_of_a_units_own_deadline(quick: House) -> None:
    unit, other = new_unit(quick), new_unit(quick, "乙学会")
    heard = []
    for at, closes in ((DURING, CLOSES + TICK), (DURING, DURING), (OPENED, OPENS), (DURING, None)):
        with pytest.raises(Refused) as refused:
            _own(quick, unit, closes, at=at)
        heard.append(_code(refused))
    with pytest.raises(NotFound), quick.write(DURING, unit_actor(other), alone=True) as work:
        own_deadline(work, unit, closes=CLOSES - A_DAY)
    with quick.read() as work:
        assert (heard, work.definition) == (["EXT-16", "EXT-06", "EXT-03", "EXT-15"], work.filed)


def test_another_office_knows_the_new_class_at_once(small: House) -> None:
    unit = new_unit(small)
    assert _ends(small, unit, LIGHT) == CLOSES
    with small.write(DURING, alone=True) as work:
        campaigns.extend(work, "collection", closes=LATER, reason=REASON, who=LIGHTS)
        inside = windows.deadline(work, unit_id=unit, track=LIGHT).closes
    assert (inside, _ends(small, unit, LIGHT)) == (LATER, LATER)


def test_an_extension_that_is_taken_back_leaves_nothing_behind(quick: House) -> None:
    unit = new_unit(quick)

    def both() -> None:
        with quick.write(DURING, alone=True) as work:
            campaigns.extend(work, "collection", closes=LATER, reason=REASON, who=LIGHTS)
            campaigns.suspend(work, "promotion", reason=REASON)

    with pytest.raises(Refused):
        both()
    with quick.read() as work:
        told = work.connection.execute(select(col(Event.verb)).where(col(Event.verb) == "extend")).all()
    assert (_ends(quick, unit, LIGHT), told) == (CLOSES, [])


def test_the_history_says_what_was_done_to_the_calendar(quick: House) -> None:
    unit = new_unit(quick)
    _own(quick, unit, CLOSES - A_DAY)
    _suspend(quick)
    with quick.read() as work:
        words = {each.verb: each.verb_zh for each in story(work)}
    assert (words["own-deadline"], words["suspend"]) == ("设定本单位截止时间", "暂停截止")


def test_what_lapsed_is_not_told_any_more_to_whom_it_is_open_again(quick: House) -> None:
    first, second = _unit(quick, "甲学会"), _unit(quick, "乙学会")
    _drafts(quick, first, LIGHT)
    _drafts(quick, second, LIGHT, WATER)
    close(quick.office, quick.campaign, at=SWEPT)
    _extend(quick, at=SWEPT, who=LIGHTS)
    with quick.read() as work:
        told = {each.to_name: each.state for each in letters(work, "lapsed")}
    assert told == {"甲学会联系人": "cancelled", "乙学会联系人": "ready"}


def test_a_class_that_was_moved_twice_still_begins_with_its_parent(quick: House) -> None:
    for closes in (LATER, LATEST):
        _extend(quick, closes, at=OPENED, who=LIGHTS)
    with quick.read() as work:
        standing = work.calendar["collection/extended-1"]
    assert (standing.revision, standing.opens, standing.opens_of, standing.closes) == (3, OPENS, "collection", LATEST)


def _reminded(house: House) -> list[tuple[str, str, str]]:
    with house.read() as work:
        return [(each.milestone, each.to_name, each.state) for each in letters(work)
                if each.occasion.startswith("collection-closes")]  # fmt: skip


def _two_with_a_class(house: House) -> None:
    """Two units, one of them in a class of the file with the same end; both are reminded, and nothing has left yet."""
    add_milestones(house, Milestone(key="collection/cities", name="征集（城市）", english="Collection (cities)",
                                    of="collection", closes=CLOSES, who=Who(channels=("cities",))))  # fmt: skip
    for name, channel in (("甲学会", "societies"), ("乙城市", "cities")):
        _unit(house, name, channel)
    turn(house.office, house.campaign, at=CLOSES - 7 * A_DAY)


def test_moving_the_parent_stops_its_reminders_and_leaves_those_of_a_class_with_its_own_end(quick: House) -> None:
    _two_with_a_class(quick)
    _extend(quick)
    assert _reminded(quick) == [
        ("collection", "甲学会联系人", "cancelled"), ("collection/cities", "乙城市联系人", "ready"),
    ]  # fmt: skip


def test_moving_a_class_stops_its_reminders_and_leaves_those_of_the_parent(quick: House) -> None:
    _two_with_a_class(quick)
    _extend(quick, milestone="collection/cities")
    assert _reminded(quick) == [
        ("collection", "甲学会联系人", "ready"), ("collection/cities", "乙城市联系人", "cancelled"),
    ]  # fmt: skip


def test_a_class_made_on_the_way_is_counted_down_to_and_not_reminded_of_the_past(quick: House) -> None:
    _unit(quick, "甲学会")
    _extend(quick, at=CLOSES - A_DAY, who=Who(units=("甲学会",)))
    for at in (CLOSES - A_DAY, LATER - timedelta(hours=15)):
        turn(quick.office, quick.campaign, at=at)
    with quick.read() as work:
        told = [(each.milestone, each.occasion.rpartition(":")[2]) for each in letters(work)
                if each.occasion.startswith("collection-closes")]  # fmt: skip
    assert told == [("collection/extended-1", "1天前")]
