"""The page of the benchmark: made from what was measured, and from nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bangdan import ROOT
from bench.goals import GOALS
from bench.page import goals, page, pictures
from bench.record import FLOOR, Place, Record, load
from bench.rows.table import ROWS
from bench.words import WORDS

ABOUT: dict[str, Any] = {
    "date": "2026-01-02 03:04 UTC", "cpu": "a processor", "cores": 2, "memory_gib": 8, "kernel": "Linux 6",
    "python": "3.11.7", "sqlite": "3.53.4", "postgresql": "18.1", "fsync_ms": 0.5,
    "load": 0.1, "quick": False, "dates": {},
    "seconds": {}, "peers": {"dbos": "3.4.0"},
}  # fmt: skip
CLOSING = Place(row="closing", database="sqlite", size=1_000_000, variant="people at work")


def _record(path: Path | None = None) -> Record:
    record = Record(path=path, about=dict(ABOUT))
    for floor, mine, wait in ((7.0, 14.0, 0.1), (8.0, 16.0, 0.16), (9.0, 18.0, 0.12)):
        record.add(CLOSING, FLOOR, {"seconds": floor, "done": 1_000_000, "write_wait": floor})
        record.add(CLOSING, "bangdan", {"seconds": mine, "done": 1_000_000, "write_wait": wait, "memory": 40.0})
    return record


def _cells(record: Record, work: str) -> list[str]:
    (line,) = [line for line in goals(record).splitlines() if line.startswith(f"| {work} |")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_a_goal_says_what_was_wanted_what_was_found_at_which_size_and_whether_that_is_enough() -> None:
    assert _cells(_record(), "closing, SQLite") == [
        "closing, SQLite", "≤ 2.20× the floor", "2.00× the floor", "1,000,000", "8.00 s", "yes",
    ]  # fmt: skip


def test_of_what_must_never_happen_the_worst_round_counts() -> None:
    found = _cells(_record(), "longest wait of a click that writes, SQLite")

    assert found[2:] == ["160 ms", "1,000,000", "8.00 s", "**no** (`--profile closing`)"]


def test_what_was_not_measured_is_neither_met_nor_missed() -> None:
    assert _cells(_record(), "closing, PostgreSQL")[2:] == ["not measured", "", "", ""]


def test_a_contender_that_gave_up_is_named_with_its_reason() -> None:
    record = _record()
    record.excuse(CLOSING, "some peer", "no answer within 300 s")

    assert "- some peer on SQLite: no answer within 300 s" in page(record)


def test_a_record_reads_back_as_it_was_written(tmp_path: Path) -> None:
    written = _record(tmp_path / "benchmarks.json")

    assert load(tmp_path / "benchmarks.json") == written


def test_each_row_that_is_measured_has_words_and_a_goal() -> None:
    without_goal = {"fleet"}

    assert set(ROWS) == set(WORDS) == {goal.row for goal in GOALS} | without_goal


@pytest.mark.parametrize("name", ["benchmarks.md", "benchmarks.svg", "benchmarks-growth.svg"])
def test_the_page_and_its_pictures_are_what_the_command_makes_of_what_was_measured(name: str) -> None:
    record = load(ROOT / "docs" / "benchmarks.json")

    made = {"benchmarks.md": page(record), **pictures(record)}

    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == made[name]
