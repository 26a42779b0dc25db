"""A desk in a process of its own, `python -m bangdan serve`, on a campaign that collects today, and a program's token.

    with served(folder / "bangdan.sqlite3") as desk:
        answer = desk.submit(desk.drafts[0], key="one")

Whatever breaks outside (a full disk, a lock, a restarted database) is done to the running process from the test.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
from alembic import command
from sqlalchemy import select
from sqlmodel import col

from bangdan.desk.visiting import SESSION
from engine import schema
from engine.accounts import sessions
from engine.accounts.tables import Account
from tests.builders import add_unit
from tests.desk.api_client import make_token
from tests.small import FILE, draft, small_house
from workflows.nomination import Role

ROOT = Path(__file__).parents[2]
CAMPAIGN = "small-2025"
UNIT, MAIL = "甲学会", "zhang@a.example"
ANSWER_SECONDS = 120
# The small campaign, whose collection began long ago and ends long after this program.
COLLECTING = re.sub(r'(closes = |window = |/)("?)2025-', r"\1\g<2>2098-", FILE.read_text(encoding="utf-8"))


@dataclass(frozen=True, kw_only=True)
class Furnished:
    """A house on disk, ready to be served: a token and a session of the secretariat, and drafts."""

    url: str
    token: str
    session: str
    drafts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class LiveDesk:
    """Where it answers, the token, the drafts that wait, and the process itself."""

    process: subprocess.Popen[bytes]
    client: httpx2.Client
    house: Furnished

    @property
    def drafts(self) -> tuple[str, ...]:
        """Their ids."""
        return self.house.drafts

    def submit(self, nomination: str, *, key: str) -> httpx2.Response:
        """Submit one, under that request key."""
        path = f"/api/campaigns/{CAMPAIGN}/nominations/{nomination}/submit"
        return self.client.post(path, headers={"idempotency-key": key})

    def page(self, path: str) -> httpx2.Response:
        """A page of the campaign, as a person sees it."""
        with self._browser() as browser:
            return browser.get(f"/c/{CAMPAIGN}/{path}")

    def press(self, nomination: str, verb: str, *, key: str) -> httpx2.Response:
        """The same kind of thing as a person does it: the button of that verb on the nomination's page."""
        with self._browser() as browser:
            page = browser.get(f"/c/{CAMPAIGN}/nominations/{nomination}")
            (csrf, *_) = re.findall(r'name="csrf" value="([^"]+)"', page.text)
            typed = {"csrf": csrf, "key": key, "verb": verb, "reason": "不报了"}
            return browser.post(f"/c/{CAMPAIGN}/nominations/{nomination}/do", data=typed)

    def _browser(self) -> httpx2.Client:
        cookies = {SESSION: self.house.session}
        return httpx2.Client(base_url=self.client.base_url, cookies=cookies, timeout=ANSWER_SECONDS)


def furnished(url: str, *, drafts: int = 1) -> Furnished:
    """A fresh database at `url` with drafts of a unit that gets letters (each in a field with room), and a token."""
    house = small_house(url, COLLECTING.replace("limit = 2", f"limit = {max(drafts, 2)}"))
    now = datetime.now(UTC)
    with house.write(now) as work:
        unit = add_unit(work, UNIT, people=[("张三", MAIL)])
        made = tuple(draft(work, unit, f"第{number}项") for number in range(drafts))
    token = make_token(house, "office", Role.SECRETARIAT, at=now)
    with house.office.database.write() as connection:
        account = int(connection.execute(select(col(Account.id))).scalar_one() or 0)
        session = sessions.begin(connection, account, at=now, how="password")
        command.stamp(schema.alembic(connection), "head")  # the tables are what the migrations make
    house.office.database.dispose()
    return Furnished(url=url, token=token, session=session, drafts=made)


@contextmanager
def served(
    house: Furnished, folder: Path, *words: str, environment: Mapping[str, str] | None = None, log: Path | None = None
) -> Iterator[LiveDesk]:
    """Its desk, up when this is entered; told to stop at the end. What it logs is in `log`."""
    log = log or folder / "desk.log"
    with log.open("wb") as errors, _started(house.url, folder, "serve", "--port", "0", *words,
                                            environment=environment or {}, errors=errors) as process:  # fmt: skip
        try:
            headers = {"authorization": f"Bearer {house.token}"}
            with httpx2.Client(base_url=_address(process, log), headers=headers, timeout=ANSWER_SECONDS) as client:
                yield LiveDesk(process=process, client=client, house=house)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(ANSWER_SECONDS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What a command answered."""

    code: int
    out: str
    err: str


def command_line(url: str, folder: Path, *words: str, output: Any = subprocess.PIPE) -> Said:
    """One command in a process of its own, as a person types it; `output` takes its answer elsewhere."""
    with _started(url, folder, *words, environment={}, output=output, errors=subprocess.PIPE) as process:
        out, err = process.communicate(timeout=ANSWER_SECONDS)
    return Said(code=process.returncode, out=(out or b"").decode(), err=err.decode())


def _started(
    url: str, folder: Path, *words: str, environment: Mapping[str, str], errors: Any, output: Any = None
) -> subprocess.Popen[bytes]:
    asked = [sys.executable, "-m", "bangdan", *words]
    return subprocess.Popen(
        asked, cwd=folder, env={**environment_of(url, folder), **environment}, stdout=output, stderr=errors
    )


def environment_of(url: str, folder: Path) -> dict[str, str]:
    """What a process of that house is told by its environment."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BANGDAN_")}
    mine = {"BANGDAN_DATABASE_URL": url, "BANGDAN_MAIL_FOLDER": str(folder / "mail"), "BANGDAN_LANG": "zh",
            "BANGDAN_KEY_FILE": str(folder / "bangdan.key"), "PYTHONPATH": str(ROOT)}  # fmt: skip
    return {**kept, **mine}


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    """Where it answers, as soon as it says so."""
    while process.poll() is None:
        if found := re.search(r"http://\S+(?=/ )", log.read_text(encoding="utf-8")):
            return found[0]
        time.sleep(0.05)
    raise RuntimeError(log.read_text(encoding="utf-8"))
