"""What bangdan is to reach in each row, and whether it does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bench.figures import Spread, spread
from bench.record import FLOOR, Record, Sample
from bench.units import around, megabytes, rate, seconds, times

OURS, STATEMENTS = "bangdan", "bangdan's statements"
Kind = Literal["share", "times", "value"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Goal:
    """One promise. A `share` is of the floor's speed, `times` of the floor's time; a `value` is itself compared."""

    row: str
    work: str
    limit: float
    kind: Kind = "value"
    database: str = ""
    variant: str = ""
    contender: str = OURS
    figure: str = "seconds"
    show: Callable[[float], str] = seconds
    at_least: bool = False
    longest: bool = False  # of all rounds, not their median: what must never happen

    @property
    def wanted(self) -> str:
        """As the table says it."""
        sign = "≥" if self.at_least else "≤"
        return f"{sign} {self._shown(self.limit)}"

    def _shown(self, number: float) -> str:
        if self.kind == "share":
            return f"{number:.2f} of the floor's speed"
        return f"{times(number)} the floor" if self.kind == "times" else self.show(number)

    def sample(self, record: Record) -> Sample | None:
        """What it is asked of: the largest size that was measured."""
        fitting = [
            sample
            for sample in record.of_row(self.row)
            if sample.contender == self.contender and self.database in (sample.place.database, "") and sample.runs
            and (not self.variant or sample.place.variant == self.variant)
        ]  # fmt: skip
        return max(fitting, key=lambda sample: sample.place.size, default=None)

    def found(self, record: Record) -> Spread | None:
        """The figure with its spread, None where it was not measured."""
        sample = self.sample(record)
        if sample is None:
            return None
        if self.kind == "value":
            return sample.of(self.figure)
        ratio = record.times_floor(sample)
        if ratio is None or self.kind == "times":
            return ratio
        return Spread(low=1 / ratio.high, middle=1 / ratio.middle, high=1 / ratio.low)

    def met(self, record: Record) -> bool | None:
        """Whether the median is within the limit; of what must never happen, the worst."""
        found, sample = self.found(record), self.sample(record)
        if found is None or sample is None:
            return None
        number = max(sample.values(self.figure)) if self.longest else found.middle
        return number >= self.limit if self.at_least else number <= self.limit

    def told(self, record: Record) -> str:
        """What was found, as the table says it."""
        found, sample = self.found(record), self.sample(record)
        if found is None or sample is None:
            return "not measured"
        if self.longest:
            return self._shown(max(sample.values(self.figure)))
        return around(found, self._shown)

    def size(self, record: Record) -> str:
        """The N of it."""
        sample = self.sample(record)
        return f"{sample.place.size:,}" if sample and sample.place.size else ""


def _both(row: str, work: str, **values: object) -> tuple[Goal, ...]:
    return tuple(
        Goal(row=row, work=f"{work}, {name}", database=database, **values)  # type: ignore[arg-type]
        for database, name in (("sqlite", "SQLite"), ("postgresql", "PostgreSQL"))
    )


PEOPLE = "people at work"
GOALS: tuple[Goal, ...] = (
    Goal(row="transition", work="one submission with everything on, SQLite", database="sqlite", variant="submit",
         kind="share", limit=0.5, at_least=True),
    Goal(row="transition", work="the same, PostgreSQL, one client", database="postgresql", variant="submit",
         kind="share", limit=0.7, at_least=True),
    Goal(row="closing", work="closing, SQLite", database="sqlite", variant=PEOPLE, kind="times", limit=2.2),
    Goal(row="closing", work="closing, PostgreSQL", database="postgresql", variant=PEOPLE, kind="times", limit=1),
    *_both("closing", "longest wait of a click that writes", variant=PEOPLE, figure="write_wait", limit=0.150,
           longest=True),
    *_both("closing", "longest wait of a look", variant=PEOPLE, figure="read_wait", limit=0.010, longest=True)[:1],
    *_both("closing", "memory of the closing over idle", variant=PEOPLE, figure="memory", limit=60,
           show=megabytes)[:1],
    *_both("mail", "letters a second, one process", contender="bangdan, one sender", figure="rate", limit=1_700,
           at_least=True, show=rate),
    *_both("mail", "letters a second, two processes", contender="bangdan, two senders", figure="rate", limit=4_500,
           at_least=True, show=rate),
    *_both("funnel", "funnel, 99 of 100 within", figure="p99", limit=0.010),
    *_both("page", "a page in the database, 99 of 100 within", contender=STATEMENTS, figure="p99", limit=0.001),
    *_both("history", "history of one, 99 of 100 within", figure="p99", limit=0.005),
    Goal(row="starting", work="`bangdan --help`", contender="bangdan --help", limit=0.120),
    Goal(row="starting", work="`bangdan status`", contender="bangdan status", limit=0.350),
)  # fmt: skip


def against(record: Record, goal: Goal) -> str:
    """The floor of the same place, for the reader who wants to see what the ratio is of."""
    sample = goal.sample(record)
    floor = record.find(sample.place, FLOOR) if sample else None
    if floor is None or not floor.runs:
        return ""
    if goal.kind == "share":
        return rate(spread([run["done"] / run["seconds"] for run in floor.runs]).middle)
    found = floor.of(goal.figure)
    return goal.show(found.middle) if found else ""
