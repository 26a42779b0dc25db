"""`bangdan clock`, and what else a terminal says while the clock is in doubt."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col

from engine.database import Database
from engine.timekeeping.tables import ClockBaseline
from tests.bangdan.cli.conftest import CLOSES, DATABASE, Terminal

BEFORE = CLOSES - timedelta(hours=1)
JUMPED = BEFORE + timedelta(hours=2)


@pytest.fixture
def doubtful(opened: Terminal) -> Terminal:
    """An hour before the deadline the clock is set two hours ahead: it is an hour past the deadline by it."""
    database = Database(f"sqlite:///{opened.folder / DATABASE}")
    with database.write() as connection:
        ahead = col(ClockBaseline.ahead) - (JUMPED - BEFORE).total_seconds()
        connection.execute(update(ClockBaseline).values(ahead=ahead))
    database.dispose()
    return opened


def test_without_a_doubt_it_says_so(opened: Terminal) -> None:
    assert (opened("clock").out.strip(), opened("clock", "confirm", "--reason", "看过", "--json").codes) == (
        "时钟没有疑问：2023年10月20日（周五）10:00", ["CLK-01"],
    )  # fmt: skip


def test_it_tells_both_times_what_is_due_by_each_and_what_to_do(doubtful: Terminal) -> None:
    said, status = doubtful("clock", at=JUMPED).out, doubtful("status", at=JUMPED).out

    assert "时钟存疑，自刚才起" in said
    assert "系统时间：2023年12月1日01:00；按此时间到期：截止处理1项" in said
    assert "推算时间：2023年11月30日23:00" in said
    assert "bangdan clock confirm" in said
    assert "时钟存疑：系统时间2023年12月1日01:00，推算时间2023年11月30日23:00" in status.replace("\n", "")


def test_nothing_is_closed_until_somebody_confirms_and_then_it_is(doubtful: Terminal) -> None:
    made = doubtful.draft("甲")
    doubtful("nomination", "submit", made, at=JUMPED)
    doubtful("run", "--once", at=JUMPED)
    held = doubtful("nomination", "list", "--json", at=JUMPED).json["rows"]
    said = doubtful("clock", "confirm", "--reason", "与授时网站一致", at=JUMPED)
    doubtful("run", "--once", at=JUMPED)
    closed = doubtful("nomination", "list", "--json", at=JUMPED).json["rows"]
    flagged = doubtful("clock", at=JUMPED).out.replace("\n", "")

    assert ([row["state"] for row in held], [row["state"] for row in closed]) == (["submitted"], ["preliminary"])
    assert (said.code, "时钟存疑时提交，请核对：甲" in flagged) == (0, True)
    history = doubtful("history", at=JUMPED).out
    assert ("时钟存疑，暂停到期事项" in history, "确认系统时间正确" in history) == (True, True)
