"""The codes with which the request under way was refused, for whoever counts them."""

from __future__ import annotations

from collections.abc import Iterable
from contextvars import ContextVar

from workflows.reasons import Reason

_codes: ContextVar[list[str] | None] = ContextVar("refused", default=None)


def begin() -> list[str]:
    """A list for this request, to which its refusals are added."""
    codes: list[str] = []
    _codes.set(codes)
    return codes


def note(reasons: Iterable[Reason]) -> None:
    """The request was refused for these."""
    codes = _codes.get()
    if codes is not None:
        codes.extend(each.code for each in reasons)
