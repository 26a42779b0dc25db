"""Deadlines by class: whose window is which, to the microsecond, and that each class closes at its own instant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import event

from engine import nominations, units, windows
from engine.office import Work
from engine.sweep import close, closings_due
from engine.turn import next_instant, turn
from tests.builders import House, add_milestones, add_unit, letters
from tests.small import (
    CLOSES,
    DURING,
    FILE,
    OPENED,
    OPENS,
    SETTLE,
    SWEPT,
    TICK,
    draft,
    faults,
    new_unit,
    small_house,
    states,
)
from workflows.definition import Attribute, Milestone, Who
from workflows.reasons import Refused
from workflows.vocabulary import Bearer, Kind, Party

A_DAY = timedelta(days=1)
WATER, LIGHT, PEOPLE = "inventions/water", "inventions/light", "people"
EARLY, LATE = CLOSES - 3 * A_DAY, CLOSES + 3 * A_DAY


def a_class(name: str, closes: datetime | None = None, opens: datetime | None = None, **who: object) -> Milestone:
    """A class of the collection."""
    return Milestone(key=f"collection/{name}", name=f"征集（{name}）", english=f"Collection ({name})", of="collection",
                     opens=opens, closes=closes, who=Who(**who))  # type: ignore[arg-type]  # fmt: skip


CITIES = a_class("cities", LATE, channels=("cities",))
ONE_UNIT = a_class("one", EARLY, units=("甲学会",))
LIGHTS = a_class("light", LATE, tracks=(LIGHT,))
APPLICANTS = a_class("applicants", EARLY, role=Party.APPLICANT)
UNITS = a_class("units", EARLY, role=Party.UNIT)


def _codes(house: House, at: datetime, act: Callable[[Work], object]) -> list[str]:
    """Why it may not be done at that instant; nothing is kept either way."""
    found: list[str] = []
    try:
        with house.write(at) as work:
            act(work)
            _undo()
    except Refused as refused:
        found += [reason.code for reason in refused.reasons]
    except _Undone:
        pass
    return found


class _Undone(Exception):
    """So that the next instant finds what this one found."""


def _undo() -> None:
    raise _Undone


def _draft(house: House, unit: int, title: str, track: str = WATER) -> str:
    with house.write(OPENS) as work:
        return draft(work, unit, title, track=track)


@pytest.mark.parametrize(
    ("made", "track", "ends"),
    [
        (CITIES, WATER, CLOSES),
        (a_class("societies", LATE, channels=("societies",)), WATER, LATE),
        (ONE_UNIT, WATER, EARLY),
        (LIGHTS, WATER, CLOSES),
        (LIGHTS, LIGHT, LATE),
        (UNITS, WATER, EARLY),
        (a_class("opens", opens=OPENS + A_DAY, tracks=(WATER,)), WATER, CLOSES),
    ],
)
def test_each_class_ends_at_its_own_instant_to_the_microsecond(
    small: House, made: Milestone, track: str, ends: datetime
) -> None:
    add_milestones(small, made)
    unit = new_unit(small, "甲学会", "societies")
    with small.write(OPENS + A_DAY) as work:
        key = draft(work, unit, "一", track=track)
    heard = [_codes(small, at, lambda work: nominations.submit(work, key)) for at in (ends - TICK, ends, ends + TICK)]
    assert heard == [[], ["DLN-01"], ["DLN-01"]]


def test_a_refusal_names_the_instants_of_the_class(quick: House) -> None:
    add_milestones(quick, ONE_UNIT, a_class("late", opens=OPENS + A_DAY, tracks=(LIGHT,)))
    unit, other = new_unit(quick, "甲学会"), new_unit(quick, "乙学会")
    with pytest.raises(Refused) as late, quick.write(EARLY) as work:
        draft(work, unit, "一")
    with pytest.raises(Refused) as early, quick.write(OPENS) as work:
        draft(work, other, "一", track=LIGHT)
    assert late.value.reasons[0].zh == "截止时间为2025年3月11日24:00，收到时间2025年3月12日00:00，已截止"
    assert (early.value.reasons[0].code, early.value.reasons[0].facts["opens"]) == (
        "DLN-02", (OPENS + A_DAY).isoformat(),
    )  # fmt: skip


def test_the_applicants_write_until_theirs_and_the_unit_submits_until_its_own(small: House) -> None:
    add_milestones(small, APPLICANTS)
    unit = new_unit(small)
    key = _draft(small, unit, "一")
    acts: list[Callable[[Work], object]] = [
        lambda work: draft(work, unit, "二"),
        lambda work: nominations.edit(work, key, title="三"),
        lambda work: nominations.submit(work, key),
    ]
    heard = [[_codes(small, at, act) for act in acts] for at in (EARLY - TICK, EARLY, CLOSES - TICK, CLOSES)]
    late = ["DLN-01"]
    assert heard == [[[], [], []], [late, late, []], [late, late, []], [late, late, late]]
    with small.read(SWEPT) as work:
        assert [each.milestone for each in closings_due(work)] == ["collection"]


def test_nobody_writes_what_the_unit_can_not_submit_any_more(quick: House) -> None:
    add_milestones(quick, a_class("applicants", LATE, role=Party.APPLICANT), a_class("one", EARLY, tracks=(WATER,)))
    unit = new_unit(quick)
    key = _draft(quick, unit, "一")
    heard = [_codes(quick, at, lambda work: nominations.edit(work, key, title="二")) for at in (EARLY - TICK, EARLY)]
    assert heard == [[], ["DLN-01"]]


def test_of_the_classes_that_fit_the_first_in_the_file_counts(quick: House) -> None:
    add_milestones(quick, ONE_UNIT, LIGHTS)
    first, second = new_unit(quick, "甲学会"), new_unit(quick, "乙学会")
    with quick.read() as work:
        found = [windows.deadline(work, unit_id=unit, track=LIGHT).closes_of for unit in (first, second)]
    assert found == ["collection/one", "collection/light"]


def test_a_date_to_correct_by_counts_above_every_class(quick: House) -> None:
    add_milestones(quick, ONE_UNIT)
    unit, own = new_unit(quick, "甲学会"), EARLY + timedelta(hours=5)
    key = _draft(quick, unit, "一")
    with quick.write(DURING) as work:
        nominations.submit(work, key)
        nominations.return_(work, key, reason="缺章", correct_by=own)
    close(quick.office, quick.campaign, at=EARLY + SETTLE)
    before, after = (
        _codes(quick, at, lambda work: nominations.submit(work, key)) for at in (own - TICK, own)
    )  # fmt: skip
    assert (states(quick), before, after) == ({"一": "returned"}, [], ["DLN-01"])


def test_a_class_by_what_units_declare(small: House) -> None:
    place = Attribute(key="region", name="地区", english="Region", of=Bearer.UNIT, kind=Kind.WORD,
                       values=("west", "east"))  # fmt: skip
    add_milestones(small, a_class("west", LATE, attributes=(("region", ("west",)),)), attributes=(place,))
    west, east = new_unit(small, "西部学会"), new_unit(small, "东部学会")
    with small.write(OPENED) as work:
        for unit, region in ((west, "west"), (east, "east")):
            units.change(work, unit, attributes={"region": region})
    _draft(small, west, "西")
    _draft(small, east, "东")
    close(small.office, small.campaign, at=SWEPT)
    assert (states(small), faults(small)) == ({"西": "drafted", "东": "lapsed"}, ())


def test_one_class_closes_while_another_stays_open(small: House) -> None:
    add_milestones(small, ONE_UNIT, LIGHTS)
    with small.write(OPENED) as work:
        first = add_unit(work, "甲学会", people=[("张三", "zhang@a.example")])
    second = new_unit(small, "乙学会")
    done = _draft(small, first, "甲水"), _draft(small, second, "乙光", LIGHT)
    for title, unit, track in (("甲光草稿", first, LIGHT), ("乙水草稿", second, WATER), ("乙光草稿", second, LIGHT)):
        _draft(small, unit, title, track)
    with small.write(DURING) as work:
        for key in done:
            nominations.submit(work, key)
    swept = [close(small.office, small.campaign, at=end + SETTLE) for end in (EARLY - TICK, EARLY)]
    early = states(small)
    with small.read(EARLY + SETTLE) as work:
        told, closed = letters(work, "lapsed"), work.closed
    with small.read(CLOSES) as work:
        following = next_instant(work)
    assert [(each.lapsed, each.begun) for each in swept] == [(0, 0), (1, 1)]
    assert early == {
        "甲水": "review",
        "乙光": "submitted",
        "甲光草稿": "lapsed",
        "乙水草稿": "drafted",
        "乙光草稿": "drafted",
    }
    assert [(each.milestone, each.to_name, each.context["deadline"]["zh"]) for each in told] == [
        ("collection/one", "张三", "2025年3月11日（周二）24:00"),
    ]  # fmt: skip
    assert (closed, following) == ({"collection/one": 1}, SWEPT)
    close(small.office, small.campaign, at=SWEPT)
    assert (states(small)["乙水草稿"], states(small)["乙光草稿"]) == ("lapsed", "drafted")
    close(small.office, small.campaign, at=LATE + SETTLE)
    assert (states(small)["乙光"], states(small)["乙光草稿"], faults(small)) == ("review", "lapsed", ())


def test_nothing_is_stored_any_more_against_a_class_that_was_closed_and_elsewhere_it_is(quick: House) -> None:
    add_milestones(quick, ONE_UNIT)
    first, second = new_unit(quick, "甲学会"), new_unit(quick, "乙学会")
    close(quick.office, quick.campaign, at=EARLY + SETTLE)
    heard = [_codes(quick, EARLY - TICK, partial(draft, unit_id=unit, title="一")) for unit in (first, second)]
    assert heard == [["DLN-03"], []]


def test_what_comes_late_into_a_closed_class_lapses_with_the_next_turn(quick: House) -> None:
    add_milestones(quick, CITIES, a_class("others", EARLY, tracks=(WATER, LIGHT, PEOPLE)))
    unit = new_unit(quick, "两栖单位", "societies", "cities")
    _draft(quick, unit, "一")
    turn(quick.office, quick.campaign, at=EARLY + SETTLE)
    before = states(quick)
    with quick.write(EARLY + A_DAY) as work:
        add_unit(work, "两栖单位", channels=["societies"])
    report = turn(quick.office, quick.campaign, at=EARLY + A_DAY)
    assert (before, states(quick), report.swept.lapsed) == ({"一": "drafted"}, {"一": "lapsed"}, 1)


def test_results_are_settled_when_every_class_that_touches_the_track_is_closed(small: House) -> None:
    add_milestones(small, LIGHTS, CITIES)
    with small.read() as work:
        touching = {track: windows.track_is_closed(work, track) for track in (WATER, LIGHT, PEOPLE)}
    close(small.office, small.campaign, at=SWEPT)
    with small.read(SWEPT) as work:
        half = {track: windows.track_is_closed(work, track) for track in (WATER, LIGHT, PEOPLE)}
    close(small.office, small.campaign, at=LATE + SETTLE)
    with small.read(LATE + SETTLE) as work:
        after = {track: windows.track_is_closed(work, track) for track in (WATER, LIGHT, PEOPLE)}
    assert (touching, half, after) == (
        {WATER: False, LIGHT: False, PEOPLE: False}, {WATER: False, LIGHT: False, PEOPLE: True},
        {WATER: True, LIGHT: True, PEOPLE: True},
    )  # fmt: skip


def test_a_receipt_names_the_deadline_of_the_class(quick: House) -> None:
    add_milestones(quick, LIGHTS)
    with quick.write(OPENED) as work:
        unit = add_unit(work, "甲学会", people=[("张三", "zhang@a.example")])
    for title, track in (("水", WATER), ("光", LIGHT)):
        key = _draft(quick, unit, title, track)
        with quick.write(DURING) as work:
            nominations.submit(work, key)
    with quick.read() as work:
        told = letters(work, "submission-receipt")
    assert [(each.milestone, each.revision, each.context["deadline"]["zh"]) for each in told] == [
        ("collection", 1, "2025年3月14日（周五）24:00"), ("collection/light", 1, "2025年3月17日（周一）24:00"),
    ]  # fmt: skip


@pytest.mark.parametrize(("made", "more"), [(None, 0), (LIGHTS, 0), (ONE_UNIT, 1)])
def test_a_submission_looks_at_the_unit_only_where_a_class_asks_about_it(
    quick: House, made: Milestone | None, more: int
) -> None:
    if made:
        add_milestones(quick, made)
    unit = new_unit(quick, "乙学会")
    key = _draft(quick, unit, "一")
    seen: list[str] = []
    with quick.write(DURING) as work:
        event.listen(work.connection, "before_cursor_execute", lambda *given: seen.append(given[2]))
        nominations.submit(work, key)
    assert sum("unit_attribute" in each for each in seen) == more


def test_reminders_count_down_to_each_units_own_end(quick: House) -> None:
    add_milestones(quick, ONE_UNIT, CITIES)
    with quick.write(OPENED) as work:
        for name, channel in (("甲学会", "societies"), ("乙学会", "societies"), ("丙城市", "cities")):
            add_unit(work, name, channels=[channel], people=[(name, f"{ord(name[0])}@a.example")])
    for end in (EARLY, CLOSES, LATE):
        turn(quick.office, quick.campaign, at=end - 7 * A_DAY)
    with quick.read() as work:
        told = [(each.milestone, each.to_name, each.context["deadline"]["zh"][5:10]) for each in letters(work)
                if each.occasion.endswith(":7天前")]  # fmt: skip
    assert told == [
        ("collection/one", "甲学会", "3月11日"), ("collection", "乙学会", "3月14日"),
        ("collection/cities", "丙城市", "3月17日"),
    ]  # fmt: skip


def test_classes_as_a_file_writes_them_are_kept_by_the_engine(sqlite_database_url: str) -> None:
    text = FILE.read_text(encoding="utf-8") + (
        '\n[milestones.collection.classes.cities]\nname = "征集（城市）"\ncloses = "2025-03-17"\n'
        'channels = ["cities"]\n'
        '\n[milestones.collection.classes.writing]\nname = "填报"\ncloses = "2025-03-11"\nrole = "applicant"\n'
    )
    house = small_house(sqlite_database_url, text)
    societies, cities = new_unit(house, "甲学会"), new_unit(house, "乙城市", "cities")
    _draft(house, societies, "甲")
    _draft(house, cities, "乙")
    late = [_codes(house, EARLY, partial(draft, unit_id=unit, title="丙")) for unit in (societies, cities)]
    close(house.office, house.campaign, at=SWEPT)
    assert (late, states(house), faults(house)) == ([["DLN-01"], []], {"甲": "lapsed", "乙": "drafted"}, ())
    house.office.database.dispose()
