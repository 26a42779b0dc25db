"""`bangdan worker`: what it says, where it can't be, and that it ends cleanly; and that SQLite knows nothing of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.campaigns import open_campaign
from engine.database import Database
from engine.office import Office
from engine.schema import bring_up
from tests.bangdan.cli.conftest import Terminal
from tests.small import FILE, OFFICE, OPENED

ROOT = Path(__file__).parents[3]
HERE = {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
NOTHING_LOADED = """
import sys
from bangdan.cli import app
from bangdan import wiring
try:
    app(sys.argv[1:])
except SystemExit:
    pass
print([name for name in sys.modules if name.startswith(('procrastinate', 'psycopg_pool'))])
"""


def test_on_sqlite_it_refuses_and_says_what_to_use(opened: Terminal) -> None:
    said = [opened(*words, "--json") for words in (("worker",), ("workers",))]

    assert [(each.code, each.codes) for each in said] == [(4, ["WRK-01"])] * 2
    assert "bangdan run" in said[0].err


def test_where_the_fleet_is_not_installed_it_says_how(
    terminal: Terminal, postgres_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANGDAN_DATABASE_URL", postgres_database_url)
    monkeypatch.setattr("engine.fleet.installed.is_installed", lambda: False)

    said = terminal("worker", "--json")

    assert (said.code, said.codes) == (4, ["WRK-02"])
    assert "bangdan[fleet]" in said.err


def test_a_worker_says_what_its_jobs_did_and_ends_cleanly(tmp_path: Path, postgres_database_url: str) -> None:
    office = Office(database=Database(postgres_database_url))
    bring_up(office.database)
    open_campaign(office, FILE.read_text(encoding="utf-8"), name="small.toml", actor=OFFICE, at=OPENED)
    office.database.dispose()
    environment = {**os.environ, **HERE, "BANGDAN_DATABASE_URL": postgres_database_url, "LC_ALL": "zh_CN.UTF-8"}
    command = [sys.executable, "-m", "bangdan"]
    with subprocess.Popen(
        [*command, "worker", "--json"], cwd=tmp_path, env=environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        line = json.loads(process.stdout.readline())
        fares = subprocess.run(
            [*command, "workers", "--json"], cwd=tmp_path, env=environment, capture_output=True, check=True
        )
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=60)

    assert line["did"][0].startswith("[small-2025] ")
    assert json.loads(fares.stdout)["workers"] == 1
    assert (process.returncode, "已停止（SIGTERM）" in err) == (0, True)


@pytest.mark.parametrize("words", [("run", "--once"), ("--help",)])
def test_on_sqlite_nothing_of_the_fleet_is_loaded(opened: Terminal, words: tuple[str, ...]) -> None:
    said = subprocess.run(
        [sys.executable, "-c", NOTHING_LOADED, *words], cwd=opened.folder, env={**os.environ, **HERE},
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert said.stdout.splitlines()[-1] == "[]"


def test_nor_is_it_by_what_a_desk_is_made_of(opened: Terminal) -> None:
    program = (
        "import sys, bangdan; from bangdan import wiring; told = wiring.settings(); opened = wiring.office(told)\n"
        "from bangdan.desk.app import make_app; make_app(wiring.desk(told, opened))\n"
        "print([name for name in sys.modules if name.startswith(('procrastinate', 'psycopg_pool'))])"
    )
    said = subprocess.run([sys.executable, "-c", program], cwd=opened.folder, env={**os.environ, **HERE},
                          capture_output=True, text=True, check=True)  # fmt: skip

    assert said.stdout == "[]\n"
