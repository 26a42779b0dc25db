"""What people tried and were refused, grouped by the reason, with who could have prevented it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bangdan.language import Words
from engine.office import Work
from engine.queries.story import VERBS
from engine.rehearsal.theatre import Refusal
from workflows import duty
from workflows.nomination import FIXED_ARROWS
from workflows.reasons import Reason

EXAMPLES = 3
LATE = "late"
TOO_LATE = frozenset({"DLN-01", "DLN-03"})  # which come first, whatever else there is to say of a late submission

UNIT = Words("推荐单位", "the unit")
OFFICE = Words("秘书处", "the secretariat")


@dataclass(frozen=True, kw_only=True, slots=True)
class Remedy:
    """What a refusal means, who would have had to act, and how."""

    what: Words
    who: Words
    act: Words


REMEDIES: Mapping[str, Remedy] = {
    LATE: Remedy(what=Words("截止后才提交", "submitted after the deadline"), who=UNIT,
                 act=Words("截止前提交；确有需要的，由秘书处在截止前延期",
                           "submit in time; where needed, the secretariat extends before the deadline")),
    "QTA-01": Remedy(what=Words("推荐名额已满", "no place of the quota left"), who=UNIT,
                     act=Words("在名额内取舍", "choose within the places there are")),
    "QTA-02": Remedy(what=Words("渠道无此榜单名额", "the channel has no place on this list"), who=OFFICE,
                     act=Words("核对推荐渠道", "check the unit's channels")),
    "QTA-03": Remedy(what=Words("其余名额须留给特定对象", "the places left are held for others"), who=UNIT,
                     act=Words("推荐规定对象，或调整已提交的项目", "nominate those they are held for")),
    "JNT-01": Remedy(what=Words("共同提名人数不足", "too few nominate jointly"), who=UNIT,
                     act=Words("提交前请其他提名者加入", "have the others join before submitting")),
    "EXC-01": Remedy(what=Words("历年已入选，尚未豁免", "on an earlier edition, not waived"), who=OFFICE,
                     act=Words("说明理由后豁免，或告知不予受理", "waive it with a reason, or tell the unit no")),
    "EXC-02": Remedy(what=Words("历年已入选，不得再荐", "on an earlier edition"), who=UNIT,
                     act=Words("换报其他项目", "nominate something else")),
    "EXC-03": Remedy(what=Words("已获其他奖项，尚未豁免", "winner of another award, not waived"), who=OFFICE,
                     act=Words("说明理由后豁免，或告知不予受理", "waive it with a reason, or tell the unit no")),
    "EXC-04": Remedy(what=Words("已获其他奖项，不得推荐", "winner of another award"), who=UNIT,
                     act=Words("换报其他项目", "nominate something else")),
    "RUL-01": Remedy(what=Words("不符合申报条件", "a rule is not kept"), who=UNIT,
                     act=Words("核对登记的属性；可豁免的由秘书处决定",
                               "check what is declared; where it may be waived, the secretariat decides")),
    "RUL-02": Remedy(what=Words("申报条件所需属性未登记", "what a rule asks about is not declared"), who=UNIT,
                     act=Words("补登记后再提交", "declare it, then submit")),
    "RUL-03": Remedy(what=Words("同一候选对象已由其他渠道推荐", "nominated already by somebody else"), who=UNIT,
                     act=Words("只保留一个推荐渠道", "keep to one channel")),
    "MAT-01": Remedy(what=Words("材料不齐", "incomplete"), who=UNIT,
                     act=Words("督促申报单位补齐材料", "have the applicant complete the material")),
    "DUT-05": Remedy(what=Words("材料在期限之后收到", "paper that came after its date"), who=UNIT,
                     act=Words("按期送达；确需受理的，由秘书处注明理由",
                               "hand it in on time; the secretariat may take it with a reason")),
    "DUT-06": Remedy(what=Words("材料在受理时段之外送到", "paper handed in outside the hours"), who=UNIT,
                     act=Words("在公布的时段内送达", "hand it in within the hours announced")),
    "DUT-07": Remedy(what=Words("有未办结的前置事项", "something must be settled first"), who=UNIT,
                     act=Words("先办结所列事项", "settle what is listed first")),
    "RET-01": Remedy(what=Words("截止后退回而未给补正期限", "returned after the deadline without a date to correct by"),
                     who=OFFICE, act=Words("退回时写明补正期限", "name a date to correct by")),
    "STM-03": Remedy(what=Words("本次活动不得退出或撤回", "this campaign lets nobody withdraw"), who=UNIT,
                     act=Words("提交前核对清楚；有误的请秘书处退回修改或取消资格",
                               "check before submitting; the secretariat can return or disqualify it")),
    "STM-01": Remedy(what=Words("项目状态已变，不能再办", "its state has moved on"), who=UNIT,
                     act=Words("先查看当前状态", "look at where it stands first")),
}  # fmt: skip

IN_ONE_LOT: Mapping[str, Words] = {
    "import": Words("录入", "enters"), "post": Words("邮寄", "posts"), "report": Words("报送评审结果", "reports"),
    "decide": Words("作出评审决定", "decides"), "distinguish": Words("评定", "distinguishes"),
}  # fmt: skip
"""What people do in a rehearsal that is no verb of a single nomination or duty."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One attempt, as an example."""

    at: datetime
    who: str
    what: str
    reason: Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """All attempts that were refused for one reason."""

    code: str
    verb: Words
    remedy: Remedy
    count: int
    examples: tuple[Attempt, ...]


def grouped(work: Work, refusals: Iterable[Refusal]) -> tuple[Group, ...]:
    """By verb and first reason; the largest group first."""
    found: dict[tuple[str, str], list[Refusal]] = {}
    for each in refusals:
        first = each.reasons[0].code
        found.setdefault((LATE if each.verb == "submit" and first in TOO_LATE else first, each.verb), []).append(each)
    groups = [_group(work, code, verb, mine) for (code, verb), mine in found.items()]
    return tuple(sorted(groups, key=lambda group: (-group.count, group.code)))


def _group(work: Work, code: str, verb: str, mine: list[Refusal]) -> Group:
    first = sorted(mine, key=lambda each: each.at)[:EXAMPLES]
    return Group(
        code=mine[0].reasons[0].code if code == LATE else code, verb=verb_words(work, verb), count=len(mine),
        remedy=REMEDIES.get(code) or _unknown(mine[0].reasons[0]),
        examples=tuple(Attempt(at=each.at, who=each.who, what=each.what, reason=each.reasons[0]) for each in first),
    )  # fmt: skip


def _unknown(reason: Reason) -> Remedy:
    return Remedy(
        what=Words(reason.zh, reason.en), who=Words("办理人", "whoever acted"), act=Words("见理由", "see the reason")
    )


def verb_words(work: Work, verb: str) -> Words:
    """A verb of a nomination or a duty in words."""
    arrows = (*work.shape.arrows, *FIXED_ARROWS, *duty.ARROWS)  # a campaign may lack an arrow that somebody tries
    found = next((arrow for arrow in arrows if arrow.verb == verb), None)
    return Words(found.zh, found.en) if found else IN_ONE_LOT.get(verb) or Words(*VERBS.get(verb, (verb, verb)))
