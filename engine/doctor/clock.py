"""The clock. Every deadline is compared with it, and no program can tell by itself that it is right.

What can be told: whether it agrees with the database server and with the disk, whether it jumped while we looked or
since the house trusted it, whether something in the history lies in its future, and whether the system says that it
keeps it set.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, text
from sqlmodel import col

from engine.clock import Clock
from engine.clock import boot as this_boot
from engine.database import Database
from engine.doctor.finding import Finding, error, ok, unknown, warning
from engine.tables import Event
from engine.timekeeping import baseline
from engine.timekeeping.watch import Watch

MOST_OFF = timedelta(seconds=2)
KEPT = Path("/run/systemd/timesync/synchronized")
SET_IT = ("请启用时间同步（如 chrony、systemd-timesyncd）", "keep it set: chrony or systemd-timesyncd")


def clock(told: Database, now: Clock, *, jump: timedelta, open_: bool) -> Iterator[Finding]:
    """Everything about the clock; `jump` is by how much it differs from a stopwatch since we began to look."""
    if abs(jump) > MOST_OFF:
        yield warning(
            "DOC-10",
            f"检查期间时钟跳变了{jump.total_seconds():.1f}秒",
            f"the clock jumped by {jump.total_seconds():.1f} seconds while we looked",
            *SET_IT,
        )
    for against, against_en, other in _others(told, open_=open_):
        before = now()
        there = other()
        off = max(there - now(), before - there, timedelta())  # within our two readings it agrees
        if off > MOST_OFF:
            yield error(
                "DOC-10",
                f"本机时钟与{against}相差{off.total_seconds():.1f}秒",
                f"the clock is {off.total_seconds():.1f} seconds off {against_en}",
                *SET_IT,
            )
        else:
            yield ok("DOC-10", f"本机时钟与{against}一致", f"the clock agrees with {against_en}")
    if open_:
        yield from _in_doubt(told)
        yield from _future(told, now())
    yield _kept(now())


def _others(told: Database, *, open_: bool) -> Iterator[tuple[str, str, Callable[[], datetime]]]:
    if not told.sqlite and open_:
        yield "数据库服务器", "the database server's", lambda: _of_server(told)
    yield "文件系统", "the file system's", _of_disk


def _of_server(told: Database) -> datetime:
    with told.read() as connection:
        at: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return at


def _of_disk() -> datetime:
    with tempfile.NamedTemporaryFile() as made:
        return datetime.fromtimestamp(Path(made.name).stat().st_mtime, UTC)


def _in_doubt(told: Database) -> Iterator[Finding]:
    """By how much it has jumped since the house trusted it, as an engine or a desk on this machine would find."""
    boot = this_boot()
    if boot is None:
        yield _unwatched()
        return
    with told.read() as connection:
        row = baseline.found(connection, boot)
    doubt = Watch(boot=row.boot, ahead=row.ahead).doubt() if row is not None else None
    if doubt is not None:
        yield error(
            "DOC-10",
            f"时钟存疑：跳变了{doubt.step.total_seconds():.1f}秒，到期事项已暂停",
            f"the clock is in doubt: it jumped by {doubt.step.total_seconds():.1f} seconds, and what is due is held",
            "请校正系统时间；若系统时间正确：bangdan clock confirm --reason 理由",
            "set it right; if it is right: bangdan clock confirm --reason WHY",
        )


def _unwatched() -> Finding:
    return warning(
        "DOC-10",
        "系统不提供本次启动的编号，时钟跳变无从察觉",
        "the system does not say which start of the machine this is, so a clock that jumps is not noticed",
        "使 /proc/sys/kernel/random/boot_id 可读；在其他系统上请务必保持校时",
        "let /proc/sys/kernel/random/boot_id be readable; on other systems take care that the time is kept",
    )


def _future(told: Database, at: datetime) -> Iterator[Finding]:
    """What was written down in the future was written by a clock that was wrong, or ours is."""
    with told.read() as connection:
        latest = connection.execute(select(func.max(col(Event.at)))).scalar()
    if latest is not None and latest > at + MOST_OFF:
        ahead = latest - at
        yield error(
            "DOC-10",
            f"历史中有比现在晚{ahead}的记录：时钟被拨慢，或当时偏快",
            f"the history has an event {ahead} from now: this clock is slow, or that one was fast",
            *SET_IT,
        )


def _kept(at: datetime) -> Finding:
    now = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    if KEPT.exists():
        return ok("DOC-10", f"系统报告时间已同步（{now}）", f"the system says that it keeps the time set ({now})")
    return unknown(
        "DOC-10",
        f"不能确认时间是否准确：本机未报告时间同步；现在为 {now}",
        f"nobody here can tell whether the time is right; the clock says {now}",
        *SET_IT,
    )
