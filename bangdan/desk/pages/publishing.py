"""发布: what would be published, list by list; it is proposed here, and happens when a second person confirms."""

from __future__ import annotations

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
from engine.office import Work
from engine.proposals import proposing
from engine.queries.publishing import against, selected, to_publish
from workflows.reasons import Reason, Refused

pages = Pages()

PROPOSED = Words("已提交复核：另一人确认后即发布", "proposed: it is published when a second person confirms it")


class PublishForm(DeskForm):
    """Which lists; a remark for the second person."""

    lists: tuple[str, ...] = ()
    reason: str = Field(default="", max_length=2000)


@pages.get("/c/{campaign}/publish", name="publish", allow=READERS)
def publish(visit: Visiting) -> Response:
    """Who is selected on each list, against its number."""
    return _shown(visit)


def _shown(visit: Visit, *, reasons: tuple[Reason, ...] = (), status: int = 200) -> Response:
    with visit.read() as work:
        found = against(work) if visit.office else ()
        lists, standing = to_publish(work), work.calendar[work.definition.publication]
        named = work.definition.milestone_by_key[work.definition.publication]
        parted = ((key, each.field) for key, each in work.definition.tracks.items() if each.field)
        fields = {key: Words(field.name, field.english or field.name) for key, field in parted}
    return visit.page("proposals/publish.html.j2", status=status, lists=lists, standing=standing, milestone=named,
                      against=reasons or found, fields=fields, typed=visit.fields)  # fmt: skip


@pages.post("/c/{campaign}/publish", name="publish-propose", allow=OFFICE)
def propose(visit: Visiting) -> Response:
    """Ask for the second person's word on publishing these lists."""
    form = visit.form(PublishForm)
    try:
        with visit.write(alone=True) as work:
            asked, account = _asked(work, form), visit.person.account.public_id
            told = visit.once(work, form.asked(), lambda: {
                "proposal": proposing.propose(work, "publish", asked, account=account)})  # fmt: skip
    except Refused as refused:
        return _shown(visit, reasons=refused.reasons, status=status_for(refused.reasons))
    return visit.go("proposal", proposal_id=told["proposal"], said=PROPOSED)


def _asked(work: Work, form: PublishForm) -> dict[str, Any]:
    """Every one of the lists that were ticked, by id: what is selected later is another publication."""
    tracks = work.definition.tracks
    ids = [each.id for each in selected(work) if tracks[each.track].list.key in form.lists]
    return {"ids": ids, "reason": form.reason}
