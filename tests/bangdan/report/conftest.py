"""One small rehearsal for all tests of this folder, and one that was never played."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bangdan import wiring
from bangdan.cli.campaign_file import read_campaign_file
from bangdan.rehearsing import DATABASE, Performance, alone, perform, stage
from bangdan.report.files import Written, write
from bangdan.report.gathering import Findings, gather
from engine import campaigns
from engine.access import Actor
from engine.database import Database
from engine.office import Office
from engine.rehearsal.play import Rehearsed, Size
from engine.rehearsal.population import Population
from engine.rehearsal.theatre import Theatre
from workflows.loading import load
from workflows.nomination import Role

UNITS, NOMINATIONS = 20, 80
OPENED = datetime(2023, 9, 28, 1, 0, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """A rehearsal with everything that was made of it."""

    out: Path
    done: Performance
    found: Findings
    written: Written

    @property
    def page(self) -> str:
        return self.written.page.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsal]:
    """The 2023 campaign with 20 units and 80 nominations, played once."""
    out = tmp_path_factory.mktemp("rehearsal")
    wiring.settings.cache_clear()
    opened, file = stage(out), read_campaign_file("kczg-2023")
    definition = load(file.source, name=file.name).definition
    size = Size(units=UNITS, nominations=NOMINATIONS)
    done = perform(opened, file, definition, out, size=size, progress=lambda _at, _done: None)
    found = gather(opened, done.played)
    yield Rehearsal(out=out, done=done, found=found, written=write(found, done, out))
    opened.database.dispose()


@pytest.fixture
def copied(rehearsal: Rehearsal, tmp_path: Path) -> Iterator[Office]:
    """An office on a copy of that rehearsal's database, for changing things in it."""
    with rehearsal.done.office.database.write():  # nobody writes while the file and its journal are copied
        for path in rehearsal.out.glob(f"{DATABASE}*"):
            shutil.copy(path, tmp_path / path.name)
    database = Database(f"sqlite:///{tmp_path / DATABASE}", durable=False)
    yield Office(database=database)
    database.dispose()


@pytest.fixture
def unplayed(tmp_path: Path) -> Iterator[Performance]:
    """The campaign just opened: nobody in the roster, nothing done, no letters, no refusals."""
    wiring.settings.cache_clear()
    opened, file = stage(tmp_path), read_campaign_file("kczg-2023")
    definition = load(file.source, name=file.name).definition
    secretary = Actor(role=Role.SECRETARIAT, name="徐春淼")
    key = campaigns.open_campaign(opened, file.text, name=file.name, actor=secretary, at=OPENED)
    theatre = Theatre(
        office=opened, campaign=key, crew=alone(opened, definition)(key), now=OPENED, progress=lambda _at, _done: None
    )
    played = Rehearsed(
        campaign=key, definition=definition, population=Population(units=(), laureates=()), theatre=theatre,
        size=Size(units=0, nominations=0), began=OPENED, ended=OPENED + timedelta(hours=1),
    )  # fmt: skip
    yield Performance(office=opened, played=played, database=tmp_path / DATABASE, seconds=0.0, megabytes=None)
    opened.database.dispose()
