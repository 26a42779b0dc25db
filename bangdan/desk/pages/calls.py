"""The call sheet (待电话通知名单): who is to be told by phone, with the words to say, ticked off as it is done."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pydantic import Field
from starlette.responses import Response

from bangdan import ROOT
from bangdan.desk.fields import DeskForm
from bangdan.desk.policy import OFFICE, READERS
from bangdan.desk.routing import Pages
from bangdan.desk.visiting import Visiting
from bangdan.language import Words
from engine import calls as verbs
from engine.letters.recheck import said_now
from engine.office import Work
from engine.queries import calls as queries
from engine.queries.calls import DONE, OPEN, CallLine
from engine.queries.naming import one_of
from engine.queries.occasions import occasion_words
from engine.queries.one_letter import preview
from notifications.errors import MailError

pages = Pages()

TEMPLATES = ROOT / "templates" / "letters"
ROWS = 100  # a page that is printed should be few


class TickForm(DeskForm):
    """That somebody was told, and what they said."""

    note: str = Field(default="", max_length=300)


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A call as the page shows it: why, and its numbers with those that a telephone dials."""

    call: CallLine
    because: Words
    phones: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelf:
    """Which calls a tab shows."""

    words: Words
    states: tuple[str, ...]
    useful: bool = False
    late: bool = False


SHELVES = {
    "open": Shelf(words=Words("待打", "To be called"), states=(OPEN,), useful=True),
    "done": Shelf(words=Words("已通知", "Told"), states=(DONE,)),
    "late": Shelf(words=Words("已过时", "Too late"), states=(OPEN,), late=True),
    "all": Shelf(words=Words("全部", "All"), states=()),
}


@pages.get("/c/{campaign}/calls", name="calls", allow=READERS)
def calls(visit: Visiting, state: str = "open", occasion: str = "", after: str | None = None) -> Response:
    """The call sheet in the order in which the calls came up."""
    shelf = one_of(SHELVES, state, "分类", "kind of state", SHELVES)
    with visit.read() as work:
        page = queries.calls(
            work, states=shelf.states, useful=shelf.useful, late=shelf.late, occasion=occasion or None, after=after,
            limit=ROWS,
        )  # fmt: skip
        lines, counts = [_line(work, each) for each in page.rows], queries.counts(work)
    return visit.page(
        "calls/list.html.j2", lines=lines, after=page.after, counts=counts, shelves=SHELVES,
        state=state if state in SHELVES else "open", occasion=occasion,
    )  # fmt: skip


@pages.get("/c/{campaign}/calls/{call}", name="call", allow=READERS)
def call(visit: Visiting, call: str) -> Response:
    """One call, with the words that others get in a letter."""
    with visit.read() as work:
        row = queries.find(work, call)
        line = _line(work, queries.line(work, row))
        try:
            words = said_now(work, row) if row.state == OPEN else row.context
            shown = preview(work, row.template, words, TEMPLATES)
        except MailError:
            shown = None
    return visit.page("calls/one.html.j2", line=line, shown=shown)


@pages.post("/c/{campaign}/calls/{call}/tick", name="call-tick", allow=OFFICE)
def tick(visit: Visiting, call: str) -> Response:
    """Somebody was told."""
    form = visit.form(TickForm)
    with visit.write() as work:
        asked = {"verb": "call-tick", "call": call, **form.asked()}
        visit.once(work, asked, lambda: _ticked(work, call, form.note))
        line = _line(work, queries.line(work, queries.find(work, call)))
    return _after(visit, line, Words(f"已记为通知：{line.call.name}", f"told: {line.call.name}"))


@pages.post("/c/{campaign}/calls/{call}/untick", name="call-untick", allow=OFFICE)
def untick(visit: Visiting, call: str) -> Response:
    """It was ticked off by mistake."""
    visit.form(DeskForm)
    with visit.write() as work:
        visit.once(work, {"verb": "call-untick", "call": call}, lambda: _unticked(work, call))
        line = _line(work, queries.line(work, queries.find(work, call)))
    return _after(
        visit, line, Words(f"已撤销：{line.call.name} 仍待通知", f"taken back: {line.call.name} is to be called")
    )


def _after(visit: Visiting, line: Line, said: Words) -> Response:
    """The row as it stands now where only that was asked for, else the sheet."""
    if visit.partial:
        return visit.page("calls/_row.html.j2", line=line)
    return visit.go("calls", said=said)


def _ticked(work: Work, call: str, note: str) -> dict[str, str]:
    verbs.tick(work, call, note=note)
    return {"id": call}


def _unticked(work: Work, call: str) -> dict[str, str]:
    verbs.untick(work, call)
    return {"id": call}


def _line(work: Work, call: CallLine) -> Line:
    return Line(
        call=call, because=Words(*occasion_words(work.definition, work.shape, call.occasion)),
        phones=tuple((each, dialled(each)) for each in re.split(r"[、,，;；/\s]+", call.phones) if each),
    )  # fmt: skip


def dialled(number: str) -> str:
    """A number as a link dials it; empty where it is none."""
    digits = re.sub(r"[^0-9+]", "", number.partition("转")[0])
    return digits if len(digits) > 4 else ""
