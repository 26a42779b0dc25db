"""Small builders that tests share: a house with an open campaign, units, nominations, and what lies in the outbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import col

from bangdan import ROOT
from engine import append_only, calendars, campaigns, laureates, nominations, units
from engine.access import ENGINE, Actor
from engine.database import Database
from engine.history import record
from engine.laureates import Entry
from engine.office import Office, Work
from engine.schema import METADATA
from engine.tables import Call, Campaign, Laureate
from engine.witness import note
from notifications.tables import LETTER
from workflows.definition import Milestone
from workflows.nomination import Role, shapes

NOTICE = ROOT / "config" / "campaigns" / "kczg-2023.toml"
LETTERS = ROOT / "templates" / "letters"
SECRETARIAT = Actor(role=Role.SECRETARIAT, name="徐春淼")
OPENING = datetime(2023, 10, 6, 16, tzinfo=UTC)  # 2023-10-07 00:00 in Beijing
CLOSING = datetime(2023, 11, 30, 16, tzinfo=UTC)  # 2023-11-30 24:00 in Beijing
BEFORE = OPENING - timedelta(days=7)
COLLECTING = datetime(2023, 10, 31, 1, tzinfo=UTC)  # 30 days before the end, 09:00 in Beijing
AN_HOUR = timedelta(hours=1)

People = Sequence[tuple[str, str | None]]  # name and address


@dataclass(frozen=True, kw_only=True)
class House:
    """An office with one open campaign."""

    office: Office
    campaign: str

    @contextmanager
    def write(self, at: datetime = COLLECTING, actor: Actor = SECRETARIAT, *, alone: bool = False) -> Iterator[Work]:
        """A transaction at `at`."""
        with self.office.write(self.campaign, actor, at=at, alone=alone) as work:
            yield work

    @contextmanager
    def read(self, at: datetime = COLLECTING) -> Iterator[Work]:
        """A look at `at`."""
        with self.office.read(self.campaign, ENGINE, at=at) as work:
            yield work


def house_with(database_url: str, source: str | None = None, *, at: datetime = BEFORE) -> House:
    """A fresh database with the campaign of `source` (none: the 2023 notice) opened at `at`."""
    office = Office(database=Database(database_url, durable=False))
    with office.database.write() as connection:  # as the migrations make them (test_schema proves it), and faster
        METADATA.create_all(connection)
        for table in append_only.PROTECTED:
            append_only.protect(connection, table)
    text = NOTICE.read_text(encoding="utf-8") if source is None else source
    key = campaigns.open_campaign(office, text, name="campaign.toml", actor=SECRETARIAT, at=at)
    return House(office=office, campaign=key)


def add_unit(
    work: Work, name: str, *, channels: Sequence[str] = ("societies",), people: People = (), person: bool = False
) -> int:
    """A unit with its contacts; returns its row id. Its code is its name."""
    unit_id = units.add(work, code=name, name=name, channels=channels, person=person)
    for who, email in people:
        units.add_contact(work, name=who, phones=["010-12345678"], email=email, unit_id=unit_id)
    return unit_id


def add_draft(
    work: Work, unit_id: int, title: str, *, track: str = "enterprises", complete: bool = True, **values: Any
) -> str:
    """A draft, by default with everything that it needs to be submitted; returns its id."""
    given = {"applicant": "某公司", "materials": ["application"] if complete else [], **values}
    return nominations.draft(work, unit_id=unit_id, track=track, title=title, **given).id


def add_submitted(work: Work, unit_id: int, title: str, *, track: str = "enterprises", **values: Any) -> str:
    """A submitted nomination; returns its id."""
    return nominations.submit(work, add_draft(work, unit_id, title, track=track, **values)).id


def add_laureate(work: Work, name: str, *, edition: int = 2022, list_name: str = "新锐企业榜") -> None:
    """An entry of an earlier edition."""
    values = {"campaign_id": work.campaign_id, "award": "", "edition": edition, "list_name": list_name, "name": name,
              "name_key": name.casefold(), "organisation": "", "person": False}  # fmt: skip
    work.connection.execute(insert(Laureate), values)
    note(work, Laureate, None, values)
    record(work, "campaign", work.campaign_id, "import", kind="laureates", file="", digest="", new=1, changed=0)


def enter_laureates(work: Work, *entries: Entry) -> int:
    """What an import of earlier laureates does, without its file; how many drafts they concern."""
    laureates.enter(work, entries, laureates.standing(work))
    record(
        work, "campaign", work.campaign_id, "import", kind="laureates", file="", digest="", new=len(entries), changed=0
    )
    return laureates.match_drafts(work)


def letters(work: Work, template: str | None = None) -> list[Any]:
    """What lies in the outbox, in order, of one template or all."""
    rows = work.connection.execute(select(LETTER).order_by(LETTER.c.id)).all()
    return [row for row in rows if template in (None, row.template)]


def calls(work: Work, template: str | None = None) -> list[Any]:
    """What stands on the call sheet, in order, of one template or all."""
    rows = work.connection.execute(select(Call).order_by(col(Call.id))).all()
    return [row for row in rows if template in (None, row.template)]


def mark_letters(work: Work, state: str, *, where: Callable[[Any], bool] = lambda _: True) -> None:
    """As if the sender had brought letters into `state`."""
    ids = [row.id for row in letters(work) if where(row)]
    work.connection.execute(update(LETTER).where(LETTER.c.id.in_(ids)).values(state=state))


def readers(rows: Sequence[Any]) -> list[str]:
    """To whom, by name, in order."""
    return [row.to_name if hasattr(row, "to_name") else row.name for row in rows]


def add_milestones(house: House, *made: Milestone, at: datetime = BEFORE, **values: Any) -> None:
    """Classes or other milestones, as if the file had named them: each behind its parent, or at the end."""
    with house.write(at, alone=True) as work:
        digest = work.connection.execute(select(col(Campaign.digest))).scalar_one()
        classes = {each.key: [mine for mine in made if mine.of == each.key] for each in work.filed.milestones}
        placed = [one for each in work.filed.milestones for one in (each, *classes[each.key])]
        milestones = (*placed, *(each for each in made if each.of is None))
        definition = replace(work.filed, milestones=milestones, **values)
        calendars.announce(work, replace(definition, milestones=made))
        record(work, "campaign", work.campaign_id, "announce", reason="")
        work.filed = definition
        work.calendar_changed()
    house.office.memory.definitions[digest] = (definition, shapes(definition))


def redefine(house: House, milestone: str, **values: Any) -> None:
    """A milestone of the file in other words, such as what it must end before."""
    definitions = house.office.memory.definitions
    ((digest, (definition, machine)),) = definitions.items()
    changed = tuple(replace(each, **values) if each.key == milestone else each for each in definition.milestones)
    definitions[digest] = (replace(definition, milestones=changed), machine)
    house.office.memory.with_classes.clear()
