"""A terminal: commands as a person types them, on a fresh database, at the instant the test says it is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

# Before any clock is frozen: classes declared under a frozen clock take the fake datetime for the real one.
import alembic.command  # noqa: F401
import pytest
from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory
from typer.testing import CliRunner

import engine.campaigns
import engine.heartbeat
import engine.letters.composing
import engine.letters.mailroom
import engine.letters.post
import engine.letters.samples
import engine.live
import engine.queries.calendar_view
import engine.queries.explaining
import engine.rosters
import engine.schema
import engine.settings  # noqa: F401
from bangdan import wiring
from bangdan.cli import app
from engine.sheets.writing import write_csv

Freeze = Callable[[datetime | str], FrozenDateTimeFactory]

DATABASE = "bangdan.sqlite3"
OPENED = datetime(2023, 9, 28, 1, 0, tzinfo=UTC)
IN_TIME = datetime(2023, 10, 20, 2, 0, tzinfo=UTC)
CLOSES = datetime(2023, 11, 30, 16, 0, tzinfo=UTC)

UNITS = (
    ("EE", "中国电子学会", "societies", "张三", "13800138000", "zhang@example.cn"),
    ("CAST", "某某省科协", "provinces", "李四", "13900139000", ""),
)
UNIT_HEADER = ("单位编号", "推荐单位", "推荐渠道", "联系人", "手机", "邮箱")
NOMINATION_HEADER = ("单位编号", "榜单", "领域", "项目名称", "申报单位", "材料齐全")


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def codes(self) -> list[str]:
        """The codes of the reasons for a refusal, of a command that was asked for JSON."""
        return [reason["code"] for reason in json.loads(self.err)["reasons"]]


@dataclass(frozen=True, kw_only=True)
class Terminal:
    """`terminal("status", at=…)`; commands run in `folder`."""

    folder: Path
    clock: FrozenDateTimeFactory

    def __call__(self, *words: str, at: datetime = IN_TIME, answers: str = "", who: str = "徐春淼") -> Said:
        self.clock.move_to(at)
        wiring.settings.cache_clear()
        result = CliRunner().invoke(app, ["--as", who, *words], input=answers)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Said(code=result.exit_code, out=result.stdout, err=result.stderr)

    def csv(self, name: str, header: tuple[str, ...], *rows: tuple[str, ...]) -> str:
        """A file as a spreadsheet saves it; returns its path."""
        path = self.folder / name
        path.write_bytes(write_csv(rows, header))
        return str(path)

    def nominations(self, *rows: tuple[str, ...]) -> str:
        return self.csv("nominations.csv", NOMINATION_HEADER, *rows)

    def draft(self, title: str, *, unit: str = "EE") -> str:
        """Draft a complete nomination for 新锐企业榜; returns its id."""
        said = self("nomination", "draft", "--unit", unit, "--track", "新锐企业榜", "--title", title,
                    "--applicant", "某公司", "--complete", "--json")  # fmt: skip
        return str(said.json["id"])


@pytest.fixture
def terminal(tmp_path: Path, frozen: Freeze, monkeypatch: pytest.MonkeyPatch) -> Iterator[Terminal]:
    """A terminal in an empty folder, with no campaign yet."""
    _sit_in(tmp_path, monkeypatch)
    yield Terminal(folder=tmp_path, clock=frozen(OPENED))
    wiring.settings.cache_clear()


@pytest.fixture(scope="session")
def opened_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the 2023 campaign open and two units, made once by the commands; for copying."""
    folder = tmp_path_factory.mktemp("opened")
    with pytest.MonkeyPatch.context() as patch, freeze_time(OPENED, real_asyncio=True) as clock:
        _sit_in(folder, patch)
        assert isinstance(clock, FrozenDateTimeFactory)
        terminal = Terminal(folder=folder, clock=clock)
        assert terminal("open", "kczg-2023", at=OPENED).code == 0
        assert terminal("unit", "import", terminal.csv("units.csv", UNIT_HEADER, *UNITS), at=OPENED).code == 0
    wiring.settings.cache_clear()
    return folder / DATABASE


@pytest.fixture
def opened(terminal: Terminal, opened_database: Path) -> Terminal:
    """The 2023 campaign open, with two units."""
    shutil.copy(opened_database, terminal.folder / DATABASE)
    return terminal


def _sit_in(folder: Path, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("BANGDAN_DATABASE_URL", f"sqlite:///{folder / DATABASE}")
    patch.setenv("BANGDAN_MAIL_FOLDER", str(folder / "mail"))
    patch.chdir(folder)
