"""Why no letter leaves just now, written down by the sender for whoever looks: pages, commands, metrics, other senders.

One row for the house: a round that could not go on writes it, one in which the door took letters again removes it. Of
several senders one may be cut off while the others go on. Then letters leave, and the row is kept but not in force: it
is again when nobody has passed for ten minutes, or when the last who passed stands still too. A muted house says so
itself (`notifications.muting`) and is not written down here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from sqlalchemy import Connection, Row, Table, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Field, SQLModel

from notifications.doors import Stop
from notifications.tables import LETTER, READY

THE_ROW = 1
LONG = timedelta(hours=1)  # what mends itself has done so by then
BELIEVED = timedelta(minutes=10)  # for so long whoever took letters is believed to go on

TODO: Mapping[str, tuple[str, str]] = {
    "unreachable": ("核对服务器名、端口和防火墙", "check host, port and firewall"),
    "tls": ("核对加密方式（BANGDAN_SMTP_TLS）和服务器证书", "check BANGDAN_SMTP_TLS and the server's certificate"),
    "login": (
        "核对登录名和密码（多数服务商要求专用授权码）",
        "check name and password; many providers want an app password",
    ),
    "sender": (
        "核对发件地址和退信地址（BANGDAN_MAIL_FROM、BANGDAN_MAIL_ENVELOPE）",
        "check BANGDAN_MAIL_FROM and BANGDAN_MAIL_ENVELOPE",
    ),
    "busy": (
        "系统会自动再试；一直如此则联系邮件服务商",
        "it is tried again by itself; if it stays so, ask the provider",
    ),
    "refused": (
        "向邮件服务商问明为何拒绝本机，并核对服务器名、端口和加密方式（BANGDAN_SMTP_TLS）",
        "ask the provider why it turns this machine away; check host, port and BANGDAN_SMTP_TLS",
    ),
    "folder": ("检查磁盘空间和目录权限", "check the disk and the rights of the folder"),
}
"""What a person does about each kind of stop; a pace needs nobody."""


class PostStop(SQLModel, table=True):
    """Why the last round of the sender `by` could not go on; at most one row. Since then another may have passed."""

    __tablename__ = "post_stop"

    id: int = Field(default=THE_ROW, primary_key=True)
    since: datetime
    at: datetime
    again_at: datetime
    kind: str
    alarm: bool
    zh: str
    en: str
    per_minute: int | None = None
    by: str = ""
    passed_by: str = ""
    passed_at: datetime | None = None


POST_STOP: Table = SQLModel.metadata.tables["post_stop"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Stopped:
    """No letter leaves since `since`; `at` is the last try, `again_at` the next. `per_minute`: it is only the pace."""

    since: datetime
    at: datetime
    again_at: datetime
    kind: str
    alarm: bool
    zh: str
    en: str
    per_minute: int | None

    @property
    def todo(self) -> tuple[str, str]:
        """What a person does about it, in both languages; empty where there is nothing to do."""
        return TODO.get(self.kind, ("", ""))

    def needs_a_person(self, at: datetime) -> bool:
        """Whether time alone will not mend it: it never does, or it has not for long."""
        return self.alarm or (self.per_minute is None and at - self.since >= LONG)

    def out_by(self, waiting: int) -> datetime | None:
        """By when so many waiting letters will have left at this pace, if it is only the pace."""
        if self.per_minute is None or waiting < 1:
            return None
        return self.again_at + timedelta(minutes=ceil(waiting / self.per_minute))


def note(conn: Connection, stop: Stop, *, at: datetime, again_at: datetime, by: str = "") -> bool:
    """Write down that the sender `by` stands still until `again_at`. Says whether that is news: another reason.

    Whoever took letters last goes on being believed, unless it is this one that stands still now.
    """
    before = _noted(conn)
    goes_on = before is not None and (before.per_minute is None) == (stop.per_minute is None)
    passes = before is not None and before.passed_by != by
    row = {
        "id": THE_ROW, "since": before.since if before is not None and goes_on else at, "at": at, "again_at": again_at,
        "kind": stop.kind, "alarm": stop.alarm, "zh": stop.zh, "en": stop.en, "per_minute": stop.per_minute, "by": by,
        "passed_by": before.passed_by if before is not None and passes else "",
        "passed_at": before.passed_at if before is not None and passes else None,
    }  # fmt: skip
    upsert: Any = _INSERT[conn.dialect.name](POST_STOP).values(row)
    conn.execute(upsert.on_conflict_do_update(index_elements=["id"], set_=row))
    return before is None or before.kind != stop.kind


def lift(conn: Connection, *, at: datetime, by: str = "") -> None:
    """The door took letters of the sender `by`: its own stop is over, and that of another is not the house's."""
    conn.execute(_OVER, {"mine": by, "gone": at - BELIEVED})
    conn.execute(_PASSED, {"mine": by, "now": at})


def in_force(conn: Connection) -> Stopped | None:
    """Why the post stands still, None if it does not as far as is known, or if only one of several senders does."""
    row = _noted(conn)
    if row is None:
        return None
    if row.passed_at is None:
        return _stopped(row, since=row.since)
    return _stopped(row, since=max(row.since, row.passed_at)) if row.at - row.passed_at > BELIEVED else None


def _noted(conn: Connection) -> Row[Any] | None:
    return conn.execute(select(POST_STOP)).first()


def _stopped(row: Row[Any], *, since: datetime) -> Stopped:
    return Stopped(**{name: getattr(row, name) for name in _NAMES} | {"since": since})


def due(conn: Connection, *, at: datetime, of: Collection[int]) -> int:
    """How many letters of these campaigns might leave now, whatever keeps them."""
    where = LETTER.c.state == READY, LETTER.c.next_attempt_at <= at, LETTER.c.campaign_id.in_(of)
    return conn.execute(select(func.count()).select_from(LETTER).where(*where)).scalar_one()


_NAMES = tuple(Stopped.__dataclass_fields__)
_OVER = delete(POST_STOP).where(
    or_(
        POST_STOP.c.by == bindparam("mine"),
        POST_STOP.c.per_minute.is_not(None),
        POST_STOP.c.again_at <= bindparam("gone"),  # it would have tried again
    )
)
_PASSED = update(POST_STOP).values(passed_by=bindparam("mine"), passed_at=bindparam("now"))
_INSERT = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}
