"""Dates and the publication over the API: done at once where one person may, else proposed for a second one's word."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from bangdan.desk.api.call import Call, Calling
from bangdan.desk.api.routing import CAMPAIGN, Calls
from bangdan.desk.api.shapes import Asked, Key, Line, Preview, Reason, Told, Words, say
from bangdan.desk.policy import OFFICE
from engine import given
from engine.accounts.tokens import Scope
from engine.office import Work
from engine.proposals import proposing

calls = Calls("时间与发布", "Dates and publication")
ONE = f"{CAMPAIGN}/deadlines/{{milestone}}"
SECOND = {202: ("已提出，须第二人确认", "proposed: a second person has to confirm it")}
ABOUT = (
    "缩短已公布的时间须第二人确认：回答202和提案编号。先用 preview=true 查看全部影响",
    "Less time than was announced needs a second person: 202, with the proposal. Look first with preview=true.",
)


class Decided(Told):
    """What was done, or what would be (`preview`), or what waits for a second person (`proposal`)."""

    done: bool = say("已办理", "whether it was done", example=True)
    preview: bool = say("是否预览", "whether nothing was stored", example=False)
    proposal: str | None = say("提案编号，须第二人确认", "the proposal that a second person has to confirm", None)
    needs: list[Words] = say("须第二人确认的原因", "why it needs a second person", [])
    effect: dict[str, Any] = say(
        "全部影响：原时间与新时间、更正通知、恢复的项目等", "the consequences: dates, corrections, what is open again",
        {"milestone": "collection", "letters": 298, "calls": 2},
    )  # fmt: skip


class Extend(Asked):
    """The new end, and why."""

    closes: Line = say("新的截止时间", "the new end", "2023-12-05 24:00")
    opens: Line | None = say("新的开始时间", "the new start", None, default=None)
    reason: Reason = say("理由", "why", "应各单位要求")
    reopen: bool = say("恢复因原截止时间逾期的项目", "re-open what lapsed", example=True, default=True)


class Choose(Asked):
    """The date, and why where that is needed."""

    date: Line = say("选定的日期或时刻", "the date or instant", "2024-02-20 10:00")
    reason: Reason = say(
        "理由；改选或在范围之外时必填", "why; needed to choose anew or outside the window", "", default=""
    )


class Suspend(Asked):
    """Why."""

    reason: Reason = say("理由", "why", "因系统维护")
    reopen: bool = say("恢复因原截止时间逾期的项目", "re-open what lapsed", example=True, default=True)


class Announce(Asked):
    """The dates that were to be announced."""

    opens: Line | None = say("开始时间", "the start", "2024-03-01", default=None)
    closes: Line | None = say("截止时间", "the end", "2024-03-31 24:00", default=None)
    reason: Reason = say("说明", "a note", "", default="")


class Publish(Asked):
    """What is to be published."""

    nominations: list[Line] | None = say(
        "只发布这些，编号；不写则全部拟入榜的", "only these, by id; else all that are selected", None, default=None,
        max_length=1000,
    )  # fmt: skip
    reason: Reason = say("说明", "a note", "评审委员会已审定", default="")


def _dated(work: Work, texts: dict[str, str | None]) -> dict[str, str | None]:
    """Instants as the verbs take them; a start is one at which something begins."""
    return {
        name: text if text is None else given.instant(
            work, text, where=f"/{name}", edge="end" if name == "closes" else "start"
        ).isoformat()
        for name, text in texts.items()
    }  # fmt: skip


def _decide(call: Call, verb: str, arguments: Any, *, preview: bool) -> Response:
    """Look, and do it or propose it: in one transaction, so that what was seen is what is decided."""

    def do(work: Work) -> Decided:
        asked = arguments(work)
        seen = proposing.preview(work, verb, asked)
        if preview:
            return Decided(done=False, preview=True, proposal=None, needs=_words(seen), effect=seen.plain)
        if seen.needs:
            proposal = proposing.propose(work, verb, asked, account=call.holder.account)
            return Decided(done=False, preview=False, proposal=proposal, needs=_words(seen), effect=seen.plain)
        effect = proposing.carry_out(work, verb, asked)
        return Decided(done=True, preview=False, proposal=None, needs=[], effect=effect)

    answer = call.change(do, alone=True, preview=preview)
    return _accepted(answer)


def _words(seen: Any) -> list[Words]:
    return [Words.model_validate(each) for each in seen.needs]


def _accepted(answer: Response) -> Response:
    """202 for what only waits."""
    if b'"proposal":null' not in bytes(answer.body):
        answer.status_code = 202
    return answer


@calls.post(f"{ONE}/extend", name="extend_deadline", allow=OFFICE, scope=Scope.DECIDE, answers=Decided,
            also=SECOND, zh="调整截止时间", en="Move a deadline", about=ABOUT)  # fmt: skip
def extend_deadline(call: Calling, milestone: Key, body: Extend, *, preview: Preview = False) -> Response:
    return _decide(call, "extend", lambda work: {
        "milestone": milestone, "reason": body.reason, "reopen": body.reopen,
        **_dated(work, {"closes": body.closes, "opens": body.opens})}, preview=preview)  # fmt: skip


@calls.post(f"{ONE}/choose", name="choose_date", allow=OFFICE, scope=Scope.DECIDE, answers=Decided,
            also=SECOND, zh="选定择机事项的日期", en="Choose a date that was left open", about=ABOUT)  # fmt: skip
def choose_date(call: Calling, milestone: Key, body: Choose, *, preview: Preview = False) -> Response:
    return _decide(call, "choose", lambda work: {
        "milestone": milestone, "reason": body.reason,
        **_dated(work, {"date": body.date})}, preview=preview)  # fmt: skip


@calls.post(f"{ONE}/suspend", name="suspend_deadline", allow=OFFICE, scope=Scope.DECIDE, answers=Decided,
            also=SECOND, zh="暂停截止，新的时间另行通知", en="Suspend a deadline", about=ABOUT)  # fmt: skip
def suspend_deadline(call: Calling, milestone: Key, body: Suspend, *, preview: Preview = False) -> Response:
    return _decide(call, "suspend", lambda _: {
        "milestone": milestone, "reason": body.reason, "reopen": body.reopen}, preview=preview)  # fmt: skip


@calls.post(f"{ONE}/announce", name="announce_dates", allow=OFFICE, scope=Scope.DECIDE, answers=Decided,
            also=SECOND, zh="公布“另行通知”的时间", en="Announce dates", about=ABOUT)  # fmt: skip
def announce_dates(call: Calling, milestone: Key, body: Announce, *, preview: Preview = False) -> Response:
    return _decide(call, "announce", lambda work: {
        "milestone": milestone, "reason": body.reason,
        **_dated(work, {"opens": body.opens, "closes": body.closes})}, preview=preview)  # fmt: skip


@calls.post(f"{CAMPAIGN}/publication", name="publish", allow=OFFICE, scope=Scope.DECIDE, answers=Decided,
            also=SECOND, zh="发布榜单：须第二人确认", en="Publish the lists, by two persons", about=ABOUT)  # fmt: skip
def publish(call: Calling, body: Publish, *, preview: Preview = False) -> Response:
    return _decide(call, "publish", lambda _: {"ids": body.nominations, "reason": body.reason}, preview=preview)
