"""Open pages that hear when somebody else changes what they show: one stream of Server-Sent Events for each.

A stream says that something changed, and nothing of what: the page asks for itself again, by the route it came from. A
stream looks with the rights of whoever holds it, before each word, and ends with them. So many of one session and of
this process are kept, and when the desk is told to stop all of them end at once.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import suppress
from dataclasses import dataclass, field

from anyio.to_thread import run_sync

from bangdan.desk.visiting import SignInFirst
from engine.changes.telling import EVERY, PATIENCE
from engine.failing import FAILING
from workflows.reasons import BangdanError

BEAT = 15.0  # seconds after which a silent stream says that it is there: proxies cut what is silent for a minute
MOST_OF_A_SESSION = 6  # as many pages as somebody looks at side by side; one that is not in sight holds none
MOST = 1000
AGAIN_MS = 3000  # until the browser comes back when the line broke

Look = Callable[[], str]
"""The mark of what the page shows, for whoever holds the stream. Raises Refused, NotFound or SignInFirst when they may
not any more. Called on a thread."""


@dataclass(kw_only=True, eq=False)
class Stream:
    """One page that listens. `patience`: seconds from hearing of a change to looking at it.

    `whole`: it shows the campaign and not one thing in it, so every change of it concerns the page, also one that
    leaves the mark as it is; with `letters` also what becomes of letters. `certain`: there was such a change.
    """

    session: int
    campaign: int
    look: Look
    whole: bool
    letters: bool = False
    patience: float = PATIENCE
    certain: bool = False
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, campaigns: Collection[int]) -> None:
        """Campaigns changed, or anything may have."""
        mine, anything = self.campaign in campaigns, EVERY in campaigns
        self.certain |= (mine and self.whole) or (anything and self.letters)
        if mine or anything:
            self.news.set()


@dataclass(kw_only=True, eq=False)
class Live:
    """The streams of one desk. Closed until the desk is served: whoever asks before, or afterwards, gets none."""

    _loop: asyncio.AbstractEventLoop | None = None
    _streams: set[Stream] = field(default_factory=set)
    _ending: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def is_open(self) -> bool:
        """Whether there are streams at all."""
        return self._loop is not None and not self._ending.is_set()

    def begin(self) -> None:
        """From now on; called in the event loop that serves."""
        self._loop = asyncio.get_running_loop()

    def end(self) -> None:
        """Every stream ends now, and none begins; called in the event loop."""
        self._ending.set()
        self._wake((EVERY,))

    def hear(self, campaigns: Collection[int]) -> None:
        """Campaigns changed (`engine.changes`); called on any thread."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed: nobody listens any more
                self._loop.call_soon_threadsafe(self._wake, tuple(campaigns))

    def _wake(self, campaigns: Collection[int]) -> None:
        for each in self._streams:
            each.hear(campaigns)

    def has_room(self, session: int) -> bool:
        """Whether one more stream of that session may begin."""
        mine = Counter(each.session for each in self._streams)[session]
        return self.is_open and mine < MOST_OF_A_SESSION and len(self._streams) < MOST

    async def told(self, stream: Stream, known: str) -> AsyncIterator[str]:
        """What the stream says, piece by piece; `known` is the mark of the page as it is."""
        self._streams.add(stream)
        try:
            yield f"retry: {AGAIN_MS}\n\n"
            while self.is_open:
                certain, stream.certain = stream.certain, False
                mark = await _looked(stream)
                if mark is None:
                    return
                yield _changed(mark) if certain or mark != known else ": \n\n"
                known = mark
                await self._wait(stream)
        finally:
            self._streams.discard(stream)

    async def _wait(self, stream: Stream) -> None:
        """Until there is news, or it is time for a sign of life."""
        with suppress(TimeoutError):
            async with asyncio.timeout(BEAT):
                await stream.news.wait()
        with suppress(TimeoutError):  # of many changes at once only the last is looked at
            async with asyncio.timeout(stream.patience if stream.news.is_set() else 0):
                await self._ending.wait()
        stream.news.clear()


async def _looked(stream: Stream) -> str | None:
    """The mark, None where the stream is over: the rights are gone, or the database is away for now."""
    try:
        return await run_sync(stream.look)
    except (BangdanError, SignInFirst, *FAILING):
        return None


def _changed(mark: str) -> str:
    return f"id: {mark}\nevent: changed\ndata: changed\n\n"
