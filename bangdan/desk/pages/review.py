"""An institution's workplace: its tracks and duties, its material, results by form, returns for correction."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pydantic import Field
from starlette.responses import Response

from bangdan.desk.fields import DeskForm
from bangdan.desk.news import news
from bangdan.desk.problems import status_for
from bangdan.desk.routing import Pages
from bangdan.desk.sides import Side
from bangdan.desk.visit import Visit
from bangdan.desk.visiting import Visiting
from bangdan.language import Words
from engine import batches, nominations, taking
from engine.access import not_found
from engine.attributes import declared
from engine.batches import Judged, Result
from engine.office import Work
from engine.queries import details, explaining, owed, reviewing
from engine.queries.reviewing import STATUSES, ReviewLine, Status
from engine.sheets import specs
from engine.sheets.columns import is_empty, read_cell
from engine.trying import tried
from workflows.duty import SHAPE as DUTY
from workflows.nomination import Role
from workflows.reasons import FileRefused, Reason, Refused
from workflows.vocabulary import Bearer

pages = Pages()

INSTITUTION = (Role.INSTITUTION,)
A_PAGE = 20  # rows: as many results as one form holds
LONGEST_NOTE = 2000
DECISIVE = {"pass": True, "fail": False}


@dataclass(frozen=True, slots=True)
class Typed:
    """One result as it was typed."""

    nomination: str
    verdict: str
    score: str
    comment: str


class ResultsForm(DeskForm):
    """Results typed beside the rows of a page; lists that go side by side. What has no verdict is left alone."""

    nomination: list[str] = Field(default_factory=list, max_length=A_PAGE)
    verdict: list[str] = Field(default_factory=list, max_length=A_PAGE)
    score: list[str] = Field(default_factory=list, max_length=A_PAGE)
    comment: list[str] = Field(default_factory=list, max_length=A_PAGE)

    def rows(self) -> list[Typed]:
        """One for each nomination that was given a verdict."""
        every = zip(self.nomination, *(_filled(each, len(self.nomination)) for each in
                                       (self.verdict, self.score, self.comment)), strict=True)  # fmt: skip
        return [Typed(*row) for row in every if row[1]]


class ReasonForm(DeskForm):
    """Why a nomination is returned."""

    reason: str = Field(default="", max_length=LONGEST_NOTE)


def _filled(values: list[str], length: int) -> list[str]:
    """A list of which nothing was typed at all does not come with the form."""
    if values and len(values) != length:
        raise Refused(
            Reason(code="FRM-01", zh="表单不完整，请刷新页面后重填", en="the form is broken; reload the page")
        )
    return values or [""] * length


@pages.get("/c/{campaign}/review", name="review", allow=INSTITUTION)
def review(
    visit: Visiting, track: str | None = None, status: Status = "waiting", text: str = "", after: str | None = None
) -> Response:
    """The institution's first page."""
    return _review(visit, track=track or None, status=status, text=text, after=after)


def _review(
    visit: Visit, *, track: str | None = None, status: Status = "waiting", text: str = "", after: str | None = None,
    reasons: tuple[Reason, ...] = (), code: int = 200,
) -> Response:  # fmt: skip
    with visit.read() as work:
        mine = reviewing.institution_of(work)
        if track is not None and track not in mine.tracks:
            raise not_found(track)
        return _page(
            visit, "review/home.html.j2", status_code=code, mine=mine, tracks=reviewing.tracks(work), reasons=reasons,
            stage=work.definition.stage_by_key[mine.stage],
            duties=[one for one in owed.duties(work) if one.state != DUTY.words("void").target],
            page=reviewing.material(work, status=status, chosen=[track] if track else None, text=text, after=after,
                                    limit=A_PAGE),
            chosen={"track": track, "status": status, "text": text}, after=after, statuses=STATUSES,
            typed={row.nomination: row for row in _typed(visit)},
        )  # fmt: skip


def _typed(visit: Visit) -> list[Typed]:
    """What was typed before it was refused."""
    try:
        return visit.form(ResultsForm).rows()
    except Refused:
        return []


def _page(visit: Visit, template: str, *, status_code: int = 200, **values: Any) -> Response:
    return Side(visit=visit, unit=None).page(template, status=status_code, **values)


@pages.post("/c/{campaign}/review/check", name="review-check", allow=INSTITUTION)
def check(visit: Visiting) -> Response:
    """What reporting these results would do; nothing is stored."""
    try:
        rows = visit.form(ResultsForm).rows()
        with visit.write() as work:
            results = _results(rows)
            judged = tried(work, lambda: batches.report(work, results))
            lines = {row.nomination: reviewing.line_of(work, row.nomination) for row in rows}
    except Refused as refused:
        return _review(visit, reasons=refused.reasons, code=status_for(refused.reasons))
    return _confirm(visit, rows, lines, judged)


def _confirm(visit: Visit, rows: list[Typed], lines: dict[str, ReviewLine], judged: Judged) -> Response:
    with visit.read() as work:
        filed = [work.definition.tracks[key].name for key in judged.filed]
    return _page(visit, "review/check.html.j2", rows=rows, lines=lines, judged=judged, filed=filed)


@pages.post("/c/{campaign}/review/report", name="review-report", allow=INSTITUTION)
def report(visit: Visiting) -> Response:
    """Report the results that were shown: all of them or none."""
    try:
        form = visit.form(ResultsForm)
        with visit.write() as work:
            asked = {"verb": "review-report", **form.asked()}
            done = visit.once(work, asked, lambda: _reported(work, form.rows()))
    except Refused as refused:
        return _review(visit, reasons=refused.reasons, code=status_for(refused.reasons))
    passed, failed, left = done["passed"], done["failed"], done["left"]
    zh = f"已报送：通过{passed}项，未通过{failed}项，还有{left}项待定"
    return visit.go("review", said=Words(zh, f"reported: {passed} passed, {failed} failed, {left} still open"))


def _reported(work: Work, rows: list[Typed]) -> dict[str, Any]:
    judged = batches.report(work, _results(rows))
    return {"passed": judged.passed, "failed": judged.failed, "left": judged.left}


def _results(rows: list[Typed]) -> list[Result]:
    """Raises Refused: RVW-01 nothing was given, RVW-02 a verdict that is none, RVW-03 a score that is no number."""
    if not rows:
        raise Refused(Reason(code="RVW-01", zh="还没有给出任何结论", en="no verdict was given yet"))
    return [_result(row) for row in rows]


def _result(row: Typed) -> Result:
    if row.verdict not in DECISIVE:
        raise Refused(Reason(code="RVW-02", zh="结论只能是“通过”或“不通过”", en="a verdict is pass or fail",
                             where=row.nomination))  # fmt: skip
    return Result(id=row.nomination, passed=DECISIVE[row.verdict], score=_score(row),
                  note=row.comment[:LONGEST_NOTE], place=row.nomination)  # fmt: skip


def _score(row: Typed) -> float | None:
    """As a file's would be read: digits, at most 15, not below nought."""
    column = next(each for each in specs.RESULTS if each.key == "score")
    if is_empty(row.score):
        return None
    try:
        read = read_cell(column, row.score, day_zero=None, remark=lambda _: None)
    except FileRefused as refused:
        raise Refused(reason.at(row.nomination) for reason in refused.reasons) from None
    return float(read) if isinstance(read, Decimal) else None


@pages.get("/c/{campaign}/review/{nomination}", name="review-nomination", allow=INSTITUTION)
def one(visit: Visiting, nomination: str) -> Response:
    """One nomination under review."""
    return _one(visit, nomination)


def _one(visit: Visit, nomination: str, *, reasons: tuple[Reason, ...] = (), code: int = 200) -> Response:
    with visit.read() as work:
        line, row = reviewing.line_of(work, nomination), reviewing.row_of(work, nomination)
        full = details.nomination(work, nomination)
        found = explaining.nomination(work, nomination)
        verbs = {verb.verb for verb in found.verbs if Role.INSTITUTION in verb.roles}
        definition = work.definition
        return _page(
            visit, "review/nomination.html.j2", status_code=code, line=line, full=full, reasons=reasons,
            judges=line.status == "waiting", returns="return" in verbs and line.status == "waiting",
            against=taking.reasons_for(work, row, "return", reason="—") if "return" in verbs else (),
            materials=[definition.material_by_key[key] for key in definition.tracks[line.track].list.materials],
            attributes=declared(definition, Bearer.NOMINEE), typed=visit.fields,
            statuses=STATUSES, news=news(visit, work, nomination),
        )  # fmt: skip


@pages.post("/c/{campaign}/review/{nomination}/return", name="review-return", allow=INSTITUTION)
def return_(visit: Visiting, nomination: str) -> Response:
    """Return it to its unit for correction, as its stage allows."""
    try:
        form = visit.form(ReasonForm)
        with visit.write() as work:
            asked = {"verb": "review-return", "nomination": nomination, **form.asked()}
            visit.once(work, asked, lambda: {"id": nominations.return_(work, nomination, reason=form.reason).id})
    except Refused as refused:
        return _one(visit, nomination, reasons=refused.reasons, code=status_for(refused.reasons))
    return visit.go("review-nomination", nomination=nomination, said=Words("已退回修改", "returned for correction"))
