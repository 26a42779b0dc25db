"""复核: what waits for a second person, and their word on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import Field
from starlette.responses import Response

from bangdan.desk.fields import DeskForm, Ordinal
from bangdan.desk.policy import OFFICE, READERS
from bangdan.desk.problems import status_for
from bangdan.desk.routing import Pages
from bangdan.desk.visit import Visit
from bangdan.desk.visiting import Visiting
from bangdan.language import Words
from engine.office import Work
from engine.proposals import proposing, refusals
from engine.queries.proposals import MOST, ProposalLine, decided, proposal, waiting
from workflows.reasons import BangdanError, Reason, Refused

pages = Pages()


class DeclineForm(DeskForm):
    """Why not."""

    reason: str = Field(default="", max_length=2000)


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """One proposal for who asks: whether it is `mine`, and what is against confirming it `now`."""

    line: ProposalLine
    mine: bool
    now: tuple[Reason, ...] = ()


@pages.get("/c/{campaign}/proposals", name="proposals", allow=READERS)
def proposals(visit: Visiting, before: Ordinal | None = None) -> Response:
    """What waits, and what was decided."""
    with visit.read() as work:
        over = decided(work, before=before)
        return visit.page("proposals/list.html.j2", waiting=waiting(work), decided=over,
                          before=over[-1].number if len(over) == MOST else None, first=before is None)  # fmt: skip


@pages.get("/c/{campaign}/proposals/{proposal_id}", name="proposal", allow=READERS)
def one_proposal(visit: Visiting, proposal_id: str) -> Response:
    """What was proposed, whether it still stands, and (for another one of the secretariat) the answer to it."""
    return _shown(visit, proposal_id)


def _shown(visit: Visit, key: str, *, reasons: tuple[Reason, ...] = (), status: int = 200) -> Response:
    with visit.read() as work:
        line = proposal(work, key)
    look = Look(line=line, mine=line.proposer == visit.person.account.public_id, now=_against(visit, line))
    return visit.page("proposals/one.html.j2", status=status, look=look, reasons=reasons, typed=visit.fields)


def _against(visit: Visit, line: ProposalLine) -> tuple[Reason, ...]:
    """What stands against it by now, found out by trying: for who may decide about it."""
    if not (line.waits and visit.office):
        return ()
    try:
        with visit.write(alone=True) as work:
            seen = proposing.preview(work, line.verb, line.arguments)
    except BangdanError as refused:
        return refused.reasons
    return () if seen.digest == line.digest else (refusals.changed(),)


@pages.post("/c/{campaign}/proposals/{proposal_id}/confirm", name="proposal-confirm", allow=OFFICE)
def confirm(visit: Visiting, proposal_id: str) -> Response:
    """Do what was proposed, at this instant."""
    visit.form(DeskForm)
    said = Words("已复核并办理", "confirmed and done")
    return _decide(
        visit, proposal_id, said, lambda work, account: proposing.confirm(work, proposal_id, account=account)
    )


@pages.post("/c/{campaign}/proposals/{proposal_id}/decline", name="proposal-decline", allow=OFFICE)
def decline(visit: Visiting, proposal_id: str) -> Response:
    """Say no, and why."""
    form, said = visit.form(DeclineForm), Words("已告知不予同意", "declined")

    def do(work: Work, account: str) -> dict[str, Any]:
        proposing.decline(work, proposal_id, reason=form.reason, account=account)
        return {}

    return _decide(visit, proposal_id, said, do)


@pages.post("/c/{campaign}/proposals/{proposal_id}/take-back", name="proposal-take-back", allow=OFFICE)
def take_back(visit: Visiting, proposal_id: str) -> Response:
    """Withdraw one's own."""
    visit.form(DeskForm)

    def do(work: Work, account: str) -> dict[str, Any]:
        proposing.take_back(work, proposal_id, account=account)
        return {}

    return _decide(visit, proposal_id, Words("已撤回", "taken back"), do)


def _decide(
    visit: Visit, key: str, said: Words, do: Callable[[Work, str], dict[str, Any]]
) -> Response:  # fmt: skip
    """Once for each form; what is against it is said on the proposal's page."""
    asked = {"to": visit.request.url.path, "reason": visit.fields.one("reason")}
    try:
        with visit.write(alone=True) as work:
            visit.once(work, asked, lambda: do(work, visit.person.account.public_id))
    except Refused as refused:
        return _shown(visit, key, reasons=refused.reasons, status=status_for(refused.reasons))
    return visit.go("proposal", proposal_id=key, said=said)
