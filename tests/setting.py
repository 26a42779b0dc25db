"""Both clocks of a machine, for a test that sets them.

clocks = Clocks(wall=DURING)
clocks.goes_on(timedelta(hours=1))     # time passes
clocks.is_set(timedelta(days=30))      # somebody sets the wall clock
watched(house.office, clocks)          # the office goes by them
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from engine.clock import Reading
from engine.office import Office
from engine.timekeeping import baseline
from tests.builders import House

BOOT = "a start of the machine"


@dataclass(kw_only=True)
class Clocks:
    """What both say; calling it reads them."""

    wall: datetime
    steady: float = 1000.0

    def __call__(self) -> Reading:
        return Reading(wall=self.wall, steady=self.steady)

    def goes_on(self, by: timedelta) -> None:
        self.wall += by
        self.steady += by.total_seconds()

    def is_set(self, by: timedelta) -> None:
        self.wall += by


def watched(office: Office, clocks: Clocks, *, boot: str = BOOT) -> Office:
    """Another process's office on that database, which goes by these clocks."""
    return replace(office, watch=baseline.watch(office.database, boot=boot, read=clocks))


def process(house: House, clocks: Clocks, *, boot: str = BOOT) -> House:
    """The house as another process sees it."""
    return replace(house, office=watched(house.office, clocks, boot=boot))
