"""A campaign with N drafts, made by sets in seconds, the same at every run: what floors and bangdan are measured on.

The campaign and its units are the verbs' and the tables' own; drafts with their history, counters and search keys are
written as the verbs would have, without calling one a million times.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, String, case, cast, func, insert, literal, select
from sqlmodel import col

from bangdan import ROOT
from bench import protocol
from engine import campaigns as opening
from engine import schema
from engine.access import Actor
from engine.database import Database
from engine.history import line
from engine.office import Office, Work
from engine.searching.keeping import nomination_keys, unit_keys
from engine.searching.tables import NominationKey, UnitKey
from engine.sheets.cleaning import match_key
from engine.tables import Contact, Event, Nomination, TrackTally, Unit, UnitChannel, UnitTally
from workflows.nomination import Role

SOURCE = ROOT / "config" / "campaigns" / "kczg-2023.toml"
BEFORE = datetime(2023, 9, 29, 16, tzinfo=UTC)
COLLECTING = datetime(2023, 10, 31, 1, tzinfo=UTC)
AFTER = datetime(2023, 11, 30, 16, 10, tzinfo=UTC)  # ten minutes past the end of the collection
OFFICE = Actor(role=Role.SECRETARIAT, name="测量")
DRAFTS_A_UNIT, LEAST_UNITS = 100, 10
SCATTER = 7_919  # a prime: neighbours belong to different units, as they do when everybody drafts at the same time
MARK = "1234567"  # stands for a draft's number in what is made once and filled in by the database
APPLICANT = "某某科技股份有限公司"
CHANNELS = ("societies", "provinces", "cities")


def make(url: str, *, drafts: int, lines: int = 1, campaigns: int = 1) -> None:
    """So many drafts on an empty database, shared out among so many campaigns; of each so many lines in the history."""
    office = Office(database=Database(url, durable=False))
    schema.bring_up(office.database)
    each = drafts // campaigns
    for number in range(campaigns):
        _campaign(office, number, each if number else drafts - each * (campaigns - 1), lines)
    _settle(office.database)
    office.database.dispose()


def _campaign(office: Office, number: int, drafts: int, lines: int) -> None:
    source = SOURCE.read_text(encoding="utf-8").replace(f'key = "{SOURCE.stem}"', f'key = "bench-{number + 1}"', 1)
    key = opening.open_campaign(office, source, name=SOURCE.name, actor=OFFICE, at=BEFORE)
    with office.write(key, OFFICE, at=BEFORE) as work:
        if work.connection.dialect.name == "sqlite":
            _give_md5(work)
        units = _units(work, max(LEAST_UNITS, drafts // DRAFTS_A_UNIT))
        _drafts(work, drafts, units)
        for _ in range(lines - 1):
            _events(work, "edit", {"changed": "materials"})


def _give_md5(work: Work) -> None:
    raw: Any = work.connection.connection.driver_connection
    raw.create_function("md5", 1, lambda text: hashlib.md5(text.encode()).hexdigest(), deterministic=True)  # noqa: S324


def _units(work: Work, count: int) -> range:
    """So many units, each with somebody to write to; their row ids follow each other."""
    first = _next_id(work, Unit)
    numbers = range(first, first + count)
    common = {"campaign_id": work.campaign_id, "added_at": work.at}
    named = {number: f"测量学会第{number}分会" for number in numbers}
    units = [{**common, "id": number, "public_id": f"unit{number}", "code": f"U{number:06}", "name": name,
              "name_key": match_key(name), "person": False} for number, name in named.items()]  # fmt: skip
    channels = [{"unit_id": number, "channel": CHANNELS[number % len(CHANNELS)]} for number in numbers]
    keys = [{"unit_id": n, "campaign_id": work.campaign_id, **unit_keys(name)} for n, name in named.items()]
    people = [{**common, "public_id": f"contact{n}", "unit_id": n, "name": f"联系人{n}", "phones": "010-12345678",
               "email": f"u{n}@example.org", "email_key": f"u{n}@example.org", "active": True}
              for n in numbers]  # fmt: skip
    for table, rows in ((Unit, units), (UnitChannel, channels), (UnitKey, keys), (Contact, people)):
        work.connection.execute(insert(table), rows)
    return numbers


def _drafts(work: Work, count: int, units: range) -> None:
    first = _next_id(work, Nomination)
    numbers = select(literal(first, BigInteger).label("i")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.i + 1).where(numbers.c.i < first + count - 1))
    i, tracks = numbers.c.i, list(work.definition.tracks)
    chance = func.md5(cast(i, String))
    title = f"关键技术研究与示范应用{MARK}"
    made: dict[str, Any] = {
        "id": i, "campaign_id": work.campaign_id, "public_id": func.substr(chance, 1, 22),
        "unit_id": units[0] + (i * SCATTER) % len(units), "title": _numbered(title, i),
        "track": case(*((i % len(tracks) == at, key) for at, key in enumerate(tracks))),
        "title_key": _numbered(match_key(title), i), "applicant": APPLICANT, "applicant_contact": "某某",
        "applicant_phones": "13800138000", "materials": ["application"], "attributes": {}, "state": "drafted",
        "selected": False, "salt": func.substr(chance, 3, 22), "drafted_at": work.at, "changed_at": work.at,
        "version": 1,
    }  # fmt: skip
    _insert(work, Nomination, made, numbers)
    keys = {name: _numbered(text, col(Nomination.id)) for name, text in nomination_keys(title, APPLICANT).items()}
    about = {"nomination_id": col(Nomination.id), "campaign_id": work.campaign_id, "unit_id": col(Nomination.unit_id)}
    _insert(work, NominationKey, {**about, **keys}, Nomination, _mine(work))
    _events(work, "draft", {"track": tracks[0]})
    _count(work, UnitTally, unit_id=col(Nomination.unit_id))
    _count(work, TrackTally, campaign_id=col(Nomination.campaign_id))
    if work.connection.dialect.name == "postgresql":  # ids were given in so many words
        for table in ("nomination", "unit"):
            last = f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"  # noqa: S608 - ours
            work.connection.exec_driver_sql(last)


def _next_id(work: Work, table: type[Unit] | type[Nomination]) -> int:
    return (work.connection.execute(select(func.max(col(table.id)))).scalar() or 0) + 1


def _numbered(text: str, i: Any) -> Any:
    return func.replace(text, MARK, cast(i, String))


def _events(work: Work, verb: str, details: Mapping[str, Any]) -> None:
    target = "drafted"
    event = line(work, "nomination", 0, verb, source=None, target=target, details=details)
    _insert(work, Event, {**event, "subject_id": col(Nomination.id)}, Nomination, _mine(work))


def _count(work: Work, table: type[UnitTally] | type[TrackTally], **of: Any) -> None:
    group = (*of.values(), col(Nomination.track), col(Nomination.state))
    counts = select(*group, func.count()).where(_mine(work)).group_by(*group)
    work.connection.execute(insert(table).from_select([*of, "track", "state", "n"], counts))


def _mine(work: Work) -> ColumnElement[bool]:
    return col(Nomination.campaign_id) == work.campaign_id


def _insert(
    work: Work, table: Any, values: Mapping[str, Any], source: Any, where: ColumnElement[bool] | None = None
) -> None:  # fmt: skip
    """One row for each of `source`; what is no expression is the same in all of them."""
    columns = table.__table__.c
    picked = [value if hasattr(value, "self_group") else literal(value, type_=columns[name].type)
              for name, value in values.items()]  # fmt: skip
    chosen = select(*picked).select_from(source)
    rows = chosen if where is None else chosen.where(where)
    work.connection.execute(insert(table).from_select(list(values), rows))


def _settle(database: Database) -> None:
    """As a database is that has been in use for a while: nothing left in the log, and its own statistics known."""
    with database.engine.connect() as connection:
        if database.sqlite:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM ANALYZE")


class World:
    """The contender that makes it, so that the benchmark's own process stays small."""

    def make(self, url: str, drafts: int, lines: int, campaigns: int) -> dict[str, Any]:
        """See `make`."""
        make(url, drafts=drafts, lines=lines, campaigns=campaigns)
        return {}


if __name__ == "__main__":
    protocol.serve(World())
