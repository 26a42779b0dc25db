"""What waits for a second person over the API: read, confirmed, declined, taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from starlette.responses import Response

from bangdan.desk.api.call import Calling
from bangdan.desk.api.dates import Decided
from bangdan.desk.api.routing import CAMPAIGN, Calls
from bangdan.desk.api.shapes import Asked, Id, Reason, Told, parameter, say
from bangdan.desk.policy import OFFICE, READERS
from engine.accounts.tokens import Scope
from engine.office import Work
from engine.proposals import proposing
from engine.queries import proposals as queries
from engine.queries.proposals import MOST, ProposalLine

calls = Calls("复核", "A second person")
ONE = f"{CAMPAIGN}/proposals/{{proposal}}"

Before = Annotated[int | None, parameter("这一序号之前的一页", "the page before that number", 47, ge=1, le=2**53)]


class Decline(Asked):
    """Why not."""

    reason: Reason = say("理由", "why", "日期有误")


class Proposal(Told):
    """What waits, or waited, for a second person."""

    id: str = say("编号", "its id", "q1f0aQ2wX3c4V5b6N7m8kL")
    verb: str = say("事项", "what is to be done", "publish")
    state: str = say("状态", "its state", "open")
    reason: str = say("理由", "why", "评审委员会已审定")
    proposed_by: str = say("提出人", "by whom", "赵书")
    proposed_at: datetime = say("提出时间", "when", "2024-02-20T02:00:00Z")
    expires_at: datetime = say("失效时间", "until when it may be confirmed", "2024-02-27T02:00:00Z")
    decided_by: str = say("复核人", "who decided", "")
    decided_at: datetime | None = say("复核时间", "when it was decided", None)
    note: str = say("复核意见", "what was said about it", "")
    effect: dict[str, Any] = say("提出时的影响", "the consequences as they were then", {})


class Proposals(Told):
    """What waits, the oldest first; what is over, the newest first."""

    waiting: list[Proposal] = say("待复核", "what waits", [])
    decided: list[Proposal] = say("已办结", "what is over", [])
    before: int | None = say("更早的一页从此序号之前", "the number to give for the page before", None)


@calls.get(f"{CAMPAIGN}/proposals", name="list_proposals", allow=READERS, scope=Scope.READ, answers=Proposals,
           zh="待复核和已办结的提案", en="What waits for a second person, and what is over")  # fmt: skip
def list_proposals(call: Calling, before: Before = None) -> Response:
    with call.read() as work:
        waiting, over = queries.waiting(work), queries.decided(work, before=before)
    earlier = over[-1].number if len(over) == MOST else None
    told = [[_told(each) for each in lines] for lines in (waiting, over)]
    return call.plain(Proposals(waiting=told[0], decided=told[1], before=earlier))


def _told(line: ProposalLine) -> Proposal:
    same = {name: getattr(line, name) for name in ("id", "verb", "state", "reason", "decided_by", "decided_at", "note")}
    return Proposal(proposed_by=line.by, proposed_at=line.at, expires_at=line.until, effect=dict(line.effect), **same)


@calls.get(ONE, name="get_proposal", allow=READERS, scope=Scope.READ, answers=Proposal, marked=True,
           zh="读取一个提案", en="Read one proposal")  # fmt: skip
def get_proposal(call: Calling, proposal: Id) -> Response:
    with call.read() as work:
        return call.single(_told(queries.proposal(work, proposal)))


@calls.post(f"{ONE}/confirm", name="confirm_proposal", allow=OFFICE, scope=Scope.DECIDE, answers=Decided,
            zh="第二人确认提案，随即办理", en="Confirm another's proposal: it is done")  # fmt: skip
def confirm_proposal(call: Calling, proposal: Id) -> Response:
    def do(work: Work) -> Decided:
        effect = proposing.confirm(work, proposal, account=call.holder.account)
        return Decided(done=True, preview=False, proposal=None, needs=[], effect=effect)

    return call.change(do, alone=True)


@calls.post(f"{ONE}/decline", name="decline_proposal", allow=OFFICE, scope=Scope.DECIDE, answers=Decided,
            zh="否决提案，须说明理由", en="Decline another person's proposal")  # fmt: skip
def decline_proposal(call: Calling, proposal: Id, body: Decline) -> Response:
    def do(work: Work) -> Decided:
        proposing.decline(work, proposal, reason=body.reason, account=call.holder.account)
        return Decided(done=False, preview=False, proposal=None, needs=[], effect={})

    return call.change(do, alone=True)


@calls.post(f"{ONE}/take-back", name="take_back_proposal", allow=OFFICE, scope=Scope.DECIDE, answers=Decided,
            zh="撤回自己的提案", en="Take one's own proposal back")  # fmt: skip
def take_back_proposal(call: Calling, proposal: Id) -> Response:
    def do(work: Work) -> Decided:
        proposing.take_back(work, proposal, account=call.holder.account)
        return Decided(done=False, preview=False, proposal=None, needs=[], effect={})

    return call.change(do, alone=True)
