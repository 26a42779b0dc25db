"""A door, a clock and a writer for rounds of delivery that need no server and no templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from notifications.claims import Claimed
from notifications.delivery import Content, Drop
from notifications.doors import Answer, DotGate, Parcel, Report, Stop
from notifications.rendering import Rendered
from tests.notifications.samples import NOON

TAKEN = Answer(kind="sent", words="250 ok")
AWAY = Stop(kind="unreachable", alarm=False, zh="连不上", en="no connection")


class Virtual:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


class Hand:
    """A door that gives each parcel the answer it is told to, after the dot; records what it handed out."""

    def __init__(self, answer: Callable[[Parcel], Answer | Stop] | None = None) -> None:
        self.handed: list[Parcel] = []
        self._answer = answer or (lambda _: TAKEN)

    async def deliver(self, parcels: Sequence[Parcel], *, dot: DotGate, report: Report) -> Stop | None:
        for parcel in parcels:
            answer = self._answer(parcel)
            if isinstance(answer, Stop):
                return answer
            if await dot(parcel):
                self.handed.append(parcel)
                report(parcel, answer)
        return None


def still_true(_: Connection, letters: Sequence[Claimed], _at: datetime) -> list[Mapping[str, Any] | Drop]:
    """Every letter says what it said when it was put."""
    return [one.context for one in letters]


def written(held: Claimed, context: Mapping[str, Any]) -> Content:
    """A letter without a template."""
    return Content(rendered=Rendered(subject=f"还有 {context['days']} 天", text=held.key, html="<p></p>"))
