"""Letters and calls over the API: what became of each, and what a person decides about it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from starlette.responses import Response

from bangdan import ROOT
from bangdan.desk.api.call import Calling
from bangdan.desk.api.routing import CAMPAIGN, Calls
from bangdan.desk.api.shapes import After, Asked, Id, Limit, Line, Reason, Told, Words, parameter, say
from bangdan.desk.policy import OFFICE, READERS
from engine import calls as call_sheet
from engine.accounts.tokens import Scope
from engine.letters import desk
from engine.office import Work
from engine.queries import outbox
from engine.queries.calls import OPEN, find, line
from engine.queries.calls import calls as to_call
from engine.queries.one_letter import one_letter
from notifications.mailbook import Which
from notifications.states import LetterState

calls = Calls("邮件与电话", "Letters and calls")
FOLDER = ROOT / "templates" / "letters"
ONE = f"{CAMPAIGN}/letters/{{letter}}"

InState = Annotated[LetterState | None, parameter("状态", "a state", "failed")]
Reader = Annotated[str, parameter("收件人的姓名、邮箱或单位", "a part of a reader's name", "张三", max_length=100)]
Every = Annotated[bool, parameter("连同已办结和过时的", "settled and late ones too", example=False)]


class LetterLine(Told):
    """One letter as a list shows it."""

    public_id: str = say("编号", "its id", "l1f0aQ2wX3c4V5b6N7m8kL")
    occasion: str = say("事由的代号", "why it was written, as a key", "collection-closes/3天前")
    to_name: str = say("收件人", "to whom", "张三")
    to_address: str = say("邮箱", "the address", "zhang@example.cn")
    state: str = say("状态", "what became of it", "sent")
    attempts: int = say("试过几次", "how often it was tried", 1)
    created_at: datetime = say("写入发件箱的时间", "when it was put into the outbox", "2023-11-27T01:00:00Z")
    next_attempt_at: datetime = say("下一次发送", "when it is tried next", "2023-11-27T01:00:00Z")
    useful_until: datetime | None = say("此后不再发送", "not sent after this", "2023-11-30T16:00:00Z")
    sent_at: datetime | None = say("发出时间", "when it was sent", "2023-11-27T01:00:03Z")
    last_answer: str = say("邮件服务器的回答", "what the mail server said last", "250 ok")
    cancelled_reason: str | None = say("取消的原因", "why it was cancelled", None)


class LetterPage(Told):
    """A page of letters, the newest first."""

    rows: list[LetterLine] = say("各行", "the rows", [])
    after: str | None = say("续页标记，没有更多则为空", "the mark to go on after; null at the end", None)
    next: str | None = say("下一页的地址", "the address of the next page", None, default=None)
    counts: dict[str, int] = say("各状态的数量", "how many are in which state", {"sent": 298})
    more: bool = say("没有数完，可能更多", "not counted to the end: there may be more", example=False)


class Shown(Told):
    """A letter as its reader has it."""

    subject: str = say("主题", "its subject", "征集将于11月30日24:00截止")
    text: str = say("正文", "its text", "张三：您好！……")


class Letter(Told):
    """One letter in full."""

    line: LetterLine = say("列表中的内容", "what a list shows of it", {})
    template: str = say("模板", "its template", "collection-closes")
    message_id: str | None = say("Message-ID", "its Message-ID", "<1@example.cn>")
    because: Words = say("事由", "why it was written", {"zh": "征集截止提醒", "en": "reminder"})
    frozen: bool = say("内容即发出的原样", "what is shown are the bytes that went out", example=True)
    copies: int = say("对方可能收到几份", "how many the reader may have", 1)
    shown: Shown | None = say("内容", "what it says", {})
    fault: Words | None = say("写不出来的原因", "why it can't be written", None)
    stops: Words | None = say("现在不会发出的原因", "why it would not leave now", None)


class Resolve(Asked):
    """What became of a letter whose outcome is unknown."""

    decision: Literal["sent", "again", "drop"] = say(
        "已收到、再发一次或作罢", "it arrived, send it again, leave it", "sent"
    )
    reason: Reason = say("理由", "why", "来电确认已收到", default="")


class LetterNow(Told):
    """What became of a letter."""

    id: str = say("编号", "its id", "l1f0aQ2wX3c4V5b6N7m8kL")
    state: str = say("现在的状态", "its state now", "ready")


class CallLine(Told):
    """Somebody to tell by phone."""

    id: str = say("编号", "its id", "p1f0aQ2wX3c4V5b6N7m8kL")
    name: str = say("姓名", "whom", "李四")
    of: str = say("单位", "of where", "某某省科协")
    phones: str = say("电话", "telephone numbers", "13900139000")
    occasion: str = say("事由的代号", "what of, as a key", "collection-closes/3天前")
    made_at: datetime = say("列入时间", "since when", "2023-11-27T01:00:00Z")
    useful_until: datetime = say("最晚", "until when it is of use", "2023-11-30T16:00:00Z")
    late: bool = say("已过时", "whether that is past", example=False)
    state: str = say("状态", "its state", "open")
    settled_at: datetime | None = say("办结时间", "when it was settled", None)
    settled_by: str = say("办结人", "by whom", "")
    note: str = say("备注", "a note", "")


class CallPage(Told):
    """A page of the call sheet."""

    rows: list[CallLine] = say("各行", "the rows", [])
    after: str | None = say("续页标记，没有更多则为空", "the mark to go on after; null at the end", None)
    next: str | None = say("下一页的地址", "the address of the next page", None, default=None)


class Tick(Asked):
    """Somebody was told."""

    note: Line = say("备注", "a note", "已告知截止时间", default="")


@calls.get(f"{CAMPAIGN}/letters", name="list_letters", allow=READERS, scope=Scope.READ, answers=LetterPage,
           paged=True, zh="列出邮件，最新的在前", en="List letters, the newest first")  # fmt: skip
def list_letters(
    call: Calling, *, state: InState = None, reader: Reader = "", after: After = None, limit: Limit = 50
) -> Response:
    with call.read() as work:
        which = Which(states=(state,) if state else ())
        filed = outbox.letters(work, which=which, reader=reader, after=after, limit=limit)
        told = {
            "rows": filed.page.rows,
            "after": filed.page.after,
            "counts": filed.counts.by_state,
            "more": filed.counts.more,
        }
        return call.page(LetterPage.model_validate(told))


@calls.get(ONE, name="get_letter", allow=READERS, scope=Scope.READ, answers=Letter, marked=True,
           zh="读取一封邮件：已发的按原样，未发的按现在", en="Read one letter, as it went out or would")  # fmt: skip
def get_letter(call: Calling, letter: Id) -> Response:
    with call.read() as work:
        return call.single(Letter.model_validate(one_letter(work, letter, FOLDER)))


@calls.post(f"{ONE}/retry", name="retry_letter", allow=OFFICE, scope=Scope.LETTERS, answers=LetterNow,
            zh="重试失败的邮件", en="Try a failed letter again")  # fmt: skip
def retry_letter(call: Calling, letter: Id) -> Response:
    def do(work: Work) -> LetterNow:
        desk.retry(work, [letter])
        return _standing(work, letter)

    return call.change(do)


@calls.post(f"{ONE}/resolve", name="resolve_letter", allow=OFFICE, scope=Scope.LETTERS, answers=LetterNow,
            zh="对结果未知的邮件作出决定", en="Decide about a letter of unknown outcome")  # fmt: skip
def resolve_letter(call: Calling, letter: Id, body: Resolve) -> Response:
    def do(work: Work) -> LetterNow:
        desk.resolve(work, letter, decision=body.decision, reason=body.reason)
        return _standing(work, letter)

    return call.change(do)


def _standing(work: Work, letter: str) -> LetterNow:
    return LetterNow(id=letter, state=desk.letter(work, letter).line.state)


@calls.get(f"{CAMPAIGN}/calls", name="list_calls", allow=READERS, scope=Scope.READ, answers=CallPage, paged=True,
           zh="待电话通知名单", en="The call sheet")  # fmt: skip
def list_calls(call: Calling, *, every: Every = False, after: After = None, limit: Limit = 50) -> Response:
    with call.read() as work:
        page = to_call(work, states=() if every else (OPEN,), useful=not every, after=after, limit=limit)
        return call.page(CallPage.model_validate(page))


@calls.get(f"{CAMPAIGN}/calls/{{call_id}}", name="get_call", allow=READERS, scope=Scope.READ, answers=CallLine,
           marked=True, zh="读取一个待打的电话", en="Read one call")  # fmt: skip
def get_call(call: Calling, call_id: Id) -> Response:
    with call.read() as work:
        return call.single(CallLine.model_validate(line(work, find(work, call_id))))


@calls.post(f"{CAMPAIGN}/calls/{{call_id}}/tick", name="tick_call", allow=OFFICE, scope=Scope.LETTERS,
            answers=CallLine, zh="办结：已打过电话", en="Somebody was told by phone")  # fmt: skip
def tick_call(call: Calling, call_id: Id, body: Tick) -> Response:
    def do(work: Work) -> CallLine:
        call_sheet.tick(work, call_id, note=body.note)
        return CallLine.model_validate(line(work, find(work, call_id)))

    return call.change(do)


@calls.post(f"{CAMPAIGN}/calls/{{call_id}}/untick", name="untick_call", allow=OFFICE, scope=Scope.LETTERS,
            answers=CallLine, zh="撤销办结：仍待打电话", en="It was ticked off by mistake")  # fmt: skip
def untick_call(call: Calling, call_id: Id) -> Response:
    def do(work: Work) -> CallLine:
        call_sheet.untick(work, call_id)
        return CallLine.model_validate(line(work, find(work, call_id)))

    return call.change(do)
