"""What stops a move on its way, in words that say how it goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from workflows.reasons import Reason, Refused

NO_ROOM = ("53100", "53200")  # the server's disk, its memory
LOST = ("08", "57")  # classes of states: the connection, and a server that stops


@contextmanager
def told_as_ours() -> Iterator[None]:
    """What the target fails with becomes a refusal; what the source fails with is the system's, as everywhere."""
    try:
        yield
    except DBAPIError as error:
        if not type(error.orig).__module__.startswith("psycopg"):
            raise
        raise Refused(_why(error)) from error


def _why(error: DBAPIError) -> Reason:
    state = str(getattr(error.orig, "sqlstate", None) or "")
    words = " ".join(str(error.orig).split())[:200]
    if state in NO_ROOM:
        return _no_room(words)
    if not state or state[:2] in LOST:
        return _cut_off(words)
    return _not_taken(words)


def _no_room(words: str) -> Reason:
    return Reason(
        code="MOV-20",
        zh=f"目标服务器空间不足（{words}）；腾出空间后再次执行同一命令，会接着进行",
        en=f"the target has no room left ({words}); make some and say the same again: it goes on from there",
    )


def _cut_off(words: str) -> Reason:
    return Reason(
        code="MOV-21",
        zh=f"与目标库的连接中断（{words}）；原系统暂停办理。恢复后再次执行同一命令，会接着进行；"
        "要先恢复办理，请执行 bangdan migrate-to --abandon",
        en=f"the line to the target was cut off ({words}); the old house accepts nothing meanwhile. Say the same again "
        "and it goes on; to open the old house first: `bangdan migrate-to --abandon`",
    )


def _not_taken(words: str) -> Reason:
    return Reason(
        code="MOV-22",
        zh=f"目标库不接受（{words}）；原系统未改动。请 bangdan migrate-to --abandon 恢复办理，并把这段话交给开发者",
        en=f"the target does not take it ({words}); nothing of the old house was changed. Free it by "
        "`bangdan migrate-to --abandon`, and tell the developers these words",
    )
