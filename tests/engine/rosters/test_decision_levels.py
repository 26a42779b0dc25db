"""Decisions of a list with levels come in from a file: what can't be a level is told at its cell."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlmodel import col

from engine import batches, nominations
from engine.batches import Result
from engine.rosters import Imported, Outcome, import_decisions, to_fill_in
from engine.sweep import close
from engine.tables import Nomination
from tests.builders import House
from tests.engine.rosters.conftest import table
from tests.small import DURING, FILE, FINAL, REVIEW, SWEPT, draft, new_unit, small_house
from workflows.reasons import FileRefused

LEVELS = 'levels.first = { name = "一等奖", winners = 1 }\nlevels.second = { name = "二等奖" }\n'
NAME = 'name = "人物榜"\n'
HEADER = ("申报编号", "项目名称", "结论", "名次", "等级")


@pytest.fixture
def judged(sqlite_database_url: str) -> Iterator[tuple[House, dict[str, str]]]:
    """Two people in the last stage of a list with levels, and an invention in that of one without."""
    house = small_house(sqlite_database_url, FILE.read_text(encoding="utf-8").replace(NAME, NAME + LEVELS))
    ids = {}
    for title, track in (("甲", "people"), ("乙", "people"), ("丙", "inventions/water")):
        unit = new_unit(house, f"{title}学会")
        with house.write(DURING) as work:
            ids[title] = nominations.submit(work, draft(work, unit, title, track=track)).id
    close(house.office, house.campaign, at=SWEPT)
    with house.write(REVIEW) as work:
        batches.report(work, [Result(id=key, passed=True) for key in ids.values()])
    yield house, ids
    house.office.database.dispose()


def decided(house: House, *rows: tuple[str, ...], header: tuple[str, ...] = HEADER) -> Imported:
    with house.write(FINAL) as work:
        return import_decisions(work, table(header, *rows))


def test_a_level_is_taken_from_its_column_and_the_same_again_is_no_news(judged: tuple[House, dict[str, str]]) -> None:
    house, ids = judged
    rows = [(ids["甲"], "甲", "入榜", "1", "一等奖"), (ids["乙"], "乙", "入榜", "2", "second")]
    first, again = decided(house, *rows), decided(house, *rows)
    with house.read(FINAL) as work:
        levels = dict(work.connection.execute(select(col(Nomination.title), col(Nomination.level))).all())
    assert levels == {"甲": "first", "乙": "second", "丙": None}
    assert [line.outcome for line in (*first.lines, *again.lines)] == [Outcome.NEW] * 2 + [Outcome.SAME] * 2


def test_what_can_t_be_the_level_is_told_at_its_cell_and_nothing_is_stored(
    judged: tuple[House, dict[str, str]],
) -> None:
    house, ids = judged
    with pytest.raises(FileRefused) as refused:
        decided(house, (ids["甲"], "甲", "入榜", "", "特等奖"), (ids["乙"], "乙", "入榜", "", ""),
                (ids["丙"], "丙", "入榜", "", "一等奖"))  # fmt: skip
    assert [(reason.code, reason.where) for reason in refused.value.reasons] == [
        ("WIN-06", "名单.csv:2 “等级”"), ("WIN-07", "名单.csv:3 “等级”"), ("WIN-06", "名单.csv:4 “等级”"),
    ]  # fmt: skip


def test_a_file_without_the_column_is_refused_where_a_level_is_needed(judged: tuple[House, dict[str, str]]) -> None:
    house, ids = judged
    with pytest.raises(FileRefused, match="WIN-07"):
        decided(house, (ids["甲"], "甲", "入榜", ""), header=HEADER[:-1])


def test_the_table_to_fill_in_has_a_column_for_the_level(judged: tuple[House, dict[str, str]]) -> None:
    house, _ = judged
    with house.read(FINAL) as work:
        head = to_fill_in(work, "decisions").decode("utf-8-sig").splitlines()[0]
    assert head == ",".join(f'"{title}"' for title in HEADER)
