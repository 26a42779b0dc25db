"""Recommending units: the list, and one with its places, its people and its nominations."""

from __future__ import annotations

from starlette.responses import Response

from bangdan.desk.policy import READERS
from bangdan.desk.problems import status_for
from bangdan.desk.routing import Pages
from bangdan.desk.visiting import Visiting
from bangdan.language import Words
from engine import classes, units
from engine.attributes import in_words
from engine.office import Work
from engine.queries import details
from engine.queries.listing import UNIT_ORDERS, UnitLine
from engine.queries.listing import units as listed
from engine.queries.naming import channel_named
from engine.queries.owed import duties
from engine.queries.paging import Page, order_named
from engine.queries.unit_places import totals_of
from workflows.reasons import Reason, Refused

pages = Pages()

BY_NAME = "name"
COLUMNS = (
    ("name", Words("推荐单位", "Unit")), ("code", Words("编号", "Code")), ("placed", Words("已用名额", "Places used")),
    ("drafts", Words("草稿", "Drafts")),
)  # fmt: skip


@pages.get("/c/{campaign}/units", name="units", allow=READERS)
def every(
    visit: Visiting, *, q: str = "", channel: str = "", unreachable: bool = False, sort: str = "",
    after: str | None = None,
) -> Response:  # fmt: skip
    """The units that were asked for."""
    told = {"q": q.strip(), "channel": channel, "unreachable": "true" if unreachable else "", "sort": sort}
    with visit.read() as work:
        page, reasons = _asked(work, told, after)
        return visit.page(
            "units/_found.html.j2" if visit.partial else "units/list.html.j2",
            status=status_for(reasons) if reasons else 200, page=page, reasons=reasons, columns=COLUMNS,
            told={name: value for name, value in told.items() if value}, first=after is None, sort=sort or BY_NAME,
            totals=totals_of(work, [row.code for row in page.rows]) if page else {}, definition=work.definition,
        )  # fmt: skip


def _asked(
    work: Work, told: dict[str, str], after: str | None
) -> tuple[Page[UnitLine] | None, tuple[Reason, ...]]:  # fmt: skip
    try:
        channel = channel_named(work.definition, told["channel"]) if told["channel"] else None
        order = order_named(told["sort"] or BY_NAME, UNIT_ORDERS)
        page = listed(
            work, channel=channel, text=told["q"], unreachable=bool(told["unreachable"]), order=order, after=after
        )
    except Refused as refused:
        return None, refused.reasons
    return page, ()


@pages.get("/c/{campaign}/units/{unit}", name="unit", allow=READERS)
def one(visit: Visiting, unit: str) -> Response:
    """Everything about one unit."""
    with visit.read() as work:
        full, row = details.unit(work, unit), units.find(work, unit)
        own = classes.own_of(work, row.id)
        return visit.page(
            "units/one.html.j2", full=full, definition=work.definition, own=work.calendar.get(own) if own else None,
            attributes=[(each, value) for each, value in in_words(work.definition, full.attributes)],
            duties=duties(work, unit=unit), collection=work.calendar[work.definition.collection],
        )  # fmt: skip
