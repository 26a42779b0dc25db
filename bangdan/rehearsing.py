"""The house for a rehearsal: the engine's own code on a throw-away database, with a mail door that leads nowhere.

What differs from the live house is put together here and nowhere else: clock, roster, door, and a file without the
promise to survive a power cut.
"""

from __future__ import annotations

import sys
import time
import tomllib
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL

from bangdan import ROOT, wiring
from bangdan.cli.campaign_file import CampaignFile
from engine.clock import Clock
from engine.database import Database
from engine.letters.composing import compose
from engine.letters.post import Post
from engine.office import Office
from engine.rehearsal.crew import Alone, Hire
from engine.rehearsal.play import KeptDoor, Rehearsed, Size, rehearse
from engine.rosters.importing import Upload
from engine.schema import bring_up
from notifications.letter import Sender, check_address
from workflows.definition import Definition

DATABASE = "rehearsal.sqlite3"
FROM = "secretariat@example.org"  # reserved for examples: whoever answers a sample reaches nobody

Progress = Callable[[datetime, int], None]


@dataclass(frozen=True, kw_only=True)
class Performance:
    """A rehearsal that was played, the office to read on in, and what it took."""

    office: Office
    played: Rehearsed
    database: Path
    seconds: float
    megabytes: float | None


def stage(out: Path) -> Office:
    """An office on an empty database in the folder `out`; one of an earlier rehearsal is deleted."""
    clear(out)
    database = out / DATABASE
    url = URL.create("sqlite", database=str(database)).render_as_string()
    opened = Database(url, durable=False)
    bring_up(opened)
    return Office(database=opened, workdays=wiring.workdays(wiring.settings()))


def clear(out: Path) -> None:
    """Delete the database of a rehearsal that is over."""
    for leftover in (out / DATABASE, *(out / f"{DATABASE}-{end}" for end in ("wal", "shm", "journal"))):
        leftover.unlink(missing_ok=True)


def words() -> dict[str, Any]:
    """What names of a rehearsal are made of, and how its people behave."""
    return tomllib.loads((ROOT / "config" / "rehearsal.toml").read_text(encoding="utf-8"))


def perform(
    opened: Office, file: CampaignFile, definition: Definition, out: Path, *, size: Size, progress: Progress,
    roster: Upload | None = None,
) -> Performance:  # fmt: skip
    """Play the campaign from its opening to its last letter, with the units of `roster` or made-up ones."""
    began = time.perf_counter()
    played = rehearse(
        opened, file.text, name=file.name, words=words(), size=size, crew=alone(opened, definition), progress=progress,
        roster=roster,
    )  # fmt: skip
    return Performance(
        office=opened, played=played, database=out / DATABASE, seconds=time.perf_counter() - began,
        megabytes=peak_megabytes(),
    )  # fmt: skip


def alone(opened: Office, definition: Definition) -> Hire:
    """The crew that is this process."""
    return lambda campaign: Alone(office=opened, campaign=campaign, post=post(opened, definition))


def post(opened: Office, definition: Definition) -> Callable[[Clock], Post]:
    """The post of a rehearsal, for a clock."""
    sender = Sender(name=definition.office.name, address=check_address(FROM))
    write = compose(opened.memory.latest, ROOT / "templates" / "letters")
    return lambda clock: Post(
        office=opened,
        open_door=lambda: nullcontext(KeptDoor()),
        sender=sender,
        compose=write,
        clock=clock,
        worker="rehearsal",
    )


def peak_megabytes() -> float | None:
    """The most memory this process ever held; None where the system doesn't say."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 * 1024 if sys.platform == "darwin" else 1024)  # macOS counts bytes, the others kilobytes
