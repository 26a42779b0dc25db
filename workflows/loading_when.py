"""The parts of a campaign file that say when and by whom: calendar, stages, dailies."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, time, timedelta, tzinfo

from workflows.definition import Daily, RankingList, Stage
from workflows.instants import InstantRefused, zone_of
from workflows.loading_shortlist import read_shortlist
from workflows.loading_stages import read_due, read_passing
from workflows.loading_who import MILESTONE
from workflows.reading import Table
from workflows.shapes import TEXT
from workflows.spans import read_clock, read_duration, read_length
from workflows.vocabulary import Audience, Days, Judge

SETTLE, LETTERS_AT = "2分钟", "09:00"
LETTER = ("邮件模板", "letter")


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


def read_stages(root: Table, milestones: Sequence[str], lists: Sequence[RankingList]) -> tuple[Stage, ...]:
    """`[stages.*]`, in their order."""
    return tuple(_stage(table, milestones, lists) for table in root.entries("stages", needed=True))


def _stage(table: Table, milestones: Sequence[str], lists: Sequence[RankingList]) -> Stage:
    name, judge = table.text("name"), table.word("judge", Judge)
    window = table.reference("window", MILESTONE, milestones)
    read = Stage(
        key=table.key,
        name=name,
        english=table.english(name),
        judge=judge,
        window=window,
        due=read_due(table, judge, window, milestones),
        lists=read_passing(table, lists),
        correction=table.parsed("correction", read_duration) if table.has("correction") else None,
        objections=table.flag("objections"),
        shortlist=table.parsed("shortlist", read_shortlist) if table.has("shortlist") else None,
        wording=table.wording(),
    )
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
        letter=read_letter(table, letters),
        ours=table.flag("ours"),
    )
    table.done()
    return read


def read_letter(table: Table, letters: Collection[str] | None) -> str:
    """The name of a letter; `letters` are those there are, None if they aren't known here."""
    return table.text("letter") if letters is None else table.reference("letter", LETTER, letters)
