"""A house that is about to be moved, for tests of the move."""

from __future__ import annotations

from engine import campaigns, schema, units
from engine.database import Database
from engine.office import Office
from engine.turn import turn
from tests.builders import House, add_submitted
from tests.small import DURING, FILE, OFFICE, OPENED, new_unit


def house_to_move(database: Database) -> House:
    """In the middle of its collection: a submitted nomination, a letter that is due, a sealed history."""
    schema.bring_up(database)
    office = Office(database=database)
    key = campaigns.open_campaign(office, FILE.read_text(encoding="utf-8"), name="small.toml", actor=OFFICE, at=OPENED)
    house = House(office=office, campaign=key)
    unit_id = new_unit(house)
    with house.write(DURING, OFFICE) as work:
        units.add_contact(work, name="王秘书", email="wang@unit.example", unit_id=unit_id)
        add_submitted(work, unit_id, "净水", track="inventions/water")
    turn(office, key, at=DURING)
    return house
