"""Nominations over the API: lists, one in full, its explanation and history, and its verbs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Annotated, Any, Literal

from starlette.responses import Response

from bangdan.desk.api.call import Call, Calling
from bangdan.desk.api.nomination_shapes import (
    Done,
    Draft,
    Edit,
    Explanation,
    History,
    Joined,
    Joiner,
    Nomination,
    NominationPage,
    Promote,
    Reasoned,
    Return,
    Waive,
)
from bangdan.desk.api.routing import CAMPAIGN, Calls
from bangdan.desk.api.shapes import After, ForUnit, Id, Limit, parameter, pointing
from bangdan.desk.policy import EVERYBODY, OFFICE
from engine import endorsing, given, nominations, taking, units
from engine.access import not_found
from engine.accounts.tokens import Scope
from engine.draft_texts import Typed, draft_values
from engine.office import Work
from engine.plain import answered
from engine.queries import told
from engine.queries.choosing import ORDERS
from engine.queries.details import nomination as in_full
from engine.queries.details import nomination_row
from engine.queries.explaining import explain
from engine.queries.listing import nominations as listed
from engine.queries.naming import channel_named, state_named, tracks_named
from engine.queries.paging import order_named
from engine.queries.story import story_of
from engine.taking import Answer
from workflows.nomination import Role

calls = Calls("申报项目", "Nominations")
NOMINATORS = (Role.SECRETARIAT, Role.UNIT)
ONE = f"{CAMPAIGN}/nominations/{{nomination}}"

Track = Annotated[
    str | None,
    parameter("榜单或领域，代号或名称", "a list or list/field, by key or name", "pioneer/it", max_length=100),
]
States = Annotated[str | None, parameter("状态，代号或名称", "a state, by key or name", "submitted", max_length=100)]
OfUnit = Annotated[str | None, parameter("推荐单位的编号", "a unit's code", "EE", max_length=64)]
ByChannel = Annotated[
    str | None, parameter("推荐渠道，代号或名称", "a channel, by key or name", "societies", max_length=100)
]
Waiting = Annotated[Literal["waiver", "objection"] | None, parameter("等待处理的", "what waits for somebody", "waiver")]
Since = Annotated[
    str | None, parameter("此时之后有变动的", "what changed since then", "2023-11-20T02:00:00Z", max_length=60)
]
Text = Annotated[str, parameter("检索：名称中的文字、拼音", "a part of a name, or its pinyin", "量子", max_length=100)]
Sort = Annotated[
    str,
    parameter(f"排序：{'、'.join(ORDERS)}；前加“-”为倒序", "the order; - for the other way", "-changed", max_length=20),
]
Before = Annotated[int | None, parameter("这一序号之前的一页", "the page before that number", 4711, ge=1, le=2**53)]


@calls.get(
    f"{CAMPAIGN}/nominations", name="list_nominations", allow=EVERYBODY, scope=Scope.READ, answers=NominationPage,
    zh="列出申报项目", en="List nominations", paged=True,
    about=("可筛选、检索、排序；按续页标记逐页读取", "Filtered, searched and in an order, page by page."),
)  # fmt: skip
def list_nominations(
    call: Calling, *, track: Track = None, state: States = None, unit: OfUnit = None, channel: ByChannel = None,
    waiting: Waiting = None, since: Since = None, text: Text = "", sort: Sort = "drafted", after: After = None,
    limit: Limit = 50,
) -> Response:  # fmt: skip
    with call.read() as work:
        page = listed(
            work, tracks=tracks_named(work.definition, track) if track else None,
            states=[state_named(work.shape, state)] if state else [], unit=unit,
            channel=channel_named(work.definition, channel) if channel else None, waiting=waiting,
            since=given.instant(work, since, where="?since", edge="start") if since else None, text=text,
            order=order_named(sort, ORDERS), after=after, limit=limit,
        )  # fmt: skip
        return call.page(NominationPage.model_validate(page))


@calls.get(
    ONE, name="get_nomination", allow=EVERYBODY, scope=Scope.READ, answers=Nomination, marked=True,
    zh="读取一个申报项目", en="Read one nomination",
    about=("ETag 用于修改时的 If-Match", "Its ETag goes into If-Match when it is changed."),
)  # fmt: skip
def get_nomination(call: Calling, nomination: Id) -> Response:
    with call.read() as work:
        row, found = nomination_row(work, nomination), in_full(work, nomination)
        known = found.line.state == row.state  # else not even that it was judged is told, and nothing can be edited
        version = row.version if known else 0
        return call.single(Nomination.model_validate({**_fields(found), "version": version}), version=version)


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


@calls.get(
    f"{ONE}/explanation", name="explain_nomination", allow=EVERYBODY, scope=Scope.READ, answers=Explanation,
    zh="说明一个项目：来由、下一步、谁来办、期限、受何阻碍", en="Explain a nomination",
    about=("与页面上的按钮、拒绝的理由出自同一规则", "By the same guards as the buttons and the refusals."),
)  # fmt: skip
def explain_nomination(call: Calling, nomination: Id) -> Response:
    with call.read() as work:
        nomination_row(work, nomination)
        return call.plain(Explanation.model_validate(explain(work, nomination)))


@calls.get(
    f"{ONE}/history", name="history_of_nomination", allow=EVERYBODY, scope=Scope.READ, answers=History,
    zh="一个项目的经过", en="What happened to a nomination",
)  # fmt: skip
def history_of_nomination(call: Calling, nomination: Id, before: Before = None, limit: Limit = 50) -> Response:
    with call.read() as work:
        row = nomination_row(work, nomination)
        lines = story_of(work, "nomination", row.id, before=before, limit=limit)
        earlier = lines[0].number if len(lines) == limit else None
        judged = told.RESULTS if told.states_shown(work, [row])[row.id] is told.UNDER_REVIEW else ()
        rows = [line for line in lines if line.verb not in judged]
        return call.plain(History.model_validate({"rows": rows, "before": earlier}))


@calls.post(
    f"{CAMPAIGN}/nominations", name="draft_nomination", allow=NOMINATORS, scope=Scope.NOMINATE, answers=Done,
    status=201, zh="起草", en="Begin a nomination",
    about=("草稿不占名额；提交时才占", "A draft takes no place; submitting does."),
)  # fmt: skip
def draft_nomination(call: Calling, body: Draft, for_unit: ForUnit = None) -> Response:
    def do(work: Work) -> Answer:
        track = given.one_track(work, body.track, where="/track")
        unit_id = _unit(work, body.unit or for_unit)
        said = _said(work, track, body.given(), title=body.title)
        return nominations.draft(work, unit_id=unit_id, track=track, **said)

    return _act(call, "draft", do, for_unit=for_unit, status=201)


# What is asked, and what the verbs call it.
_NAMES = {"title": "title", "applicant": "applicant", "contact": "applicant_contact", "phones": "applicant_phones",
          "email": "applicant_email", "materials": "materials", "attributes": "attributes"}  # fmt: skip


def _said(work: Work, track: str, said: dict[str, Any], *, title: str) -> dict[str, Any]:
    """What was given about a draft, and no more, as the verbs take it. Raises Refused, each reason with its pointer."""
    if said.pop("complete"):
        asked = work.definition.tracks[track].list.materials
        said["materials"] = [*asked, *said.get("materials", ())]
    with pointing():
        typed = {name: said[name] for name in _NAMES if name in said}
        found = draft_values(work, track, Typed(**{"title": title, **typed}))
    return {name: found[name] for given_as, name in _NAMES.items() if given_as in said}


def _unit(work: Work, code: str | None) -> int:
    """The unit that is meant: the one named, else the caller's own. Raises NotFound."""
    if code is not None:
        return int(units.find(work, code).id)
    if work.actor.unit_id is None:
        raise not_found("")
    return work.actor.unit_id


@calls.patch(
    ONE, name="edit_nomination", allow=NOMINATORS, scope=Scope.NOMINATE, answers=Done, edits=True,
    zh="修改草稿或退回的项目", en="Change a draft, or one that was returned",
    about=("须带 If-Match；没有写的内容不变", "Needs If-Match; what is left out stays."),
)  # fmt: skip
def edit_nomination(call: Calling, nomination: Id, body: Edit, for_unit: ForUnit = None) -> Response:
    def do(work: Work) -> Answer:
        row = taking.locked(work, nomination)
        call.expect(row.version)
        return nominations.edit(work, nomination, **_said(work, row.track, body.given(), title=row.title))

    return _act(call, "edit", do, for_unit=for_unit)


def _act(
    call: Call, verb: str, do: Callable[[Work], Answer], *, for_unit: str | None, status: int = 200
) -> Response:  # fmt: skip
    return call.change(
        lambda work: Done.model_validate(answered(work, verb, do(work))), for_unit=for_unit, status=status
    )


_SIMPLE: Mapping[str, tuple[tuple[str, str], tuple[str, str]]] = {
    "submit": (("提交", "Submit"),
               ("以收到的时刻对照截止时间，占用名额", "Measured by the instant it arrives; takes a place.")),
    "recall": (("撤回提交", "Take a submission back"),
               ("截止前可改回草稿，退还名额", "Before the deadline; gives its place back.")),
}  # fmt: skip
_REASONED: Mapping[str, tuple[tuple[Role, ...], Scope, tuple[str, str]]] = {
    "withdraw": (NOMINATORS, Scope.NOMINATE, ("退出：单位不再推荐", "Withdraw: the unit recommends it no longer")),
    "disqualify": (OFFICE, Scope.DECIDE, ("取消资格", "Disqualify")),
    "eliminate": (OFFICE, Scope.DECIDE, ("因评审结果以外的原因淘汰", "Take it out of its stage for another reason")),
    "reinstate": (OFFICE, Scope.DECIDE, ("恢复", "Bring an ended nomination back")),
}  # fmt: skip


def _simple(verb: str) -> None:
    """A verb that needs no more than the nomination."""
    (zh, en), about = _SIMPLE[verb]
    act: Callable[[Work, str], Answer] = getattr(nominations, verb)

    @calls.post(f"{ONE}/{verb}", name=f"{verb}_nomination", allow=NOMINATORS, scope=Scope.NOMINATE, answers=Done,
                zh=zh, en=en, about=about)  # fmt: skip
    def run(call: Calling, nomination: Id, for_unit: ForUnit = None) -> Response:
        return _act(call, verb, lambda work: act(work, nomination), for_unit=for_unit)


def _reasoned(verb: str) -> None:
    """A verb that needs a reason."""
    allow, scope, (zh, en) = _REASONED[verb]
    act: Callable[..., Answer] = getattr(nominations, verb)

    @calls.post(f"{ONE}/{verb}", name=f"{verb}_nomination", allow=allow, scope=scope, answers=Done, zh=zh, en=en)
    def run(call: Calling, nomination: Id, body: Reasoned, for_unit: ForUnit = None) -> Response:
        return _act(call, verb, lambda work: act(work, nomination, reason=body.reason), for_unit=for_unit)


for _verb in _SIMPLE:
    _simple(_verb)
for _verb in _REASONED:
    _reasoned(_verb)


@calls.post(f"{ONE}/return", name="return_nomination", allow=OFFICE, scope=Scope.OFFICE, answers=Done,
            zh="退回修改", en="Return for correction",
            about=("名额保留；截止后退回须写补正期限", "Keeps its place; says until when."))  # fmt: skip
def return_nomination(call: Calling, nomination: Id, body: Return) -> Response:
    def do(work: Work) -> Answer:
        until = given.instant(work, body.correct_by, where="/correct_by") if body.correct_by else None
        return nominations.return_(work, nomination, reason=body.reason, correct_by=until)

    return _act(call, "return", do, for_unit=None)


@calls.post(f"{ONE}/waive", name="waive_nomination", allow=OFFICE, scope=Scope.DECIDE, answers=Done,
            zh="豁免一条申报条件或排除规定", en="Waive a rule or an exclusion")  # fmt: skip
def waive_nomination(call: Calling, nomination: Id, body: Waive) -> Response:
    return _act(call, "waive", lambda work: nominations.waive(work, nomination, reason=body.reason, rule=body.rule),
                for_unit=None)  # fmt: skip


@calls.post(f"{ONE}/promote", name="promote_nomination", allow=OFFICE, scope=Scope.OFFICE, answers=Done,
            zh="记录一次推广", en="Record something done to promote a laureate")  # fmt: skip
def promote_nomination(call: Calling, nomination: Id, body: Promote) -> Response:
    return _act(call, "promote", lambda work: nominations.promote(work, nomination, note=body.note), for_unit=None)


def _joining(verb: str, zh: str, en: str) -> None:
    act = endorsing.join if verb == "join" else endorsing.leave

    @calls.post(f"{ONE}/{verb}", name=f"{verb}_nomination", allow=NOMINATORS, scope=Scope.NOMINATE, answers=Joined,
                zh=zh, en=en)  # fmt: skip
    def run(call: Calling, nomination: Id, body: Joiner) -> Response:
        return call.change(
            lambda work: Joined.model_validate(asdict(act(work, nomination, unit_id=_unit(work, body.unit))))
        )


_joining("join", "加入共同提名（提交之前）", "Nominate jointly, before it is submitted")
_joining("leave", "退出共同提名（提交之前）", "Nominate it jointly no longer")
