"""Pages of a long list: in which order, how many rows, and where the next one goes on.

A page ends with a cursor that names the order, the value of its last row in that order, and the row's id. The next one
goes on behind it wherever that row stands now, so nothing is shown twice and nothing is skipped that did not move.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from workflows.reasons import Reason, Refused

MOST = 1000  # rows a page
LONGEST_CURSOR = 2000  # characters
T = TypeVar("T")


class HasId(Protocol):
    """A line that is known by a public id."""

    @property
    def id(self) -> str: ...


Named = TypeVar("Named", bound=HasId)


@dataclass(frozen=True, kw_only=True, slots=True)
class Page(Generic[T]):
    """Some rows, and the cursor to go on after; None when there are no more."""

    rows: tuple[T, ...]
    after: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """By what a list is sorted; `down` puts the last first."""

    by: str
    down: bool = False

    def __str__(self) -> str:
        return f"-{self.by}" if self.down else self.by


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """The last row of the page before: its value in the list's order, and its public id."""

    value: str
    id: str


def order_named(text: str, known: Collection[str]) -> Order:
    """The order that `text` names, "-" in front for the other direction. Raises Refused (SRT-01)."""
    order = Order(by=text.removeprefix("-"), down=text.startswith("-"))
    if order.by in known:
        return order
    listed = ", ".join(known)
    raise Refused(
        Reason(code="SRT-01", zh=f"不能按 {text[:40]!r} 排序；可用：{listed}，前面加“-”为倒序",
               en=f'can\'t sort by {text[:40]!r}; known: {listed}, with "-" in front for the other direction')
    )  # fmt: skip


def page_size(limit: int) -> int:
    """The number of rows, if a page may have so many. Raises Refused (PAG-02)."""
    if not 1 <= limit <= MOST:
        raise Refused(Reason(code="PAG-02", zh=f"每页须为1至{MOST}行，读到{str(limit)[:20]}",
                             en=f"a page has 1 to {MOST} rows; read {str(limit)[:20]}"))  # fmt: skip
    return limit


def page_of(lines: Iterable[Named], count: int) -> Page[Named]:
    """A page of a list that has one order: of one line more than it holds, which shows whether it goes on."""
    every = tuple(lines)
    return Page(rows=every[:count], after=every[count - 1].id if len(every) > count else None)


def cursor(order: Order, value: str, public_id: str) -> str:
    """What the next page is asked for with."""
    told = json.dumps([str(order), value, public_id], ensure_ascii=False, separators=(",", ":"))
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def mark(order: Order, text: str) -> Mark:
    """Where the list goes on. Raises Refused (PAG-01) for a cursor of another order, or none of ours."""
    match _decoded(text):
        case [str() as of, str() as value, str() as public_id] if of == str(order):
            return Mark(value=value, id=public_id)
        case [str(), str(), str()]:
            raise wrong_cursor("续页标记属于另一种排序", "this cursor belongs to another order")
    raise wrong_cursor("续页标记不完整或已损坏", "this cursor is broken")


def _decoded(text: str) -> object:
    if len(text) > LONGEST_CURSOR:
        return None
    try:
        return json.loads(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))
    except (binascii.Error, ValueError):
        return None


def wrong_cursor(zh: str, en: str) -> Refused:
    """PAG-01, with what is wrong with it."""
    return Refused(Reason(code="PAG-01", zh=f"{zh}，请从第一页重新查看", en=f"{en}; begin again with the first page"))
