"""`bangdan rehearse`: what a person and a script get from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest
from sqlalchemy import NullPool, create_engine, inspect, select
from sqlmodel import col
from typer.testing import CliRunner

from bangdan import wiring
from bangdan.cli import app
from bangdan.cli.serving import PaceOption
from bangdan.rehearsing import DATABASE
from bangdan.report import duties, milestones
from bangdan.report.gathering import READER
from engine.database import Database
from engine.office import Office
from engine.rehearsal.pacing import SPEEDS
from engine.tables import Unit

AFTER = datetime(2024, 5, 3, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Run:
    """What one run of the command left."""

    code: int
    out: str
    err: str
    folder: Path


def _run(folder: Path, *words: str) -> Run:
    wiring.settings.cache_clear()
    result = CliRunner().invoke(app, ["rehearse", *words, "--out", str(folder)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Run(code=result.exit_code, out=result.stdout, err=result.stderr, folder=folder)


@pytest.fixture(scope="session")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A small rehearsal with an extension, over the leftovers of an earlier one."""
    folder = tmp_path_factory.mktemp("extended")
    (folder / DATABASE).write_bytes(b"no database")
    return _run(folder, "kczg-2023", "--units", "12", "--nominations", "30", "--extend")


def test_it_ends_well_and_leaves_one_page_letters_and_a_database(extended: Run) -> None:
    assert extended.code == 0
    assert [path.name for path in extended.folder.glob("*.html")] == ["report.html"]
    assert len([*(extended.folder / "letters").glob("*.eml")]) > 10
    assert (extended.folder / DATABASE).stat().st_size > 0


def test_the_story_tells_the_extension_and_the_closing(extended: Run) -> None:
    for said in ("“组织征集”延期至2023年12月5日（周二）24:00", "2023-12-05 24:00  组织征集截止", "第一项被拒：",
                 "问题，以及应由谁办理", "各榜单", "内存峰值"):  # fmt: skip
        assert said in extended.out


def test_it_says_how_to_look_further(extended: Run) -> None:
    assert f"BANGDAN_DATABASE_URL=sqlite:///{extended.folder / DATABASE} bangdan status" in extended.out


def test_without_a_terminal_progress_is_a_line_a_month_on_the_error_stream(extended: Run) -> None:
    lines = extended.err.splitlines()

    assert len(lines) == len({line.split()[0][:7] for line in lines}) > 5


def test_an_extension_is_kept_apart_from_what_was_announced(extended: Run) -> None:
    database = Database(f"sqlite:///{extended.folder / DATABASE}", durable=False)
    with Office(database=database).read("kczg-2023", READER, at=AFTER) as work:
        found = milestones.courses(work, duties.owed(work))
    database.dispose()

    course = next(each for each in found if each.definition.key == "collection")
    assert course.verdict.kind == "moved"
    [moved] = course.moved
    assert (moved.told > 0, course.first_closes) == (True, course.definition.closes)
    assert course.standing.closes == moved.instant


def test_a_file_that_is_not_there_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    run = _run(tmp_path / "out", "no-such-campaign")

    assert (run.code, run.out) == (2, "")
    assert "FIL-01" in run.err
    assert not (tmp_path / "out").exists()


def test_a_bad_file_is_refused_with_its_errors_and_nothing_is_written(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text('[campaign]\nkey = "x"\nquotaa = 3\n', encoding="utf-8")

    run = _run(tmp_path / "out", str(bad))

    assert run.code == 2
    assert "quotaa" in run.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("words", [("--units", "3"), ("--nominations", "0"), ("--seed", "x"), ("--workers", "3")])
def test_a_size_that_makes_no_sense_is_wrong_usage(tmp_path: Path, words: tuple[str, ...]) -> None:
    run = _run(tmp_path / "out", "kczg-2023", *words)

    assert run.code == 2
    assert not (tmp_path / "out").exists()


def test_an_out_that_is_a_file_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine")

    run = _run(tmp_path / "out", "kczg-2023")

    assert (run.code, (tmp_path / "out").read_text()) == (2, "mine")


ROSTER = """单位编号,推荐单位,推荐渠道,个人,联系人,手机,邮箱
A01,甲学会,societies,否,张三,13800000001,zhang@a.example.org
A01,甲学会,societies,否,李四,13800000002,
P02,赵六,earlier-managers,是,赵六,13800000003,
"""


def test_the_units_may_be_those_of_a_roster(tmp_path: Path) -> None:
    roster = tmp_path / "units.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    done = _run(tmp_path / "out", "kczg-2023", "--roster", str(roster), "--nominations", "12")
    database = Database(f"sqlite:///{done.folder / DATABASE}")
    with Office(database=database).read("kczg-2023", READER, at=AFTER) as work:
        names = [row.name for row in work.connection.execute(select(Unit).order_by(col(Unit.code)))]
    database.dispose()
    assert (done.code, names) == (0, ["甲学会", "赵六"])


def test_a_roster_with_errors_is_refused_with_their_places(tmp_path: Path) -> None:
    roster = tmp_path / "units.csv"
    roster.write_text(ROSTER.replace("societies", "society"), encoding="utf-8")
    done = _run(tmp_path / "out", "kczg-2023", "--roster", str(roster))
    assert (done.code, "units.csv:2" in done.err, "units.csv:3" in done.err) == (2, True, True)


def test_the_paces_that_serve_offers_are_those_of_the_transport() -> None:
    assert get_args(get_args(PaceOption)[0]) == tuple(speed.key for speed in SPEEDS)


@pytest.mark.parametrize("place", ["sqlite:///second.sqlite3", "postgres", "mysql://there/name"])
def test_another_kind_of_database_to_compare_with_is_refused_and_nothing_is_written(tmp_path: Path, place: str) -> None:
    run = _run(tmp_path / "out", "kczg-2023", "--database", place)

    assert (run.code, run.out) == (1, "")
    assert "RHS-02" in run.err
    assert not (tmp_path / "out").exists()


def test_a_database_that_holds_something_is_refused_and_left_alone(tmp_path: Path, postgres_database_url: str) -> None:
    engine = create_engine(postgres_database_url, poolclass=NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE theirs (n int)")

    run = _run(tmp_path / "out", "kczg-2023", "--database", postgres_database_url)

    with engine.connect() as connection:
        tables = inspect(connection).get_table_names()
    assert (run.code, "RHS-03" in run.err, tables) == (1, True, ["theirs"])
    assert not (tmp_path / "out").exists()


def test_a_database_that_can_t_be_reached_is_said_to_be(tmp_path: Path) -> None:
    run = _run(tmp_path / "out", "kczg-2023", "--database", f"postgresql:///nobody?host={tmp_path}")

    assert (run.code, "SYS-01" in run.err) == (4, True)
    assert not (tmp_path / "out").exists()
