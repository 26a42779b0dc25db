"""What a file may say of milestones, classes, hours and reminders, and the exact answer where it may not."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from workflows import soundness
from workflows.definition import Definition, Who
from workflows.findings import Findings
from workflows.loading import examine, load
from workflows.reasons import FileRefused, Reason
from workflows.slots import hours
from workflows.vocabulary import Party
from workflows.workdays import Workdays

BEIJING = ZoneInfo("Asia/Shanghai")
DOCS = (Path(__file__).parents[2] / "docs" / "campaign-file.md").read_text(encoding="utf-8")
SMALL, *EXAMPLES = re.findall(r"^```toml\n(.+?)^```", DOCS.partition("\n## Keys")[0], flags=re.DOTALL | re.MULTILINE)


def milestone(*lines: str, key: str = "x") -> str:
    return "\n".join([f"[milestones.{key}]", 'name = "甲"', *lines])


def reasons(more: str, workdays: Workdays | None = None) -> list[Reason]:
    findings = Findings(name="a.toml")
    _prove(f"{SMALL}\n{more}\n", findings, workdays)
    return findings.told()


def _prove(text: str, findings: Findings, workdays: Workdays | None) -> None:
    definition = examine(text, findings)
    if definition and workdays:
        soundness.prove(definition, findings, workdays)


def codes(more: str, workdays: Workdays | None = None) -> list[str]:
    return [reason.code for reason in reasons(more, workdays)]


def with_example(example: str) -> Definition:
    """The small campaign with an example in it, which replaces the tables that it names."""
    headers = re.findall(r"^\[[^\]]+\]$", example, flags=re.MULTILINE)
    blocks = [block for block in SMALL.split("\n\n") if block.partition("\n")[0] not in headers]
    return load("\n\n".join([*blocks, example]), name="a.toml").definition


def said(instant: datetime | None) -> str:
    return instant.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M") if instant else "—"


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_the_documentation_loads(example: str) -> None:
    assert with_example(example).key == "prize-2030"


def test_the_examples_mean_what_the_notices_say() -> None:
    found = {each.key: each for example in EXAMPLES for each in with_example(example).milestones}
    assert (found["abstracts"].closes, said(found["online"].closes)) == (
        datetime(2024, 12, 16, 12, tzinfo=UTC), "2023-04-28 12:00",
    )  # fmt: skip
    assert [said(found[f"collection/{key}"].closes) for key in ("provinces", "departments", "applicants")] == [
        "2010-02-23 00:00", "2010-02-27 00:00", "2030-04-30 15:00",
    ]  # fmt: skip
    assert found["collection/provinces"].who == Who(attributes=(("kind", ("省级",)),))
    assert found["collection/applicants"].who == Who(role=Party.APPLICANT)
    assert found["members-draft"].who == Who(channels=("members",))
    assert [said(opens) for opens, _ in found["paper"].slots] == [
        f"2020-04-{day} 08:30" for day in (20, 21, 22, 23, 24, 26, 27, 28)
    ]


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (['opens = "2030-05-01"', "to_announce = true"], "CFG-70"),
        (['after = "review"', "to_announce = true"], "CFG-70"),
        (['window = "2030年5月"', "to_announce = true"], "CFG-70"),
        (['window = "2030年5月"', "to_choose = true", "to_announce = true"], "CFG-70"),
        (['after = "review"', 'opens = "2030-05-01"'], "CFG-70"),
        (['opens = "2030-05-01"', 'closes = "2030-05-02"', 'lasts = "1天"'], "CFG-70"),
        (['opens = "2030-05-01"', 'edge = "opens"'], "CFG-71"),
        (['opens = "2030-05-01"', 'wait = "1天"'], "CFG-71"),
        (['closes = "2030-05-01"', 'lasts = "1天"'], "CFG-70"),
        (['opens = "2030-05-01"', "counted = true"], "CFG-71"),
        (['opens = "2030-05-01"', "at_least = true"], "CFG-71"),
        (['opens = "2030-05-01"', 'lasts = "3小时"', "counted = true"], "CFG-71"),
        (['opens = "2030-05-01"', 'lasts = "三天"'], "CFG-54"),
        (['after = "review"', 'edge = "end"'], "CFG-28"),
        (['after = "nothing"'], "CFG-23"),
        (['after = "promotion"', 'edge = "closes"'], "CFG-49"),
        (['opens = "2030-05-01"', 'before = "publication"'], "CFG-49"),
        (['opens = "2030-05-01"', "for = {}"], "CFG-73"),
        (['opens = "2030-05-01"', 'for = { channels = ["x"] }'], "CFG-23"),
        (['opens = "2030-05-01"', 'for = { role = "unit" }'], "CFG-20"),
        (['opens = "2030-05-01"', 'slots = ["上午"]'], "CFG-74"),
        (['opens = "2030-05-01"', 'slots = ["2030-05-02 16:30/08:30"]'], "CFG-74"),
        (['opens = "2030-05-01"', 'slots = ["2030-05-02 08:00—2030-05-03 08:30/16:30"]'], "CFG-74"),
        (['opens = "2030-05-01"', 'slots = ["2030-01-01—2031-05-03 08:30/16:30"]'], "CFG-74"),
        (['opens = "2030-05-01"', 'slots = ["2030-02-30 08:30/16:30"]'], "CFG-05"),
        (['opens = "2030-05-01"', 'slots = ["2030-05-02 08:30/16:30", "2030-05-02 16:00/17:00"]'], "CFG-75"),
        (["ours = true"], "CFG-22"),
    ],
)  # fmt: skip
def test_what_a_milestone_may_not_say(lines: list[str], code: str) -> None:
    assert set(codes(milestone(*lines))) == {code}


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (['role = "unit"'], "CFG-22"),
        (['closes = "2030-05-02"'], "CFG-73"),
        (['closes = "2030-05-02"', 'role = "unit"', 'after = "review"'], "CFG-20"),
        (['closes = "2030-05-02"', 'role = "unit"', 'name = "推荐"'], "CFG-44"),
        (['closes = "2030-05-02"', 'role = "office"'], "CFG-28"),
        (['closes = "2030-05-02"', "where = { age = 3 }"], "CFG-23"),
        (['closes = "2030-05-02"', 'opens = "2030-05-04"', 'role = "unit"'], "CFG-01"),
    ],
)
def test_what_a_class_may_not_say(lines: list[str], code: str) -> None:
    more = milestone('opens = "2030-05-01"', "[milestones.x.classes.c]", *lines)
    assert set(codes(more)) == {code}


def test_a_class_is_named_as_entries_are_and_a_date_to_choose_has_none() -> None:
    of = ("[milestones.x.classes.C]", 'closes = "2030-05-02"', 'role = "unit"')
    assert codes(milestone('opens = "2030-05-01"', *of)) == ["CFG-43"]
    chosen = milestone('window = "2030年5月"', "to_choose = true", *of).replace("classes.C", "classes.c")
    assert codes(chosen) == ["CFG-70"]


def block(key: str, *lines: str) -> str:
    return milestone(*lines, key=key).replace("甲", key) + "\n"


OPEN = ('opens = "2030-05-01"', 'closes = "2030-05-02"')
CIRCLES = [
    (block("a", 'after = "a"', 'edge = "closes"', 'lasts = "1天"'), "a -> a"),
    (block("a", 'after = "b"', 'edge = "opens"') + block("b", 'after = "a"'), "a -> b -> a"),
    (block("a", 'after = "b"', 'lasts = "1天"', 'before = "b"') + block("b", OPEN[0]), "a -> b -> a"),
    (block("a", *OPEN, 'before = "b"') + block("b", *OPEN, 'before = "a"'), "a -> b -> a"),
    (block("a", 'after = "a/c"', 'edge = "opens"', "[milestones.a.classes.c]", 'role = "unit"', OPEN[1]),
     "a -> a/c -> a"),
]  # fmt: skip


@pytest.mark.parametrize(("more", "circle"), CIRCLES)
def test_milestones_that_wait_for_each_other_are_told_with_their_circle(more: str, circle: str) -> None:
    assert [(reason.code, reason.facts["circle"]) for reason in reasons(more)] == [("CFG-24", circle)]


def test_the_collection_is_not_to_be_announced() -> None:
    text = SMALL.replace('opens = "2030-03-01"\ncloses = "2030-04-30 24:00"', "to_announce = true")
    with pytest.raises(FileRefused) as refusal:
        load(text, name="a.toml")
    assert [reason.code for reason in refusal.value.reasons] == ["CFG-49"]


def test_a_class_behind_one_that_takes_all_it_names_never_holds() -> None:
    wide = '[milestones.x.classes.wide]\nchannels = ["members"]\ncloses = "2030-05-03"'
    narrow = '[milestones.x.classes.narrow]\nchannels = ["members"]\nrole = "unit"\ncloses = "2030-05-02"'
    first = milestone('opens = "2030-05-01"', narrow, wide)
    assert codes(first) == []
    (reason,) = reasons(milestone('opens = "2030-05-01"', wide, narrow))
    assert (reason.code, reason.facts["path"], reason.facts["first"]) == (
        "CFG-76", "milestones.x.classes.narrow", "x/wide",
    )  # fmt: skip


CALENDAR = Workdays()


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (['opens = "2030-06-15"', 'lasts = "10天"', 'before = "publication"'], "CFG-72"),
        (['opens = "2030-05-01"', 'closes = "2030-05-09"', 'slots = ["2030-05-10 08:30/16:30"]'], "CFG-75"),
        (['after = "review"', 'edge = "closes"', 'closes = "2030-05-09"'], "CFG-01"),
        (['opens = "2030-05-05"', "[milestones.x.classes.c]", 'role = "unit"', 'closes = "2030-05-04"'], "CFG-02"),
    ],
)  # fmt: skip
def test_dates_that_follow_and_contradict_each_other_are_refused_before_it_opens(lines: list[str], code: str) -> None:
    assert codes(milestone(*lines)) == []
    assert codes(milestone(*lines), CALENDAR) == [code]


def test_a_date_that_waits_for_a_holiday_year_is_a_warning() -> None:
    findings = Findings(name="a.toml")
    _prove(SMALL + milestone('opens = "2030-05-01"', 'lasts = "5个工作日"'), findings, CALENDAR)
    found = [reason for reason in findings.warnings if reason.code == "CFG-77"]
    assert [(reason.facts["path"], reason.facts["read"]) for reason in found] == [("milestones.x", 2030)]


def reminder(*lines: str, audience: str = "units") -> str:
    return "\n".join([
        "[reminders.r]", 'milestone = "collection"', 'edge = "closes"', 'offsets = ["1天前"]', 'letter = "x"',
        'useful = "1天"', f'audience = "{audience}"', *lines,
    ])  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (reminder('at = "24:00"'), "CFG-54"),
        (reminder('shift = "later"'), "CFG-28"),
        (reminder("for = {}"), "CFG-73"),
        (reminder('for = { channels = ["members"] }', audience="secretariat"), "CFG-70"),
        (reminder('for = { channels = ["members"] }', audience="institutions"), "CFG-70"),
        (reminder('for = { tracks = ["prize"] }', audience="secretariat-if-owed"), "CFG-70"),
        (reminder().replace('"collection"', '"collection/x"'), "CFG-23"),
    ],
)
def test_what_a_reminder_may_not_say(text: str, code: str) -> None:
    assert codes(text) == [code]


def test_institutions_are_narrowed_by_what_they_review() -> None:
    assert codes(reminder('for = { tracks = ["prize"] }', audience="institutions")) == []


def test_mornings_and_afternoons_are_two_texts_and_stand_in_order_of_time() -> None:
    hours = '["2030-05-01—05-02 08:30/11:30", "2030-05-01—05-02 14:00/17:00"]'
    text = milestone('opens = "2030-05-01"', f"slots = {hours}")
    slots = load(SMALL + text, name="a.toml").definition.milestone_by_key["x"].slots

    beijing = ZoneInfo("Asia/Shanghai")
    assert [f"{opens.astimezone(beijing):%d %H:%M}" for opens, _ in slots] == [
        "01 08:30", "01 14:00", "02 08:30", "02 14:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("slots", "zh", "en"),
    [
        ('["2030-05-02 08:30/16:30"]', "2030年5月2日08:30—16:30", "2030-05-02 08:30—16:30"),
        ('["2030-05-02—05-04 08:30/11:30", "2030-05-02 14:00/24:00"]',
         "2030年5月2日—4日每日08:30—11:30；2030年5月2日14:00—24:00",
         "2030-05-02—2030-05-04 08:30—11:30; 2030-05-02 14:00—24:00"),
        ('["2030-04-29—05-01 08:30/16:30", "2030-05-03—05-04 08:30/16:30", "2030-12-31—2031-01-01 08:30/16:30"]',
         "2030年4月29日—5月1日、3日—4日、12月31日—2031年1月1日每日08:30—16:30",
         "2030-04-29—2030-05-01, 2030-05-03—2030-05-04, 2030-12-31—2031-01-01 08:30—16:30"),
    ],
)  # fmt: skip
def test_hours_are_said_once_for_all_the_days_that_have_them(slots: str, zh: str, en: str) -> None:
    text = milestone('opens = "2030-04-29"', f"slots = {slots}")
    read = load(SMALL + text, name="a.toml").definition.milestone_by_key["x"].slots

    zone = ZoneInfo("Asia/Shanghai")
    assert (hours(read, zone, zh=True), hours(read, zone, zh=False)) == (zh, en)
