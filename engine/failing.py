"""How a database fails, and in which words that is told: as one of its own failings, and never as a refusal.

What the driver is asked past SQLAlchemy, and a page that the disk does not give, are brought into the same classes, so
that every door knows them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.exc import DatabaseError, InterfaceError, InternalError, OperationalError

from workflows.reasons import Reason

FAILING = (OperationalError, InterfaceError, InternalError)  # the database's own failures, and nothing that it refuses

UNKNOWN = Reason(
    code="SYS-02",
    zh="数据库在保存时中断，不知是否已经保存；请再提交一次，不会重复办理",
    en="the database failed while it was storing, outcome unknown; press again: it will not be doubled",
)


def taken(seconds: float) -> Reason:
    """The write lock was not to be had for so long."""
    return Reason(
        code="SYS-01",
        zh=f"数据库正被其他程序或操作占用，等了{seconds:g}秒仍不能写入，本次内容没有保存；请稍后再试",
        en=f"the database was in use by others for {seconds:g} seconds, NOT stored; try again later",
    )


@contextmanager
def alike(connection: Connection) -> Iterator[None]:
    """What the driver is asked directly fails as everything else does."""
    library: Any = connection.dialect.loaded_dbapi
    try:
        yield
    except library.DatabaseError as error:
        raise OperationalError(None, None, error) from error


def unreadable(context: ExceptionContext) -> BaseException | None:
    """A listener of errors: a page that can't be read comes as a bare DatabaseError, the base of refusals too."""
    if type(context.sqlalchemy_exception) is DatabaseError:
        return OperationalError(context.statement, None, context.original_exception)
    return None
