"""Circulars over the API: written, looked at for any reader, counted, then sent, as on the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field
from starlette.responses import Response

from bangdan.desk.api.call import Calling
from bangdan.desk.api.letters import FOLDER, Shown
from bangdan.desk.api.routing import CAMPAIGN, Calls
from bangdan.desk.api.shapes import After, Asked, Ground, Id, Limit, Line, Told, parameter, pointing, say
from bangdan.desk.policy import OFFICE, READERS
from engine.accounts.tokens import Scope
from engine.circulars import drafts, sending
from engine.circulars.aim import NAMES, Aim, To
from engine.circulars.words import LONGEST_BODY, LONGEST_SUBJECT
from engine.letters.correspondence import Sent
from engine.office import Work
from engine.queries import circulars as queries
from engine.queries.circulars import CircularLine
from engine.queries.one_letter import preview as shown_to
from workflows.reasons import Refused

calls = Calls("通知", "Circulars")
ONE = f"{CAMPAIGN}/circulars/{{circular}}"
SHOWN = 100  # readers by name

InState = Annotated[Literal["draft", "sent", "discarded"] | None, parameter("状态", "a state", "draft")]
OfReader = Annotated[str, parameter("收件人的编号", "a reader's id", "contact:7", max_length=64)]
Pair = Annotated[str, Field(pattern=r"^[^=]+=.+$", max_length=300)]
EMPTY: list[str] = []
LISTS = ("tracks", "channels", "states", "units", "institutions", "contacts")


def _some(zh: str, en: str, example: str) -> Any:
    return say(zh, en, [example], default=EMPTY, max_length=500)


class AimAsked(Asked):
    """Whom it is for: `to`, narrowed by everything that is given; within each, any of its values does."""

    to: Literal["units", "applicants", "institutions", "contacts"] = say("收件人", "which people", "units")
    tracks: list[Line] = _some("榜单或领域", "lists or fields", "inventions/water")
    channels: list[Line] = _some("推荐渠道", "channels", "societies")
    attributes: list[Pair] = _some("属性=值", "attribute=value", "region=west")
    states: list[Line] = _some("项目状态", "states of nominations", "drafted")
    unsubmitted: bool = say("有未提交的草稿", "who has drafts to submit", example=False, default=False)
    units: list[Line] = _some("推荐单位编号", "codes of units", "EE")
    institutions: list[Line] = _some("评审机构", "institutions", "academy")
    contacts: list[Line] = _some("联系人编号", "ids of contacts", "c1f0aQ2wX3c4V5b6N7m8kL")

    @property
    def aim(self) -> Aim:
        """As the engine has it."""
        pairs = [each.partition("=") for each in self.attributes]
        lists = {name: tuple(getattr(self, name)) for name in LISTS}
        attributes = tuple((key, value) for key, _, value in pairs)
        return Aim(to=To(self.to), unsubmitted=self.unsubmitted, attributes=attributes, **lists)


class Compose(Asked):
    """A new draft. Between {{ and }} stand the placeholders that the page lists."""

    subject: str = say("主题", "its subject", "关于补充材料的通知", max_length=LONGEST_SUBJECT)
    body: str = say("正文，空行分段", "its text; an empty line parts paragraphs", "{{ 姓名 }}：\n\n请尽快提交。",
                    max_length=LONGEST_BODY)  # fmt: skip
    aim: AimAsked = say("收件人及筛选", "whom it is for", {"to": "units"})


class Recompose(Asked):
    """What changes of a draft; what is left out stays."""

    subject: str | None = say("主题", "its subject", "关于补充材料的通知", default=None, max_length=LONGEST_SUBJECT)
    body: str | None = say("正文", "its text", "请尽快提交。", default=None, max_length=LONGEST_BODY)
    aim: AimAsked | None = say("收件人及筛选", "whom it is for", {"to": "units"}, default=None)


class Send(Asked):
    """What the sender has seen: the version of the words, and how many there would be."""

    version: int = say("核对过的版本", "the version that was looked at", 1, ge=1, le=2**31)
    letters: int = say("核对过的邮件数", "how many letters there were", 298, ge=0, le=2**31)
    calls: int = say("核对过的电话数", "how many calls there were", 2, ge=0, le=2**31)


class CircularTold(Told):
    """One circular as a list shows it."""

    id: str = say("编号", "its id", "u1f0aQ2wX3c4V5b6N7m8kL")
    subject: str = say("主题", "its subject", "关于补充材料的通知")
    state: str = say("状态", "its state", "draft")
    made_at: datetime = say("起草时间", "when it was begun", "2023-11-20T02:00:00Z")
    made_by: str = say("起草人", "by whom", "赵书")
    changed_at: datetime = say("修改时间", "when it was changed last", "2023-11-20T02:00:00Z")
    changed_by: str = say("修改人", "by whom", "赵书")
    sent_at: datetime | None = say("发出时间", "when it was sent", None)
    sent_by: str = say("发出人", "by whom", "")
    letters: int = say("发出的邮件", "letters that were sent", 0)
    calls: int = say("列入待电话名单的", "calls that were listed", 0)
    version: int = say("版本", "its version", 1)


class CircularPage(Told):
    """A page of circulars, the newest first."""

    rows: list[CircularTold] = say("各行", "the rows", [])
    after: str | None = say("续页标记，没有更多则为空", "the mark to go on after; null at the end", None)
    next: str | None = say("下一页的地址", "the address of the next page", None, default=None)


class ReaderTold(Told):
    """One of those whom it would reach."""

    id: str = say("编号，用于预览", "an id, for the preview", "contact:7")
    name: str = say("姓名", "whom", "张三")
    of: str = say("单位", "of where", "某某省科协")


class ReadyTold(Told):
    """Whom it would reach if it were sent now, and what keeps it from being sent."""

    letters: int = say("邮件数", "letters", 298)
    calls: int = say("电话数", "calls", 2)
    readers: list[ReaderTold] = say(f"收件人，至多{SHOWN}名", f"readers, the first {SHOWN}", [])
    faults: list[Ground] = say("不能发送的原因", "what keeps it from being sent", [])


class CircularInFull(Told):
    """One circular: its words, whom it is for, and, as long as it is a draft, whom it would reach."""

    line: CircularTold = say("列表中的内容", "what a list shows of it", {})
    body: str = say("正文", "its text", "{{ 姓名 }}：\n\n请尽快提交。")
    aim: dict[str, Any] = say("收件人及筛选", "whom it is for", {"to": "units"})
    ready: ReadyTold | None = say("发送前的核对，已发则为空", "a look before it is sent; null afterwards", None)


@calls.get(f"{CAMPAIGN}/circulars", name="list_circulars", allow=READERS, scope=Scope.READ, answers=CircularPage,
           paged=True, zh="列出通知，最新的在前", en="List circulars, the newest first")  # fmt: skip
def list_circulars(call: Calling, *, state: InState = None, after: After = None, limit: Limit = 50) -> Response:
    with call.read() as work:
        page = queries.circulars(work, state=state, after=after, limit=limit)
        return call.page(CircularPage.model_validate(page))


@calls.post(f"{CAMPAIGN}/circulars", name="add_circular", allow=OFFICE, scope=Scope.LETTERS, answers=CircularInFull,
            status=201, zh="起草通知", en="Begin a circular",
            about=("只是草稿，不会发出；回答里有会发给谁", "Nothing leaves; the answer says whom it would reach."),
)  # fmt: skip
def add_circular(call: Calling, body: Compose) -> Response:
    def do(work: Work) -> CircularInFull:
        with _pointing():
            key = drafts.draft(work, subject=body.subject, body=body.body, aim=body.aim.aim)
        return _in_full(work, queries.circular(work, key))

    return call.change(do, status=201)


@calls.get(ONE, name="get_circular", allow=READERS, scope=Scope.READ, answers=CircularInFull, marked=True,
           zh="读取一份通知，草稿连同会发给谁", en="Read one circular; of a draft, whom it would reach")  # fmt: skip
def get_circular(call: Calling, circular: Id) -> Response:
    with call.read() as work:
        line = queries.circular(work, circular)
        return call.single(_in_full(work, line), version=line.version)


@contextmanager
def _pointing() -> Iterator[None]:
    """Within it, what is refused is said of its place in the body; whom it is for stands in `aim`."""
    with pointing():
        try:
            yield
        except Refused as refused:
            placed = [each.at(f"/aim/{each.where}") if each.where in NAMES else each for each in refused.reasons]
            raise Refused(placed) from refused


def _in_full(work: Work, line: CircularLine) -> CircularInFull:
    aim = line.aim
    narrowed = {name: list(getattr(aim, name)) for name in LISTS if getattr(aim, name)}
    if aim.attributes:
        narrowed["attributes"] = [f"{key}={value}" for key, value in aim.attributes]
    told = {"to": aim.to.value, **({"unsubmitted": True} if aim.unsubmitted else {}), **narrowed}
    ready = _ready(work, line.id) if line.state == drafts.DRAFT else None
    return CircularInFull(line=CircularTold.model_validate(line), body=line.body, aim=told, ready=ready)


def _ready(work: Work, circular: str) -> ReadyTold:
    now = sending.ready(work, circular)
    readers = [ReaderTold(id=each.to.ref, name=each.to.name, of=each.to.of) for each in now.readers[:SHOWN]]
    faults = [Ground.model_validate(each) for each in now.faults]
    return ReadyTold(letters=now.letters, calls=now.calls, readers=readers, faults=faults)


@calls.get(f"{ONE}/preview", name="preview_circular", allow=READERS, scope=Scope.READ, answers=Shown,
           zh="一位收件人会看到的样子；不写则为第一位", en="As a reader (or the first one) would have it")  # fmt: skip
def preview_circular(call: Calling, circular: Id, reader: OfReader = "") -> Response:
    with call.read() as work:
        chosen = reader or next((each.to.ref for each in sending.ready(work, circular).readers), "")
        message = sending.preview(work, circular, chosen)
        return call.plain(Shown.model_validate(shown_to(work, "circular", message.context, FOLDER)))


@calls.patch(ONE, name="change_circular", allow=OFFICE, scope=Scope.LETTERS, answers=CircularInFull, edits=True,
             zh="修改通知草稿", en="Change a draft", about=("须带 If-Match", "Needs If-Match."))  # fmt: skip
def change_circular(call: Calling, circular: Id, body: Recompose) -> Response:
    def do(work: Work) -> CircularInFull:
        known = queries.circular(work, circular)
        call.expect(known.version)
        subject, text = (given if given is not None else kept for given, kept in
                         ((body.subject, known.subject), (body.body, known.body)))  # fmt: skip
        with _pointing():
            drafts.change(work, circular, subject=subject, body=text, aim=body.aim.aim if body.aim else known.aim)
        return _in_full(work, queries.circular(work, circular))

    return call.change(do)


@calls.post(f"{ONE}/send", name="send_circular", allow=OFFICE, scope=Scope.LETTERS, answers=CircularInFull,
            zh="发出通知", en="Send a circular",
            about=("写明核对过的版本和数量，有变动则不发（CIR-03、CIR-04）",
                   "With what was looked at; if that has changed, nothing is sent (CIR-03, CIR-04)."))  # fmt: skip
def send_circular(call: Calling, circular: Id, body: Send) -> Response:
    def do(work: Work) -> CircularInFull:
        expected = Sent(letters=body.letters, calls=body.calls)
        sending.send_circular(work, circular, version=body.version, expected=expected)
        return _in_full(work, queries.circular(work, circular))

    return call.change(do)


@calls.post(f"{ONE}/discard", name="discard_circular", allow=OFFICE, scope=Scope.LETTERS, answers=CircularInFull,
            zh="放弃通知草稿", en="Give a draft up")  # fmt: skip
def discard_circular(call: Calling, circular: Id) -> Response:
    def do(work: Work) -> CircularInFull:
        drafts.discard(work, circular)
        return _in_full(work, queries.circular(work, circular))

    return call.change(do)
