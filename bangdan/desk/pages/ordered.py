"""Exports that are too long to be waited for: ordered, made aside by the engine, and fetched by whoever ordered."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import StringConstraints
from starlette.responses import Response

from bangdan.desk.fields import DeskForm
from bangdan.desk.news import orders_news
from bangdan.desk.policy import EVERYBODY
from bangdan.desk.routing import Pages
from bangdan.desk.sheets import fetched, form_known, ordered_file, what_known
from bangdan.desk.visit import Visit
from bangdan.desk.visiting import Visiting
from bangdan.language import Words
from engine.exports import making, narrowing, orders
from engine.exports.catalogue import Form, What, name_of
from engine.exports.narrowing import Narrowed, in_words
from engine.exports.orders import Orderer
from engine.office import Work
from workflows.reasons import Reason, Refused

pages = Pages()

Short = Annotated[str, StringConstraints(max_length=200)]

NOT_REHEARSED = Reason(
    code="EXP-08",
    zh="彩排中不预订导出：无论多少行，都可直接下载",
    en="nothing is ordered in a rehearsal: whatever its size, an export is given at once",
)


class Narrowing(DeskForm):
    """What an order is narrowed to."""

    track: Short = ""
    state: Short = ""
    unit: Short = ""
    text: Short = ""
    settled: bool = False


def by(visit: Visit) -> Orderer:
    """Whose orders the visitor's are."""
    return Orderer(account_id=visit.person.account.id, seat=visit.seat.key)


def seen(visit: Visit, work: Work) -> dict[str, Any]:
    """What a page shows of the visitor's orders; nothing in a rehearsal, where none are made."""
    if visit.desk.rehearsal is not None:
        return {"ordered": None}
    return {"ordered": orders.mine(work, by(visit)), "rests": orders.engine_rests(work), "most": orders.MOST,
            "kept": making.KEPT, "news": orders_news(visit, work, by(visit))}  # fmt: skip


def offer(visit: Visit, work: Work, what: What, form: Form, narrowed: Narrowed) -> Response:
    """The page that says that an export is long, and orders it."""
    chosen = in_words(work, visit.t, what, narrowed)
    return visit.page("exports/order.html.j2", what=what, name=name_of(what), form=form, narrowed=narrowed,
                      chosen=chosen, most=narrowing.AT_ONCE, kept=making.KEPT,
                      rests=orders.engine_rests(work))  # fmt: skip


@pages.post("/c/{campaign}/exports/{what}.{form}/order", name="export-order", allow=EVERYBODY)
def order(visit: Visiting, what: str, form: str) -> Response:
    """Order one. It is no row of the campaign: a supervisor, who changes nothing, orders as well."""
    if visit.desk.rehearsal is not None:
        raise Refused(NOT_REHEARSED)
    chosen, written_as = what_known(what), form_known(form)
    narrowed = Narrowed(**visit.form(Narrowing).model_dump())
    with visit.desk.office.beside(visit.campaign, visit.actor, at=visit.at) as work:
        orders.order(work, by(visit), chosen, written_as, narrowed, lang=visit.lang)
    visit.desk.nudge()
    return visit.go(
        "exports", said=Words("已预订，制作好后可在本页下载", "ordered; it can be fetched here when it is made")
    )


@pages.get("/c/{campaign}/exports/orders/{order}", name="export-fetch", allow=EVERYBODY)
def fetch(visit: Visiting, order: str) -> Response:
    """The file of an order of one's own."""
    with visit.read() as work:
        answer = ordered_file(work, by(visit), order)
    fetched(visit.desk.office, visit.campaign, visit.actor, by(visit), order, at=visit.at)
    return answer


@pages.post("/c/{campaign}/exports/orders/{order}/discard", name="export-discard", allow=EVERYBODY)
def discard(visit: Visiting, order: str) -> Response:
    """Delete an order of one's own, with its file."""
    with visit.desk.office.beside(visit.campaign, visit.actor, at=visit.at) as work:
        orders.discard(work, by(visit), order)
    return visit.go("exports", said=Words("已删除", "deleted"))
