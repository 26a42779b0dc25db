"""日程: every milestone with what was announced to whom; a date is moved after a look at all consequences."""

from __future__ import annotations

from starlette.responses import Response

from bangdan.desk.dates import MoveForm, arguments
from bangdan.desk.milestones import calendar as every_milestone
from bangdan.desk.milestones import detail
from bangdan.desk.policy import OFFICE, READERS
from bangdan.desk.problems import status_for
from bangdan.desk.routing import Pages
from bangdan.desk.visit import Visit
from bangdan.desk.visiting import Visiting
from bangdan.language import Words
from bangdan.report.gantt import gantt
from bangdan.report.standing import underway
from engine.office import Work
from engine.proposals import proposing
from workflows.instants import InstantRefused
from workflows.reasons import Reason, Refused

pages = Pages()

MOVED = Words("已调整，更正通知已列入发送", "moved; the corrections are on their way")
PROPOSED = Words("已提交复核：另一人确认后才会调整", "proposed: it moves when a second person confirms it")


@pages.get("/c/{campaign}/calendar", name="calendar", allow=READERS)
def calendar(visit: Visiting) -> Response:
    """The picture, and every milestone."""
    with visit.read() as work:
        picture = gantt(underway(work), work.at)
        return visit.page("calendar/list.html.j2", found=every_milestone(work), drawn=picture)


@pages.get("/c/{campaign}/calendar/{key:path}", name="milestone", allow=READERS)
def milestone(visit: Visiting, key: str) -> Response:
    """One milestone, and (for the secretariat) the forms that move it."""
    with visit.read() as work:
        return _detail(visit, work, key)


def _detail(visit: Visit, work: Work, key: str, *, reasons: tuple[Reason, ...] = (), status: int = 200) -> Response:
    return visit.page("calendar/milestone.html.j2", status=status, it=work.definition, found=detail(work, key),
                      typed=visit.fields, reasons=reasons, summary=[each.at("") for each in reasons])  # fmt: skip


@pages.post("/c/{campaign}/calendar-preview", name="calendar-preview", allow=OFFICE)
def preview(visit: Visiting) -> Response:
    """What moving it would do; nothing is stored. What can't be is said beside what was typed."""
    form = visit.form(MoveForm)
    try:
        with visit.write(alone=True) as work:
            seen = proposing.preview(work, form.verb, arguments(work, form))
            return visit.page("calendar/preview.html.j2", form=form, seen=seen)
    except (Refused, InstantRefused) as refused:
        with visit.read() as work:
            return _detail(visit, work, form.milestone, reasons=refused.reasons, status=status_for(refused.reasons))


@pages.post("/c/{campaign}/calendar-move", name="calendar-move", allow=OFFICE)
def move(visit: Visiting) -> Response:
    """Move it, as far as one person may."""
    form = visit.form(MoveForm)
    with visit.write(alone=True) as work:
        asked = arguments(work, form)
        told = visit.once(work, {"verb": form.verb, **asked}, lambda: proposing.carry_out(work, form.verb, asked))
    return visit.go("milestone", key=told["milestone"], said=MOVED)


@pages.post("/c/{campaign}/calendar-propose", name="calendar-propose", allow=OFFICE)
def propose(visit: Visiting) -> Response:
    """Ask for a second person's word."""
    form = visit.form(MoveForm)
    with visit.write(alone=True) as work:
        asked, account = arguments(work, form), visit.person.account.public_id
        told = visit.once(work, {"verb": f"propose-{form.verb}", **asked}, lambda: {
            "proposal": proposing.propose(work, form.verb, asked, account=account)})  # fmt: skip
    return visit.go("proposal", proposal_id=told["proposal"], said=PROPOSED)
