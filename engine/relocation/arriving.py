"""The house that is moved to: empty or half filled by the same move, filled by one mover at a time, then opened."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, insert, inspect, select, text, update
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError
from sqlmodel import col

from engine import schema
from engine.access import Actor
from engine.accounts.tables import Account
from engine.database import Database
from engine.muting import unmute_in
from engine.office import Office
from engine.relocation.holding import hold_arriving, let_fill, let_go
from engine.relocation.rows import moved_tables
from engine.relocation.standing import MOVED, Move
from engine.relocation.tables import Relocation
from engine.settings import POSTGRESQL
from engine.tables import Campaign
from notifications import muting
from workflows.reasons import Reason, Refused

R = Relocation
LOCK = (20231204, 1)  # PostgreSQL: a space of two-number locks beside those of `engine.database`
PATIENCE, TAKEN = "5s", "55P03"  # how long it is waited for the lock, and what the server says then


def place_of(url: URL) -> str:
    """The address without its password, as it may be shown and kept."""
    shown = url.set(drivername="postgresql", password=None).difference_update_query(["password"])
    return shown.render_as_string(hide_password=False)


def target_at(address: str) -> Database:
    """The database that is moved to. Raises Refused (MOV-10): it is no PostgreSQL."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise Refused(_not_postgresql()) from None
    if url.drivername not in POSTGRESQL:
        raise Refused(_not_postgresql())
    return Database(url)


@contextmanager
def alone(target: Database) -> Iterator[Connection]:
    """The one session that may fill the house. Raises Refused: SCH-03 (out of reach), MOV-13, MOV-14."""
    try:
        # The driver begins transactions by itself here. `Database` would come back where the line was lost, without
        # the lock.
        connection = target.engine.connect().execution_options(isolation_level="READ COMMITTED")
    except (OperationalError, DatabaseError) as error:
        raise Refused(schema.cannot_open(target, error)) from error
    connection.detach()  # nobody else may have it afterwards: the lock, and the right to fill, are the session's
    with connection:
        with connection.begin():
            _fit(connection)
        _lock(connection)
        yield connection


def _lock(connection: Connection) -> None:
    """Be the only mover. One that has just been killed is waited for: the server takes a moment to notice."""
    try:
        with connection.begin():
            connection.execute(text("SELECT set_config('lock_timeout', :patience, true)"), {"patience": PATIENCE})
            connection.execute(text("SELECT pg_advisory_lock(:space, :key)"), {"space": LOCK[0], "key": LOCK[1]})
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != TAKEN:
            raise
        raise Refused(_another_mover()) from error


def known_there(connection: Connection, tokens: set[str]) -> str | None:
    """The token of the move that filled the target so far, one of `tokens`; None where nobody lives.

    Raises Refused (MOV-12): somebody else's rows are there.
    """
    with connection.begin():
        names = set(inspect(connection).get_table_names())
        arrived = select(col(R.token), col(R.outcome)).where(col(R.arriving))
        found = connection.execute(arrived).first() if R.__tablename__ in names else None
        if found is not None and found.token in tokens:
            return str(found.token)
        if found is not None and not found.outcome:
            raise Refused(_another_house())
        if found is not None or (_ours(names) and _inhabited(connection)):
            raise Refused(_not_empty())
    return None


def prepare(target: Database, connection: Connection, move: Move, *, there: str | None, at: datetime) -> None:
    """Make the house, or go on with it: `there` is the token of what it holds. Raises Refused: SCH-01, SCH-02."""
    if there != move.token:
        with connection.begin():
            _clear(connection)
    schema.bring_up(target, mover=True)
    with connection.begin():
        let_fill(connection, move.token)
        if there != move.token:
            values = {"token": move.token, "arriving": True, "place": move.place, "actor": move.actor, "begun_at": at,
                      "outcome": ""}  # fmt: skip
            connection.execute(insert(R), values)
            hold_arriving(connection, moved_tables(), move.token)


def _ours(names: set[str]) -> bool:
    return {*schema.METADATA.tables, "alembic_version"} <= names


def _inhabited(connection: Connection) -> bool:
    """A house that was only looked at has its tables, and neither a campaign nor anybody who may come in."""
    asked = (select(col(Campaign.id)).limit(1), select(col(Account.id)).limit(1))
    return any(connection.execute(each).first() is not None for each in asked)


def _clear(connection: Connection) -> None:
    """Take away the tables of a move that was given up, or of a house that was only looked at.

    Tables of our names that are not all of ours are somebody else's, and `schema` refuses them.
    """
    if _ours(set(inspect(connection).get_table_names())):
        let_go(connection)
        schema.METADATA.drop_all(connection)
        connection.execute(text("DROP TABLE alembic_version"))


def settle(connection: Connection) -> None:
    """Let the database learn what it holds, or its first days would be slow."""
    with connection.begin():
        for table in moved_tables():
            connection.exec_driver_sql(f"ANALYZE {connection.dialect.identifier_preparer.format_table(table)}")


def open_up(office: Office, connection: Connection, move: Move, actor: Actor, *, at: datetime) -> int | None:
    """The house is the real one from the end of this transaction on; once. Returns how many letters are due in it.

    None: it is muted, as the house that was left had been before the move.
    """
    with connection.begin():
        arrived = update(R).where(col(R.token) == move.token, col(R.outcome) == "")
        if not connection.execute(arrived.values(outcome=MOVED, ended_at=at)).rowcount:
            return None
        let_go(connection)
        mute = muting.in_force(connection)
        if mute is None or mute.since != move.muted_at:
            return None
        return unmute_in(office, connection, actor, at=at, waiting="send")


def _fit(connection: Connection) -> None:
    encoding = str(connection.exec_driver_sql("SHOW server_encoding").scalar())
    if encoding != "UTF8":
        raise Refused(
            Reason(
                code="MOV-14",
                zh=f"目标库的字符编码为 {encoding}，须为 UTF8；请重建：CREATE DATABASE … ENCODING 'UTF8'",
                en=f"the target's encoding is {encoding} and must be UTF8; make it anew: "
                "CREATE DATABASE … ENCODING 'UTF8'",
            )
        )


def _not_postgresql() -> Reason:
    return Reason(
        code="MOV-10",
        zh="只能由 SQLite 迁到 PostgreSQL；请给出目标地址，例如 postgresql://用户:密码@主机/库名",
        en="a house is moved from SQLite to PostgreSQL; name the target, e.g. postgresql://user:password@host/name",
    )


def _not_empty() -> Reason:
    return Reason(
        code="MOV-12",
        zh="目标库里已有活动或账号，不会覆盖；请换一个空的数据库，原系统未作改动",
        en="the target holds a campaign or an account already and is never overwritten; name an empty database; "
        "nothing was changed",
    )


def _another_house() -> Reason:
    return Reason(
        code="MOV-12",
        zh="目标库里是另一系统未完成的迁移；请换一个空的数据库，或到那个系统上完成它",
        en="the target is half filled by the move of another house; name an empty database, or finish that move there",
    )


def _another_mover() -> Reason:
    return Reason(
        code="MOV-13",
        zh="另一个 bangdan migrate-to 正在向此目标库迁移；若它刚被中断，请一分钟后再试",
        en="another `bangdan migrate-to` is filling this target; if it has just been cut off, try again in a minute",
    )
