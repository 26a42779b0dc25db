"""What a list of nominations is narrowed to and sorted by, as an address or a form says it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from bangdan.desk.fields import DeskForm
from engine import given
from engine.office import Work
from engine.queries.choosing import ORDERS, WAITING
from engine.queries.listing import NominationLine
from engine.queries.listing import nominations as listed
from engine.queries.naming import channel_named, state_named, tracks_named
from engine.queries.paging import Page, order_named
from workflows.reasons import Reason, Refused

NEWEST = "-drafted"
ROWS = 50  # a page


class Filters(DeskForm):
    """The filters, each as typed; `sort` is one of the list's orders, "-" in front for the other direction."""

    q: str = Field(default="", max_length=200)
    track: str = Field(default="", max_length=200)
    state: str = Field(default="", max_length=100)
    unit: str = Field(default="", max_length=100)
    channel: str = Field(default="", max_length=200)
    waiting: str = Field(default="", max_length=20)
    since: str = Field(default="", max_length=40)
    sort: str = Field(default="", max_length=20)

    @property
    def told(self) -> dict[str, str]:
        """Those that are set."""
        return {name: value for name in Filters.model_fields if (value := getattr(self, name))}

    @property
    def narrowing(self) -> dict[str, str]:
        """The same without the order."""
        return {name: value for name, value in self.told.items() if name != "sort"}


def page_of(work: Work, filters: Filters, *, after: str | None = None, rows: int = ROWS) -> Page[NominationLine]:
    """The nominations that the filters leave. Raises Refused, NotFound."""
    return listed(work, **_chosen(work, filters), text=filters.q, unit=filters.unit or None,
                  order=order_named(filters.sort or NEWEST, ORDERS), after=after, limit=rows)  # fmt: skip


def _chosen(work: Work, filters: Filters) -> dict[str, Any]:
    return {
        "tracks": tracks_named(work.definition, filters.track) if filters.track else None,
        "states": [state_named(work.shape, filters.state)] if filters.state else [],
        "channel": channel_named(work.definition, filters.channel) if filters.channel else None,
        "waiting": _waiting(filters.waiting) if filters.waiting else None,
        "since": _since(work, filters.since) if filters.since else None,
    }


def _waiting(text: str) -> str:
    if text in WAITING:
        return text
    known = ", ".join(WAITING)
    raise Refused(Reason(code="FLT-01", zh=f"没有这种待办：{text!r}；可用：{known}",
                         en=f"nothing waits for {text!r}; known: {known}", where="waiting"))  # fmt: skip


def _since(work: Work, text: str) -> datetime:
    return given.instant(work, text, where="since", edge="start")
