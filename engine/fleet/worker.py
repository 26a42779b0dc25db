"""One worker: takes jobs from the board until it is told to stop, whatever happens to the database meanwhile.

A shift lasts until the database fails; then a new one begins, under a new number. Beside the jobs a watch goes round:
what a worker has begun that shows no sign of life is given to others, and there is always a pulse on the way.

Jobs run on threads, so that a long closing holds up neither the signs of life nor other jobs.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import DeleteJobCondition, Job, Status
from sqlalchemy.engine import URL

from engine.fleet import jobs
from engine.fleet.hands import Hands
from engine.reach import THEIRS, ours
from engine.stopping import first_signal

SIGN_OF_LIFE = 1.0  # seconds between two of them
GONE = 5.0  # seconds without one after which a worker's jobs are given to others; too soon costs work, not truth
ROUND = 1.0  # seconds between two rounds of the watch
POLL = 1.0  # seconds after which the board is looked at: no word comes of a job whose forerunner has ended
PAUSE = 1.0  # seconds between two shifts
NEVER = 86_400.0  # seconds: numbers of workers are struck off by the watch, after it has given their jobs away
REACH = 10.0  # seconds for which a connection is waited for

logger = logging.getLogger(__name__)


class Worker:
    """Works from `start` to `stop`, on a thread of its own. Can't be started again."""

    def __init__(self, hands: Hands, url: URL, *, concurrency: int, name: str) -> None:
        self._hands = hands
        self._concurrency = concurrency
        self._name = name
        self._app = _app(hands, url)
        self._number: int | None = None
        self._at_it: set[int | None] = set()
        self._odd: set[int | None] = set()
        self._leaving = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fleet")

    def start(self) -> None:
        """Begin. Returns when a signal or `stop` would end it cleanly."""
        self._thread.start()
        self._ready.wait()

    def stop(self) -> None:
        """Let what is under way finish, then leave."""
        for each in (self._hands.courier, self._hands.maker):
            each.leaving.set()
        if self._loop is not None:
            with suppress(RuntimeError):  # it has left already
                self._loop.call_soon_threadsafe(self._leaving.set)
        self._thread.join()

    def run_until_signal(self, announce: Callable[[], None]) -> signal.Signals:
        """Start, wait for SIGTERM or SIGINT, let what is under way finish; a second signal ends the process at once."""
        with first_signal() as received:
            self.start()
            announce()
            came = received()
            self.stop()
        return came

    def _run(self) -> None:
        asyncio.run(self._shifts())

    async def _shifts(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._loop.set_default_executor(ThreadPoolExecutor(self._concurrency + 4, thread_name_prefix="job"))
        self._loop.set_exception_handler(_unsettled)
        self._ready.set()
        while not self._leaving.is_set():
            try:
                await self._shift()
            except Exception as error:  # noqa: BLE001  # a worker stays, whatever it is: the next shift may go well
                logger.warning("shift_ended", extra={"why": _why(error)})
            with suppress(TimeoutError):
                await asyncio.wait_for(self._leaving.wait(), PAUSE)

    async def _shift(self) -> None:
        """Under one number, until the database fails or it is time to leave."""
        async with self._app.open_async():
            work = asyncio.create_task(self._work())
            watch = asyncio.create_task(self._watch())
            leaving = asyncio.create_task(self._leaving.wait())
            try:
                await asyncio.wait((work, leaving), return_when=asyncio.FIRST_COMPLETED)
                work.cancel()  # the library takes that as the word to finish what is under way
                with suppress(asyncio.CancelledError):
                    await work
            finally:
                for each in (watch, leaving):
                    each.cancel()
                await asyncio.gather(watch, leaving, return_exceptions=True)

    async def _work(self) -> None:
        await self._app.run_worker_async(
            queues=[jobs.QUEUE],
            name=self._name,
            concurrency=self._concurrency,
            fetch_job_polling_interval=POLL,
            delete_jobs=DeleteJobCondition.ALWAYS.value,
            install_signal_handlers=False,
            update_heartbeat_interval=SIGN_OF_LIFE,
            stalled_worker_timeout=NEVER,
            worker_middleware=[self._noting],
        )

    async def _noting(self, go_on: Callable[[], Awaitable[Any]], context: JobContext, _worker: Any) -> Any:
        """Know what is under way, and by what number."""
        self._number = context.job.worker_id
        self._at_it.add(context.job.id)
        try:
            return await go_on()
        finally:
            self._at_it.discard(context.job.id)

    async def _watch(self) -> None:
        await _try(partial(self._in_thread, self._hands.look_at_post))
        while True:
            await _try(self._go_round)
            await asyncio.sleep(ROUND)

    async def _go_round(self) -> None:
        manager = self._app.job_manager
        await self._in_thread(self._hands.put_up_owed)
        if self._number is not None:  # the library gives no more signs while a shift ends and jobs are being finished
            await manager.update_heartbeat(self._number)
        for left in [*await manager.get_stalled_jobs(seconds_since_heartbeat=GONE), *await self._never_settled()]:
            await self._take_over(left)
        await manager.prune_stalled_workers(GONE)
        if not await self._in_thread(partial(self._hands.board.is_on_the_way, jobs.PULSE)):
            await self._in_thread(partial(self._hands.board.want, jobs.job(jobs.PULSE)))

    async def _never_settled(self) -> list[Job]:
        """Jobs that stand as ours in two rounds although we are not at them: that they are done could not be said."""
        if self._number is None:
            return []
        ours = await self._app.job_manager.list_jobs_async(status=Status.DOING.value, worker_id=self._number)
        odd = [each for each in ours if each.id not in self._at_it]
        again = [each for each in odd if each.id in self._odd]
        self._odd = {each.id for each in odd}
        return again

    async def _take_over(self, left: Job) -> None:
        """Whoever strikes the job off the board puts it up anew; for all others it is gone."""
        if left.id is None:
            return
        try:
            await self._app.job_manager.finish_job_by_id_async(left.id, status=Status.FAILED, delete_job=True)
        except ConnectorException:
            return
        await self._in_thread(partial(self._hands.take_over, left))

    async def _in_thread(self, do: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(None, do)


async def _try(do: Callable[[], Awaitable[Any]]) -> None:
    """The watch goes on whatever fails; whether the database is gone for good the shift finds out."""
    try:
        await do()
    except Exception as error:  # noqa: BLE001
        logger.warning("watch_failed", extra={"why": _why(error)})


def _app(hands: Hands, url: URL) -> App:
    """The library's, with each kind of job and what does it."""
    app = App(connector=PsycopgConnector(
        conninfo=url.set(drivername="postgresql").render_as_string(hide_password=False),
        min_size=1, max_size=4, timeout=REACH, kwargs=ours(url), configure=_configure,
    ))  # fmt: skip

    def post(context: JobContext, about: str) -> None:
        hands.guarded(partial(hands.post, about, context.job.id), jobs.POST, about)

    def export(context: JobContext, about: str) -> None:
        hands.guarded(partial(hands.export, about, context.job.id), jobs.EXPORT, about)

    def wake(kind: str, about: str) -> None:
        hands.guarded(partial(hands.wake, kind, about), kind, about)

    app.task(name=jobs.POST, queue=jobs.QUEUE, pass_context=True)(post)
    app.task(name=jobs.EXPORT, queue=jobs.QUEUE, pass_context=True)(export)
    app.task(name=jobs.WAKE, queue=jobs.QUEUE)(wake)
    for kind, act in ((jobs.TURN, hands.turn), (jobs.WEBHOOKS, hands.webhooks), (jobs.PULSE, hands.pulse)):
        app.task(name=kind, queue=jobs.QUEUE)(partial(_one, hands, kind, act))
    return app


async def _configure(connection: Any) -> None:
    await connection.execute(THEIRS)
    await connection.commit()


def _one(hands: Hands, kind: str, act: Callable[[str], None], about: str) -> None:
    hands.guarded(partial(act, about), kind, about)


def _unsettled(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What nobody waited for: that a job is done could not be said. Another worker had taken it, or takes it now."""
    error = context.get("exception")
    logger.warning("job_not_settled", extra={"why": _why(error) if error is not None else context.get("message")})


def _why(error: BaseException) -> str:
    """In one line; the library wraps what the driver says in an error of its own that says nothing."""
    told = error.__cause__ or error
    return f"{type(told).__name__}: {str(told).strip().splitlines()[0] if str(told).strip() else ''}"
