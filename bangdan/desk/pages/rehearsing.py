"""The page 彩排 of a live desk: put on a rehearsal of the campaign in a copy, go there, end it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from sqlalchemy import select
from sqlmodel import col
from starlette.responses import RedirectResponse, Response

from bangdan.cli.campaign_file import CampaignFile
from bangdan.desk.copied import MOUNT, Copy
from bangdan.desk.fields import DeskForm
from bangdan.desk.policy import OFFICE
from bangdan.desk.problems import status_of
from bangdan.desk.routing import Pages
from bangdan.desk.visit import Visit
from bangdan.desk.visiting import Visiting
from bangdan.language import Words
from bangdan.stage.roster import roster_of
from engine.access import not_found, visible
from engine.rehearsal.play import Size
from engine.tables import Campaign, Unit
from workflows.reasons import FileRefused, Reason

pages = Pages()


class SizeForm(DeskForm):
    """How large a rehearsal is, and the seed that everything made up follows from."""

    seed: int = Field(default=2023, ge=0, le=999_999)
    units: int = Field(default=300, ge=10, le=5000)
    nominations: int = Field(default=2300, ge=1, le=100_000)
    extend: bool = False

    @property
    def size(self) -> Size:
        return Size(seed=self.seed, units=self.units, nominations=self.nominations, extend=self.extend)


class CopyForm(SizeForm):
    """The same, and whose units take part: the campaign's own or made-up ones."""

    roster: Literal["own", "made-up"] = "own"


def page(visit: Visit, *, reasons: tuple[Reason, ...] = (), status: int = 200) -> Response:
    """What is on, or the form to begin."""
    running = _copy(visit).running.get(visit.seat.organiser)
    mine = running is not None and running.campaign == visit.campaign
    with visit.read() as work:
        query = select(col(Unit.id)).where(col(Unit.campaign_id) == work.campaign_id).limit(1)
        units = work.connection.execute(visible(query, Unit, work.actor, work.definition)).first() is not None
    return visit.page(
        "rehearsal/begin.html.j2", status=status, running=running if mine else None, other=running and not mine,
        there=_there(visit), units=units, reasons=reasons, typed=visit.fields, form=CopyForm(),
    )  # fmt: skip


@pages.post("/c/{campaign}/rehearsal/begin", name="rehearsal-begin", allow=OFFICE)
def begin(visit: Visiting) -> Response:
    """Put it on: from the campaign's own file or from one that came with the form."""
    form, attached = visit.form(CopyForm), visit.fields.files.get("file")
    with visit.read() as work:
        roster = roster_of(work) if form.roster == "own" else []
        row = work.connection.execute(
            select(col(Campaign.source), col(Campaign.source_name)).where(col(Campaign.id) == work.campaign_id)
        ).one()
    file = CampaignFile(name=row.source_name, source=row.source.encode("utf-8"))
    if attached is not None:
        file = CampaignFile(name=attached.name, source=attached.content)
    by = visit.actor.name
    try:
        stage = _copy(visit).begin(visit.seat, by, file, size=form.size, roster=roster or None)
    except FileRefused as refused:
        return page(visit, reasons=refused.reasons, status=status_of(refused) or 422)
    return RedirectResponse(_there(visit, stage.pacing.played.campaign), status_code=303)


@pages.post("/c/{campaign}/rehearsal/close", name="rehearsal-close", allow=OFFICE)
def close(visit: Visiting) -> Response:
    """End it and throw its data away."""
    copy, mine = _copy(visit), visit.seat.organiser
    running = copy.running.get(mine)
    if running is not None and running.campaign == visit.campaign:
        copy.end_of(mine)
    return visit.go("rehearsal", said=Words("彩排已结束，数据已丢弃", "the rehearsal is over, its data is gone"))


def _copy(visit: Visit) -> Copy:
    """The place of the copy. Raises NotFound in a rehearsal, which has none of its own."""
    found = getattr(visit.request.app.state, "copy", None)
    if not isinstance(found, Copy):
        raise not_found(visit.campaign)
    return found


def _there(visit: Visit, campaign: str | None = None) -> str:
    """The stage of the copy; its campaign may be another, where another file was rehearsed."""
    running = _copy(visit).running.get(visit.seat.organiser)
    key = campaign or (running.key if running else visit.campaign)
    return f"{visit.request.scope.get('root_path', '')}{MOUNT}/c/{key}/rehearsal"
