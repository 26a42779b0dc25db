"""The words in which a public notice (公示) and objections to it (异议) are refused, from plain values."""

from __future__ import annotations

from datetime import datetime, tzinfo

from workflows.instants import show, show_en
from workflows.reasons import Reason


def unsettled(count: int) -> Reason:
    """OBJ-01: an objection is open."""
    return Reason(
        code="OBJ-01", zh=f"有{count}件异议尚未处理，处理完毕前不能进入下一环节、列为拟入榜或发布",
        en=f"{count} objections are not settled; until then it can't go on, be selected or be published",
        facts={"open": count},
    )  # fmt: skip


def not_ended(ends: datetime | None, at: datetime, zone: tzinfo) -> Reason:
    """OBJ-02: the notice still runs; without `ends` its date is still to be announced."""
    if ends is None:
        return Reason(code="OBJ-02", zh="公示截止时间尚未确定", en="the end of the public notice is not set yet")
    return Reason(
        code="OBJ-02",
        zh=f"公示至{show(ends, zone=zone, edge='end')}，现在是{show(at, zone=zone, edge='start')}，公示尚未期满",
        en=f"the public notice runs until {show_en(ends, zone=zone, edge='end')}; "
        f"it is {show_en(at, zone=zone, edge='start')}",
        facts={"ends": ends.isoformat(), "at": at.isoformat()},
    )


def too_early(opens: datetime, at: datetime, zone: tzinfo) -> Reason:
    """OBJ-05: an objection before the notice."""
    return Reason(
        code="OBJ-05",
        zh=f"公示自{show(opens, zone=zone, edge='start')}开始，收到时间{show(at, zone=zone, edge='start')}，"
        "尚未开始受理异议",
        en=f"the public notice begins {show_en(opens, zone=zone, edge='start')}, "
        f"received {show_en(at, zone=zone, edge='start')}: objections are not taken yet",
        facts={"opens": opens.isoformat(), "received": at.isoformat()},
    )


def too_late(ends: datetime, at: datetime, zone: tzinfo) -> Reason:
    """OBJ-06: an objection after the notice."""
    return Reason(
        code="OBJ-06",
        zh=f"公示至{show(ends, zone=zone, edge='end')}，收到时间{show(at, zone=zone, edge='start')}，逾期异议不予受理",
        en=f"the public notice ended {show_en(ends, zone=zone, edge='end')}, "
        f"received {show_en(at, zone=zone, edge='start')}: too late to object",
        facts={"closes": ends.isoformat(), "received": at.isoformat()},
    )
