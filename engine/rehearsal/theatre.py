"""The stage of a rehearsal: a virtual clock, and what people will do, in order of time.

People's actions and the engine's turns are taken in one order of instants. The engine is called as `bangdan run` calls
it: at the instants it named itself, and the post on every beat while letters wait.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from engine.access import ENGINE, Actor
from engine.letters.post import Post
from engine.office import Office, Work
from engine.turn import TurnReport, turn
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
class Action:
    """One thing that somebody does in one transaction. `alone` is for moving deadlines."""

    actor: Actor
    verb: str
    what: str
    do: Do
    alone: bool = False


@dataclass(kw_only=True)
class Theatre:
    """Runs actions and turns. `progress` hears of the virtual instant as it moves."""

    office: Office
    campaign: str
    post: Callable[[Callable[[], datetime]], Post]
    now: datetime
    progress: Callable[[datetime, int], None]
    refusals: list[Refusal] = field(default_factory=list)
    turns: list[TurnReport] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    letters: int = 0
    _plans: list[tuple[datetime, int, Action]] = field(default_factory=list)
    _order: count[int] = field(default_factory=count)

    def plan(self, at: datetime, action: Action) -> None:
        """Have `action` happen at `at`; in the past means now."""
        heapq.heappush(self._plans, (max(at, self.now), next(self._order), action))

    @property
    def planned_until(self) -> datetime:
        """When the last thing happens that anybody plans to do by now."""
        return max([self.now, *(at for at, _, _ in self._plans)])

    def play(self, until: datetime) -> None:
        """Everything up to `until`, in order of time."""
        engine_at: datetime | None = self.now
        post_at: datetime | None = None
        acts = 0
        post = self.post(lambda: self.now)
        while True:
            at = min(instant for instant in (self._next_action(), engine_at, post_at, until) if instant is not None)
            self.now = at
            if engine_at is not None and engine_at <= at:
                report = turn(self.office, self.campaign, at=at)
                self.turns.append(report)
                engine_at = report.next
                post_at = self._post_after(at, wait=timedelta())
            elif post_at is not None and post_at <= at:
                if self._post_after(at, wait=timedelta()) == at:
                    self.letters += sum(report.sent for report in post.deliver())
                post_at, acts = self._post_after(at, wait=POST_EVERY), 0
            elif self._plans and self._plans[0][0] <= at:
                moved = self._act(heapq.heappop(self._plans)[2])
                # Any act may change what comes next; the live engine hears of it with its next beat.
                engine_at = at if moved else min(engine_at or at + TURN_AFTER, at + TURN_AFTER)
                acts += 1
                post_at = at if acts >= POST_AT_ONCE else post_at or at + POST_EVERY
            else:
                return
            self.progress(at, self.done.total())

    def _next_action(self) -> datetime | None:
        return self._plans[0][0] if self._plans else None

    def _post_after(self, at: datetime, *, wait: timedelta) -> datetime | None:
        with self.office.database.read() as connection:
            due = next_due(connection)
        return max(due, at + wait) if due else None

    def _act(self, action: Action) -> bool:
        try:
            with self.office.write(self.campaign, action.actor, at=self.now, alone=action.alone) as work:
                action.do(work)
        except BangdanError as error:
            self.refusals.append(
                Refusal(at=self.now, who=action.actor.name, verb=action.verb, what=action.what, reasons=error.reasons)
            )
            return False
        self.done[action.verb] += 1
        return action.alone

    def calendar(self) -> Calendar:
        """The milestones in force at this moment, for whoever writes the script."""
        with self.office.read(self.campaign, ENGINE, at=self.now) as work:
            return work.calendar
