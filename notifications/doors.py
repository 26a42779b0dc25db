"""What a way out of the house looks like to `notifications.delivery`, whatever is behind it.

A door promises: nothing of a letter that could be a delivery leaves before `dot` said yes to it, and each letter that
got as far as a `dot` has exactly one outcome, or none if the door was broken off.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

LONGEST_ANSWER = 300  # characters of a server's words that are kept


@dataclass(frozen=True, kw_only=True, slots=True)
class Parcel:
    """A finished message and the one address it goes to.

    `ready`: it is known to be made of whole CRLF lines of which none begins with a dot, so that nobody need look.
    """

    id: int
    public_id: str
    to_address: str
    date: datetime
    raw: bytes
    ready: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What became of one parcel: the kind, and the words for a person (a server's own, or ours in both languages)."""

    kind: Literal["sent", "known_not_delivered", "refused", "unknown"]
    words: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Stop:
    """Why a door takes nothing more for now; no letter is to blame and none is charged with an attempt.

    `alarm`: time will not mend it (a wrong password, a bad certificate); a person must look. `wait` is how long to
    leave the door alone, if that is known; else see `patience.pause_after_stop`. `per_minute` is the pace that is kept.
    """

    kind: Literal["unreachable", "tls", "login", "sender", "busy", "refused", "pace", "folder", "muted"]
    alarm: bool
    zh: str
    en: str
    wait: timedelta | None = None
    per_minute: int | None = None


DotGate = Callable[[Parcel], Awaitable[bool]]
Report = Callable[[Parcel, Answer], None]


class Door(Protocol):
    """Takes parcels out of the house."""

    async def deliver(self, parcels: Sequence[Parcel], *, dot: DotGate, report: Report) -> Stop | None:
        """Deliver the parcels, the first ones first; those not reported were not touched.

        Just before a parcel could be delivered `dot` is awaited; on False it is left out, unreported.
        """
        ...


def shortened(words: str) -> str:
    """A server's answer as it is kept: one line, not too long."""
    printable = words if words.isprintable() else "".join(char if char.isprintable() else " " for char in words)
    line = " ".join(printable.split())
    return line if len(line) <= LONGEST_ANSWER else line[: LONGEST_ANSWER - 1] + "…"
