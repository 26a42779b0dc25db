"""Proving a database that anything may have happened to: every damage is a fault with words, and none is an error.

`engine.audit` asks whether the history stands; here it is asked of a file whose bytes somebody may have changed, so
what can't be opened, read or parsed is an answer too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from engine import append_only, versions
from engine.access import ENGINE
from engine.audit import GENESIS, Verdict, verify
from engine.office import Office
from engine.tables import Campaign
from workflows.reasons import BangdanError

# What reading can raise where a value is not what was stored: no text, no JSON, no instant, no state that there is.
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, BangdanError)
OF_DAMAGE = ("malformed", "not a database", "decode", "corrupt")  # in SQLite's words; else the database is away


def prove(office: Office, campaign: str, *, at: datetime, kept: Iterable[str] = ()) -> Verdict:
    """Whether the file is whole, and `audit.verify`. Raises DBAPIError where the database can't be reached."""
    try:
        with office.database.read() as connection:
            faults = (*damages(connection), *_another_file(connection, campaign))
        if faults:
            return _nothing(*faults)
        with office.read(campaign, ENGINE, at=at) as work:
            found = verify(work, kept=kept)
            return replace(found, faults=(*_unprotected(work.connection), *found.faults))
    except UNREADABLE as error:
        return _nothing(_unreadable(error))
    except DBAPIError as error:
        if not any(word in str(error.orig) for word in OF_DAMAGE):
            raise
        return _nothing(_damaged(str(error.orig)))


def damages(connection: Connection) -> Iterator[str]:
    """What SQLite finds wrong with its file: pages, indexes, rows that others point to."""
    if connection.dialect.name != "sqlite":
        return
    for told in connection.exec_driver_sql("PRAGMA integrity_check(5)").scalars():
        if told != "ok":
            yield _damaged(str(told))
    for row in connection.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(5):
        yield _damaged(f"{row[0]} {row[1]} -> {row[2]}")


def _another_file(connection: Connection, campaign: str) -> Iterator[str]:
    """The campaign's file is asked first: by another one nothing else could be read rightly."""
    found = connection.execute(select(Campaign).where(col(Campaign.key) == campaign)).first()
    if found is not None and versions.digest_of(found.source) != found.digest:
        yield "活动文件与其摘要不符，已被改动 / the campaign's file has another digest than was kept: it was changed"


def _unprotected(connection: Connection) -> Iterator[str]:
    if tables := append_only.unprotected(connection):
        yield (f"防改触发器被撤除或改动：{'、'.join(tables)} / "
               f"what refuses to change the history was taken away from: {', '.join(tables)}")  # fmt: skip


def _damaged(words: str) -> str:
    return (f"数据库文件已损坏（{words[:120]}），请停止运行，用 bangdan restore 恢复最近的备份 / "
            "the database file is damaged; stop, and restore the last backup")  # fmt: skip


def _unreadable(error: Exception) -> str:
    return (f"数据库中有内容无法读取，已被改动或损坏（{type(error).__name__}） / "
            f"something stored can't be read: it was changed or damaged ({type(error).__name__})")  # fmt: skip


def _nothing(*faults: str) -> Verdict:
    return Verdict(events=0, sealed=0, seals=0, head=GENESIS, faults=faults)
