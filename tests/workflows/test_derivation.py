"""Dates that follow from others: working days of the State Council, chains, classes, and what a move moves."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.small import beijing
from workflows.definition import Definition, Length, Milestone
from workflows.derivation import as_announced, earliest_end, with_followers
from workflows.loading import load
from workflows.timeline import InForce, announced
from workflows.vocabulary import Edge
from workflows.workdays import HolidayYear, Workdays, YearUnknown

BEIJING = ZoneInfo("Asia/Shanghai")
DOCS = (Path(__file__).parents[2] / "docs" / "campaign-file.md").read_text(encoding="utf-8")
SMALL = re.findall(r"```toml\n(.+?)```", DOCS, flags=re.DOTALL)[0]
KNOWN = Workdays()
BEFORE_THE_AMENDMENT = HolidayYear(  # 2020 as it was published in 2019, before the break was prolonged
    year=2020, holidays=frozenset(date(2020, 1, day) for day in (24, 27, 28, 29, 30)) | {date(2020, 1, 1)},
    makeups=frozenset({date(2020, 1, 19), date(2020, 2, 1)}), source="国办发明电〔2019〕16号",
)  # fmt: skip


def said(instant: datetime | None) -> str:
    return instant.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M") if instant else "—"


def small(more: str) -> Definition:
    """The campaign of the documentation with more in its file."""
    return load(f"{SMALL}\n{more}", name="small.toml").definition


def standing(more: str, key: str, workdays: Workdays = KNOWN) -> InForce:
    return as_announced(small(more), workdays)[key]


FACTS = [
    ("2023-09-27", 5, "2023-10-10", "2023-10-09"),
    ("2023-09-28", 3, "2023-10-09", "2023-10-08"),
    ("2023-04-21", 5, "2023-04-27", "2023-04-26"),
    ("2023-12-29", 5, "2024-01-08", "2024-01-05"),
    ("2024-02-08", 5, "2024-02-21", "2024-02-20"),
    ("2024-04-26", 5, "2024-05-07", "2024-05-06"),
    ("2024-09-27", 5, "2024-10-10", "2024-10-09"),
    ("2020-01-22", 5, "2020-02-06", "2020-02-05"),
    ("2023-04-14", 5, "2023-04-21", "2023-04-20"),
    ("2018-09-18", 5, "2018-09-26", "2018-09-25"),
]


@pytest.mark.parametrize(("start", "days", "excluded", "included"), FACTS)
def test_working_days_end_with_the_last_of_them_whether_the_first_is_counted_or_not(
    start: str, days: int, excluded: str, included: str
) -> None:
    for counted, last in (("false", excluded), ("true", included)):
        found = standing(
            f'[milestones.x]\nname = "甲"\nopens = "{start}"\nlasts = "{days}个工作日"\ncounted = {counted}', "x"
        )
        assert said(found.closes - timedelta.resolution if found.closes else None) == f"{last} 23:59"


@pytest.mark.parametrize(("start", "days", "excluded"), [fact[:3] for fact in FACTS])
def test_days_after_an_end_at_24_00_do_not_count_the_day_that_ended(start: str, days: int, excluded: str) -> None:
    anchor = f'[milestones.a]\nname = "甲"\ncloses = "{start} 24:00"\n'
    after = f'[milestones.x]\nname = "乙"\nafter = "a"\nedge = "closes"\nlasts = "{days}个工作日"'
    end = standing(anchor + after, "x").closes
    assert end == beijing(excluded) + timedelta(days=1)


def test_days_are_counted_by_the_calendar_as_it_was_before_it_was_amended() -> None:
    more = '[milestones.x]\nname = "甲"\nopens = "2020-01-22"\nlasts = "5个工作日"\n'
    assert said(standing(more, "x", Workdays(overrides=(BEFORE_THE_AMENDMENT,))).closes) == "2020-02-05 00:00"


@pytest.mark.parametrize(
    ("rule", "opens", "closes"),
    [
        ('lasts = "30天"', "2023-10-01 00:00", "2023-10-31 00:00"),
        ('lasts = "2小时"', "2023-10-01 00:00", "2023-10-01 02:00"),
        ('wait = "1天"\nlasts = "1天"', "2023-10-01 00:00", "2023-10-02 00:00"),
        ('wait = "1天"\nlasts = "1天"\ncounted = true', "2023-10-01 00:00", "2023-10-02 00:00"),
        ('wait = "2天"', "2023-10-02 00:00", "—"),
        ('wait = "90分钟"', "2023-10-01 01:30", "—"),
        ('wait = "1个工作日"', "2023-10-07 00:00", "—"),
        ('closes = "2023-10-08"', "2023-10-01 00:00", "2023-10-09 00:00"),
    ],
)
def test_what_begins_after_an_end_may_wait_and_last(rule: str, opens: str, closes: str) -> None:
    anchor = '[milestones.a]\nname = "甲"\ncloses = "2023-09-30 24:00"\n'
    found = standing(f'{anchor}[milestones.x]\nname = "乙"\nafter = "a"\nedge = "closes"\n{rule}', "x")
    assert (said(found.opens), said(found.closes)) == (opens, closes)


CHAIN = """
[milestones.a]
name = "甲"
opens = "2023-09-25 10:00"
lasts = "2个工作日"
[milestones.b]
name = "乙"
after = "a"
edge = "closes"
lasts = "1天"
[milestones.c]
name = "丙"
after = "b"
edge = "closes"
wait = "3个工作日"
[milestones.d]
name = "丁"
after = "c"
lasts = "5天"
"""


def test_a_chain_follows_its_first_link_and_what_has_not_happened_is_not_known() -> None:
    found = as_announced(small(CHAIN), KNOWN)
    assert [(said(found[key].opens), said(found[key].closes)) for key in "abcd"] == [
        ("2023-09-25 10:00", "2023-09-28 00:00"),
        ("2023-09-28 00:00", "2023-09-29 00:00"),
        ("2023-10-09 00:00", "—"),
        ("—", "—"),
    ]


def _moved(calendar: dict[str, InForce], key: str, **values: Any) -> dict[str, InForce]:
    return {**calendar, key: replace(calendar[key], **values)}


def test_what_follows_moves_with_what_it_follows_and_its_letters_go_out_anew() -> None:
    definition, moved_at = small(CHAIN), beijing("2023-09-26 12:00")
    calendar = _moved(announced(definition.milestones), "a", revision=2, closes=beijing("2023-10-10"),
                      closes_revision=2, closes_moved_at=moved_at)  # fmt: skip
    found = with_followers(definition, calendar, KNOWN)
    assert [said(found[key].opens) for key in "bc"] == ["2023-10-10 00:00", "2023-10-13 00:00"]
    assert {(found[key].opens_revision, found[key].opens_moved_at, found[key].revision) for key in "bc"} == {
        (2, moved_at, 2)
    }


def test_a_date_that_was_set_while_the_campaign_runs_stays_as_it_was_set() -> None:
    definition, own = small(CHAIN), beijing("2023-10-20")
    calendar = _moved(announced(definition.milestones), "b", revision=2, opens=beijing("2023-09-28"), closes=own,
                      closes_revision=2, closes_moved_at=own)  # fmt: skip
    moved = _moved(calendar, "a", revision=2, closes=beijing("2023-10-10"), closes_revision=2, closes_moved_at=own)
    found = with_followers(definition, moved, KNOWN)
    assert (said(found["b"].opens), said(found["b"].closes)) == ("2023-10-10 00:00", "2023-10-20 00:00")
    assert said(found["c"].opens) == "2023-10-24 00:00"


def test_what_waits_for_something_to_happen_begins_when_it_did() -> None:
    definition = small(CHAIN)
    happened = _moved(announced(definition.milestones), "c", actual=beijing("2023-10-12 15:00"))
    found = with_followers(definition, happened, KNOWN)["d"]
    assert (said(found.opens), said(found.closes)) == ("2023-10-12 15:00", "2023-10-18 00:00")


def test_a_chosen_date_is_a_beginning_for_what_follows_either_edge() -> None:
    definition = small('[milestones.x]\nname = "甲"\nafter = "a"\nedge = "closes"\nwait = "1天"\n'
                       '[milestones.a]\nname = "乙"\nwindow = "2023年9月"\nto_choose = true')  # fmt: skip
    calendar = _moved(announced(definition.milestones), "a", chosen=beijing("2023-09-12"))
    assert said(with_followers(definition, calendar, KNOWN)["x"].opens) == "2023-09-13 00:00"


def test_in_a_year_without_holidays_on_file_nothing_is_guessed_and_the_year_is_named() -> None:
    more = CHAIN.replace("2023-09-25 10:00", "2098-12-30 10:00")
    found = as_announced(small(more), KNOWN)
    assert [(found[key].closes, found[key].unknown_year) for key in "ab"] == [(None, 2098), (None, 2098)]
    assert said(found["a"].opens) == "2098-12-30 10:00"


CLASSES = """
[milestones.a]
name = "甲"
opens = "2010-01-15"
closes = "2010-02-28"
[milestones.a.classes.early]
channels = ["members"]
closes = "2010-02-22"
[milestones.a.classes.late]
role = "applicant"
opens = "2010-01-20"
"""


def test_a_class_has_its_parents_dates_where_it_has_none_of_its_own() -> None:
    found = as_announced(small(CLASSES), KNOWN)
    assert [(said(found[key].opens), said(found[key].closes)) for key in ("a/early", "a/late")] == [
        ("2010-01-15 00:00", "2010-02-23 00:00"), ("2010-01-20 00:00", "2010-03-01 00:00"),
    ]  # fmt: skip
    assert [(found[key].opens_of, found[key].closes_of) for key in ("a/early", "a/late")] == [("a", None), (None, "a")]


def test_an_extension_of_the_parent_moves_only_the_classes_that_have_its_end() -> None:
    definition, now = small(CLASSES), beijing("2010-02-20")
    calendar = _moved(announced(definition.milestones), "a", revision=2, closes=beijing("2010-03-11"),
                      closes_revision=2, closes_moved_at=now)  # fmt: skip
    found = with_followers(definition, calendar, KNOWN)
    assert [(said(found[key].closes), found[key].closes_revision) for key in ("a/early", "a/late")] == [
        ("2010-02-23 00:00", 1), ("2010-03-11 00:00", 2),
    ]  # fmt: skip


def test_a_class_is_a_milestone_behind_its_parent_called_after_it_and_whom_it_is_for() -> None:
    mine = [each for each in small(CLASSES).milestones if each.of == "a"]
    assert [(each.key, each.name, each.english) for each in mine] == [
        ("a/early", "甲（会员单位）", "甲 (会员单位)"), ("a/late", "甲（申报人填报）", "甲 (applicants)"),
    ]  # fmt: skip


def test_at_least_is_a_floor_from_the_start_in_force() -> None:
    more = '[milestones.x]\nname = "甲"\nopens = "2018-09-18"\nlasts = "5个工作日"\ncounted = true\nat_least = {}'
    definition = small(more.replace("{}", "true"))
    calendar = as_announced(definition, KNOWN)
    later = _moved(calendar, "x", opens=beijing("2018-09-25"))
    floors = [earliest_end(definition, each, "x", KNOWN) for each in (calendar, later)]
    assert [said(each) for each in floors] == ["2018-09-26 00:00", "2018-09-30 00:00"]
    exactly = small(more.replace("{}", "false"))
    assert earliest_end(exactly, calendar, "x", KNOWN) is None
    with pytest.raises(YearUnknown):
        earliest_end(definition, _moved(calendar, "x", opens=beijing("2098-01-01")), "x", KNOWN)


LENGTHS = st.one_of(
    st.none(),
    st.integers(1, 40).map(lambda n: Length(text=f"{n}天", days=n)),
    st.integers(1, 12).map(lambda n: Length(text=f"{n}个工作日", working=n)),
    st.integers(1, 100).map(lambda n: Length(text=f"{n}小时", span=timedelta(hours=n))),
)


@st.composite
def calendars(draw: st.DrawFn) -> list[Milestone]:
    """Milestones that follow one of those before them, and now and then a class."""
    start = draw(st.datetimes(datetime(2020, 1, 1), datetime(2024, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - Hypothesis adds the zone
    made = [Milestone(key="m0", name="m0", english="", opens=start, lasts=draw(LENGTHS))]
    for number in range(1, draw(st.integers(1, 8))):
        before = draw(st.sampled_from(made)).key
        made.append(
            Milestone(key=f"m{number}", name="", english="", after=before, edge=draw(st.sampled_from([*Edge, None])),
                      wait=draw(LENGTHS), lasts=draw(LENGTHS), counted=draw(st.booleans()))
        )  # fmt: skip
        if draw(st.booleans()):
            made.append(Milestone(key=f"m{number}/c", name="", english="", of=f"m{number}"))
    return made


@given(milestones=calendars(), data=st.data())
def test_dates_do_not_depend_on_the_order_of_the_file(milestones: list[Milestone], data: st.DataObject) -> None:
    plain = small("")
    calendar = announced(milestones)
    for each in data.draw(st.sets(st.sampled_from(milestones).map(lambda one: one.key))):
        calendar[each] = replace(calendar[each], actual=beijing("2022-05-01 12:00"))
    shuffled = data.draw(st.permutations(milestones))
    expected = with_followers(replace(plain, milestones=tuple(milestones)), calendar, KNOWN)
    assert with_followers(replace(plain, milestones=tuple(shuffled)), calendar, KNOWN) == expected


@given(milestones=calendars())
def test_no_window_that_follows_ends_before_it_begins_or_begins_before_what_it_follows(
    milestones: list[Milestone],
) -> None:
    definition = replace(small(""), milestones=tuple(milestones))
    found = as_announced(definition, KNOWN)
    for each in milestones:
        one = found[each.key]
        assert not (one.opens and one.closes) or one.opens <= one.closes
        anchor = found[each.after].edge(each.edge) if each.after and each.edge else None
        assert not (anchor and one.opens and each.wait and each.wait.days is None) or one.opens >= anchor
