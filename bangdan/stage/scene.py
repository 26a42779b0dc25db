"""One look at a rehearsal: everything that the page draws, and what of it moves until the next look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bangdan.language import Words
from bangdan.report.words import Dial
from bangdan.stage import dateline, river, rush
from bangdan.stage.house import Stage
from engine.office import Work
from engine.rehearsal.pacing import Standing
from notifications.mailbook import count_by_state
from workflows.instants import zone_of
from workflows.phrases import WEEKDAYS, WEEKDAYS_EN
from workflows.showing import remaining, remaining_en
from workflows.timeline import Mark
from workflows.vocabulary import Edge


@dataclass(frozen=True, kw_only=True, slots=True)
class Clock:
    """The virtual instant as a large clock shows it. `offset` is its zone's, in minutes."""

    at: datetime
    day: Words
    weekday: Words
    time: str
    offset: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Ahead:
    """The next edge of the calendar."""

    at: datetime
    what: Words
    when: Words
    left: Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """One look. `newest` is the number of the last happening in it."""

    standing: Standing
    clock: Clock
    ahead: Ahead | None
    rush_ahead: bool
    newest: int
    letters: int
    dateline: dateline.Dateline
    river: river.River
    rush: rush.Rush | None


def look(work: Work, stage: Stage) -> Scene:
    """As it stands in that transaction."""
    pacing, newest = stage.pacing, stage.stream.newest
    played, dial = pacing.played, Dial(zone=zone_of(work.definition.zone))
    mark = pacing.next_mark()
    most = sum(len(unit.plans) for unit in played.population.units)
    sent = count_by_state(work.connection, campaign_id=work.campaign_id).get("sent", 0)
    return Scene(
        standing=pacing.standing(), clock=_clock(dial, work.at), ahead=_ahead(work, dial, mark) if mark else None,
        rush_ahead=pacing.rush() is not None, newest=newest, letters=sent,
        dateline=dateline.dateline(work, began=played.began, ended=played.ended), river=river.river(work, most=most),
        rush=rush.rush(work, stage.stream),
    )  # fmt: skip


def _clock(dial: Dial, at: datetime) -> Clock:
    local = dial.local(at)
    shift = local.utcoffset()
    return Clock(
        at=at, day=Words(f"{local.year}年{local.month}月{local.day}日", f"{local:%Y-%m-%d}"),
        weekday=Words(f"周{WEEKDAYS[local.weekday()]}", WEEKDAYS_EN[local.weekday()]), time=f"{local:%H:%M:%S}",
        offset=round(shift.total_seconds() / 60) if shift else 0,
    )  # fmt: skip


def _ahead(work: Work, dial: Dial, mark: Mark) -> Ahead:
    it, end = work.definition.milestone_by_key[mark.milestone], mark.edge is Edge.CLOSES
    english = it.english or it.name
    return Ahead(
        at=mark.at,
        what=Words(f"{it.name}截止", f"{english} ends") if end else Words(f"{it.name}开始", f"{english} begins"),
        when=dial.minute(mark.at, end=end),
        left=Words(remaining(work.at, mark.at), remaining_en(work.at, mark.at)),
    )  # fmt: skip


def state(standing: Standing) -> str:
    """What the transport is doing, in a word for the page's script and style."""
    if standing.failed:
        return "failed"
    if standing.ended:
        return "ended"
    if standing.goal is not None:
        return "jumping"
    return "paused" if standing.paused else "playing"


def moving(scene: Scene) -> dict[str, Mapping[str, Any]]:
    """What moves, by element of the page."""
    drawn: dict[str, Mapping[str, Any]] = {
        **dateline.parts(scene.dateline), **river.parts(scene.river),
        "letters-sent": {"text": f"{scene.letters:,}"},
    }  # fmt: skip
    return {**drawn, **(rush.parts(scene.rush) if scene.rush else {})}
