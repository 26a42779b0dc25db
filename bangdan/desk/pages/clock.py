"""时钟: whether it is in doubt, what is held meanwhile and who handed in; and the word that it is right."""

from __future__ import annotations

from pydantic import Field
from starlette.responses import Response

from bangdan.desk.fields import DeskForm
from bangdan.desk.policy import OFFICE, READERS
from bangdan.desk.problems import status_for
from bangdan.desk.routing import Pages
from bangdan.desk.visit import Visit
from bangdan.desk.visiting import Visiting
from bangdan.language import Words
from engine.organisers import keeping as organisers
from engine.queries.clock import doubted, in_doubt
from engine.timekeeping import doubts
from engine.turn import campaigns
from workflows.nomination import Role
from workflows.reasons import Reason, Refused

pages = Pages()

CONFIRMED = Words("已确认系统时间正确，暂停的事项继续办理", "confirmed: what was held goes on")


class ClockForm(DeskForm):
    """Why the clock is right."""

    reason: str = Field(default="", max_length=2000)


@pages.get("/c/{campaign}/clock", name="clock", allow=READERS)
def clock(visit: Visiting) -> Response:
    """Both readings, what is due by each, and what was handed in while they disagreed."""
    return _page(visit)


def _page(visit: Visit, *, reasons: tuple[Reason, ...] = (), status: int = 200) -> Response:
    with visit.read() as work:
        return visit.page("clock/page.html.j2", status=status, found=in_doubt(work), doubted=doubted(work),
                          reasons=reasons, typed=visit.fields)  # fmt: skip


@pages.post("/c/{campaign}/clock", name="clock-confirm", allow=OFFICE)
def confirm(visit: Visiting) -> Response:
    """The system's clock is right: everything goes by it again."""
    try:
        form = visit.form(ClockForm)
        _for_every_campaign(visit)
        doubts.confirm(visit.desk.office, visit.actor, reason=form.reason)
    except Refused as refused:
        return _page(visit, reasons=refused.reasons, status=status_for(refused.reasons))
    visit.desk.nudge()
    return visit.go("clock", said=CONFIRMED)


def _for_every_campaign(visit: Visit) -> None:
    """Raises Refused: one clock is everybody's, so who decides about it must have that say in every campaign.

    Where there are several organisers, nobody at the desk does, and nobody is to learn what others there are.
    """
    with visit.desk.office.database.read() as connection:
        if not organisers.alone(connection):
            raise Refused(AT_THE_SERVER)
    mine = {seat.campaign for seat in visit.person.seats if seat.role is Role.SECRETARIAT}
    if not set(campaigns(visit.desk.office)) <= mine:
        raise Refused(NOT_YOURS_ALONE)


AT_THE_SERVER = Reason(
    code="CLK-03",
    zh="本系统的时钟由管理员确认：请管理员在服务器上执行 bangdan clock confirm",
    en="the clock of this house is confirmed by whoever runs the server: bangdan clock confirm",
)
NOT_YOURS_ALONE = Reason(
    code="CLK-02",
    zh="时钟关系到本系统的全部活动，须由各活动秘书处共有的人员确认，或由管理员在服务器上执行 bangdan clock confirm",
    en="the clock is that of every campaign here: it takes somebody of the secretariat of each, "
    "or, on the server, bangdan clock confirm",
)
