"""The parts of a campaign file that say when and by whom: calendar, milestones, stages, duties, reminders, dailies."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import TypeVar

from workflows.definition import Daily, DutyKind, Milestone, Reminder, Stage
from workflows.instants import InstantRefused, Reading, Window, check_order, read_instant, read_window, zone_of
from workflows.loading_who import MILESTONE, STAGE
from workflows.reading import Table
from workflows.shapes import TEXT
from workflows.spans import read_clock, read_length, read_offset
from workflows.vocabulary import Audience, Days, Edge, Fulfilment, Judge

SETTLE, LETTERS_AT = "2分钟", "09:00"
LETTER = ("邮件模板", "letter")

Moment = TypeVar("Moment", Reading, Window)


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """What `[calendar]` says for the whole campaign."""

    zone: str
    tz: tzinfo
    collection: str
    publication: str
    promotion: str
    settle: timedelta
    letters_at: time


def read_frame(root: Table, milestones: Collection[str]) -> Frame:
    """`[calendar]`; `milestones` are the keys that the file defines."""
    table = root.table("calendar")
    zone, tz = _zone(table)
    read = Frame(
        zone=zone,
        tz=tz,
        collection=table.reference("collection", MILESTONE, milestones),
        publication=table.reference("publication", MILESTONE, milestones),
        promotion=table.reference("promotion", MILESTONE, milestones),
        settle=table.parsed("settle", read_length, default=SETTLE) or timedelta(),
        letters_at=table.parsed("letters_at", read_clock, default=LETTERS_AT) or time(),
    )
    table.done()
    return read


def _zone(table: Table) -> tuple[str, tzinfo]:
    table.expects("zone", TEXT)
    name = table.values.get("zone")
    try:
        return str(name), zone_of(name)
    except InstantRefused as refusal:
        if table.there:
            table.findings.take((*table.path, "zone"), refusal)
        return "UTC", UTC


def read_milestones(entries: Sequence[Table], zone: tzinfo) -> tuple[Milestone, ...]:
    """`[milestones.*]`; a text that names no zone of its own is in `zone`."""
    keys = [table.key for table in entries]
    return tuple(_milestone(table, zone, keys) for table in entries)


def _milestone(table: Table, zone: tzinfo, keys: Sequence[str]) -> Milestone:
    name = table.text("name")
    opens, closes = _window(table, zone) if table.has("window") else _ends(table, zone)
    read = Milestone(
        key=table.key,
        name=name,
        english=table.english(name),
        opens=opens,
        closes=closes,
        to_choose=table.flag("to_choose"),
        after=table.reference("after", MILESTONE, keys) if table.has("after") else None,
        wording=table.wording(),
        ours=table.flag("ours"),
    )
    if not any(table.has(key) for key in ("window", "opens", "closes", "after")):
        table.findings.error(
            "CFG-22", table.path, "须写明 opens（开始）、closes（截止）、window（起止）或 after（在何事之后）",
            "needs opens, closes, window or after",
        )  # fmt: skip
    table.done()
    return read


def _window(table: Table, zone: tzinfo) -> tuple[datetime | None, datetime | None]:
    """Both ends from `window`, beside which there are no others."""
    for other in ("opens", "closes"):
        if table.has(other):
            zh, en = f"window 已写明起止，请删去 {other}", f"window says both ends; delete {other}"
            table.error("CFG-60", other, zh, en)
    window = _read(table, "window", lambda value: read_window(value, zone=zone))
    return (window.opens, window.closes) if window else (None, None)


def _ends(table: Table, zone: tzinfo) -> tuple[datetime | None, datetime | None]:
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


def read_stages(root: Table, milestones: Sequence[str]) -> tuple[Stage, ...]:
    """`[stages.*]`, in their order."""
    return tuple(_stage(table, milestones) for table in root.entries("stages", needed=True))


def _stage(table: Table, milestones: Sequence[str]) -> Stage:
    name = table.text("name")
    read = Stage(
        key=table.key,
        name=name,
        english=table.english(name),
        judge=table.word("judge", Judge),
        window=table.reference("window", MILESTONE, milestones),
        due=table.reference("due", MILESTONE, milestones),
        wording=table.wording(),
    )
    table.done()
    return read


def read_duties(root: Table, stages: Sequence[str], milestones: Sequence[str]) -> tuple[DutyKind, ...]:
    """`[duties.*]`"""
    return tuple(_duty(table, stages, milestones) for table in root.entries("duties"))


def _duty(table: Table, stages: Sequence[str], milestones: Sequence[str]) -> DutyKind:
    name = table.text("name")
    read = DutyKind(
        key=table.key,
        name=name,
        english=table.english(name),
        stage=table.reference("stage", STAGE, stages),
        fulfilment=table.word("fulfilment", Fulfilment),
        due=table.reference("due", MILESTONE, milestones),
        wording=table.wording(),
    )
    table.done()
    return read


def read_reminders(root: Table, milestones: Sequence[str], letters: Collection[str] | None) -> tuple[Reminder, ...]:
    """`[reminders.*]`; `letters` are the names of the letters there are, None if they aren't known here."""
    return tuple(_reminder(table, milestones, letters) for table in root.entries("reminders"))


def _reminder(table: Table, milestones: Sequence[str], letters: Collection[str] | None) -> Reminder:
    offsets = table.all_parsed("offsets", read_offset)
    read = Reminder(
        key=table.key,
        milestone=table.reference("milestone", MILESTONE, milestones),
        edge=table.word("edge", Edge),
        offsets=offsets,
        audience=table.word("audience", Audience),
        letter=_letter(table, letters),
        useful=table.parsed("useful", read_length) or timedelta(),
        ours=table.flag("ours"),
    )
    table.once("offsets", [offset.text for offset in offsets])
    table.done()
    return read


def read_dailies(
    root: Table, milestones: Sequence[str], letters: Collection[str] | None, at: time
) -> tuple[Daily, ...]:
    """`[dailies.*]`; without an hour of their own they go out at `at`."""
    return tuple(_daily(table, milestones, letters, at) for table in root.entries("dailies"))


def _daily(table: Table, milestones: Sequence[str], letters: Collection[str] | None, at: time) -> Daily:
    hour = table.parsed("at", read_clock) if table.has("at") else at
    read = Daily(
        key=table.key,
        since=table.reference("since", MILESTONE, milestones),
        until=table.reference("until", MILESTONE, milestones),
        days=table.word("days", Days),
        at=at if hour is None else hour,
        audience=table.word("audience", Audience),
        letter=_letter(table, letters),
        ours=table.flag("ours"),
    )
    table.done()
    return read


def _letter(table: Table, letters: Collection[str] | None) -> str:
    return table.text("letter") if letters is None else table.reference("letter", LETTER, letters)
