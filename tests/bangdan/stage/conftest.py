"""A small campaign put on a stage, its time held."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from bangdan import wiring
from bangdan.cli.campaign_file import CampaignFile
from bangdan.stage.house import Stage
from engine.rehearsal.play import Size
from tests.small import FILE, OPENS

SIZE = Size(units=12, nominations=24)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """The small campaign at the beginning of its collection, paused."""
    yield from paused(tmp_path / "stage")


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """The same, one for all tests of a module that leave it as it is."""
    yield from paused(tmp_path_factory.mktemp("held") / "stage")


def paused(folder: Path) -> Iterator[Stage]:
    """A stage in that folder, and taken down."""
    wiring.settings.cache_clear()
    stage = Stage(file=CampaignFile(name="small.toml", source=FILE.read_bytes()), folder=folder)
    stage.put_on(SIZE, until=OPENS)
    arrive(stage)
    stage.pacing.pause()
    yield stage
    stage.take_down()


def arrive(stage: Stage) -> None:
    """Until no jump is under way; the thread that plays is left the machine meanwhile."""
    while stage.pacing.standing().goal is not None:
        Event().wait(0.01)


def play_to_the_end(stage: Stage) -> None:
    """Until all of it was played."""
    stage.pacing.jump(stage.pacing.played.ended)
    while not stage.pacing.ended:
        Event().wait(0.01)
