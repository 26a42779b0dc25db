"""Brings a database to the tables this code knows: makes them, or upgrades those an earlier version made.

Nothing here goes back: to return to an earlier version, restore the backup made before. The revisions lie in
`migrations/versions`, one line of numbered files; the database remembers the number of the last one it has.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlmodel import SQLModel

import engine.accounts.tables
import engine.circulars.tables
import engine.closing_parts
import engine.exports.tables
import engine.feeds.tables
import engine.organisers.tables
import engine.personal.tables
import engine.proposals.tables
import engine.relocation.tables
import engine.searching.tables
import engine.tables
import engine.timekeeping.tables
import engine.uploads.tables
import engine.webhooks.tables  # noqa: F401 - imported to fill the metadata, as are the others
import notifications.pacing
import notifications.stops
import notifications.tables  # noqa: F401 - the same
from engine.database import Database
from engine.relocation import standing
from workflows.reasons import Reason, Refused

if TYPE_CHECKING:
    from alembic.config import Config

METADATA = SQLModel.metadata
MIGRATIONS = Path(__file__).parent / "migrations"
LOCK = (20231130, 1)  # PostgreSQL: the two-number locks are a space of their own, apart from the campaigns' locks

_alembic_is_one_per_process = threading.Lock()


def bring_up(database: Database, *, mover: bool = False) -> None:
    """Make or upgrade the tables; does nothing to a database that is up to date (three small reads).

    All or nothing, and any number of processes may do it at once. Raises Refused: SCH-01 when a newer version made the
    database, SCH-02 when there are tables of these names that no version of ours made, SCH-03 when it can't be opened,
    MOV-02 and MOV-03 when it was moved away or is being moved to, unless the `mover` itself opens it.
    """
    known = revisions()
    try:
        with database.read() as connection:
            found = revision(connection)
            if known and found == known[-1]:
                if not mover:
                    standing.may_open(connection)
                return
        with _alembic_is_one_per_process, database.reshape() as connection:
            _upgrade(connection, known)
    except DatabaseError as error:
        if type(error) not in (OperationalError, DatabaseError):
            raise  # not about reaching the database: a defect of ours
        raise Refused(cannot_open(database, error)) from error


def revisions() -> list[str]:
    """The numbers of all revisions, oldest first."""
    return sorted(path.name[:4] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def alembic(connection: Connection) -> Config:
    """Alembic's configuration for one open transaction; there is no alembic.ini."""
    # Here and not above: Alembic takes 100 ms to import, and a database that is up to date does without.
    from alembic.config import Config  # noqa: PLC0415

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _upgrade(connection: Connection, known: list[str]) -> None:
    # The same reason.
    from alembic import command  # noqa: PLC0415

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:space, :key)"), {"space": LOCK[0], "key": LOCK[1]})
    found = revision(connection)  # again, under the lock: another process may have been faster
    if found is not None and found not in known:
        raise Refused(_newer(found, known))
    standing.may_upgrade(connection)
    if found is None and (strangers := _strangers(connection)):
        raise Refused(_not_ours(strangers))
    command.upgrade(alembic(connection), "head")
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise RuntimeError("a migration left rows that point to nothing")  # rolls everything back


def revision(connection: Connection) -> str | None:
    """The last revision this database has, None for a database without tables of ours."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _newer(found: str, known: list[str]) -> Reason:
    return Reason(
        code="SCH-01",
        zh=f"数据库的结构版本为 {found[:60]!r}，比本程序认识的 {known[-1]} 更新；请升级程序，数据未作改动",
        en=f"the database is at revision {found[:60]!r}, newer than {known[-1]}, the last this program knows; "
        "upgrade the program; nothing was changed",
        facts={"found": found, "known": known[-1]},
    )


def _strangers(connection: Connection) -> list[str]:
    return sorted(METADATA.tables.keys() & inspect(connection).get_table_names())


def _not_ours(names: list[str]) -> Reason:
    listed = ", ".join(names[:5]) + ("…" if names[5:] else "")
    return Reason(
        code="SCH-02",
        zh=f"数据库里已有同名的表（{listed}），不是本程序建立的；请换一个数据库，数据未作改动",
        en=f"the database has tables of our names ({listed}) that this program did not make; "
        "use another database; nothing was changed",
    )


def cannot_open(database: Database, error: DatabaseError) -> Reason:
    """It is not there, or not ours to open, in the driver's words."""
    where, words = database.url.render_as_string(hide_password=True), str(error.orig).strip()[:200]
    return Reason(
        code="SCH-03", zh=f"无法打开数据库 {where}：{words}", en=f"the database {where} can't be opened: {words}"
    )
