"""What letters of one batch are written of is looked through once, however many of them share it.

Only whoever knows that nobody changes those values meanwhile can say so; otherwise each is looked through each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

_V = TypeVar("_V")
_R = TypeVar("_R")
_Found = dict[tuple[Callable[[Any], Any], int], tuple[Any, Any]]

_FOUND: ContextVar[_Found | None] = ContextVar("found", default=None)


@contextmanager
def unchanged() -> Iterator[None]:
    """Within this block nobody changes a value that was looked at in it."""
    token = _FOUND.set({})
    try:
        yield
    finally:
        _FOUND.reset(token)


def once(look: Callable[[_V], _R], value: _V) -> _R:
    """What `look` finds of a value."""
    known = _FOUND.get()
    if known is None:
        return look(value)
    key = look, id(value)
    if key not in known:
        known[key] = look(value), value  # which is kept, or another might have its id
    found: _R = known[key][0]
    return found
