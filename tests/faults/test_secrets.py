"""Secrets come only from the environment or from files of mode 600, and nothing that is printed ever holds one."""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PATIENCE = 120  # seconds that anything may take on a slow machine
PASSWORD, TOKEN, DATABASE_PASSWORD = "kanari-smtp-7531", "kanari-metrics-8642", "kanari-database-9753"
SOME = ("status", "doctor", "backup", "restore", "audit verify", "admin list")  # each opens the database in its own way
CANARIES = (PASSWORD, TOKEN, DATABASE_PASSWORD)

EVERY_COMMAND = """
import sys, traceback
import typer
from typer.main import get_command
from typer.testing import CliRunner
from bangdan import wiring
from bangdan.cli import app
NOT_TO_BE_RUN = {"run", "serve", "rehearse", "new"}  # they go on, or open no database
def walk(command, path):
    children = getattr(command, "commands", {})
    for name in children:
        yield from walk(children[name], (*path, name))
    if not children:
        yield path
for path in walk(get_command(app), ()):
    if path[0] in NOT_TO_BE_RUN or (sys.argv[1:] and " ".join(path) not in sys.argv[1:]):
        continue
    for words in ([*path], [*path, "x"]):
        wiring.settings.cache_clear()
        result = CliRunner().invoke(app, words)
        print("$", *words, result.exit_code)
        print(result.output)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            traceback.print_exception(result.exception)
"""


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Settings with a canary in everything that is secret."""
    return {
        "PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT), "BANGDAN_LANG": "zh",
        "BANGDAN_DATABASE_URL": f"sqlite:///{folder / 'bangdan.sqlite3'}",
        "BANGDAN_SMTP_HOST": "127.0.0.1", "BANGDAN_SMTP_PORT": "9", "BANGDAN_SMTP_USERNAME": "office",
        "BANGDAN_SMTP_PASSWORD": PASSWORD, "BANGDAN_MAIL_FROM": "office@a.example",
        "BANGDAN_METRICS_TOKEN": TOKEN, **more,
    }  # fmt: skip


def run(folder: Path, *words: str, **more: str) -> tuple[int, str]:
    """A process in `folder` with nothing masked by its umask: its exit code and all that it said."""
    ran = subprocess.run([sys.executable, *words], cwd=folder, env=environment(folder, **more), capture_output=True,
                         text=True, umask=0, timeout=600, check=False)  # fmt: skip
    return ran.returncode, ran.stdout + ran.stderr


def _leaked(said: str, folder: Path) -> list[str]:
    key = folder / "bangdan.key"
    secrets = [*CANARIES, *([key.read_text(encoding="ascii").strip()] if key.exists() else [])]
    return [secret for secret in secrets if secret in said]


@pytest.mark.parametrize(
    "database",
    ["", f"postgresql://office:{DATABASE_PASSWORD}@127.0.0.1:9/bangdan", f"postgres://office:{DATABASE_PASSWORD}@h/x",
     f"postgresql://office:{DATABASE_PASSWORD}@127.0.0.1:port/x"],
    ids=["works", "is away", "of no known kind", "is no address"],
)  # fmt: skip
def test_no_command_prints_a_secret_whatever_is_asked_of_it_and_whatever_fails(tmp_path: Path, database: str) -> None:
    if not database:
        assert run(tmp_path, "-m", "bangdan", "open", "kczg-2023")[0] == 0
    given, asked = ({"BANGDAN_DATABASE_URL": database}, SOME) if database else ({}, ())
    code, said = run(tmp_path, "-c", EVERY_COMMAND, *asked, **given)
    assert (code, said.count("$ ") >= (2 * len(SOME) if database else 100), _leaked(said, tmp_path)) == (0, True, [])


@pytest.mark.parametrize(("name", "code"), [("password", "CFG-30"), ("bangdan.key", "CFG-30")])
@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_a_file_of_secrets_that_others_can_read_is_refused_in_both_languages(
    tmp_path: Path, name: str, code: str, mode: int
) -> None:
    file = tmp_path / name
    file.write_text("ab" * 32, encoding="ascii")
    file.chmod(mode)
    given = {"BANGDAN_SMTP_PASSWORD": "", "BANGDAN_SMTP_PASSWORD_FILE": str(file)} if name == "password" else {}
    told = {
        lang: run(tmp_path, "-c", READS_ITS_SECRETS, BANGDAN_LANG=lang, **given)[1] for lang in ("zh", "en")
    }  # fmt: skip
    assert {lang: (code in said, "chmod 600" in said, "Traceback" in said) for lang, said in told.items()} == {
        "zh": (True, True, False), "en": (True, True, False)
    }  # fmt: skip
    assert ("他人可读" in told["zh"], "others can read" in told["en"]) == (True, True)


READS_ITS_SECRETS = """
from bangdan import wiring
from bangdan.cli.refusing import refusal_of
try:
    told = wiring.settings()
    wiring.keys(told, wiring.office(told))
except Exception as error:
    for reason in refusal_of(error).reasons:
        print(reason.code, reason.zh, reason.en)
"""


def test_whatever_is_made_is_its_owners_even_where_nothing_is_masked(tmp_path: Path) -> None:
    letters = {"BANGDAN_SMTP_HOST": "", "BANGDAN_SMTP_PORT": "", "BANGDAN_SMTP_USERNAME": "",
               "BANGDAN_SMTP_PASSWORD": ""}  # fmt: skip
    for words in (("open", "kczg-2023"), ("admin", "add", "徐春淼", "xu@example.org"), ("backup", "a.backup"),
                  ("run", "--once")):  # fmt: skip
        code, said = run(tmp_path, "-m", "bangdan", *words, **letters)
        assert code == 0, said
    folder_letter = run(tmp_path, "-c", WRITES_A_LETTER)
    assert folder_letter[0] == 0, folder_letter[1]
    made = {str(path.relative_to(tmp_path)): stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")}
    assert {name: oct(mode) for name, mode in made.items() if mode & 0o077} == {}
    assert {"bangdan.sqlite3", "bangdan.key", "a.backup", "letters"} <= made.keys()


WRITES_A_LETTER = """
import asyncio
from datetime import UTC, datetime
from pathlib import Path
from notifications.doors import Parcel
from notifications.folder import FolderDoor
door = FolderDoor(Path("letters"))
door._write(Parcel(id=1, public_id="x", to_address="a@b.example", raw=b"x", date=datetime(2025, 1, 1, tzinfo=UTC)))
"""


def test_a_running_desk_tells_no_secret_in_its_pages_its_numbers_or_its_log(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    assert run(tmp_path, "-m", "bangdan", "open", "kczg-2023")[0] == 0
    process = subprocess.Popen(
        [sys.executable, "-m", "bangdan", "serve", "--port", str(port)], cwd=tmp_path, umask=0, text=True,
        env=environment(tmp_path, BANGDAN_LOG="json"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        _wait(f"http://127.0.0.1:{port}/healthz")
        answers = [
            _asked(f"http://127.0.0.1:{port}{path}", token)
            for path in ("/metrics", "/readyz", "/sign-in", "/api/v1", "/api/openapi.json", "/nowhere", "/static/x")
            for token in ("", TOKEN, "wrong")
        ]
    finally:
        process.terminate()
        logged, _ = process.communicate(timeout=PATIENCE)
    said = "\n".join([*(text for _, text in answers), logged])
    by_token = [status for status, _ in answers[:3]]
    assert (by_token[1], 200 in (by_token[0], by_token[2]), _leaked(said, tmp_path)) == (200, False, [])
    assert "Traceback" not in logged


def _wait(url: str) -> None:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        try:
            urllib.request.urlopen(url, timeout=PATIENCE).close()  # noqa: S310 - our own address
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(url)


def _asked(url: str, token: str) -> tuple[int, str]:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            return answer.status, answer.read().decode(errors="replace")
    except urllib.error.HTTPError as refused:
        with refused:
            return refused.code, json.dumps(dict(refused.headers)) + refused.read().decode(errors="replace")
