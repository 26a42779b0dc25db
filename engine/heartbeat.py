"""The alarm clock of the live engine, and no more: the only importer of apscheduler. It knows no date of any campaign.

One job in memory. It runs every `interval`, and each run names the next instant worth waking at, which pulls the next
run forward to it. So an instant is met when it comes, what other processes changed meanwhile is seen one interval later
at the latest, and a beat that fails or names nothing costs nothing but that wait.

The scheduler sleeps until an instant of the wall clock. The beat may go by another (`engine.timekeeping`), and a wall
clock that is set back by an hour would let it sleep for that hour: so once an interval, by a clock that nobody can set,
it is seen to that the next beat is no further away than one interval.
"""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_EXECUTED
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

from engine.clock import Clock, now
from engine.stopping import first_signal

INTERVAL = timedelta(seconds=60)
JOB = "beat"
PACE = timedelta(seconds=1)  # from the start of a beat to the next at least, whatever a beat asks for

Beat = Callable[[datetime], datetime | None]
"""Does everything that is due at the instant it is given, and names the next one at which something will be."""

logger = logging.getLogger(__name__)


class Heartbeat:
    """Calls `beat`, at once when started and never twice at a time, until it is stopped. Can't be started again."""

    def __init__(self, beat: Beat, *, clock: Clock, interval: timedelta = INTERVAL) -> None:
        self._beat = beat
        self._clock = clock
        self._interval = interval
        self._began = datetime.min.replace(tzinfo=UTC)
        self._leaving = threading.Event()
        # The scheduler shuts down holding its own lock, and waits for a beat that may be waiting for that lock. So
        # whoever wants the scheduler's lock from within a beat holds this one first, and asks whether we are leaving.
        self._setting = threading.Lock()
        self._scheduler = BackgroundScheduler(timezone=UTC, executors={"default": ThreadPoolExecutor(1)})
        self._scheduler.add_listener(self._after, EVENT_JOB_EXECUTED | EVENT_JOB_ERROR)
        self._guard = threading.Thread(target=self._keep_near, name="heartbeat", daemon=True)

    def start(self) -> None:
        """Begin, with a beat now: what came due while nobody ran is done first."""
        self._scheduler.add_job(
            self._run,
            _Every(self._interval),
            id=JOB,
            next_run_time=now(),
            misfire_grace_time=None,  # however late, it runs
            max_instances=1,
        )
        self._scheduler.start()
        self._guard.start()

    def stop(self) -> None:
        """Let a beat that is under way finish, then leave."""
        with self._setting:
            self._leaving.set()
        self._scheduler.shutdown(wait=True)
        self._guard.join()

    def look(self) -> None:
        """Look at the clock now; for whoever knows that it was set."""
        self._scheduler.wakeup()

    def nudge(self, after: timedelta = timedelta()) -> None:
        """Beat `after` that, or as soon as the pace allows: somebody has just caused something, such as a letter that
        they wait for.
        """
        with self._setting:
            if self._leaving.is_set() or (job := self._scheduler.get_job(JOB)) is None:
                return
            soon = self._by_wall(max(self._clock() + after, self._began + PACE))
            if soon < job.next_run_time:
                self._scheduler.modify_job(JOB, next_run_time=soon)

    def run_until_signal(self) -> signal.Signals:
        """Start, wait for SIGTERM or SIGINT, let the beat under way finish; a second signal ends the process at once.

        For the main thread. Returns the signal.
        """
        with first_signal() as received:
            self.start()
            logger.info("heartbeat_started")
            came = received()
            logger.info("heartbeat_leaving", extra={"signal": came.name})
            self.stop()
        return came

    def _run(self) -> datetime | None:
        with self._setting:
            if self._leaving.is_set():
                return None
            # Waits for the scheduler's lock: until it has written down this run, it would overwrite what we set below.
            self._scheduler.get_job(JOB)
        self._began = self._clock()
        return self._beat(self._began)

    def _after(self, event: Any) -> None:
        """The beat is over, and only now can the next be set near: while one runs, the scheduler skips another."""
        if event.exception is not None:
            logger.error("beat_failed", exc_info=event.exception)
        if self._leaving.is_set():
            return
        instant: datetime | None = event.retval
        following = self._began + self._interval  # perhaps past: an interval that ended during the beat was skipped
        if instant is not None:
            following = min(following, max(instant, self._began + PACE))
        self._pull_to(self._by_wall(following))

    def _by_wall(self, instant: datetime) -> datetime:
        """What the wall clock will say at an instant of the beat's clock."""
        return instant + (now() - self._clock())

    def _pull_to(self, instant: datetime) -> None:
        with self._setting:
            if not self._leaving.is_set() and instant < self._scheduler.get_job(JOB).next_run_time:
                self._scheduler.modify_job(JOB, next_run_time=instant)

    def _keep_near(self) -> None:
        while not self._leaving.wait(self._interval.total_seconds()):
            self._pull_to(now() + self._interval)


class _Every(BaseTrigger):  # type: ignore[misc]  # the library has no types
    """An interval after now. The library's own asks for each interval that was missed, and after a jump of the wall
    clock by a month that is minutes of nothing else.
    """

    def __init__(self, interval: timedelta) -> None:
        self.interval = interval

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        """The next beat, if none is named before it."""
        del previous_fire_time
        return now + self.interval
