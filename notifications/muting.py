"""A house that lets no letter out: a copy that was restored from a backup, until a person says that it is the real one.

`notifications.claims` asks here whenever letters are claimed and whenever a dot is to be sent, so nothing that sends
can get around it. Whatever else speaks to the world (a webhook) asks `must_speak` too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, and_, bindparam, insert, select, update

from notifications.doors import Stop
from notifications.row_order import take
from notifications.tables import LETTER, MUTE, READY, gone

MUTED = select(MUTE.c.id).where(MUTE.c.lifted_at.is_(None)).exists()

Waiting = Literal["park", "send", "drop"]
"""What becomes of letters that are due when a house may speak again: a person decides about each, they go out now,
or they never do."""

LOOK_AGAIN = timedelta(minutes=1)  # whether it may speak again
LEFT_TO_A_PERSON = "静音期间到期，原系统可能已发，请核实 / due while muted; the original house may have sent it"
DROPPED = "静音期间到期，不再发出 / due while muted; not sent any more"


@dataclass(frozen=True, kw_only=True, slots=True)
class Mute:
    """Since when a house is muted, why, and by whom."""

    since: datetime
    reason: str
    actor: str


class Muted(Exception):
    """This house lets nothing out. Remedy: `bangdan unmute`, if it is the real one."""

    def __init__(self, mute: Mute) -> None:
        self.mute = mute
        self.stop = Stop(
            kind="muted", alarm=False, wait=LOOK_AGAIN,
            zh=f"已静音，不发任何邮件（{mute.reason}）；确认这是正式系统后执行 bangdan unmute",
            en=f"muted, no letter leaves ({mute.reason}); if this is the real house: bangdan unmute",
        )  # fmt: skip
        super().__init__(self.stop.en)


def in_force(conn: Connection) -> Mute | None:
    """Whether and why this house is muted."""
    row = conn.execute(_IN_FORCE).first()
    return Mute(since=row.since, reason=row.reason, actor=row.actor) if row else None


def must_speak(conn: Connection) -> None:
    """Raises Muted in a house that lets nothing out."""
    if (mute := in_force(conn)) is not None:
        raise Muted(mute)


def mute(conn: Connection, *, at: datetime, reason: str, actor: str) -> bool:
    """From now on nothing leaves. Says whether that is new."""
    if in_force(conn) is not None:
        return False
    conn.execute(insert(MUTE), {"since": at, "reason": reason, "actor": actor, "lifted_by": ""})
    return True


def unmute(conn: Connection, *, at: datetime, actor: str, waiting: Waiting) -> int:
    """Letters may leave again; what is due by now is parked, sent or dropped. Returns how many those are."""
    due = waiting_letters(conn, at=at)
    if waiting != "send":
        take(conn, and_(LETTER.c.state == READY, LETTER.c.next_attempt_at <= at))
        conn.execute(_SETTLE[waiting], {"at": at})
    conn.execute(_LIFT, {"when": at, "who": actor})
    return due


def waiting_letters(conn: Connection, *, at: datetime) -> int:
    """How many letters are due by now."""
    return len(conn.execute(_DUE, {"at": at}).all())


_IN_FORCE = select(MUTE.c.since, MUTE.c.reason, MUTE.c.actor).where(MUTE.c.lifted_at.is_(None))
_LIFT = update(MUTE).where(MUTE.c.lifted_at.is_(None)).values(lifted_at=bindparam("when"), lifted_by=bindparam("who"))
_IS_DUE = (LETTER.c.state == READY, LETTER.c.next_attempt_at <= bindparam("at"))
_DUE = select(LETTER.c.id).where(*_IS_DUE)
_SETTLE = {
    "park": update(LETTER).where(*_IS_DUE).values(state="parked", last_answer=LEFT_TO_A_PERSON),
    "drop": update(LETTER).where(*_IS_DUE).values(state=gone("cancelled"), cancelled_reason=DROPPED),
}
