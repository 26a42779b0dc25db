"""A backup comes back: whole or not at all, equal to its moment, with nobody inside, and silent."""

# ruff: noqa: S608 - the names of tables are our own

from __future__ import annotations

import hashlib
import http.server
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from engine import campaigns, nominations, schema
from engine.accounts import members, sessions
from engine.database import Database
from engine.office import Office
from engine.turn import turn
from engine.webhooks import subscriptions
from engine.webhooks.addresses import networks_of
from notifications.letter import check_address
from tests.builders import House, add_unit
from tests.faults import faked_time
from tests.notifications.misbehaving import Misbehaving, in_a_thread
from tests.small import CLOSES, DURING, FILE, OFFICE, OPENED, draft

ROOT = Path(__file__).parents[2]
FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")
SEED = 20250314
PATIENCE = 120  # seconds that anything may take on a slow machine


@contextmanager
def webhook_receiver() -> Iterator[tuple[int, list[str]]]:
    got: list[str] = []

    class Receiver(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            got.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_address[1], got
    finally:
        server.shutdown()
        server.server_close()


def bangdan(folder: Path, *words: str, database: str = "bangdan.sqlite3", **more: str) -> subprocess.Popen[str]:
    """`bangdan` in a process of its own, in `folder`."""
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "TZ": "UTC", "PYTHONPATH": str(ROOT), "BANGDAN_LANG": "zh",
        "BANGDAN_DATABASE_URL": f"sqlite:///{folder / database}", "BANGDAN_MAIL_FOLDER": str(folder / "mail"), **more,
    }  # fmt: skip
    return subprocess.Popen([sys.executable, "-m", "bangdan", *words], cwd=folder, env=environment, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip


def says(folder: Path, *words: str, **more: str) -> tuple[int, str]:
    """Its exit code and all that it said."""
    process = bangdan(folder, *words, **more)
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out + err


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A house in the middle of its collection: a unit with an address, submissions, somebody signed in."""
    database = Database(f"sqlite:///{tmp_path / 'bangdan.sqlite3'}")
    schema.bring_up(database)
    office = Office(database=database)
    key = campaigns.open_campaign(office, FILE.read_text(encoding="utf-8"), name="small.toml", actor=OFFICE, at=OPENED)
    house = House(office=office, campaign=key)
    with house.write(OPENED, OFFICE) as work:
        one = add_unit(work, "甲学会", people=[("张三", "zhang@a.example")])
        person = members.add(work.connection, name="赵书", address=check_address("zhao@office.example"), at=OPENED)
    turn(office, key, at=DURING - timedelta(days=5))
    with house.write(DURING, OFFICE) as work:
        nominations.submit(work, draft(work, one, "净水"))
        sessions.begin(work.connection, person, at=DURING, how="link")
    turn(office, key, at=DURING)
    database.dispose()
    return tmp_path


def _rows(file: Path) -> dict[str, str]:
    """A digest of all rows of each table."""
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = {name: hashlib.sha256(repr(sorted(map(repr, connection.execute(f"SELECT * FROM {name}")))).encode())
                 .hexdigest() for name in names}  # fmt: skip
    connection.close()
    return found


CHANGED_BY_RESTORING = {"mute", "desk_session", "letter"}
CHANGED_BY_LOOKING = {"clock_baseline"}  # each start of the machine that a house is opened on has its row there


# -- back as it was ---------------------------------------------------------------------------------------------------


def test_what_comes_back_is_the_moment_of_the_backup_row_for_row(folder: Path) -> None:
    before = _rows(folder / "bangdan.sqlite3")
    made = says(folder, "backup", "a.backup")
    restored = says(folder, "restore", "a.backup", database="copy.sqlite3")
    verified = says(folder, "audit", "verify", database="copy.sqlite3")
    after = _rows(folder / "copy.sqlite3")

    assert (made[0], restored[0], verified[0], verified[1].splitlines()[-1]) == (0, 0, 0, "历史完整，与现状一致。")
    assert "原系统的登录（1处）和登录链接在此无效，须重新登录" in restored[1]
    assert {name for name in before if before[name] != after[name]} <= CHANGED_BY_RESTORING | CHANGED_BY_LOOKING
    assert before.keys() == after.keys()


WRITER = """
import sys
from datetime import timedelta
from engine.database import Database
from engine.office import Office
from engine import nominations
from tests.small import DURING, OFFICE, draft
office = Office(database=Database(sys.argv[1]))
for n in range(10_000):
    with office.write("small-2025", OFFICE, at=DURING + timedelta(seconds=n)) as work:
        key = draft(work, 1, f"{sys.argv[2]}{n}", track="people")
    with office.write("small-2025", OFFICE, at=DURING + timedelta(seconds=n)) as work:
        nominations.edit(work, key, applicant=f"第{n}家")
    print(n, flush=True)
"""


def test_a_backup_that_is_made_while_others_write_stands(folder: Path) -> None:
    url = f"sqlite:///{folder / 'bangdan.sqlite3'}"
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, url, name], cwd=ROOT, stdout=subprocess.PIPE, text=True)
               for name in "甲乙"]  # fmt: skip
    try:
        for writer in writers:
            assert writer.stdout is not None
            writer.stdout.readline()  # it has written
        made = says(folder, "backup", "a.backup")
    finally:
        for writer in writers:
            writer.kill()
            writer.communicate()
    restored = says(folder, "restore", "a.backup", database="copy.sqlite3")
    verified = says(folder, "audit", "verify", database="copy.sqlite3")
    assert (made[0], restored[0], verified[0]) == (0, 0, 0)


# -- silent -----------------------------------------------------------------------------------------------------------

INSTANTS = (CLOSES - timedelta(days=1, hours=14), CLOSES - timedelta(hours=2), CLOSES + timedelta(minutes=5))


@pytest.mark.skipif(not FAKETIME.exists(), reason="没有 libfaketime / libfaketime is not installed")
def test_a_restored_copy_is_silent_through_reminders_and_the_deadline_and_the_original_is_not(folder: Path) -> None:
    with in_a_thread(Misbehaving()) as ear, webhook_receiver() as (hook, called):
        database = Database(f"sqlite:///{folder / 'bangdan.sqlite3'}")
        with Office(database=database).write("small-2025", OFFICE, at=DURING) as work:
            subscriptions.add(work, name="平台", url=f"http://127.0.0.1:{hook}/hook", topics=["*"],
                              networks=networks_of("127.0.0.0/8"))  # fmt: skip
        database.dispose()
        mail = {"BANGDAN_SMTP_HOST": "127.0.0.1", "BANGDAN_SMTP_PORT": str(ear.port), "BANGDAN_SMTP_TLS": "none",
                "BANGDAN_MAIL_FROM": "office@a.example", "BANGDAN_WEBHOOK_NETWORKS": "127.0.0.0/8"}  # fmt: skip
        assert says(folder, "backup", "a.backup")[0] == 0
        assert says(folder, "restore", "a.backup", database="copy.sqlite3")[0] == 0

        _beat(folder, database="copy.sqlite3", **mail)
        silent = (list(ear.recipients), list(called))
        _beat(folder, database="bangdan.sqlite3", **mail)

    assert silent == ([], [])
    assert ("zhang@a.example" in ear.recipients, bool(called)) == (True, True)


def _beat(folder: Path, *, database: str, **more: str) -> None:
    """The engine takes a turn at a reminder, near the deadline, and after it; the machine was off in between."""
    for at in INSTANTS:
        clock = {"LD_PRELOAD": str(FAKETIME), "FAKETIME": f"@{at:%Y-%m-%d %H:%M:%S}",
                 "FAKETIME_DONT_FAKE_MONOTONIC": "1"}  # fmt: skip
        faked_time.restarted(f"sqlite:///{folder / database}")
        code, said = says(folder, "run", "--once", database=database, **clock, **more)
        assert (code, "Traceback" in said) == (0, False), said


# -- whole or not at all ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["backup", "restore"])
def test_what_was_killed_halfway_left_nothing_that_passes_for_whole(folder: Path, command: str) -> None:
    assert says(folder, "backup", "old.backup")[0] == 0
    before = (_digest(folder / "old.backup"), _rows(folder / "bangdan.sqlite3"))
    target = folder / ("new.backup" if command == "backup" else "copy.sqlite3")
    words = ("backup", "new.backup") if command == "backup" else ("restore", "old.backup")

    killed = 0
    for _ in range(10):
        process = bangdan(folder, *words, database="copy.sqlite3" if command == "restore" else "bangdan.sqlite3")
        ends = time.monotonic() + PATIENCE
        while not list(folder.glob(".bangdan-*/*")) and process.poll() is None and time.monotonic() < ends:
            pass  # the moment counts, and it is short
        process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += not target.exists()
        for left in folder.glob(".bangdan-*"):
            assert left.stat().st_mode & 0o077 == 0
            shutil.rmtree(left)
        if killed == 2:
            break
        target.unlink(missing_ok=True)

    assert (killed, _digest(folder / "old.backup"), _rows(folder / "bangdan.sqlite3")) == (2, *before)
    again = says(folder, *words, database="copy.sqlite3" if command == "restore" else "bangdan.sqlite3")
    assert (again[0], target.exists()) == (0, True)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


RESTORE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from engine.backups.restoring import restore
from engine.database import Database
from workflows.reasons import BangdanError
for number, name in enumerate(sys.argv[1:]):
    target = Path(name).with_suffix(".sqlite3")
    database = Database(f"sqlite:///{target}")
    try:
        restore(Path(name), database, at=datetime(2025, 3, 20, tzinfo=UTC), actor="赵书")
        print("restored", flush=True)
    except BangdanError as refused:
        print(refused.reasons[0].code, target.exists(), flush=True)
    finally:
        database.dispose()
"""


def test_a_backup_with_a_flipped_bit_is_refused_or_gives_back_the_very_same(folder: Path, tmp_path: Path) -> None:
    assert says(folder, "backup", "a.backup")[0] == 0
    whole, rng = (folder / "a.backup").read_bytes(), random.Random(SEED)
    names = []
    for number in range(60):
        flipped = bytearray(whole)
        flipped[rng.randrange(len(whole))] ^= 1 << rng.randrange(8)
        names.append(_written(tmp_path / f"flip-{number}.backup", bytes(flipped)))
    lengths = (0, 1, 100, len(whole) // 2, len(whole) - 30, len(whole) - 1)
    names += [_written(tmp_path / f"cut-{length}.backup", whole[:length]) for length in lengths]

    ran = subprocess.run([sys.executable, "-c", RESTORE, *names], cwd=ROOT, capture_output=True, text=True, check=True)
    answers = ran.stdout.split("\n")[: len(names)]

    refused = {"BAK-03 False", "BAK-04 False", "BAK-05 False"}
    assert set(answers) <= {*refused, "restored"}
    assert {answer for name, answer in zip(names, answers, strict=True) if "/cut-" in name} <= refused
    same = [Path(name).with_suffix(".sqlite3") for name, answer in zip(names, answers, strict=True)
            if answer == "restored"]  # fmt: skip
    honest = _rows(folder / "bangdan.sqlite3")
    strange = {name for file in same for name, rows in _rows(file).items() if rows != honest[name]}
    assert (strange <= CHANGED_BY_RESTORING, len(same) <= 6) == (True, True)  # a name's or an hour's bit in the archive


def _written(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return str(path)


WITH_LITTLE_ROOM = """
import resource
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))  # no file grows beyond it, as on a disk that is full
from bangdan.__main__ import main
main()
"""


@pytest.mark.parametrize("words", [("backup", "new.backup"), ("restore", "a.backup")], ids=lambda words: words[0])
def test_a_full_disk_is_said_and_leaves_nothing_behind(folder: Path, words: tuple[str, str]) -> None:
    assert says(folder, "backup", "a.backup")[0] == 0
    there = {path.name for path in folder.iterdir()}
    database = "copy.sqlite3" if words[0] == "restore" else "bangdan.sqlite3"
    ran = subprocess.run([sys.executable, "-c", WITH_LITTLE_ROOM, *words], cwd=folder, capture_output=True, text=True,
                         env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "BANGDAN_LANG": "zh",
                              "BANGDAN_DATABASE_URL": f"sqlite:///{folder / database}"}, check=False)  # fmt: skip
    assert (ran.returncode, "Traceback" in ran.stderr) == (4, False), ran.stderr
    assert {path.name for path in folder.iterdir()} - there <= {"bangdan.sqlite3-wal", "bangdan.sqlite3-shm"}
