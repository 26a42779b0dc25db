"""Results and decisions come in from files: by id and title, all or nothing, late ones too."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from engine.access import Actor
from engine.batches import Judged
from engine.rosters import Imported, Outcome, import_decisions, import_results
from engine.sweep import close
from engine.tables import Duty, Event, Nomination
from notifications.tables import Letter
from tests.engine.rosters.conftest import SECRETARY, House, table
from workflows.nomination import Role
from workflows.reasons import FileRefused

RESULTS = ("申报编号", "项目名称", "结论", "得分", "评语")
DECISIONS = ("申报编号", "项目名称", "结论", "名次")
SETTLED = datetime(2023, 11, 30, 16, 2, tzinfo=UTC)
DECEMBER = datetime(2023, 12, 20, 2, 0, tzinfo=UTC)
REVIEWER = Actor(role=Role.INSTITUTION, name="李娜", institution="enterprises")


@pytest.fixture
def home(house: House) -> House:
    """Three enterprises and a technology, in preliminary review."""
    house.units(("EE", "中国电子学会", "societies", "张三", "", "zhang@example.cn"))
    house.nominations(
        *[("EE", "新锐企业榜", "", name, "某公司", "是") for name in ("甲", "乙", "丙")],
        ("EE", "先导技术榜", "电子信息", "丁", "某所", "是"),
        submit=True,
    )
    close(house.office, house.key, at=SETTLED)
    return house


def reported(house: House, *rows: tuple[str, ...], actor: Actor = REVIEWER, **options: Any) -> Imported:
    with house.write(at=DECEMBER, actor=actor) as work:
        return import_results(work, table(RESULTS, *rows), **options)


def decided(house: House, *rows: tuple[str, ...]) -> Imported:
    with house.write(at=DECEMBER) as work:
        return import_decisions(work, table(DECISIONS, *rows))


def test_results_move_nominations_on_and_out_and_say_how_many_are_left(home: House) -> None:
    answer = reported(
        home, (home.id_of("甲"), "甲", "通过", "92.5", ""), (home.id_of("乙"), "乙", "未通过", "60", "弱")
    )

    assert answer.judged == Judged(passed=1, failed=1, left=1)
    assert home.count(Nomination, title="甲", state="final", score=92.5) == 1
    assert home.count(Nomination, title="乙", state="eliminated", score=60) == 1


def test_the_last_result_of_a_track_files_the_duty(home: House) -> None:
    answer = reported(home, *[(home.id_of(name), name, "通过", "", "") for name in ("甲", "乙", "丙")])

    assert answer.judged == Judged(passed=3, failed=0, left=0, filed=("enterprises",))
    assert home.count(Duty, kind="results", track="enterprises", state="filed") == 1


def test_the_same_results_again_are_there_already(home: House) -> None:
    rows = [(home.id_of("甲"), "甲", "通过", "92.5", ""), (home.id_of("乙"), "乙", "未通过", "60", "弱")]
    reported(home, *rows)
    events = home.count(Event)

    again = reported(home, *rows)

    assert ([line.outcome for line in again.lines], again.judged) == ([Outcome.SAME, Outcome.SAME], None)
    assert home.count(Event) == events


def test_another_result_than_the_one_reported_is_refused(home: House) -> None:
    reported(home, (home.id_of("乙"), "乙", "未通过", "", ""))

    with pytest.raises(FileRefused) as refused:
        reported(home, (home.id_of("乙"), "乙", "通过", "", ""), actor=SECRETARY)

    assert [(reason.code, reason.where) for reason in refused.value.reasons] == [("RES-02", "名单.csv:2")]


def test_all_errors_are_told_at_once_and_nothing_is_stored(home: House) -> None:
    with pytest.raises(FileRefused) as refused:
        reported(
            home,
            (home.id_of("甲"), "甲", "通过", "", ""),
            (home.id_of("乙"), "丙", "通过", "", ""),
            ("nobody", "戊", "通过", "", ""),
            (home.id_of("丁"), "丁", "通过", "", ""),
            actor=SECRETARY,
            tracks=("enterprises",),
        )

    assert [(reason.code, reason.where) for reason in refused.value.reasons] == [
        ("IMP-37", "名单.csv:3 “项目名称”"),
        ("NFD-01", "名单.csv:4 “申报编号”"),
        ("IMP-39", "名单.csv:5"),
    ]
    assert home.count(Nomination, state="preliminary") == 4


def test_an_institution_does_not_learn_of_another_ones_nominations(home: House) -> None:
    with pytest.raises(FileRefused) as refused:
        reported(home, (home.id_of("丁"), "丁", "通过", "", ""))

    assert [reason.code for reason in refused.value.reasons] == ["NFD-01"]


def test_one_nomination_with_two_results_is_refused(home: House) -> None:
    row = (home.id_of("甲"), "甲", "通过", "", "")

    with pytest.raises(FileRefused) as refused:
        reported(home, row, row)

    assert [(reason.code, reason.where) for reason in refused.value.reasons] == [("RES-03", "名单.csv:3")]


def test_decisions_select_and_eliminate_with_one_letter_and_keep_the_score(home: House) -> None:
    reported(home, *[(home.id_of(name), name, "通过", "90", "") for name in ("甲", "乙")])
    letters = home.count(Letter)

    decided(home, (home.id_of("甲"), "甲", "入榜", "1"), (home.id_of("乙"), "乙", "不入榜", ""))

    assert home.count(Nomination, title="甲", state="final", selected=True, rank=1, score=90) == 1
    assert home.count(Nomination, title="乙", state="eliminated", selected=False, score=90) == 1
    assert home.count(Letter) == letters + 1


def test_the_same_decisions_again_send_nothing_and_a_new_rank_is_a_change(home: House) -> None:
    reported(home, (home.id_of("甲"), "甲", "通过", "90", ""))
    decided(home, (home.id_of("甲"), "甲", "入榜", "1"))
    letters = home.count(Letter)

    again = decided(home, (home.id_of("甲"), "甲", "入榜", "1"))
    assert ([line.outcome for line in again.lines], home.count(Letter)) == ([Outcome.SAME], letters)

    moved = decided(home, (home.id_of("甲"), "甲", "入榜", "2"))
    assert [line.outcome for line in moved.lines] == [Outcome.CHANGED]
    assert home.count(Nomination, title="甲", rank=2) == 1
