"""One acceptance: a draft of the small campaign is submitted under a request key, as the API carries it out.

`prepared` makes a file with the draft, `accept` is the program that dies in the middle (see `walker`), `look` says what
is stored, and `again` is the same request once more.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from bangdan.desk import problems
from engine import database, nominations, plain
from engine.database import Database
from engine.office import Office, once
from engine.tables import Event, Nomination, Request
from engine.uploads import holding
from engine.write_ahead import LONG
from notifications.tables import LETTER
from tests.builders import House, add_unit
from tests.faults.walker import Begin, Tell
from tests.small import DURING, OFFICE, OPENED, draft, faults, small_house

CAMPAIGN, TITLE, KEY = "small-2025", "净水新法", "key-of-one-press"
FRAME = 24 + 4096  # bytes of a page in the log


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What there is of the submission: where it stands, and how many events, receipts and kept answers."""

    state: str
    events: int
    receipts: int
    answers: int
    faults: tuple[str, ...] = ()


BEFORE = Found(state="drafted", events=0, receipts=0, answers=0)
AFTER = Found(state="submitted", events=1, receipts=1, answers=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Prepared:
    """An SQLite file in which a draft waits to be submitted, and copies of it to break."""

    draft: str
    path: Path

    def fresh(self) -> str:
        """The address of a copy, in a folder of its own; the copy before it is gone."""
        folder = self.path.parent / "copy"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return f"sqlite:///{shutil.copy(self.path, folder)}"


def prepared(folder: Path) -> Prepared:
    """A file in that folder."""
    path = folder / "bangdan.sqlite3"
    return Prepared(draft=prepare(f"sqlite:///{path}"), path=path)


def prepare(url: str) -> str:
    """The small campaign with a draft of a unit that gets letters, in a fresh database; the draft's id."""
    house = small_house(url)
    with house.write(OPENED) as work:
        unit = add_unit(work, "甲学会", people=[("张三", "zhang@a.example")])
    with house.write(DURING) as work:
        made = draft(work, unit, TITLE)
    house.office.database.dispose()
    return made


def accept(begin: Begin, tell: Tell, url: str, nomination: str, how: str = "") -> None:
    """Submit it, and tell the answer when the product has given it, not before.

    `how`: `journal`, as with a library that a write-ahead log is not safe with; `checkpoint`, when this commit is the
    one that also moves a long log into the file.
    """
    if how == "journal":
        database.SAFE_WAL = (999, 0, 0)
    office = _opened(url)
    if how == "checkpoint":
        _lengthen_log(office)
    begin()
    tell(json.dumps(_carry_out(office, nomination)))


def _lengthen_log(office: Office) -> None:
    """Write until the log would be moved into the file a few pages later: fewer than it takes."""
    log = Path(f"{office.database.url.database}-wal")
    for page_limit, content in ((LONG - 70, b"x" * 160_000), (LONG - 15, b"x")):
        while log.stat().st_size < page_limit * FRAME:
            with office.write(CAMPAIGN, OFFICE, at=DURING) as work:
                holding.hold(work, kind="nominations", name="a.csv", content=content)


def insist(begin: Begin, tell: Tell, url: str, nomination: str, times: int) -> None:
    """The same, told as the API does: the code of a refusal. So many times by the same process, which then is gone."""
    office = _opened(url)
    begin()
    for _ in range(times):
        try:
            tell(str(_carry_out(office, nomination)["state"]))
        except Exception as error:  # noqa: BLE001 - whatever the database raises
            tell(", ".join(reason.code for reason in problems.reasons_of(error) or ()) or repr(error))


def again(url: str, nomination: str) -> dict[str, Any]:
    """The same request once more, after whatever happened; its answer."""
    office = Office(database=Database(url))
    try:
        return _carry_out(office, nomination)
    finally:
        office.database.dispose()


def _opened(url: str) -> Office:
    """An office as it is in a desk that runs: open, and the calendar was read long ago."""
    office = Office(database=Database(url))
    with office.read(CAMPAIGN, OFFICE, at=DURING) as work:
        assert work.calendar
    return office


def _carry_out(office: Office, nomination: str) -> dict[str, Any]:
    with office.write(CAMPAIGN, OFFICE, at=DURING) as work:

        def do() -> dict[str, Any]:
            return plain.answered(work, "submit", nominations.submit(work, nomination))

        return once(work, KEY, {"submit": nomination}, do)


def look(url: str) -> Found:
    """What is stored, read by somebody who comes afterwards."""
    house = House(office=Office(database=Database(url)), campaign=CAMPAIGN)
    try:
        with house.read(DURING) as work:

            def number(query: Any) -> int:
                return int(work.connection.execute(query).scalar_one())

            return Found(
                state=work.connection.execute(select(col(Nomination.state))).scalar_one(),
                events=number(select(func.count()).select_from(Event).where(col(Event.verb) == "submit")),
                receipts=number(select(func.count()).where(LETTER.c.template == "submission-receipt")),
                answers=number(select(func.count()).select_from(Request)),
                faults=faults(house),
            )
    finally:
        house.office.database.dispose()
