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
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx2
from alembic import command

from engine import schema
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
class LiveDesk:
    """Where it answers, the token, the drafts that wait, and the process itself."""

    process: subprocess.Popen[str]
    client: httpx2.Client
    drafts: tuple[str, ...]

    def submit(self, nomination: str, *, key: str) -> httpx2.Response:
        """Submit one, under that request key."""
        path = f"/api/campaigns/{CAMPAIGN}/nominations/{nomination}/submit"
        return self.client.post(path, headers={"idempotency-key": key})


@dataclass(frozen=True, kw_only=True)
class Furnished:
    """A house on disk, ready to be served."""

    url: str
    token: str
    drafts: tuple[str, ...]


def furnished(url: str, *, drafts: int = 1) -> Furnished:
    """A fresh database at `url` with drafts of a unit that gets letters (each in a field with room), and a token."""
    house = small_house(url, COLLECTING.replace("limit = 2", f"limit = {max(drafts, 2)}"))
    now = datetime.now(UTC)
    with house.write(now) as work:
        unit = add_unit(work, UNIT, people=[("张三", MAIL)])
        made = tuple(draft(work, unit, f"第{number}项") for number in range(drafts))
    token = make_token(house, "office", Role.SECRETARIAT, at=now)
    with house.office.database.write() as connection:
        command.stamp(schema.alembic(connection), "head")  # the tables are what the migrations make
    house.office.database.dispose()
    return Furnished(url=url, token=token, drafts=made)


@contextmanager
def served(
    house: Furnished, folder: Path, *words: str, environment: Mapping[str, str] | None = None
) -> Iterator[LiveDesk]:
    """Its desk, up when this is entered; told to stop at the end."""
    started = [sys.executable, "-m", "bangdan", "serve", "--port", "0", *words]
    with subprocess.Popen(
        started,
        cwd=folder,
        env={**environment_of(house.url, folder), **(environment or {})},
        text=True,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            headers = {"authorization": f"Bearer {house.token}"}
            with httpx2.Client(base_url=_address(process), headers=headers, timeout=ANSWER_SECONDS) as client:
                yield LiveDesk(process=process, client=client, drafts=house.drafts)
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=ANSWER_SECONDS)


def environment_of(url: str, folder: Path) -> dict[str, str]:
    """What a process of that house is told by its environment."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BANGDAN_")}
    mine = {"BANGDAN_DATABASE_URL": url, "BANGDAN_MAIL_FOLDER": str(folder / "mail"), "BANGDAN_LANG": "zh",
            "BANGDAN_KEY_FILE": str(folder / "bangdan.key"), "PYTHONPATH": str(ROOT)}  # fmt: skip
    return {**kept, **mine}


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    for line in process.stderr:
        if found := re.search(r"http://\S+(?=/ )", line):
            return found[0]
    raise RuntimeError(f"the desk ended with {process.wait()}")
