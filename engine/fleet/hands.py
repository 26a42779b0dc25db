"""What each job does: the same functions that the beat of one process calls, and then what is wanted next.

Only what lies before the next pulse is put up for its instant: the pulse finds everything else by itself.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import ceil

from procrastinate.jobs import Job

from engine import turns
from engine.clock import Clock
from engine.exports import waiting
from engine.exports.making import Maker
from engine.fleet import jobs
from engine.fleet.board import Board
from engine.letters.post import Post
from engine.letters.posting import Posting
from engine.live import Beaten
from engine.office import Office
from engine.turn import campaigns
from engine.webhooks.courier import Courier
from notifications import claims, mailbook
from notifications.delivery import BATCH

BATCHES = 5  # of letters in one run of the post
PACE = timedelta(seconds=1)  # before something is looked at again for its instant
AGAIN = timedelta(seconds=10)  # before what failed is tried again

PATIENCE = 60.0  # seconds for which a database that is away is waited for with what became of letters

logger = logging.getLogger(__name__)


@dataclass(kw_only=True)
class Hands:
    """The hands of one worker. `tell` hears what each job did that did something; it is called from several threads.

    `interval` is how often all is looked at whatever the jobs say.
    """

    office: Office
    sender: Post
    courier: Courier
    maker: Maker
    board: Board
    clock: Clock
    tell: Callable[[Beaten], None]
    interval: timedelta
    _posting: dict[str, Posting] = field(default_factory=dict, init=False)
    _began: datetime = field(init=False)
    _owed: deque[Job] = field(default_factory=deque, init=False)

    def __post_init__(self) -> None:
        self._began = self.clock()

    def turn(self, about: str) -> None:
        """A turn of one campaign."""
        taken = turns.take(self.office, [about], at=self.clock())
        following = min((report.again for _, report in taken.turns if report.again), default=None)
        self.tell(
            Beaten(at=taken.at, turns=taken.turns, failed=taken.failed, rounds=(), next=following, held=taken.held)
        )
        self._want_post()
        self._want_exports()
        if any(report.sealed for _, report in taken.turns):
            self.board.want(jobs.job(jobs.WEBHOOKS))
        if taken.failed:
            self.board.want_in(AGAIN, jobs.turn(about))
        else:
            self._want_at(following, jobs.turn(about))

    def post(self, about: str, job: int | None) -> None:
        """A few batches of letters, by a sender that is named after the job.

        What is due and can't be claimed is held by somebody who may be stopped: that is looked at after a while.
        """
        posting = self._posting.setdefault(about, Posting(office=self.office, since=self._began))
        at = self.clock()
        sender = replace(self.sender, worker=_sender(job), most=BATCHES, patience=PATIENCE)
        rounds = posting.deliver(sender.deliver, at=at)
        following = posting.due(rounds)
        self.tell(Beaten(at=at, turns=(), failed=(), rounds=rounds, next=following))
        if rounds and rounds[-1].more and any(each.claimed for each in rounds):
            self._want_post()
        else:
            self._want_at(following, jobs.job(jobs.POST, about))

    def export(self, about: str, job: int | None) -> None:
        """One export of those that were ordered, by a maker that is named after the job."""
        del about
        if replace(self.maker, by=_sender(job)).one():
            self._want_exports()

    def webhooks(self, about: str) -> None:
        """Other systems are told what happened."""
        del about
        self.courier.round()

    def pulse(self, about: str) -> None:
        """Look everywhere, whatever the jobs say, and again after the interval."""
        del about
        self.board.want(*map(jobs.turn, campaigns(self.office)), *jobs.lines(1), jobs.job(jobs.WEBHOOKS))
        self.board.want_in(self.interval, jobs.job(jobs.PULSE))

    def wake(self, kind: str, about: str) -> None:
        """What was wanted for this instant is wanted now."""
        self.board.want(jobs.job(kind, about))

    def look_at_post(self) -> None:
        """A worker that begins tries the door, though others have found it closed: somebody may have mended it."""
        self.board.want(*jobs.lines(1))

    def take_over(self, left: Job) -> None:
        """What a worker that is gone had begun is done by another, and what it held for it is free at once."""
        logger.warning("job_taken_over", extra={"job": left.task_name, "about": left.task_kwargs.get("about")})
        with self.office.database.write() as connection:
            claims.let_go(connection, worker=_sender(left.id))
            waiting.let_go(connection, by=_sender(left.id), at=self.clock())
        about = str(left.task_kwargs.get("about", ""))
        self.board.want(jobs.job(str(left.task_kwargs.get("kind", left.task_name)), about))

    def guarded(self, act: Callable[[], None], kind: str, about: str) -> None:
        """Carry this out. What fails is told and wanted again, if need be when the database is back (`put_up_owed`)."""
        try:
            act()
        except Exception:
            logger.exception("job_failed", extra={"job": kind, "about": about})
            again = jobs.job(kind, about)
            try:
                self.board.want_in(AGAIN, again)
            except Exception:  # noqa: BLE001  # told already: it is what the job failed of
                self._owed.append(again)

    def put_up_owed(self) -> None:
        """Put up what failed and could not be put up again at that moment."""
        while self._owed:
            self.board.want(self._owed[0])
            self._owed.popleft()

    def _want_post(self) -> None:
        """As many runs of the post as there are batches due."""
        with self.office.database.read() as connection:
            due = mailbook.due(connection, at=self.clock(), most=jobs.LINES * BATCH)
            following = mailbook.next_due(connection)
        if due:
            self.board.want(*jobs.lines(ceil(due / BATCH)))
        else:
            self._want_at(following, *jobs.lines(1))

    def _want_exports(self) -> None:
        with self.office.database.read() as connection:
            due = waiting.due(connection, at=self.clock(), most=jobs.EXPORTS)
        self.board.want(*jobs.exports(due))

    def _want_at(self, instant: datetime | None, wanted: Job) -> None:
        if instant is not None and (wait := instant - self.clock()) < self.interval:
            self.board.want_in(max(wait, PACE), wanted)


def _sender(job: int | None) -> str:
    """By what name a job holds its letters, or the export that it makes."""
    return f"fleet-{job}"
