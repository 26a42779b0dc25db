"""What a file says of stages: lists that pass them, corrections, notices, withdrawal; and what can't be said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.small import FILE as SMALL
from tests.stages import FILE
from workflows.consistency_stages import check_stages
from workflows.definition import Length
from workflows.findings import Findings
from workflows.lengths import end_after
from workflows.loading import load
from workflows.nomination import Shapes, shapes
from workflows.reasons import FileRefused
from workflows.spans import SpanRefused, read_duration
from workflows.vocabulary import Judge, Withdrawal
from workflows.workdays import Workdays, YearUnknown

ZONE = ZoneInfo("Asia/Shanghai")


def text(path: Path = FILE) -> str:
    return path.read_text(encoding="utf-8")


def errors(changed: str) -> list[tuple[str, str]]:
    with pytest.raises(FileRefused) as refused:
        load(changed, name="s.toml")
    return [(reason.code, reason.where.rpartition(":")[0]) for reason in refused.value.reasons]


def line(changed: str, part: str) -> str:
    return f"s.toml:{changed[: changed.index(part)].count(chr(10)) + 1}"


def made(changed: str) -> Shapes:
    return shapes(load(changed, name="s.toml").definition)


def test_each_list_passes_the_stages_that_name_it_and_all_that_name_none() -> None:
    definition = load(text(), name="s.toml").definition
    notice = definition.stage_by_key["notice"]
    assert [(stage.key, stage.lists) for stage in definition.stages] == [
        ("check", ("inventions", "people")), ("review", ("inventions",)), ("final", ("inventions", "people")),
        ("notice", ("inventions",)),
    ]  # fmt: skip
    assert (notice.judge, notice.due, notice.objections, notice.held) == (Judge.CLOCK, "notice", True, True)
    assert [each and each.key for each in map(definition.deciding, definition.list_by_key)] == ["final", "final"]
    assert definition.withdrawal is Withdrawal.UNTIL_REVIEW


def test_where_all_lists_pass_the_same_the_whole_is_what_each_of_them_has() -> None:
    found = made(text(SMALL))
    assert set(found.by_list.values()) == {found.whole}


def test_in_the_whole_a_verb_may_lead_to_several_places_and_no_arrow_is_lost() -> None:
    found = made(text())
    passing = {(arrow.sources, arrow.target) for arrow in found.whole.arrows if arrow.verb == "advance"}
    assert passing == {(("check",), "review"), (("review",), "final"), (("final",), "notice"), (("check",), "final")}
    whole = {(arrow.verb, source) for arrow in found.whole.arrows for source in arrow.sources}
    parts = {(arrow.verb, source) for shape in found.by_list.values() for arrow in shape.arrows
             for source in arrow.sources}  # fmt: skip
    assert whole == parts


@pytest.mark.parametrize(
    ("withdrawal", "sources"),
    [
        ("until-publication", ("drafted", "returned", "submitted", "check", "review", "final", "notice")),
        ("until-review", ("drafted", "returned", "submitted")),
        ("never", ()),
    ],
)
def test_a_campaign_says_until_when_one_may_withdraw(withdrawal: str, sources: tuple[str, ...]) -> None:
    shape = made(text().replace('"until-review"', f'"{withdrawal}"')).by_list["inventions"]
    assert shape.sources("withdraw") == sources
    assert ("withdrawn" in shape.state_by_key, "withdrawn" in shape.sources("reinstate")) == (bool(sources),) * 2


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("5个工作日", Length(text="5个工作日", working=5)),
        ("５ 个工作日", Length(text="5个工作日", working=5)),
        ("48小时", Length(text="48小时", span=timedelta(hours=48))),
        ("5 working days", Length(text="5个工作日", working=5)),
        ("10天", Length(text="10天", days=10)),
        ("3 days", Length(text="3天", days=3)),
    ],
)
def test_a_length_is_read(said: str, read: Length) -> None:
    assert read_duration(said) == read


@pytest.mark.parametrize("said", ["", "0天", "五天", "2时", "99999天", "工作日"])
def test_what_is_no_length_is_refused(said: str) -> None:
    with pytest.raises(SpanRefused) as refused:
        read_duration(said)
    assert refused.value.reasons[0].code == "CFG-54"


def test_it_ends_with_the_day_so_long_after_make_up_days_counted() -> None:
    # 2023-09-27 is a Wednesday; 29 September to 6 October are off, 7 and 8 October are worked
    at = datetime(2023, 9, 27, 15, tzinfo=UTC)
    ends = [end_after(at, length, zone=ZONE, workdays=Workdays()) for length in
            (Length(text="", working=3), Length(text="", days=3))]  # fmt: skip
    assert ends == [datetime(2023, 10, 8, 16, tzinfo=UTC), datetime(2023, 9, 30, 16, tzinfo=UTC)]
    with pytest.raises(YearUnknown):
        end_after(at.replace(year=2099), Length(text="", working=1), zone=ZONE, workdays=Workdays())


def test_a_list_that_passes_no_stage_is_refused() -> None:
    changed = text(SMALL).replace("[stages.review]", '[stages.review]\nlists = ["inventions"]')
    changed = changed.replace("[stages.final]", '[stages.final]\nlists = ["inventions"]')
    assert errors(changed)[0] == ("CFG-80", line(changed, "[lists.people]"))


def test_a_stage_that_the_clock_judges_has_no_due_date_of_its_own_and_needs_an_end() -> None:
    changed = text().replace('window = "notice"', 'window = "notice"\ndue = "final"')
    assert errors(changed) == [("CFG-81", line(changed, 'due = "final"\nlists'))]
    changed = text().replace('window = "2025-04-14/2025-04-18"', 'opens = "2025-04-14"')
    assert errors(changed) == [("CFG-49", line(changed, 'window = "notice"'))]


def test_a_list_that_takes_no_nominations_passes_no_stage() -> None:
    definition = load(text(), name="s.toml").definition
    lists = tuple(replace(each, elsewhere="他处") if each.key == "people" else each for each in definition.lists)
    findings = Findings(name="s.toml")
    check_stages(replace(definition, lists=lists), findings)
    assert [(each.code, each.facts["path"]) for each in findings.errors] == [
        ("CFG-82", "stages.check.lists"), ("CFG-82", "stages.final.lists"),
    ]  # fmt: skip


def test_an_institution_reviews_only_what_passes_its_stage() -> None:
    changed = text().replace('tracks = ["inventions/water", ', 'tracks = ["people", "inventions/water", ')
    assert errors(changed) == [("CFG-83", line(changed, 'tracks = ["people"'))]


def test_a_correction_that_is_no_number_of_days_and_an_unknown_withdrawal_are_refused() -> None:
    changed = text().replace('"5个工作日"', '"五天"').replace('"until-review"', '"always"')
    assert [code for code, _ in errors(changed)] == ["CFG-28", "CFG-54"]
