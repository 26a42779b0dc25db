"""A sender in a process of its own: `python sending.py DATABASE_URL PORT INSTANT`, with a clock that stands still.

It delivers what is due through a mail server on this machine, and ends.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

import bangdan  # noqa: F401 - puts the floors on the path
from engine.database import Database
from engine.office import Office
from notifications.smtp import SmtpDoor
from tests.builders import House
from tests.faults.living import Town, smtp


def main(url: str, port: str, instant: str) -> None:
    town = Town(house=House(office=Office(database=Database(url)), campaign="small-2025"),
                now=datetime.fromisoformat(instant))  # fmt: skip
    town.post(lambda: SmtpDoor(smtp(int(port))), f"process {instant}").deliver()


if __name__ == "__main__":
    main(*sys.argv[1:])
