"""The library's own tables: made when a worker or a desk begins, and brought up to what the installed library knows.

The library writes nowhere down of which version its tables are. So a comment on one of them does, with the name of the
last of its files of changes. They stand beside ours and are none of ours: no backup needs them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from procrastinate.schema import SchemaManager
from sqlalchemy import Connection, text

from engine.database import Database
from workflows.reasons import Reason, Refused

LOCK = (20231130, 2)  # beside that of `engine.schema`
SAYS = "bangdan: procrastinate "
_FOUND = text(
    "SELECT to_regclass('procrastinate_jobs'), obj_description(to_regclass('procrastinate_jobs'), 'pg_class')"
)


def bring_up(database: Database) -> None:
    """Make or upgrade them; any number of processes may do it at once.

    Raises Refused: WRK-03 when a newer version made them, WRK-04 when somebody else did.
    """
    known = changes()
    if _version(database) == known[-1].name:
        return
    with database.write() as lock:
        lock.execute(text("SELECT pg_advisory_xact_lock(:space, :key)"), {"space": LOCK[0], "key": LOCK[1]})
        found = _version(database)  # again, under the lock: another process may have been faster
        if found is None:
            _run(database, SchemaManager.get_schema(), known[-1].name)
        else:
            for change in known[_place(found, known) + 1 :]:
                _run(database, change.read_text(encoding="utf-8"), change.name)


def changes() -> list[Path]:
    """The library's files of changes, in their order."""
    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))


def _version(database: Database) -> str | None:
    """The last change that was made; None where the tables are not there. Raises Refused (WRK-04)."""
    with database.read() as connection:
        there, said = connection.execute(_FOUND).one()
    if there is None:
        return None
    if not str(said).startswith(SAYS):
        raise Refused(STRANGERS)
    return str(said).removeprefix(SAYS)


def _place(found: str, known: list[Path]) -> int:
    names = [each.name for each in known]
    if found not in names:
        raise Refused(_newer(found, names[-1]))
    return names.index(found)


def _run(database: Database, script: str, version: str) -> None:
    """One file and the note of it, together: the library's files hold several statements."""
    with database.write() as connection:
        _driver(connection).execute(script)
        connection.exec_driver_sql(f"COMMENT ON TABLE procrastinate_jobs IS '{SAYS}{version}'")


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _newer(found: str, known: str) -> Reason:
    return Reason(
        code="WRK-03",
        zh=f"任务表的版本为 {found[:60]!r}，比本机认识的 {known!r} 更新；请在本机升级 bangdan[fleet]，数据未作改动",
        en=f"the job tables are at {found[:60]!r}, newer than {known!r}, the last that the library here knows; "
        "upgrade bangdan[fleet] on this machine; nothing was changed",
    )


STRANGERS = Reason(
    code="WRK-04",
    zh="数据库里已有 procrastinate 的任务表，但不是本程序建立的；请换一个数据库，或由建立者移走这些表，数据未作改动",
    en="the database has tables of procrastinate that this program did not make; use another database, or let whoever "
    "made them move them away; nothing was changed",
)
