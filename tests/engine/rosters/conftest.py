"""The 2023 campaign, open on a fresh database of each kind, and rosters written as people write them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlmodel import SQLModel, col

from engine.access import Actor
from engine.campaigns import open_campaign
from engine.database import Database
from engine.office import Office, Work
from engine.rosters import Imported, Upload, import_nominations, import_units
from engine.schema import bring_up
from engine.sheets.writing import write_csv
from engine.tables import Nomination
from workflows.nomination import Role

FILE = Path(__file__).parents[3] / "config" / "campaigns" / "kczg-2023.toml"
SECRETARY = Actor(role=Role.SECRETARIAT, name="徐春淼")
OPENED = datetime(2023, 9, 28, 1, 0, tzinfo=UTC)
IN_TIME = datetime(2023, 10, 20, 2, 0, tzinfo=UTC)
CLOSES = datetime(2023, 11, 30, 16, 0, tzinfo=UTC)

UNIT_HEADER = ("单位编号", "推荐单位", "推荐渠道", "联系人", "手机", "邮箱")
NOMINATION_HEADER = ("单位编号", "榜单", "领域", "项目名称", "申报单位", "材料齐全")


@dataclass(frozen=True, kw_only=True)
class House:
    """An office with the campaign open, and shortcuts for what every test here does."""

    office: Office
    key: str

    def write(self, *, at: datetime = IN_TIME, actor: Actor = SECRETARY, alone: bool = False) -> Any:
        return self.office.write(self.key, actor, at=at, alone=alone)

    def count(self, table: type[SQLModel], **values: Any) -> int:
        """How many rows there are with these values."""
        query = select(func.count()).select_from(table)
        for name, value in values.items():
            query = query.where(SQLModel.metadata.tables[str(table.__tablename__)].c[name] == value)
        with self.office.database.read() as connection:
            return int(connection.execute(query).scalar_one())

    def units(self, *rows: Sequence[str], at: datetime = IN_TIME) -> Imported:
        with self.write(at=at) as work:
            return import_units(work, table(UNIT_HEADER, *rows, name="units.csv"))

    def nominations(self, *rows: Sequence[str], submit: bool = False, at: datetime = IN_TIME) -> Imported:
        with self.write(at=at) as work:
            return import_nominations(work, table(NOMINATION_HEADER, *rows), submit=submit)

    def id_of(self, title: str) -> str:
        with self.office.database.read() as connection:
            query = select(col(Nomination.public_id)).where(col(Nomination.title) == title)
            return str(connection.execute(query).scalar_one())


def table(header: Sequence[str], *rows: Sequence[str], name: str = "名单.csv", **options: Any) -> Upload:
    """A file as Excel saves it."""
    return Upload(content=write_csv(rows, header), name=name, **options)


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    database = Database(database_url)
    bring_up(database)
    office = Office(database=database)
    source = FILE.read_text(encoding="utf-8")
    key = open_campaign(office, source, name=FILE.name, actor=SECRETARY, at=OPENED)
    yield House(office=office, key=key)
    database.dispose()


def unit_id(work: Work, code: str) -> int:
    """The row id of a unit."""
    from engine import units

    return int(units.find(work, code).id)
