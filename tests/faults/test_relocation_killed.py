"""A move that is killed wherever it may be, and said again, ends the same; and nothing is mailed meanwhile."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from sqlalchemy import select

from engine import schema
from engine.database import Database
from engine.office import Office
from engine.proving import prove
from engine.relocation.rows import moved_tables
from tests.builders import House
from tests.leaving import house_to_move
from tests.small import FINAL

SCRIPT = Path(__file__).with_name("relocating.py")
PATIENCE = 300  # seconds that anything may take on a slow machine
CHANGED_BY_OPENING = {"mute", "event", "event_word", "letter", "letter_bytes", "post_stop", "seal", "sealed_event",
                      "campaign", "done", "clock_baseline"}  # fmt: skip


def rows(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.read() as connection:
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in moved_tables()
        }


def test_killed_at_every_step_it_ends_the_same_and_nothing_left_meanwhile(
    sqlite_database_url: str, postgres_database_url: str
) -> None:
    old, new = Database(sqlite_database_url), Database(postgres_database_url)
    house = house_to_move(old)
    filled = {name for name, held in rows(old).items() if held}

    ran = subprocess.run([sys.executable, str(SCRIPT), sqlite_database_url, postgres_database_url], text=True,
                         capture_output=True, timeout=PATIENCE, check=True)  # fmt: skip
    told = json.loads(ran.stdout)

    steps = ["hold", *(f"{phase} {name}" for phase in ("copy", "compare") for name in filled | {"mute"}),
             f"prove {house.campaign}", "open"]  # fmt: skip
    assert sorted(told["died"]) == sorted(steps)
    assert (told["meanwhile"], told["after"]) == ("", "x")
    here, there = rows(old), rows(new)
    assert {name for name in here if here[name] != there[name]} <= CHANGED_BY_OPENING
    schema.bring_up(new)
    arrived = House(office=Office(database=new), campaign=house.campaign)
    assert prove(arrived.office, arrived.campaign, at=FINAL).faults == ()
    old.dispose()
    new.dispose()
