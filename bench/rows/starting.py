"""How long a command takes from the key press to its end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from functools import partial

from bangdan import ROOT
from bench.record import FLOOR, Place
from bench.running import Run, Step

ROW = "starting"
DRAFTS = 10_000
LIBRARIES = (
    "aiosmtplib, alembic, apscheduler, chinese_calendar, dns, fastapi, httpx2, icalendar, jinja2, prometheus_client, "
    "psycopg, pwdlib, pydantic_settings, pypinyin, python_calamine, rich, sqlmodel, transitions, typer, uvicorn, "
    "xlsxwriter"
)
COMMANDS: Mapping[str, Sequence[str]] = {
    FLOOR: ("-c", "pass"),
    "typer alone": ("-c", "import typer"),
    "all libraries at once": ("-c", f"import {LIBRARIES}"),
    "bangdan --help": ("-m", "bangdan", "--help"),
    "bangdan status": ("-m", "bangdan", "status"),
}


def measure(run: Run) -> None:
    """Each command in turn; the campaign of `status` has `DRAFTS` drafts, on the first database there is."""
    store = run.stores[0]
    size = min(DRAFTS, run.sizes[0])
    with store.worlds.copy(size) as url:
        steps = [
            Step(place=Place(row=ROW, size=size), contender=name, ask=partial(_took, command, url))
            for name, command in COMMANDS.items()
        ]
        for step in steps:  # the first time reads files and writes byte code
            step.ask()
        run.in_turn(steps)


def _took(command: Sequence[str], url: str) -> dict[str, float]:
    environment = {**os.environ, "BANGDAN_DATABASE_URL": url}
    begun = time.perf_counter()
    subprocess.run([sys.executable, *command], cwd=ROOT, check=True, stdout=subprocess.DEVNULL, env=environment)
    return {"seconds": time.perf_counter() - begun}
