"""Parcels taken to the lines of one mail server: who takes what, what an answer means, when to leave the server alone.

Knows no sockets and no library: a line is opened by whoever calls.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from notifications.conversation import Conversation, Limits, Spoken
from notifications.doors import Answer, DotGate, Parcel, Report, Stop, shortened
from notifications.wire import fit_for_envelope

LOGIN_NEEDED = (530, 534, 535, 538)


@dataclass(kw_only=True)
class Errand:
    """One call of `deliver`: what waits, what was lost in a row, and why it ends early if it does."""

    open_line: Callable[[], Awaitable[Conversation | Stop]]
    envelope_sender: str
    limits: Limits
    connections: int
    patience: int
    idle: list[Conversation]
    waiting: deque[Parcel]
    dot: DotGate
    report: Report
    losses: int = 0
    stop: Stop | None = None
    no_line: Stop | None = None

    async def run(self) -> Stop | None:
        # One line first: a server that is down is asked once a round, not once for each connection.
        first = await self._line() if self.waiting else None
        if first is not None:
            hands = min(self.connections, len(self.waiting))
            try:
                async with asyncio.TaskGroup() as group:
                    for line in [first, *[None] * (hands - 1)]:
                        group.create_task(self._work(line))
            except ExceptionGroup as several:
                raise several.exceptions[0] from None  # whatever the gate raised
        return self.stop or (self.no_line if self.waiting else None)

    async def _work(self, line: Conversation | None) -> None:
        """Take parcels to one line until none is left, the round is stopped, or no line can be had."""
        while self.waiting and self.stop is None:
            if line is None or not line.usable:
                line = await self._line()
                if line is None:
                    return
                continue  # somebody may have taken the last parcel while we connected
            parcel = self._next(line)
            while parcel is not None:
                parcel = await self._take(line, parcel)
        if line is not None and line.usable:
            self.idle.append(line)

    async def _line(self) -> Conversation | None:
        while self.idle:
            line = self.idle.pop()
            if line.usable:
                return line
        opened = await self.open_line()
        if isinstance(opened, Stop):
            self.no_line = opened
            return None
        return opened

    def _next(self, line: Conversation) -> Parcel | None:
        """The first parcel that can be offered over this line; those before it are refused at once."""
        while self.waiting and self.stop is None:
            parcel = self.waiting.popleft()
            if not (words := _unfit(line, parcel)):
                return parcel
            self.report(parcel, Answer(kind="refused", words=words))
        return None

    async def _take(self, line: Conversation, parcel: Parcel) -> Parcel | None:
        """Offer a parcel; the one that was announced to the server with its content is to be next on this line."""
        worn = line.letters > 0 or line.announced is not None
        spoken = await line.hand_over(
            parcel, sender=self.envelope_sender, limits=self.limits, gate=self.dot, following=lambda: self._next(line)
        )
        self._judge(parcel, spoken, worn=worn)
        if (following := line.announced) is None or (line.open and self.stop is None):
            return following
        line.close()
        self.waiting.appendleft(following)
        return None

    def _judge(self, parcel: Parcel, spoken: Spoken, *, worn: bool) -> None:
        if spoken.left_out:
            return
        if worn and spoken.stage == "MAIL" and _closed(spoken):
            self.waiting.appendleft(parcel)  # the server had enough of this line; a new one is asked before we judge
            return
        if (stop := _why_stop(spoken)) is not None:
            self.stop = self.stop or stop
            self.waiting.appendleft(parcel)
            return
        self.report(parcel, Answer(kind=_kind(spoken), words=shortened(spoken.words)))
        self._count(spoken)

    def _count(self, spoken: Spoken) -> None:
        turned_away = spoken.stage == "MAIL" and spoken.reply is not None and spoken.reply.code // 100 != 2
        self.losses = self.losses + 1 if _closed(spoken) or turned_away else 0
        if self.losses >= self.patience:
            words = shortened(spoken.words)
            self.stop = self.stop or Stop(
                kind="busy",
                alarm=False,
                zh=f"邮件服务器连续 {self.losses} 次中断或拒绝：{words}",
                en=f"the mail server broke off or turned us away {self.losses} times in a row: {words}",
            )


def _unfit(line: Conversation, parcel: Parcel) -> str:
    """Why this parcel can't be offered over this line at all, empty if it can."""
    if not fit_for_envelope(parcel.to_address):
        return "ADR-01 不是有效的邮箱地址 / not a mail address"
    if not parcel.to_address.isascii() and "smtputf8" not in line.extensions:
        return "ADR-03 邮件服务器不支持此类地址，请索取英文邮箱 / the server can't take this; ask for an ASCII address"
    return ""


def _kind(spoken: Spoken) -> Literal["sent", "known_not_delivered", "refused", "unknown"]:
    """What the deciding answer means for the letter. No answer: it depends on whether the dot may have left."""
    if spoken.reply is None:
        return "unknown" if spoken.dotted else "known_not_delivered"
    first = spoken.reply.code // 100
    if spoken.dotted:
        kinds: dict[int, Literal["sent", "known_not_delivered", "refused"]]
        kinds = {2: "sent", 4: "known_not_delivered", 5: "refused"}
        return kinds.get(first, "unknown")
    return "refused" if first == 5 else "known_not_delivered"


def _closed(spoken: Spoken) -> bool:
    return spoken.reply is None or spoken.reply.code == 421


def _why_stop(spoken: Spoken) -> Stop | None:
    """An answer that is about us and not about this letter, so that every other letter would get it too."""
    if spoken.reply is None or spoken.dotted:
        return None
    words = shortened(f"{spoken.reply.code} {spoken.reply.words}")
    if spoken.reply.code in LOGIN_NEEDED:
        return login_stop(words, words)
    if spoken.stage == "MAIL" and spoken.reply.code // 100 == 5:
        return Stop(
            kind="sender",
            alarm=True,
            zh=f"邮件服务器不接受发件地址：{words}",
            en=f"the mail server does not accept our sender: {words}",
        )
    return None


def login_stop(zh: str, en: str) -> Stop:
    return Stop(kind="login", alarm=True, zh=f"邮件服务器登录失败：{zh}", en=f"login refused: {en}")
