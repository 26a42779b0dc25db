"""What the secretariat decides beside: objections in a public notice, quotas, tracks with too few entries."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Literal

from starlette.responses import Response

from bangdan.desk.api.call import Calling
from bangdan.desk.api.campaign_shapes import ObjectionLine, Short
from bangdan.desk.api.routing import CAMPAIGN, Calls
from bangdan.desk.api.shapes import Asked, Id, Key, Line, Name, Preview, Reason, Told, parameter, say
from bangdan.desk.policy import OFFICE, READERS
from engine import given, objections, shortfall
from engine.accounts.tokens import Scope
from engine.office import Work
from engine.queries.objections import objections as raised
from engine.quota_changes import change_quota

calls = Calls("异议、名额与其他", "Objections, quotas and more")
Every = Annotated[bool, parameter("连同已处理的", "settled ones too", example=False)]


class ObjectionList(Told):
    """Objections."""

    rows: list[ObjectionLine] = say("各行", "the rows", [])


class Objection(Asked):
    """Who objects, and why. The unit is not told who."""

    name: Name = say("异议人真实姓名或单位名称", "the real name", "王五")
    contact: Name = say("电话或邮箱", "a telephone number or an address", "13700137000")
    organisation: Line = say("异议人单位", "where they work", "某某大学", default="")
    reason: Reason = say("理由", "why", "成果归属有争议")


class Entered(Told):
    """The objection that was entered."""

    id: str = say("编号", "its id", "o1f0aQ2wX3c4V5b6N7m8kL")
    nomination: str = say("申报项目的编号", "the nomination's id", "Zk3vT0m1q2W4x5Y6z7A8bQ")


class Settle(Asked):
    """Whether it is upheld, and what follows."""

    upheld: bool = say("是否成立", "whether it is upheld", example=False)
    reason: Reason = say("理由", "why", "经核查，归属清楚")
    then: Literal["eliminate", "disqualify", "return"] | None = say(
        "成立时同时办理", "if upheld, done in the same step", None, default=None
    )
    repeat: bool = say("重新公示同样长的时间", "its notice runs again as long", example=False, default=False)
    until: Line | None = say("重新公示到何时", "until when it runs again", None, default=None)


class Settled(Told):
    """How it was settled."""

    id: str = say("编号", "its id", "o1f0aQ2wX3c4V5b6N7m8kL")
    upheld: bool = say("是否成立", "whether it is upheld", example=False)
    until: datetime | None = say("重新公示到", "until when the notice runs again", None)


class NewQuota(Asked):
    """Another number, and why."""

    limit: int | None = say("新的名额，空为不限", "the new number; null: unlimited", 3, ge=0, le=10_000)
    unit: Line | None = say("只改这个单位的", "of this unit only", None, default=None)
    keep: bool = say("已超出的单位保留现有项目，不再新增", "who has more keeps it", example=False, default=False)
    reason: Reason = say("理由", "why", "经研究同意")


class Over(Told):
    """A unit that has more than its places now."""

    unit: str = say("单位编号", "its code", "EE")
    name: str = say("名称", "its name", "中国电子学会")
    scope: str = say("范围", "what it is counted over", "发明榜·水")
    used: int = say("已用", "used", 4)
    limit: int = say("名额", "places", 3)


class QuotaChanged(Told):
    """What a change of a quota did."""

    quota: str = say("名额规定的代号", "the quota's key", "inventions")
    unit: str | None = say("单位编号", "the unit's code", None)
    old: int | None = say("原名额，空为不限", "the old number", 2)
    new: int | None = say("新名额，空为不限", "the new number", 3)
    over: list[Over] = say("超出的单位", "units that have more", [])


class Why(Asked):
    """Why."""

    reason: Reason = say("理由", "why", "经研究同意")


@calls.get(f"{CAMPAIGN}/objections", name="list_objections", allow=READERS, scope=Scope.READ, answers=ObjectionList,
           zh="异议清单", en="The objections")  # fmt: skip
def list_objections(call: Calling, *, every: Every = False) -> Response:
    with call.read() as work:
        return call.plain(ObjectionList.model_validate({"rows": raised(work, all_of_them=every)}))


@calls.post(f"{CAMPAIGN}/nominations/{{nomination}}/object", name="object_nomination", allow=OFFICE,
            scope=Scope.OFFICE, answers=Entered, status=201, zh="登记公示期收到的异议", en="Enter an objection",
            about=("须实名、有理由；不告知推荐单位是谁提出", "Named, and with a reason."))  # fmt: skip
def object_nomination(call: Calling, nomination: Id, body: Objection) -> Response:
    def do(work: Work) -> Entered:
        return Entered(id=objections.object_(work, nomination, **body.model_dump()), nomination=nomination)

    return call.change(do, status=201)


@calls.post(f"{CAMPAIGN}/objections/{{objection}}/settle", name="settle_objection", allow=OFFICE, scope=Scope.DECIDE,
            answers=Settled, zh="处理异议：成立或不成立", en="Uphold or dismiss an objection")  # fmt: skip
def settle_objection(call: Calling, objection: Id, body: Settle) -> Response:
    def do(work: Work) -> Settled:
        until = given.instant(work, body.until, where="/until") if body.until else None
        end = objections.settle(work, objection, upheld=body.upheld, reason=body.reason, then=body.then,
                                repeat=body.repeat or until is not None, until=until)  # fmt: skip
        return Settled(id=objection, upheld=body.upheld, until=end)

    return call.change(do)


@calls.post(f"{CAMPAIGN}/quotas/{{quota}}", name="change_quota", allow=OFFICE, scope=Scope.DECIDE,
            answers=QuotaChanged, zh="调整名额：全部单位或一个单位", en="Change a quota, for all or for one unit",
            about=("先用 preview=true 查看影响", "Look first with preview=true."))  # fmt: skip
def set_quota(call: Calling, quota: Key, body: NewQuota, *, preview: Preview = False) -> Response:
    def do(work: Work) -> QuotaChanged:
        return QuotaChanged.model_validate(asdict(change_quota(work, quota, **body.model_dump())))

    return call.change(do, alone=True, preview=preview)


@calls.post(f"{CAMPAIGN}/proceed", name="proceed", allow=OFFICE, scope=Scope.DECIDE, answers=Short,
            zh="申报不足的榜单或领域仍进入评审", en="Let a track with too few entries enter review")  # fmt: skip
def proceed(
    call: Calling, body: Why, *, track: Annotated[str, parameter("榜单或领域", "a list or list/field", "people")]
) -> Response:
    def do(work: Work) -> Short:
        return Short.model_validate(shortfall.proceed(work, given.one_track(work, track, where="?track"),
                                                      reason=body.reason))  # fmt: skip

    return call.change(do)
