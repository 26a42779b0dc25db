"""`bangdan run`: what it says, that it ends cleanly, and that killing it at any moment loses nothing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.database import Database
from notifications.tables import LETTER
from tests.bangdan.cli.conftest import CLOSES, DATABASE, UNIT_HEADER, Terminal

ROOT = Path(__file__).parents[3]
FIRST_DAY = datetime(2023, 10, 7, 1, 0, tzinfo=UTC)  # 09:00 in Beijing: the opening letter is due
LEASE_OVER = timedelta(minutes=30)
KILLS = 8
UNITS = 1000

AT = """
import sys, datetime
import psycopg, freezegun
import engine.heartbeat
import engine.live
import engine.letters.mailroom
import engine.letters.post
import engine.schema
import engine.settings
import engine.letters.composing
from bangdan.cli import app
with freezegun.freeze_time(sys.argv[1], real_asyncio=True, tick=True):
    app(sys.argv[2:])
"""


def started(opened: Terminal, *words: str, at: datetime) -> subprocess.Popen[str]:
    """`bangdan` in a process of its own, with a clock that goes on from `at`; it is up when this returns."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [sys.executable, "-c", AT, at.isoformat(), *words], cwd=opened.folder, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert process.stderr is not None
    assert process.stderr.readline().startswith("运行中：kczg-2023")
    return process


def letters(opened: Terminal) -> dict[str, tuple[str, str]]:
    """State and address of each letter, by id."""
    database = Database(f"sqlite:///{opened.folder / DATABASE}")
    with database.read() as connection:
        rows = connection.execute(select(LETTER.c.public_id, LETTER.c.state, LETTER.c.to_address)).all()
    database.dispose()
    return {row.public_id: (row.state, row.to_address) for row in rows}


def test_a_beat_says_what_it_did_in_one_line_and_a_second_one_has_nothing_to_say(opened: Terminal) -> None:
    first = opened("run", "--once", at=FIRST_DAY)
    second = opened("run", "--once", at=FIRST_DAY)

    assert first.out == (
        "2023年10月7日09:00  宣传推广开始；组织征集开始；"
        "组织征集开始当天（推荐单位）：邮件1，电话1；发出1封。下次：2023年10月8日08:30\n"
    )
    assert second.out == ""


def test_the_closing_is_told_with_what_it_moved(opened: Terminal) -> None:
    opened("nomination", "submit", opened.draft("甲"))
    opened.draft("乙")

    said = opened("run", "--once", "--json", at=CLOSES + timedelta(minutes=2))

    assert "截止处理：1项进入评审，1项逾期" in said.json["did"]
    assert opened("run", "--once", at=CLOSES + timedelta(minutes=2)).out == ""


def test_it_runs_until_it_is_told_to_stop_and_ends_cleanly(opened: Terminal) -> None:
    process = started(opened, "run", at=FIRST_DAY)
    assert process.stdout is not None
    line = process.stdout.readline()

    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=20)

    assert "发出1封" in line
    assert (process.returncode, "已停止（SIGTERM）" in err) == (0, True)
    assert Counter(state for state, _ in letters(opened).values()) == Counter(sent=1)


def test_two_of_them_on_one_file_at_once_do_no_harm(opened: Terminal) -> None:
    people = [(f"K{n}", f"单位{n}", "societies", f"联系人{n}", "", f"k{n}@example.cn") for n in range(300)]
    opened("unit", "import", opened.csv("many.csv", UNIT_HEADER, *people))

    both = [started(opened, "run", at=FIRST_DAY) for _ in range(2)]
    for process in both:  # each ends when the beat it is in has ended
        process.send_signal(signal.SIGTERM)
    codes = [(process.communicate(timeout=60), process.returncode)[1] for process in both]
    opened("run", "--once", at=FIRST_DAY + LEASE_OVER)

    found = letters(opened)
    assert codes == [0, 0]
    assert Counter(state for state, _ in found.values()) == Counter(sent=301)
    assert len({address for _, address in found.values()}) == len(found) == 301


@pytest.mark.slow
def test_killing_it_at_any_moment_loses_no_letter_and_makes_no_second_one(opened: Terminal) -> None:
    people = [(f"K{n}", f"单位{n}", "societies", f"联系人{n}", "", f"k{n}@example.cn") for n in range(UNITS)]
    opened("unit", "import", opened.csv("many.csv", UNIT_HEADER, *people))
    chance = random.Random(20231130)

    for number in range(KILLS):
        process = started(opened, "run", at=FIRST_DAY + number * LEASE_OVER)
        time.sleep(chance.uniform(0, 0.6))  # the one thing here that has to happen at no particular moment
        process.kill()
        process.communicate()
    for number in range(KILLS, KILLS + 4):  # leases and repeats of unknown letters run out
        opened("run", "--once", at=FIRST_DAY + number * LEASE_OVER)

    found = letters(opened)
    told = Counter(address for _, address in found.values())
    assert told == Counter({"zhang@example.cn": 1, **{f"k{n}@example.cn": 1 for n in range(UNITS)}})
    files = {path.stem.rsplit("@example.cn-", 1)[1] for path in (opened.folder / "mail").glob("*.eml")}
    undecided = {key for key, (state, _) in found.items() if state == "parked"}
    assert {key for key, (state, _) in found.items() if state == "sent"} == set(found) - undecided
    assert files >= set(found) - undecided
    assert len(list((opened.folder / "mail").glob("*.eml"))) == len(files)
