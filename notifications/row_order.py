"""One order in which transactions take rows of letters, so that none waits for another that waits for it.

Whoever changes several letters takes them here first. A statement alone takes its rows in whatever order its plan finds
them, and two of them would end with one being thrown out by PostgreSQL. SQLite has one writer.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, func, select

from notifications.clauses import Among
from notifications.prepared import Prepared
from notifications.tables import LETTER


def take(conn: Connection, which: ColumnElement[bool]) -> None:
    """Wait for these letters, in the order of their ids, and hold them until the transaction ends."""
    if conn.dialect.name == "postgresql":
        rows = select(LETTER.c.id).where(which).order_by(LETTER.c.id).with_for_update().subquery()
        conn.execute(select(func.count()).select_from(rows))


def take_ids(conn: Connection, ids: Collection[int]) -> None:
    """The same for letters by their row ids."""
    if ids and conn.dialect.name == "postgresql":
        _TAKE.ask(conn, {"ids": ids})


# Built once: this is asked before every dot.
_TAKE = Prepared(
    select(func.count()).select_from(
        select(LETTER.c.id).where(Among(LETTER.c.id, "ids")).order_by(LETTER.c.id).with_for_update().subquery()
    )
)
