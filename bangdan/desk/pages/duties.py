"""One duty of an institution or a unit: what is owed, by when, and what can be done about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import Field
from starlette.responses import Response

from bangdan.desk.fields import DeskForm
from bangdan.desk.policy import OFFICE, READERS
from bangdan.desk.problems import status_for
from bangdan.desk.routing import Pages
from bangdan.desk.visit import Visit
from bangdan.desk.visiting import Visiting
from bangdan.language import Words
from engine import duties, given, plain
from engine.office import Work
from engine.queries import explaining_duty, owed
from workflows.duty import SHAPE
from workflows.nomination import CLOCK, Role
from workflows.reasons import Reason, Refused

pages = Pages()


class DutyForm(DeskForm):
    """What is done about a duty. `dated` is when what is confirmed arrived or was posted; `late` takes it though."""

    verb: str = Field(max_length=40)
    reason: str = Field(default="", max_length=2000)
    document: str = Field(default="", max_length=2000)
    dated: str = Field(default="", max_length=60)
    note: str = Field(default="", max_length=2000)
    late: bool = False


@pages.get("/c/{campaign}/duties/{duty}", name="duty", allow=READERS)
def duty(visit: Visiting, duty: str) -> Response:
    """Everything about one duty."""
    return _page(visit, duty)


def _page(visit: Visit, duty: str, *, verb: str = "", reasons: tuple[Reason, ...] = ()) -> Response:
    with visit.read() as work:
        found, line = explaining_duty.duty(work, duty), owed.one(work, duty)
    mine = [it for it in found.verbs if Role.SECRETARIAT in it.roles and it.roles != CLOCK]
    return visit.page("institutions/duty.html.j2", status=status_for(reasons) if reasons else 200, found=found,
                      line=line, verbs=mine, tried=verb, reasons=reasons, typed=visit.fields)  # fmt: skip


@pages.post("/c/{campaign}/duties/{duty}", name="duty-do", allow=OFFICE)
def act(visit: Visiting, duty: str) -> Response:
    """Accept it, send it back, confirm that it arrived, or file it for whoever owes it."""
    verb = visit.fields.one("verb")
    try:
        form = visit.form(DutyForm)
        with visit.write() as work:
            duties.find(work, duty)
            visit.once(work, {"duty": duty, **form.asked()}, lambda: _done(work, duty, form))
    except Refused as refused:
        return _page(visit, duty, verb=verb, reasons=refused.reasons)
    words = SHAPE.words(form.verb)
    return visit.go("duty", duty=duty, said=Words(f"已办理：{words.zh}", f"done: {words.en}"))


def _done(work: Work, duty: str, form: DutyForm) -> dict[str, Any]:
    if form.verb not in _ACTS:
        raise Refused(Reason(code="FRM-01", zh="没有这个办理事项", en="there is no such verb", where="verb"))
    _ACTS[form.verb](work, duty, form)
    return plain.duty(work, duty)


def _confirm(work: Work, duty: str, form: DutyForm) -> None:
    dated = given.dated(work, form.dated or None, where="dated")
    duties.confirm(work, duty, dated=dated, note=form.note, late=form.late, reason=form.reason)


_ACTS: Mapping[str, Callable[[Work, str, DutyForm], None]] = {
    "file": lambda work, duty, form: duties.file(work, duty, document=form.document),
    "accept": lambda work, duty, _: duties.accept(work, duty),
    "send-back": lambda work, duty, form: duties.send_back(work, duty, reason=form.reason),
    "confirm": _confirm,
}
