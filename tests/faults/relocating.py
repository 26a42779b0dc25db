"""A move that dies at every step: `python relocating.py SQLITE_URL POSTGRESQL_URL`.

Each attempt is a process of its own that kills itself at the first step that none of those before it came to; once in
each phase a live engine takes a beat on either house, with a door that takes everything. Says as JSON where it died,
what left meanwhile, and what left in the end.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from sqlalchemy.exc import DBAPIError

import bangdan  # noqa: F401 - puts the floors on the path
from engine.database import Database
from engine.office import Office
from engine.relocation.arriving import target_at
from engine.relocation.moving_house import Mover, Step
from tests.builders import House
from tests.faults.living import Keeping, Town
from tests.small import DURING, OFFICE
from workflows.reasons import Refused

MOST = 200  # attempts


def main(old: str, new: str) -> None:
    logging.disable()
    died: list[str] = []
    meanwhile: list[str] = []
    while len(died) < MOST and (step := _apart(lambda tell: _attempt(old, new, died, tell))):
        first = step.split()[0] not in {each.split()[0] for each in died}
        died.append(step)
        if first:
            meanwhile += [_let_out(url) for url in (old, new)]
    sys.stdout.write(json.dumps({"died": died, "meanwhile": "".join(meanwhile), "after": _let_out(new)}))


def _apart(do: Callable[[Callable[[str], object]], object]) -> str:
    """What `do` told, in a process of its own, whatever became of it."""
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.close(reading)
        do(lambda words: os.write(writing, words.encode()))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        words = told.read()
    os.waitpid(child, 0)
    return words


def _let_out(url: str) -> str:
    return _apart(lambda tell: tell(_beat(url)))


def _attempt(old: str, new: str, died: list[str], tell: Callable[[str], object]) -> None:
    def die(step: Step) -> None:
        if (here := f"{step.phase} {step.what}".strip()) not in died:
            tell(here)
            os.kill(os.getpid(), signal.SIGKILL)

    office = Office(database=Database(old))
    Mover(office=office, target=target_at(new), actor=OFFICE, tell=die, pause=lambda: None)()


def _beat(url: str) -> str:
    """The letters that a live engine lets out of that house, one letter of the alphabet for each."""
    database = Database(url)
    town = Town(house=House(office=Office(database=database), campaign="small-2025"), now=DURING)
    door = Keeping(town=town)
    with suppress(Refused, DBAPIError):  # it may not, or there are no tables yet
        town.beat(town.engine(door), at=DURING)
    database.dispose()
    return "x" * len(door.kept)


if __name__ == "__main__":
    main(*sys.argv[1:])
