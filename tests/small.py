"""The small campaign of `scenario/small.toml`, with the instants and the people that its tests share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import col

from engine.access import ENGINE, Actor
from engine.audit import verify
from engine.campaigns import open_campaign
from engine.office import Work
from engine.organisers import keeping
from engine.tables import Event, Nomination
from tests.builders import House, add_draft, add_unit, house_with
from workflows.nomination import Role

FILE = Path(__file__).parent / "scenario" / "small.toml"
BEIJING = ZoneInfo("Asia/Shanghai")
TICK = timedelta(microseconds=1)
SETTLE = timedelta(minutes=2)


def beijing(text: str) -> datetime:
    """An instant by Beijing's clocks."""
    return datetime.fromisoformat(text).replace(tzinfo=BEIJING).astimezone(UTC)


def said(instant: datetime) -> str:
    """The same, back, to the minute."""
    return instant.astimezone(BEIJING).strftime("%m-%d %H:%M")


OPENED = beijing("2025-02-24 09:00")  # when the campaign was opened
OPENS, CLOSES = beijing("2025-03-03 00:00"), beijing("2025-03-15 00:00")
DURING = beijing("2025-03-10 10:00")
SWEPT = CLOSES + SETTLE
REVIEW = beijing("2025-03-20 10:00")
FINAL = beijing("2025-04-01 10:00")

OFFICE = Actor(role=Role.SECRETARIAT, name="赵书")
AUDITOR = Actor(role=Role.AUDITOR, name="监督")
ACADEMY = Actor(role=Role.INSTITUTION, name="钱学", institution="academy")
GUILD = Actor(role=Role.INSTITUTION, name="孙工", institution="guild")


def small_beside(
    house: House, *, key: str = "other-2025", organiser: str = "other", title: str = "2025年小奖"
) -> House:  # fmt: skip
    """The same campaign by another key in the same house, of an organiser of its own."""
    with house.office.database.write() as connection:
        keeping.add(connection, organiser, {"name": "另一主办方", "english": "The Other"}, at=OPENED)
    source = (
        FILE.read_text(encoding="utf-8").replace('key = "small-2025"', f'key = "{key}"').replace("2025年小奖", title)
    )
    open_campaign(house.office, source, name="other.toml", actor=OFFICE, at=OPENED, organiser=organiser)
    return House(office=house.office, campaign=key)


def unit_actor(unit_id: int | None) -> Actor:
    """Somebody of that unit."""
    return Actor(role=Role.UNIT, name="单位经办人", unit_id=unit_id)


def small_house(database_url: str, text: str | None = None) -> House:
    """A fresh database with the small campaign open, in other words if `text` gives them."""
    return house_with(database_url, text or FILE.read_text(encoding="utf-8"), at=OPENED)


def new_unit(house: House, name: str = "甲学会", *channels: str) -> int:
    """A unit without contacts, of the societies if no channel is named; its row id."""
    with house.write(OPENED) as work:
        return add_unit(work, name, channels=channels or ("societies",))


def draft(work: Work, unit_id: int, title: str, *, track: str = "inventions/water") -> str:
    """A draft with everything it needs; its id."""
    return add_draft(work, unit_id, title, track=track, materials=["application", "letter"])


def states(house: House) -> dict[str, str]:
    """Where every nomination stands, by title."""
    with house.read() as work:
        return dict(work.connection.execute(select(col(Nomination.title), col(Nomination.state))).all())


def row_id(work: Work, nomination: str) -> int:
    """The row behind a public id."""
    query = select(col(Nomination.id)).where(col(Nomination.public_id) == nomination)
    return int(work.connection.execute(query).scalar_one() or 0)


def events(work: Work, *verbs: str) -> list[tuple[str, str | None, str | None]]:
    """The history, in order: verb, from, to; of some verbs or of all."""
    query = select(col(Event.verb), col(Event.from_state), col(Event.to_state)).order_by(col(Event.id))
    return [(row[0], row[1], row[2]) for row in work.connection.execute(query) if not verbs or row[0] in verbs]


def faults(house: House) -> tuple[str, ...]:
    """What the proof finds wrong; nothing, it is hoped."""
    with house.office.read(house.campaign, ENGINE, at=DURING) as work:
        return verify(work).faults
