"""A turn of one campaign or of several, as every engine takes it: by the beat of one process, or by a job of the fleet.

On a clock in doubt nothing is done that can't be taken back: the history is sealed, and that is all.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from engine.office import Office
from engine.timekeeping import doubts
from engine.turn import TurnReport, rest, turn

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """The turns that were taken at `at`, and the campaigns whose turn failed. `held`: the clock was in doubt."""

    at: datetime
    turns: tuple[tuple[str, TurnReport], ...]
    failed: tuple[str, ...]
    held: bool


def take(
    office: Office, campaigns: Iterable[str], *, at: datetime, pause: Callable[[], None] | None = None
) -> Taken:  # fmt: skip
    """A turn of each campaign. One that fails is told, for the caller to try again; the others go on."""
    held = doubts.look(office) is not None
    at = office.no_later(at)
    each = rest if held else partial(turn, pause=pause)
    done, failed = [], []
    for key in campaigns:
        try:
            done.append((key, each(office, key, at=at)))
        except Exception:
            logger.exception("turn_failed", extra={"campaign": key})
            failed.append(key)
    return Taken(at=at, turns=tuple(done), failed=tuple(failed), held=held)
