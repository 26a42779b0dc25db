"""The history over the API: what happened, in order, for a platform that keeps itself up to date."""

from __future__ import annotations

from typing import Annotated

from starlette.responses import Response

from bangdan.desk.api.call import Calling
from bangdan.desk.api.nomination_shapes import Happened
from bangdan.desk.api.routing import CAMPAIGN, Calls
from bangdan.desk.api.shapes import Limit, Told, parameter, say
from bangdan.desk.policy import READERS
from engine.accounts.tokens import Scope
from engine.audit import verify
from engine.queries.paging import wrong_cursor
from engine.queries.story import sealed_onwards

calls = Calls("经过", "History")
START = "0.0"
DIGITS = 15  # of a number in a mark
Behind = Annotated[str, parameter("上次读到的标记", "the mark of the last time", "12.4711", max_length=40)]

Kept = Annotated[str | None, parameter("另存的封存摘要", "a digest that was kept", "ab" * 32, max_length=64)]


class EventPage(Told):
    """A stretch of the history, the oldest first."""

    rows: list[Happened] = say("各行", "the lines", [])
    last: str = say("已读到的标记：下次以 after 给出", "where this ended: give it as after next time", "12.4711")
    after: str | None = say("还有更多时的续页标记", "the same while there are more; else null", None)
    next: str | None = say("下一页的地址", "the address of the next page", None, default=None)


@calls.get(
    f"{CAMPAIGN}/events", name="list_events", allow=READERS, scope=Scope.READ, answers=EventPage, paged=True,
    zh="按顺序读取经过，用于同步", en="Read what happened in order, to keep up with it",
    about=("记录在封存后出现（约一分钟内），次序不再变动，所以不会遗漏；记下 last，下次以 after 给出",
           "A line shows once it is sealed, within a minute, and its place is final. Keep last for the next time."),
)  # fmt: skip
def list_events(call: Calling, *, after: Behind = START, limit: Limit = 50) -> Response:
    with call.read() as work:
        lines, (seal, event) = sealed_onwards(work, _mark(after), limit=limit)
        last = f"{seal}.{event}"
        told = {"rows": lines, "last": last, "after": last if len(lines) == limit else None}
        return call.page(EventPage.model_validate(told))


class Proof(Told):
    """What recomputing every seal and replaying the history found."""

    events: int = say("记录数", "lines", 4711)
    sealed: int = say("已封存的", "lines that are sealed", 4711)
    seals: int = say("封存数", "seals", 120)
    head: str = say("封存摘要，请另存", "the digest to keep elsewhere", "ab" * 32)
    faults: list[str] = say("不符之处，没有则核验无误", "what does not stand; empty if the history does", [])


@calls.get(f"{CAMPAIGN}/proof", name="prove_history", allow=READERS, scope=Scope.READ, answers=Proof,
           zh="核验历史未被改动", en="Prove that nobody changed the history")  # fmt: skip
def prove_history(call: Calling, kept: Kept = None) -> Response:
    with call.read() as work:
        return call.plain(Proof.model_validate(verify(work, kept=[kept] if kept else ())))


def _mark(text: str) -> tuple[int, int]:
    parts = text.split(".")
    if len(parts) != 2 or not all(each.isascii() and each.isdecimal() and len(each) <= DIGITS for each in parts):
        raise wrong_cursor("续页标记不完整或已损坏", "this cursor is broken")
    return int(parts[0]), int(parts[1])
