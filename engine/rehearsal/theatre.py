"""The stage of a rehearsal: a virtual clock, and what people will do, in order of time.

People's actions and the engine's turns are taken in one order of instants. The engine is called as `bangdan run` calls
it: at the instants it named itself, and the post on every beat while letters wait. Who takes the turns is the crew's
affair.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from engine.access import ENGINE, Actor
from engine.office import Office, Work
from engine.rehearsal.crew import Crew
from engine.turn import TurnReport
from notifications.mailbook import next_due
from workflows.reasons import BangdanError, Reason
from workflows.timeline import Calendar

POST_EVERY = timedelta(hours=3)  # how long a letter waits at most; live the post goes with every heartbeat
TURN_AFTER = timedelta(hours=12)  # from an act to the next turn at most; what an act begins lasts longer
POST_AT_ONCE = 40  # acts after which the post goes without waiting, as in the rush before a deadline

Do = Callable[[Work], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """Somebody tried something and was told why not."""

    at: datetime
    who: str
    verb: str
    what: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Acted:
    """Somebody did something; `what` is what it was about."""

    at: datetime
    who: str
    verb: str
    what: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Posted:
    """So many letters went out."""

    at: datetime
    sent: int


Happening = Acted | Refusal | Posted | TurnReport


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """One thing that somebody does in one transaction. `alone` is for moving deadlines."""

    actor: Actor
    verb: str
    what: str
    do: Do
    alone: bool = False


@dataclass(kw_only=True)
class Theatre:
    """Runs actions and turns. `progress` hears of the instant as it moves, `hears` of each thing that happens."""

    office: Office
    campaign: str
    crew: Crew
    now: datetime
    progress: Callable[[datetime, int], None]
    hears: Callable[[Happening], None] = lambda _happening: None
    refusals: list[Refusal] = field(default_factory=list)
    turns: int = 0
    done: Counter[str] = field(default_factory=Counter)
    letters: int = 0
    _plans: list[tuple[datetime, int, Action]] = field(default_factory=list)
    _order: count[int] = field(default_factory=count)
    _engine_at: datetime | None = None
    _post_at: datetime | None = None
    _acts: int = 0

    def plan(self, at: datetime, action: Action) -> None:
        """Have `action` happen at `at`; in the past means now."""
        heapq.heappush(self._plans, (max(at, self.now), next(self._order), action))

    @property
    def planned_until(self) -> datetime:
        """When the last thing happens that anybody plans to do by now."""
        return max([self.now, *(at for at, _, _ in self._plans)])

    @property
    def next_act(self) -> datetime | None:
        """When a person does something again, as far as it is planned."""
        return self._plans[0][0] if self._plans else None

    def play(self, until: datetime) -> None:
        """Everything up to `until`, in order of time."""
        self.wake()
        while self.step(until):
            pass

    def wake(self) -> None:
        """Have the engine look now; at the beginning, and when somebody else has changed something."""
        self._engine_at, self._post_at, self._acts = self.now, None, 0

    def step(self, until: datetime) -> bool:
        """The next thing that happens up to `until`; False if nothing more does, and then it is `until`."""
        waits = (self.next_act, self._engine_at, self._post_at, until)
        self.now = at = min(instant for instant in waits if instant is not None).astimezone(UTC)  # as a clock reads it
        if self._engine_at is not None and self._engine_at <= at:
            self._turn(at)
        elif self._post_at is not None and self._post_at <= at:
            self._deliver(at)
        elif self._plans and self._plans[0][0] <= at:
            self._act(at, heapq.heappop(self._plans)[2])
        else:
            return False
        self.progress(at, self.done.total())
        return True

    def _turn(self, at: datetime) -> None:
        self._engine_at = self.crew.turn(at, self.hears)
        self.turns += 1
        self._post_at = self._post_after(at, wait=timedelta())

    def _deliver(self, at: datetime) -> None:
        if self._post_after(at, wait=timedelta()) == at:
            sent = self.crew.deliver(at)
            self.letters += sent
            self.hears(Posted(at=at, sent=sent))
        self._post_at, self._acts = self._post_after(at, wait=POST_EVERY), 0

    def _act(self, at: datetime, action: Action) -> None:
        moved = self._done(action)
        # Any act may change what comes next; the live engine hears of it with its next beat.
        self._engine_at = at if moved else min(self._engine_at or at + TURN_AFTER, at + TURN_AFTER)
        self._acts += 1
        self._post_at = at if self._acts >= POST_AT_ONCE else self._post_at or at + POST_EVERY

    def _post_after(self, at: datetime, *, wait: timedelta) -> datetime | None:
        with self.office.database.read() as connection:
            due = next_due(connection)
        return max(due, at + wait) if due else None

    def _done(self, action: Action) -> bool:
        """Try it; whether a deadline was moved."""
        who, verb, what = action.actor.name, action.verb, action.what
        try:
            with self.office.write(self.campaign, action.actor, at=self.now, alone=action.alone) as work:
                action.do(work)
        except BangdanError as error:
            self.refusals.append(Refusal(at=self.now, who=who, verb=verb, what=what, reasons=error.reasons))
            self.hears(self.refusals[-1])
            return False
        self.done[verb] += 1
        self.hears(Acted(at=self.now, who=who, verb=verb, what=what))
        return action.alone

    def calendar(self) -> Calendar:
        """The milestones in force at this moment, for whoever writes the script."""
        with self.office.read(self.campaign, ENGINE, at=self.now) as work:
            return work.calendar
