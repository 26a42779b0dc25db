"""Which exports there are, and for whom: what somebody may not take is answered like one that does not exist."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.access import Actor, not_found
from engine.exports.call_sheet import call_sheet
from engine.exports.funnel import funnel
from engine.exports.history import Tell, history
from engine.exports.nominations import EVERYTHING, Wanted, nominations
from engine.exports.recommended import recommended
from engine.exports.sheet import Say, Sheet
from engine.office import Work
from engine.queries.listing import units
from workflows.instants import zone_of
from workflows.nomination import Role
from workflows.reasons import Reason, Refused


class What(StrEnum):
    """An export by the name that addresses use."""

    NOMINATIONS = "nominations"
    RECOMMENDED = "recommended"
    FUNNEL = "funnel"
    CALLS = "calls"
    HISTORY = "history"


class Form(StrEnum):
    """What it is written as."""

    XLSX = "xlsx"
    CSV = "csv"


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """An export as the page of exports offers it."""

    what: What
    name: tuple[str, str]
    about: tuple[str, str]
    roles: tuple[Role, ...]


_OFFICE = (Role.SECRETARIAT, Role.AUDITOR)
_ALL = (*_OFFICE, Role.UNIT, Role.INSTITUTION)

OFFERS = (
    Offer(
        what=What.RECOMMENDED, roles=(*_OFFICE, Role.UNIT), name=("推荐汇总表", "Summary of recommendations"),
        about=("一个单位推荐的全部项目，按榜单、领域排列，供打印盖章，随推荐函报送。全部提交之前标明“草稿”。",
               "What one unit recommends, by list and field, to be printed, sealed and sent; a draft until all is in."),
    ),
    Offer(
        what=What.NOMINATIONS, roles=_ALL, name=("申报项目一览", "Nominations"),
        about=("您能看到的全部项目；前几列与导入模板一致，修改后可再导入。",
               "Every nomination you may see; its first columns are those of the import, which reads it again."),
    ),
    Offer(
        what=What.FUNNEL, roles=_ALL, name=("进展统计", "Progress"),
        about=("各榜单、领域处于各状态的数量。", "How many of each list and field are in which state."),
    ),
    Offer(
        what=What.CALLS, roles=_OFFICE, name=("待电话通知名单", "Call sheet"),
        about=("没有邮箱的联系人、电话和事由，可逐一勾记。",
               "Whom to call for want of an address, with boxes to tick."),
    ),
    Offer(
        what=What.HISTORY, roles=_OFFICE, name=("办理经过", "History"),
        about=("谁在何时办了什么，按封存编号排列。", "Who did what when, by the numbers that are sealed."),
    ),
)  # fmt: skip
_BY_WHAT: Mapping[What, Offer] = {each.what: each for each in OFFERS}


def offered(actor: Actor) -> tuple[Offer, ...]:
    """What the actor may take away."""
    return tuple(each for each in OFFERS if actor.role in each.roles)


def must_be_offered(actor: Actor, what: What) -> None:
    """What is not offered to the actor is not there for them. Raises NotFound."""
    if actor.role not in _BY_WHAT[what].roles:
        raise not_found(what)


def export(
    work: Work, say: Say, what: What, tell: Tell, wanted: Wanted = EVERYTHING, *, settled: bool = False
) -> Sheet:  # fmt: skip
    """One export for the actor. Raises NotFound, Refused (EXP-01: a summary table is of one unit)."""
    must_be_offered(work.actor, what)
    match what:
        case What.NOMINATIONS:
            return nominations(work, say, wanted)
        case What.RECOMMENDED:
            return recommended(work, say, _unit(work, wanted))
        case What.FUNNEL:
            return funnel(work, say)
        case What.CALLS:
            return call_sheet(work, say, settled=settled)
        case What.HISTORY:
            return history(work, say, tell)


def name_of(what: What) -> tuple[str, str]:
    """What the export is called, in both languages."""
    return _BY_WHAT[what].name


def _unit(work: Work, wanted: Wanted) -> str:
    """The unit that a summary table is of: the actor's own, or the one that is named."""
    if wanted.unit:
        return wanted.unit
    if work.actor.role is Role.UNIT:
        return units(work, limit=1).rows[0].code  # it sees itself and nobody else
    raise Refused(
        Reason(code="EXP-01", where="unit", zh="推荐汇总表按单位导出，请填写单位编号",
               en="a summary table is of one unit; give the unit's code")
    )  # fmt: skip


def file_name(work: Work, sheet: Sheet, form: Form) -> str:
    """What the file is called: the campaign, the subject and the day."""
    day = work.at.astimezone(zone_of(work.definition.zone)).date()
    return f"{work.definition.key}-{sheet.name}-{day.isoformat()}.{form}"
