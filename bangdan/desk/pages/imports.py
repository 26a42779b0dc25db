"""Tables that come in by the browser: a template to fill in, the file, a preview with every error's cell, confirmation.

The file is held here between preview and confirmation, and whoever confirms sends the digest of what was previewed. A
file counts from the instant at which it is confirmed, never from that of its upload.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field
from starlette.responses import Response

from bangdan.desk.downloads import disposition
from bangdan.desk.fields import Attachment, DeskForm
from bangdan.desk.import_kinds import KINDS, Kind
from bangdan.desk.policy import OFFICE
from bangdan.desk.problems import IN_FILE
from bangdan.desk.sides import Side, Sided, SidedPages
from bangdan.desk.visiting import Visiting
from bangdan.language import Words
from engine import rosters
from engine.access import not_found
from engine.office import Work
from engine.queries.mine import Window, shown, unit_row
from engine.queries.story import story
from engine.rosters import Imported, Outcome, Upload
from engine.sheets.columns import choice_names
from engine.sheets.workbook import sheet_names
from engine.uploads import holding
from engine.uploads.holding import Held
from engine.windows import Deadline, has_classes
from workflows.nomination import Role
from workflows.reasons import FileRefused, Reason, Refused

sided = SidedPages(own="/c/{campaign}", roles=(Role.SECRETARIAT, Role.UNIT, Role.INSTITUTION))
pages = sided.pages

LISTED = 200  # rows that a preview shows
LAST = 8  # imports of the past that are named
MEDIA = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "csv": "text/csv; charset=utf-8",
}  # fmt: skip
AFTERWARDS = {Role.SECRETARIAT: "imports", Role.UNIT: "mine", Role.INSTITUTION: "review"}


class UploadForm(DeskForm):
    """What goes with a file. `submit`: nominations are submitted too."""

    submit: bool = False


class ConfirmForm(DeskForm):
    """What was previewed: the digest of the file and how it was to be read."""

    digest: str = Field(max_length=64)
    sheet: str = Field(default="", max_length=200)
    submit: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """How a file is to be read."""

    sheet: str | None = None
    submit: bool = False

    def of(self, held: Held, *, confirm: str | None = None) -> Upload:
        """The held file as an import takes it: as a preview, unless it is confirmed."""
        return Upload(content=held.content, name=held.name, sheet=self.sheet,
                      preview=confirm is None, confirm=confirm)  # fmt: skip


@sided.pages.get("/c/{campaign}/imports", name="imports", allow=OFFICE)
def index(visit: Visiting) -> Response:
    """Every table that can be brought in, what waits for confirmation, and what came last."""
    with visit.read() as work:
        waiting = {kind: holding.waiting(work, kind) for kind in KINDS}
        past = story(work, verb="import", limit=LAST)[::-1]
    return visit.page("imports/index.html.j2", kinds=KINDS, waiting=waiting, past=past)


@sided.get("/imports/{kind}", name="import")
def upload_page(side: Sided, kind: str) -> Response:
    """The template, its columns, and where to put the file."""
    return _upload_page(side, kind)


def _upload_page(side: Side, kind: str, *, reasons: tuple[Reason, ...] = (), status: int = 200) -> Response:
    with side.read() as work:
        it = _kind(work, kind)
        columns = [(column, choice_names(column)) for column in rosters.columns(kind, work.definition)]
        code = unit_row(work).code if work.actor.role is Role.UNIT else None
        return side.page("imports/upload.html.j2", status=status, kind=kind, it=it, columns=columns, reasons=reasons,
                         waiting=holding.waiting(work, kind), window=_window(work, kind), largest=holding.LARGEST >> 20,
                         filled=kind in rosters.FILLED, code=code)  # fmt: skip


def _kind(work: Work, kind: str) -> Kind:
    """The table of that kind, if whoever acts brings such. Raises NotFound."""
    it = KINDS.get(kind)
    if it is None or work.actor.role not in it.roles:
        raise not_found(kind)
    return it


def _window(work: Work, kind: str) -> Window | None:
    """The one deadline that all rows are measured by, if there is but one."""
    if kind != "nominations" or has_classes(work):
        return None
    key = work.definition.collection
    standing = work.calendar[key]
    return shown(work, Deadline(opens=standing.opens, closes=standing.closes, closes_of=key))


@sided.get("/imports/{kind}/template", name="import-template")
def template(side: Sided, kind: str, form: Literal["xlsx", "csv"] = "xlsx") -> Response:
    """The table to fill in."""
    with side.read() as work:
        name = f"{_kind(work, kind).words.zh}.{form}"
        content = rosters.workbook(work, kind) if form == "xlsx" else rosters.plain_table(work, kind)
    return Response(content, media_type=MEDIA[form], headers={"content-disposition": disposition(name)})


@sided.post("/imports/{kind}", name="import-upload")
def upload(side: Sided, kind: str) -> Response:
    """Hold the file, and go on to its preview."""
    try:
        form = side.visit.form(UploadForm)
        file = _file(side)
        with side.write() as work:
            _kind(work, kind)
            held = holding.hold(work, kind=kind, name=file.name, content=file.content)
    except (Refused, FileRefused) as refused:
        return _upload_page(side, kind, reasons=refused.reasons, status=IN_FILE)
    return side.go("import-preview", kind=kind, upload=held.id, submit="true" if form.submit else None)


def _file(side: Side) -> Attachment:
    """Raises Refused (UPL-02) where none was chosen."""
    file = side.visit.fields.files.get("file")
    if file is None:
        raise Refused(Reason(code="UPL-02", zh="请先选择文件", en="choose a file first", where="file"))
    return file


@sided.get("/imports/{kind}/{upload}", name="import-preview")
def preview(side: Sided, kind: str, upload: str, sheet: str | None = None, submit: bool = False) -> Response:
    """What the file would do, or everything that is wrong with it. Nothing of it is stored."""
    return _preview(side, kind, upload, Reading(sheet=sheet, submit=submit))


def _preview(
    side: Side, kind: str, upload: str, how: Reading, *, reasons: tuple[Reason, ...] = (), status: int = 200
) -> Response:
    """The preview; after a confirmation that was refused, with the reasons for that."""
    found: Imported | None = None
    with side.write() as work:
        it, held = _kind(work, kind), holding.find(work, kind, upload)
        try:
            found = None if reasons else it.take(work, how.of(held), how.submit)
        except (FileRefused, Refused) as refused:
            reasons = refused.reasons  # the page is what was asked for: all that is wrong with the file
        return side.page(
            "imports/preview.html.j2", status=status, kind=kind, it=it, held=held, how=how, found=found,
            counts={outcome: found.count(outcome) for outcome in Outcome} if found else {}, reasons=reasons,
            sheets=sheet_names(held.content), window=_window(work, kind) if how.submit else None, listed=LISTED,
            late=any(reason.code.startswith("DLN") for reason in reasons),
            tracks={key: track.name for key, track in work.definition.tracks.items()},
        )  # fmt: skip


@sided.post("/imports/{kind}/{upload}", name="import-confirm")
def confirm(side: Sided, kind: str, upload: str) -> Response:
    """Store exactly the file that was previewed, as at this instant; all of it or nothing."""
    form = side.visit.form(ConfirmForm)
    how = Reading(sheet=form.sheet or None, submit=form.submit)
    try:
        with side.write() as work:
            role = work.actor.role
            asked = {"verb": "import", "kind": kind, "upload": upload, **form.asked()}
            done = side.visit.once(work, asked, lambda: _brought(work, kind, upload, how, form.digest))
    except FileRefused as refused:
        return _preview(side, kind, upload, how, reasons=refused.reasons, status=IN_FILE)
    said = Words(done["zh"], done["en"])
    page = AFTERWARDS[role]
    return side.visit.go(page, said=said) if page == "imports" else side.go(page, said=said)


def _brought(work: Work, kind: str, upload: str, how: Reading, digest: str) -> dict[str, Any]:
    held = holding.find(work, kind, upload)
    found = _kind(work, kind).take(work, how.of(held, confirm=digest), how.submit)
    holding.drop(work, kind)
    new, changed, same = (found.count(outcome) for outcome in Outcome)
    return {"zh": f"已导入“{held.name}”：新增{new}行，更改{changed}行，已有{same}行",
            "en": f"{held.name} is imported: {new} new, {changed} changed, {same} there already"}  # fmt: skip


@sided.post("/imports/{kind}/{upload}/drop", name="import-drop")
def drop(side: Sided, kind: str, upload: str) -> Response:
    """Forget the file."""
    side.visit.form(DeskForm)
    with side.write() as work:
        _kind(work, kind)
        holding.find(work, kind, upload)
        holding.drop(work, kind)
    return side.go("import", kind=kind, said=Words("已放弃，没有保存任何内容", "dropped; nothing was stored"))
