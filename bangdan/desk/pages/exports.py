"""Taking tables away: which there are, as a workbook, as CSV, or as a page to be printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from starlette.responses import Response

from bangdan.desk.pages import ordered
from bangdan.desk.policy import EVERYBODY
from bangdan.desk.routing import Pages
from bangdan.desk.sheets import file_of, form_known, sheet_of, what_known
from bangdan.desk.visit import Visit
from bangdan.desk.visiting import Visiting
from engine.exports.catalogue import offered
from engine.exports.narrowing import Narrowed, is_long, states_offered
from engine.exports.sheet import Sheet, all_written
from engine.office import Work
from workflows.reasons import Reason, Refused

pages = Pages()

MOST_PRINTED = 5_000  # rows of one page; a browser lays out no more in reasonable time
MANY_COLUMNS = 9


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """What a filter offers: the value, and its words; `within` is a field, which stands below its list."""

    value: str
    words: str
    within: bool = False


@pages.get("/c/{campaign}/exports", name="exports", allow=EVERYBODY)
def exports(visit: Visiting) -> Response:
    """Everything that may be taken away, with what it can be narrowed by; and what the visitor ordered."""
    with visit.read() as work:
        if visit.partial:
            return visit.page("exports/_orders.html.j2", **ordered.seen(visit, work))
        return visit.page(
            "exports/exports.html.j2", offers=offered(work.actor), tracks=tuple(_tracks(work, visit)),
            states=[Choice(value=state.key, words=visit.t(state.zh, state.en)) for state in states_offered(work)],
            **ordered.seen(visit, work),
        )  # fmt: skip


@pages.get("/c/{campaign}/exports/{what}.{form}", name="export", allow=EVERYBODY)
def take_away(
    visit: Visiting, what: str, form: str, *, track: str = "", state: str = "", unit: str = "", text: str = "",
    settled: bool = False,
) -> Response:  # fmt: skip
    """One export as a file; one that is long is offered to be ordered. In a rehearsal nobody makes it aside."""
    chosen, written_as = what_known(what), form_known(form)
    narrowed = Narrowed(track=track, state=state, unit=unit, text=text, settled=settled)
    with visit.read() as work:
        if visit.desk.rehearsal is None and is_long(work, chosen, narrowed):
            return ordered.offer(visit, work, chosen, written_as, narrowed)
        return file_of(work, sheet_of(work, visit.t, chosen, narrowed), written_as)


@pages.get("/c/{campaign}/print/{what}", name="print", allow=EVERYBODY)
def to_print(
    visit: Visiting, what: str, *, track: str = "", state: str = "", unit: str = "", text: str = "",
    settled: bool = False,
) -> Response:  # fmt: skip
    """One export as a page to be printed, or to be kept as PDF by the browser."""
    narrowed = Narrowed(track=track, state=state, unit=unit, text=text, settled=settled)
    with visit.read() as work:
        sheet = sheet_of(work, visit.t, what_known(what), narrowed)
        rows = list(_at_most(sheet))
    whole = sum(column.width for column in sheet.columns)
    columns = [(column, f"{100 * column.width / whole:.2f}%") for column in sheet.columns]
    many = len(sheet.columns) > MANY_COLUMNS
    return visit.page("print/sheet.html.j2", sheet=sheet, rows=rows, many=many, columns=columns)


def _tracks(work: Work, visit: Visit) -> Iterator[Choice]:
    """The lists that take nominations, each with its fields below it."""
    for each in work.definition.lists:
        if each.takes_nominations:
            yield Choice(value=each.key, words=visit.t(each.name, each.english))
            for field in each.fields:
                words = visit.t(field.name, field.english or field.name)
                yield Choice(value=f"{each.key}/{field.key}", words=words, within=True)


def _at_most(sheet: Sheet) -> Iterator[list[str]]:
    """The rows as people read them. Raises Refused (EXP-03) when they are too many for one page."""
    for number, row in enumerate(all_written(sheet), start=1):
        if number > MOST_PRINTED:
            raise Refused(_too_many())
        yield row


def _too_many() -> Reason:
    return Reason(
        code="EXP-03",
        zh=f"打印页最多{MOST_PRINTED}行；请按榜单、状态或单位缩小范围，或导出 XLSX 后打印",
        en=f"a page to print holds {MOST_PRINTED} rows; narrow it down by list, state or unit, or print the workbook",
        facts={"most": MOST_PRINTED},
    )
