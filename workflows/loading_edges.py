"""The start and the end of a milestone as its table says them: two instants, or one window."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, tzinfo
from typing import TypeVar

from workflows.instants import InstantRefused, Reading, Window, check_order, read_instant, read_window
from workflows.reading import Table
from workflows.shapes import TEXT

Moment = TypeVar("Moment", Reading, Window)


def read_window_of(table: Table, zone: tzinfo) -> tuple[datetime | None, datetime | None]:
    """Both ends from `window`, beside which there are no others."""
    for other in ("opens", "closes"):
        if table.has(other):
            zh, en = f"window 已写明起止，请删去 {other}", f"window says both ends; delete {other}"
            table.error("CFG-60", other, zh, en)
    window = _read(table, "window", lambda value: read_window(value, zone=zone))
    return (window.opens, window.closes) if window else (None, None)


def read_ends(table: Table, zone: tzinfo) -> tuple[datetime | None, datetime | None]:
    """`opens` and `closes`, each if it is given."""
    opens = _read(table, "opens", lambda value: read_instant(value, zone=zone, edge="start"))
    closes = _read(table, "closes", lambda value: read_instant(value, zone=zone, edge="end"))
    if opens and closes and (reason := check_order(opens.instant, closes.instant, zone=zone)):
        lines = [table.findings.lines.line((*table.path, key)) for key in ("closes", "opens")]
        zh, en = f"{reason.zh}（第{lines[0]}、{lines[1]}行）", f"{reason.en} (line {lines[0]}, {lines[1]})"
        table.error(reason.code, "closes", zh, en, **reason.facts)
    return opens.instant if opens else None, closes.instant if closes else None


def _read(table: Table, key: str, reader: Callable[[object], Moment]) -> Moment | None:
    """What `reader` makes of a key, its refusal as an error; None if it is absent."""
    value = table.value(key, TEXT, needed=False)
    if value is None:
        return None
    path = (*table.path, key)
    try:
        moment = reader(value)
    except InstantRefused as refusal:
        table.findings.take(path, refusal)
        return None
    for reason in moment.warnings:
        table.findings.warning(reason.code, path, reason.zh, reason.en, **reason.facts)
    for reason in moment.remarks:
        table.findings.remark(reason.code, path, reason.zh, reason.en, **reason.facts)
    return moment
