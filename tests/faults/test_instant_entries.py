"""One microsecond decides, at every entry through which somebody can be late, and nothing of a refusal stays.

The entries are read from the routes of the desk, the operations of the API and the commands: a new one that is neither
tried here nor said to ask for no date fails.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from fastapi.routing import APIRoute
from sqlalchemy import func, select
from sqlmodel import col

from bangdan import wiring
from bangdan.cli import app as commands
from bangdan.desk.api.app import SUBJECTS
from bangdan.desk.api.describing import operations
from engine import campaigns, nominations, own_deadlines
from engine.database import Database
from engine.office import Office
from engine.schema import bring_up
from engine.tables import Event, Nomination
from notifications.tables import LETTER
from tests.bangdan.cli.conftest import DATABASE, Terminal
from tests.builders import House
from tests.conftest import Freeze
from tests.desk.people import AtTheDesk
from tests.faults.entries import BY_NO_DATE, ENTRIES, FILE, OURS, SOON, Entry, Scene
from tests.small import DURING, OFFICE, OPENED, TICK, beijing, faults
from workflows.definition import Who
from workflows.nomination import Guard

LATER = beijing("2025-03-18 00:00")


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as the commands make one, with the campaign open; for copying."""
    path = tmp_path_factory.mktemp("opened") / DATABASE
    office = Office(database=Database(f"sqlite:///{path}"))
    bring_up(office.database)
    campaigns.open_campaign(office, FILE, name="campaign.toml", actor=OFFICE, at=OPENED)
    office.database.dispose()
    return path


@pytest.fixture
def scene(
    opened: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Scene]:
    """Something to be done at each entry, and a terminal beside it, which freezes the clock."""

    def sit_down() -> Terminal:
        frozen: Freeze = request.getfixturevalue("frozen")
        return Terminal(folder=tmp_path, clock=frozen(OPENED))

    url = f"sqlite:///{tmp_path / DATABASE}"
    monkeypatch.setenv("BANGDAN_DATABASE_URL", url)
    monkeypatch.setenv("BANGDAN_MAIL_FOLDER", str(tmp_path / "mail"))
    monkeypatch.chdir(tmp_path)
    shutil.copy(opened, tmp_path / DATABASE)
    made = Scene(House(office=Office(database=Database(url, durable=False)), campaign="small-2025"), sit_down)
    yield made
    made.house.office.database.dispose()
    wiring.settings.cache_clear()


def stored(scene: Scene) -> tuple[Any, ...]:
    """What a refusal must leave as it was, and the instant of the last thing that was done."""
    with scene.house.read() as work:
        rows = select(col(Nomination.id), col(Nomination.state), col(Nomination.version)).order_by(col(Nomination.id))
        counted = [select(func.count()).select_from(each) for each in (Event, LETTER)]
        return (
            work.connection.execute(rows).all(),
            [work.connection.execute(each).scalar_one() for each in counted],
            work.calendar_version,
        )


def last(scene: Scene) -> datetime:
    """The instant that the newest line of the history bears."""
    with scene.house.read() as work:
        query = select(col(Event.at)).order_by(col(Event.id).desc()).limit(1)
        return work.connection.execute(query).scalar_one()


def decides(scene: Scene, entry: Entry, end: datetime, code: str) -> None:
    """Refused at the end and after it, without a trace; done a microsecond before it, with that instant."""
    before = stored(scene)
    late = [entry.attempt(scene, at) for at in (end, end + TICK)]
    assert (late, stored(scene)) == ([code, code], before)
    assert (entry.attempt(scene, end - TICK), last(scene)) == ("done", end - TICK)
    assert faults(scene.house) == ()


@pytest.mark.parametrize("name", ENTRIES)
def test_one_microsecond_decides(scene: Scene, name: str) -> None:
    entry = ENTRIES[name]
    if entry.closed:
        scene.close()
    decides(scene, entry, entry.end, entry.code)


def of_verbs(*verbs: str) -> list[str]:
    return [name for name, entry in ENTRIES.items() if entry.verb in verbs]


@pytest.mark.parametrize("name", of_verbs("draft", "edit", "submit", "recall", "reinstate", "import"))
def test_one_microsecond_decides_at_the_end_that_holds_for_some(scene: Scene, name: str) -> None:
    with scene.house.write(DURING, alone=True) as work:
        campaigns.extend(work, "collection", closes=LATER, reason="系统故障", who=Who(units=(OURS,)))
    decides(scene, ENTRIES[name], LATER, "DLN-01")


@pytest.mark.parametrize("name", of_verbs("edit", "submit"))
def test_one_microsecond_decides_at_the_date_that_a_correction_has_of_its_own(scene: Scene, name: str) -> None:
    with scene.house.write(DURING) as work:
        nominations.submit(work, scene.draft)
        nominations.return_(work, scene.draft, reason="缺少公章", correct_by=LATER)
    decides(scene, ENTRIES[name], LATER, "DLN-01")


@pytest.mark.parametrize("name", of_verbs("draft", "edit"))
def test_one_microsecond_decides_at_the_end_that_a_unit_gives_its_applicants(scene: Scene, name: str) -> None:
    with scene.house.write(DURING, alone=True) as work:
        own_deadlines.own_deadline(work, scene.unit, closes=SOON)
    decides(scene, ENTRIES[name], SOON, "DLN-01")


def test_every_entry_is_tried_or_said_to_ask_for_no_date(quick: House) -> None:
    tried = {" ".join(name.split()[:2]) if not name.startswith("command") else name for name in ENTRIES}
    without = {name for names in BY_NO_DATE.values() for name in names}
    assert tried & without == set()
    assert set(every(quick)) == tried | without


def every(house: House) -> Iterator[str]:
    """The name of every entry that changes something, at each door."""
    yield from (f"api {each.name}" for each in operations(SUBJECTS) if each.changes)
    for route in AtTheDesk(house).app.routes:
        if isinstance(route, APIRoute) and "POST" in (route.methods or ()) and not route.path.startswith("/api"):
            yield f"desk {route.name}"
    yield from (f"command {name}" for name in _named(typer.main.get_command(commands)))


def _named(command: Any, *before: str) -> Iterator[str]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield " ".join(before)
        return
    for name, each in inner.items():
        yield from _named(each, *before, name)


def test_every_verb_that_has_a_window_is_tried_at_every_door(quick: House) -> None:
    with quick.read() as work:
        windowed = {arrow.verb for arrow in work.shape.arrows if {Guard.WINDOW, Guard.RESUMABLE} & set(arrow.guards)}
    tried = {(name.split()[0], entry.verb) for name, entry in ENTRIES.items()}
    assert {(door, verb) for door in ("api", "desk", "command") for verb in windowed} - tried == set()
    assert windowed == {"edit", "submit", "recall", "reinstate"}
