"""What a page needs to hear of changes: where it listens, and the mark of what it shows.

`news=news(visit, work)` among a page's values, `{{ parts.news(news) }}` in its template.
"""

from __future__ import annotations

from dataclasses import dataclass

from bangdan.desk.visit import Visit
from engine.changes.marks import mark
from engine.exports import orders
from engine.exports.orders import Orderer
from engine.office import Work


@dataclass(frozen=True, kw_only=True, slots=True)
class News:
    """Where the page listens, and what it is compared with."""

    url: str
    since: str


def news(visit: Visit, work: Work, nomination: str | None = None, *, letters: bool = False) -> News | None:
    """Of the campaign, of its letters too, or of one nomination; None where there are no streams, as in a rehearsal."""
    if not visit.request.app.state.live.is_open:
        return None
    url = (
        visit.url("nomination-live", nomination=nomination)
        if nomination
        else visit.url("live", letters=letters or None)
    )
    return News(url=url, since=mark(work, visit.desk.keys, nomination))


def orders_news(visit: Visit, work: Work, by: Orderer) -> News | None:
    """Of the exports that the visitor ordered."""
    if not visit.request.app.state.live.is_open:
        return None
    return News(url=visit.url("exports-live"), since=orders.mark(work, by, visit.desk.keys))
