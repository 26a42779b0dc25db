"""The same rehearsal once more on a PostgreSQL database, in this process or by several workers, and what differs."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from sqlalchemy import inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from bangdan import wiring
from bangdan.cli.campaign_file import CampaignFile
from bangdan.rehearsing import Progress, alone, words
from engine.database import Database
from engine.fleet.installed import must_be_there
from engine.office import Office
from engine.rehearsal.comparing import Difference, compared, counted
from engine.rehearsal.crew import Hire
from engine.rehearsal.play import Size, rehearse
from engine.rosters.importing import Upload
from engine.schema import bring_up
from workflows.definition import Definition
from workflows.reasons import Reason, Refused


@dataclass(frozen=True, kw_only=True)
class Compared:
    """What the second performance came to: the rows that were compared, by table, and those that differ."""

    rows: dict[str, int]
    differences: tuple[Difference, ...]


def stage(place: str) -> Office:
    """An office on the PostgreSQL database at that address, which must hold nothing. Raises Refused (RHS, SCH)."""
    database = Database(_address(place), durable=False)
    try:
        with database.read() as connection:
            there = inspect(connection).get_table_names()
    except Exception:
        database.dispose()
        raise
    if there:
        database.dispose()
        raise Refused(_holds(len(there)))
    bring_up(database)
    return Office(database=database, workdays=wiring.workdays(wiring.settings()))


def perform_again(
    first: Database, opened: Office, file: CampaignFile, definition: Definition, *, size: Size, workers: int,
    progress: Progress, roster: Upload | None = None,
) -> Compared:  # fmt: skip
    """Play the campaign in `opened` as it was played in `first`, with so many workers or none, and compare."""
    with _crew(opened, definition, workers) as crew:
        rehearse(opened, file.text, name=file.name, words=words(), size=size, crew=crew, progress=progress,
                 roster=roster)  # fmt: skip
    return Compared(rows=counted(first), differences=compared(first, opened.database))


def _crew(opened: Office, definition: Definition, workers: int) -> AbstractContextManager[Hire]:
    """So many workers; this process alone where there are none. Raises Refused (FLT-02)."""
    if not workers:
        return nullcontext(alone(opened, definition))
    must_be_there(opened.database)
    # Here and not above: where no worker is wanted, what the fleet needs may not be installed.
    from bangdan.company import company

    return company(opened, definition, workers)


def _address(place: str) -> str:
    """Raises Refused (RHS-02)."""
    try:
        url = make_url(place)
    except (ArgumentError, ValueError) as error:
        raise Refused(NO_ADDRESS) from error
    if url.get_backend_name() != "postgresql":
        raise Refused(NO_ADDRESS)
    return place


NO_ADDRESS = Reason(
    code="RHS-02",
    zh="--database 须为 PostgreSQL 数据库地址，如 postgresql://用户:密码@主机/库名；SQLite 上的彩排总是先做，用作对照",
    en="--database takes the address of a PostgreSQL database, as postgresql://user:password@host/name; "
    "on SQLite it is rehearsed in any case, to compare with",
)


def _holds(number: int) -> Reason:
    return Reason(
        code="RHS-03",
        zh=f"彩排需要空数据库，而这个数据库里已有{number}张表；请另建一个（createdb 库名），数据未作改动",
        en=f"a rehearsal needs an empty database, and this one has {number} tables; make another (createdb NAME); "
        "nothing was changed",
    )
