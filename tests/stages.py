"""The campaign of `scenario/stages.toml`: a check with correction, a review and a notice for one list only."""

from __future__ import annotations

from pathlib import Path

from engine import batches, nominations
from engine.batches import Result
from engine.sweep import close
from tests.builders import House
from tests.small import FINAL, SWEPT, beijing, draft, new_unit, small_house

FILE = Path(__file__).parent / "scenario" / "stages.toml"
WATER, LIGHT, PEOPLE = "inventions/water", "inventions/light", "people"
CHECK = beijing("2025-03-17 10:00")  # a Monday in the formal check
LIMIT = beijing("2025-03-25 00:00")  # five working days after it
REVIEW = beijing("2025-03-26 10:00")
NOTICE, NOTICE_ENDS = beijing("2025-04-15 10:00"), beijing("2025-04-19 00:00")


def stages_house(database_url: str) -> House:
    """A fresh database with that campaign open."""
    return small_house(database_url, FILE.read_text(encoding="utf-8"))


def checked(house: House, *titles: str, track: str = WATER) -> list[str]:
    """Nominations of one unit that stand in the formal check; their ids."""
    unit = new_unit(house)
    with house.write(beijing("2025-03-10 10:00")) as work:
        ids = [nominations.submit(work, draft(work, unit, title, track=track)).id for title in titles]
    close(house.office, house.campaign, at=SWEPT)
    return ids


def passed(house: House, ids: list[str], *, into: str) -> None:
    """Bring them from the formal check into a later stage, by results."""
    for stage, at, give in (("check", CHECK, False), ("review", REVIEW, False), ("final", FINAL, True)):
        if stage == into:
            return
        with house.write(at) as work:
            results = [Result(id=key, passed=True) for key in ids]
            _ = batches.decide(work, results, occasion="x") if give else batches.report(work, results)
