"""What institutions and units owe, over the API: the list, one, and what is done about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from starlette.responses import Response

from bangdan.desk.api.call import Call, Calling
from bangdan.desk.api.campaign_shapes import DutyLine
from bangdan.desk.api.nominations import OfUnit
from bangdan.desk.api.routing import CAMPAIGN, Calls
from bangdan.desk.api.shapes import Asked, ForUnit, Id, Line, Name, Reason, Told, parameter, say
from bangdan.desk.policy import EVERYBODY, OFFICE
from engine import duties, given, plain
from engine.accounts.tokens import Scope
from engine.office import Work
from engine.queries.owed import duties as owed
from engine.queries.owed import one
from workflows.nomination import Role

calls = Calls("报送事项", "Duties")
ONE = f"{CAMPAIGN}/duties/{{duty}}"
WHO_FILES = (Role.SECRETARIAT, Role.INSTITUTION, Role.UNIT)
WHO_CONFIRMS = (Role.SECRETARIAT, Role.INSTITUTION)

OfInstitution = Annotated[str | None, parameter("初评机构的代号", "an institution's key", "academy", max_length=64)]
Owing = Annotated[bool, parameter("只看未报送的", "only what is still owed", example=False)]
Overdue = Annotated[bool, parameter("只看已逾期的", "only what is overdue", example=False)]


class DutyList(Told):
    """Duties, those due first in front."""

    rows: list[DutyLine] = say("各行", "the rows", [])


class DutyDone(Told):
    """How a duty stands after something was done about it."""

    id: str = say("编号", "its id", "d1f0aQ2wX3c4V5b6N7m8kL")
    kind: str = say("事项的代号", "which duty", "plan")
    name: str = say("事项", "its name", "评审方案")
    english: str = say("英文名称", "in English", "review plan")
    about: str = say("榜单、领域或项目", "for what", "发明榜·水")
    owner: str = say("责任方", "who owes it", "科学院")
    state: str = say("现在的状态", "its state now", "filed")
    state_zh: str = say("状态", "in Chinese", "已报送")
    state_en: str = say("状态（英文）", "in English", "filed")
    document: str = say("报送的材料", "what was handed in", "评审方案（盖章）")
    due: datetime | None = say("期限", "by when it was due", "2025-03-14T16:00:00Z")
    late: bool = say("是否逾期", "whether it was late", example=False)
    at: datetime = say("收到时间", "when it was accepted", "2025-03-10T02:00:00Z")
    zone: str = say("活动的时区", "the campaign's zone", "Asia/Shanghai")


class File(Asked):
    """What is handed in."""

    document: Name = say("报送了什么", "what is handed in", "评审方案（盖章）")


class Confirm(Asked):
    """What arrived, and when."""

    dated: Line | None = say(
        "邮戳日期或收到时间；不写即现在", "the postmark's day or when it arrived; else now", "2025-03-10 10:30",
        default=None,
    )  # fmt: skip
    note: Line = say("备注，例如快递单号", "a note, such as a parcel's number", "SF1234", default="")
    late: bool = say(
        "逾期仍予受理，须说明理由", "take it though it is late; needs a reason", example=False, default=False
    )
    reason: Reason = say("理由", "why", "", default="")


class SendBack(Asked):
    """Why it is sent back."""

    reason: Reason = say("理由，记入历史", "why; kept in the history", "未盖章")


@calls.get(f"{CAMPAIGN}/duties", name="list_duties", allow=EVERYBODY, scope=Scope.READ, answers=DutyList,
           zh="列出报送、备案、寄送事项，最急的在前", en="List what institutions and units owe")  # fmt: skip
def list_duties(
    call: Calling, *, institution: OfInstitution = None, unit: OfUnit = None, owing: Owing = False,
    overdue: Overdue = False,
) -> Response:  # fmt: skip
    with call.read() as work:
        rows = owed(work, institution=institution, unit=unit, owing=owing, overdue=overdue)
        return call.plain(DutyList.model_validate({"rows": rows}))


@calls.get(ONE, name="get_duty", allow=EVERYBODY, scope=Scope.READ, answers=DutyLine, marked=True,
           zh="读取一个事项", en="Read one duty")  # fmt: skip
def get_duty(call: Calling, duty: Id) -> Response:
    with call.read() as work:
        return call.single(DutyLine.model_validate(one(work, duty)))


@calls.post(f"{ONE}/file", name="file_duty", allow=WHO_FILES, scope=(Scope.REVIEW, Scope.NOMINATE), answers=DutyDone,
            zh="报送", en="File it")  # fmt: skip
def file_duty(call: Calling, duty: Id, body: File, for_unit: ForUnit = None) -> Response:
    return _act(call, duty, lambda work: duties.file(work, duty, document=body.document), for_unit=for_unit)


@calls.post(f"{ONE}/accept", name="accept_duty", allow=OFFICE, scope=Scope.OFFICE, answers=DutyDone,
            zh="备案：接受报送的材料", en="Accept what was filed")  # fmt: skip
def accept_duty(call: Calling, duty: Id) -> Response:
    return _act(call, duty, lambda work: duties.accept(work, duty))


@calls.post(f"{ONE}/confirm", name="confirm_duty", allow=WHO_CONFIRMS, scope=Scope.REVIEW, answers=DutyDone,
            zh="确认收到寄送或送达的材料", en="Confirm that something arrived by post or by hand")  # fmt: skip
def confirm_duty(call: Calling, duty: Id, body: Confirm) -> Response:
    def do(work: Work) -> None:
        when = given.dated(work, body.dated, where="/dated")
        duties.confirm(work, duty, dated=when, note=body.note, late=body.late, reason=body.reason)

    return _act(call, duty, do)


@calls.post(f"{ONE}/send-back", name="send_back_duty", allow=OFFICE, scope=Scope.OFFICE, answers=DutyDone,
            zh="退回报送的材料", en="Send what was filed back")  # fmt: skip
def send_back_duty(call: Calling, duty: Id, body: SendBack) -> Response:
    return _act(call, duty, lambda work: duties.send_back(work, duty, reason=body.reason))


def _act(call: Call, duty: str, do: Callable[[Work], None], *, for_unit: str | None = None) -> Response:
    def carry_out(work: Work) -> DutyDone:
        do(work)
        return DutyDone.model_validate(plain.duty(work, duty))

    return call.change(carry_out, for_unit=for_unit)
