"""The flow of submissions over time: by day, over the last day and the last three hours, and the photo finish."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlmodel import col

from bangdan.language import Words
from bangdan.report.charts import Chart, Count, bar_chart
from bangdan.report.words import Dial
from engine.access import visible
from engine.office import Work
from engine.rehearsal.theatre import Refusal
from engine.tables import Event, Nomination, Unit
from workflows.timeline import InForce

DAY, HOUR, FIVE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=5)
LAST = timedelta(hours=3)
N, E = Nomination, Event


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """One submission as it arrived; `answer` is what was said to it."""

    at: datetime
    exact: Words
    who: str
    what: str
    answer: Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Flow:
    """How submissions came in. `hours` are the last three with their numbers, for the terminal."""

    opens: datetime
    closes: datetime
    accepted: int
    last_day: int
    last_hours: int
    hours: tuple[tuple[Words, int], ...]
    peak: tuple[date, int] | None
    late: int
    days: Chart
    day: Chart
    finish: Chart
    last: Arrival | None
    refused: Arrival | None


def flow(work: Work, refusals: Iterable[Refusal], dial: Dial, reminders: Sequence[tuple[datetime, str]]) -> Flow:
    """`reminders` are instants at which units were reminded, with a label."""
    standing = work.calendar[work.definition.collection]
    submitted, drafted = _instants(work, "submit"), _instants(work, "draft")
    opens = standing.opens or min(submitted, default=work.at)
    closes = standing.closes or work.at
    late = [each for each in refusals if each.verb == "submit" and each.at >= closes]
    in_time = [at for at in submitted if at < closes]
    by_day = Counter(dial.day(at) for at in in_time)
    return Flow(
        opens=opens, closes=closes, accepted=len(submitted), late=len(late),
        last_day=_since(in_time, closes - DAY), last_hours=_since(in_time, closes - LAST),
        hours=_hours(in_time, closes, dial),
        peak=max(by_day.items(), key=lambda item: (item[1], item[0])) if by_day else None,
        days=_by_day(in_time, drafted, opens, closes, dial, reminders=reminders, moved=_moved(standing)),
        day=_last_day(in_time, late, closes, dial), finish=_last_hours(in_time, late, closes, dial),
        last=_last(work, closes, dial), refused=_first_refused(late, closes, dial),
    )  # fmt: skip


def _moved(standing: InForce) -> bool:
    return standing.closes_revision > 1


def _instants(work: Work, verb: str) -> list[datetime]:
    query: Select[Any] = (
        select(col(E.at))
        .join(Nomination, col(N.id) == col(E.subject_id))
        .where(col(E.campaign_id) == work.campaign_id, col(E.subject) == "nomination", col(E.verb) == verb)
        .order_by(col(E.at))
    )
    return list(work.connection.execute(visible(query, Nomination, work.actor, work.definition)).scalars())


def _since(instants: Sequence[datetime], since: datetime) -> int:
    return sum(at >= since for at in instants)


def _hours(instants: Sequence[datetime], closes: datetime, dial: Dial) -> tuple[tuple[Words, int], ...]:
    found = []
    for back in (3, 2, 1):
        start, end = closes - back * HOUR, closes - (back - 1) * HOUR
        said = f"{dial.short(start)[6:]}–{dial.short(end, end=True)[6:]}"
        found.append((Words(said, said), sum(start <= at < end for at in instants)))
    return tuple(found)


def _bins(
    since: datetime, step: timedelta, slots: int, *, accepted: Iterable[datetime], refused: Iterable[datetime],
    name: Callable[[datetime], str],
) -> list[Count]:  # fmt: skip
    yes = Counter((at - since) // step for at in accepted if at >= since)
    no = Counter((at - since) // step for at in refused if at >= since)
    return [
        Count(parts=(("in", yes[slot]), ("refused", no[slot])),
              title=f"{name(since + slot * step)}  {yes[slot]}" + (f" · × {no[slot]}" if no[slot] else ""))
        for slot in range(slots)
    ]  # fmt: skip


def _by_day(
    submitted: Sequence[datetime], drafted: Sequence[datetime], opens: datetime, closes: datetime, dial: Dial,
    *, reminders: Sequence[tuple[datetime, str]], moved: bool,
) -> Chart:  # fmt: skip
    first, last = dial.day(opens), dial.day(closes, end=True)
    days = [first + DAY * n for n in range((last - first).days + 1)]
    yes, begun = Counter(map(dial.day, submitted)), Counter(map(dial.day, drafted))
    counts = [
        Count(parts=(("in", yes[day]),), title=f"{day:%m-%d}  提交 submitted {yes[day]} · 起草 drafted {begun[day]}")
        for day in days
    ]
    labels = [
        (n, f"{day.month}月{day.day}日" if day.day == 1 or not n else f"{day.day}日", day.day == 1 or not n)
        for n, day in enumerate(days)
        if not n or (day.day in (1, 8, 15, 22) and (day.day == 1 or n > 2))
    ]
    pins = [((dial.day(at) - first).days + 0.5, label) for at, label in reminders if first <= dial.day(at) <= last]
    deadline = f"截止 {dial.short(closes, end=True)}" + ("（延期后）" if moved else "")
    return bar_chart(counts, labels=labels, rules=[(len(days), deadline, "deadline", "end")], pins=pins)


def _last_day(submitted: Sequence[datetime], late: Sequence[Refusal], closes: datetime, dial: Dial) -> Chart:
    since, slots = closes - DAY, 26
    counts = _bins(since, HOUR, slots, accepted=submitted, refused=[each.at for each in late], name=dial.short)
    labels = [(n, dial.short(since + n * HOUR)[6:], n == 0) for n in range(0, 24, 3)]
    labels.append((24, "24:00" if _at_midnight(closes, dial) else dial.short(closes)[6:], True))
    return bar_chart(counts, labels=labels, rules=[(24, "截止 deadline", "deadline", "end")], height=190)


def _last_hours(submitted: Sequence[datetime], late: Sequence[Refusal], closes: datetime, dial: Dial) -> Chart:
    since, slots = closes - LAST, 48
    counts = _bins(since, FIVE, slots, accepted=submitted, refused=[each.at for each in late], name=dial.short)
    labels = [(n * 6, dial.short(since + n * 6 * FIVE, end=n == 6)[6:], n % 2 == 0) for n in range(8)]
    rules = [(36, f"截止 {dial.short(closes, end=True)}", "deadline", "end")]
    return bar_chart(counts, labels=labels, rules=rules, height=200)


def _at_midnight(at: datetime, dial: Dial) -> bool:
    return dial.short(at, end=True).endswith("24:00")


def _last(work: Work, closes: datetime, dial: Dial) -> Arrival | None:
    """The last submission that came before the deadline."""
    query: Select[*tuple[Any, ...]] = (
        select(col(E.at), col(N.title), col(Unit.name).label("unit"))
        .select_from(Event)
        .join(Nomination, col(N.id) == col(E.subject_id))
        .join(Unit, col(Unit.id) == col(N.unit_id))
        .where(col(E.campaign_id) == work.campaign_id, col(E.subject) == "nomination", col(E.verb) == "submit")
        .where(col(E.at) < closes)
        .order_by(col(E.at).desc(), col(E.id).desc())
        .limit(1)
    )
    row = work.connection.execute(visible(query, Nomination, work.actor, work.definition)).first()
    if row is None:
        return None
    answer = Words("已受理", "accepted")
    return Arrival(at=row.at, exact=dial.exact(row.at), who=row.unit, what=row.title, answer=answer)


def _first_refused(late: Sequence[Refusal], closes: datetime, dial: Dial) -> Arrival | None:
    """The first one that came at the deadline or after it."""
    first = min(late, key=lambda each: each.at, default=None)
    if first is None:
        return None
    reason = first.reasons[0]
    return Arrival(at=first.at, exact=dial.exact(first.at, end=first.at == closes), who=first.who, what=first.what,
                   answer=Words(f"{reason.code} {reason.zh}", f"{reason.code} {reason.en}"))  # fmt: skip
