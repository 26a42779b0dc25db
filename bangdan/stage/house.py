"""A rehearsal that is put on: its throw-away database, its transport, the thread that plays it, its report at the end.

It can be begun anew with another seed and size. The office stays the same object, so that a desk made over it goes on.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from bangdan import rehearsing
from bangdan.cli.campaign_file import CampaignFile
from bangdan.rehearsing import Performance
from bangdan.report.files import write
from bangdan.report.gathering import Findings, gather
from bangdan.stage.seats import Seats, keep_accounts
from engine.office import Office
from engine.rehearsal.pacing import BREATH, BY_KEY, Driver, Pacing, Speed
from engine.rehearsal.play import Size, prepare
from engine.rehearsal.population import UnitPlan
from engine.rehearsal.stream import Stream
from engine.rosters.importing import Upload
from workflows.loading import load
from workflows.vocabulary import Edge

ALIVE = 0.45  # of the collection: where the first look finds people at work


@dataclass(frozen=True, kw_only=True)
class Ending:
    """What came of it: the findings, and the page of the report."""

    found: Findings
    page: Path


@dataclass(kw_only=True)
class Stage:
    """One rehearsal at a time, of one file. `folder` is thrown away with it; `breath` is the pacing's."""

    file: CampaignFile
    folder: Path
    roster: Upload | Sequence[UnitPlan] | None = None
    breath: float = BREATH
    office: Office = field(init=False)
    pacing: Pacing = field(init=False)
    stream: Stream = field(init=False)
    seats: Seats = field(init=False)
    runs: int = 0
    _driver: Driver | None = None
    _ending: Ending | None = None
    _changing: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.seats = Seats(office=lambda: self.office, played=lambda: self.pacing.played)

    def put_on(self, size: Size, *, speed: Speed = BY_KEY["interesting"], until: datetime | None = None) -> None:
        """Begin, anew if it was begun before, and play on quickly to `until`, or to where the collection is alive.

        Raises FileRefused when a file can't be taken; then a rehearsal under way goes on.
        """
        with self._changing:
            folder = self.folder / str(self.runs + 1)
            folder.mkdir(parents=True)
            opened = rehearsing.stage(folder)
            definition = load(self.file.source, name=self.file.name).definition
            played = prepare(opened, self.file.text, name=self.file.name, words=rehearsing.words(), size=size,
                             crew=rehearsing.alone(opened, definition), roster=self.roster)  # fmt: skip
            with opened.database.write() as connection:
                keep_accounts(connection, at=played.began)
            self._end()
            self.stream = played.theatre.hears = Stream()
            self.pacing = Pacing(played=played, monotonic=time.monotonic, speed=speed, breath=self.breath)
            self._take(opened)
            self.runs += 1
            self._begin(until)

    def take_down(self) -> None:
        """End it, and throw away what it left."""
        with self._changing:
            self._end()
            if self.runs:
                self.office.database.dispose()
            shutil.rmtree(self.folder, ignore_errors=True)

    def now(self) -> datetime:
        """The virtual instant."""
        return self.pacing.now()

    def touch(self) -> None:
        """Somebody changed something at the desk: the engine looks."""
        self.pacing.touch()

    def ending(self) -> Ending | None:
        """What came of it, once it has ended; the report is written when it is first asked for."""
        with self._changing:
            if self._ending is None and self.pacing.ended:
                self._ending = self._reported()
            return self._ending

    def _begin(self, until: datetime | None) -> None:
        goal = until or self._alive()
        if goal > self.now():
            self.pacing.jump(goal)
        self._driver = Driver(self.pacing)
        self._driver.start()

    def _alive(self) -> datetime:
        played = self.pacing.played
        window = played.theatre.calendar()[played.definition.collection]
        opens, closes = window.edge(Edge.OPENS) or self.now(), window.edge(Edge.CLOSES) or self.now()
        return opens + (closes - opens) * ALIVE

    def _end(self) -> None:
        if self._driver is not None:
            self._driver.stop()
        self._ending = None

    def _take(self, opened: Office) -> None:
        """Have the office read and write in the new database; requests in the old one end there."""
        if self.runs == 0:
            self.office = opened
            return
        earlier = self.office.database
        self.office.database, self.office.memory = opened.database, opened.memory
        earlier.dispose()
        shutil.rmtree(self.folder / str(self.runs), ignore_errors=True)

    def _reported(self) -> Ending:
        played = replace(self.pacing.played, ended=self.now())
        folder = self.folder / str(self.runs)
        done = Performance(office=self.office, played=played, database=folder / rehearsing.DATABASE,
                           seconds=self.pacing.busy, megabytes=rehearsing.peak_megabytes())  # fmt: skip
        found = gather(self.office, played)
        return Ending(found=found, page=write(found, done, folder).page)
