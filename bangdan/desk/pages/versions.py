"""活动文件: its versions, what changed from one to the next, and putting another one in force."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import Field
from sqlalchemy import Row
from starlette.responses import Response

from bangdan import ROOT
from bangdan.checking import examined
from bangdan.desk.fields import Attachment, DeskForm, Ordinal
from bangdan.desk.policy import OFFICE, READERS
from bangdan.desk.problems import IN_FILE, status_for
from bangdan.desk.routing import Pages
from bangdan.desk.visit import Visit
from bangdan.desk.visiting import Visiting
from bangdan.language import Words
from engine import versions as kept
from engine.office import Work
from engine.proposals import proposing
from engine.queries.amended import plain_difference
from engine.queries.explanation import GIVEN
from engine.uploads import holding
from engine.uploads.holding import Held
from workflows.differences import differences
from workflows.loading import load
from workflows.reasons import BangdanError, FileRefused, Reason, Refused

pages = Pages()

KIND = "amendment"
LARGEST = 1_000_000  # bytes
CONTEXT = 3  # lines around a change
TEMPLATES = ROOT / "templates" / "letters"
AMENDED = Words("已换用修改后的活动文件", "the changed file is in force")
PROPOSED = Words("已提交复核：另一人确认后才会换用", "proposed: it is put in force when a second person confirms it")


class AmendForm(DeskForm):
    """The file that was previewed, by its digest, and how it is to be put in force."""

    digest: str = Field(max_length=64)
    reason: str = Field(default="", max_length=2000)
    reopen: bool = False
    keep: bool = False
    second: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Compared:
    """One version beside the one before it: what changes for whom, and the lines."""

    row: Row[Any]
    changes: Mapping[str, Sequence[dict[str, Any]]]
    lines: tuple[str, ...]


@pages.get("/c/{campaign}/versions", name="versions", allow=READERS)
def versions(visit: Visiting) -> Response:
    """Every text that was in force, and the place for a changed one."""
    return _list(visit)


def _list(visit: Visit, *, reasons: tuple[Reason, ...] = (), status: int = 200) -> Response:
    with visit.read() as work:
        rows, waiting = kept.versions(work)[::-1], holding.waiting(work, KIND) if visit.office else None
    return visit.page("versions/list.html.j2", status=status, rows=rows, waiting=waiting, reasons=reasons)


@pages.get("/c/{campaign}/versions/{number}", name="version", allow=READERS)
def version(visit: Visiting, number: Ordinal) -> Response:
    """One text, and how it differs from the one before."""
    with visit.read() as work:
        row = kept.version(work, number)
        before = kept.version(work, number - 1) if number > 1 else None
    return visit.page("versions/one.html.j2", compared=_compared(visit, row, before))


def _compared(visit: Visit, row: Row[Any], before: Row[Any] | None) -> Compared:
    if before is None:
        return Compared(row=row, changes={}, lines=())
    old, new = (load(each.source, name=each.source_name).definition for each in (before, row))
    found = [plain_difference(each) for each in differences(old, new)]
    return Compared(row=row, changes=by_whom(visit, found), lines=_lines(before.source, row.source))


def by_whom(visit: Visit, found: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Differences by the words for whom they concern."""
    grouped: dict[str, list[dict[str, Any]]] = {}
    for each in found:
        grouped.setdefault(visit.t(each["whom"]["zh"], each["whom"]["en"]), []).append(each)
    return grouped


def _lines(old: str, new: str) -> tuple[str, ...]:
    both = (old.splitlines(), new.splitlines())
    return tuple(difflib.unified_diff(*both, n=CONTEXT, lineterm=""))[2:]  # without the names of the files


@pages.post("/c/{campaign}/versions", name="amend-upload", allow=OFFICE)
def upload(visit: Visiting) -> Response:
    """Hold a changed file, once it is proven sound, and go on to what it would do."""
    try:
        visit.form(DeskForm)
        file = _file(visit)
        _must_be_sound(visit, file.name, file.content)
        with visit.write() as work:
            held = holding.hold(work, kind=KIND, name=file.name, content=file.content)
    except (Refused, FileRefused) as refused:
        return _list(visit, reasons=refused.reasons, status=IN_FILE)
    return visit.go("amend-preview", upload=held.id)


def _file(visit: Visit) -> Attachment:
    """Raises Refused (UPL-02) where none was chosen."""
    if (file := visit.fields.files.get("file")) is None:
        raise Refused(Reason(code="UPL-02", zh="请先选择文件", en="choose a file first", where="file"))
    return file


def _must_be_sound(visit: Visit, name: str, content: bytes) -> None:
    if len(content) > LARGEST:
        raise FileRefused(Reason(code="FIL-03", zh="活动文件超过1 MB", en="a campaign file has at most 1 MB"))
    seen = examined(content, holding.own_name(name), visit.desk.office.workdays, templates=TEMPLATES)
    if seen.errors:
        raise FileRefused(seen.errors)


@pages.get("/c/{campaign}/amend/{upload}", name="amend-preview", allow=OFFICE)
def preview(visit: Visiting, upload: str, *, reopen: bool = True, keep: bool = False) -> Response:
    """What the held file would change for whom, and every consequence."""
    return _preview(visit, upload, reopen=reopen, keep=keep)


def _preview(
    visit: Visit, upload: str, *, reopen: bool, keep: bool, reasons: tuple[Reason, ...] = (), status: int = 200
) -> Response:  # fmt: skip
    with visit.read() as work:
        held = holding.find(work, KIND, upload)
    seen, against = _tried(visit, held, reopen=reopen, keep=keep)
    changes = by_whom(visit, seen.plain["differences"]) if seen else {}
    return visit.page("versions/preview.html.j2", status=status, held=held, seen=seen, changes=changes,
                      against=against, reasons=reasons, reopen=reopen, keep=keep, typed=visit.fields)  # fmt: skip


def _tried(
    visit: Visit, held: Held, *, reopen: bool, keep: bool
) -> tuple[proposing.Preview | None, tuple[Reason, ...]]:  # fmt: skip
    """What it would do; the reason will be given by who confirms it."""
    try:
        with visit.write(alone=True) as work:
            return proposing.preview(work, "amend", _asked(held, GIVEN, reopen=reopen, keep=keep)), ()
    except BangdanError as refused:
        return None, refused.reasons


def _asked(held: Held, reason: str, *, reopen: bool, keep: bool) -> dict[str, Any]:
    text = held.content.decode("utf-8-sig")
    return {"source": text, "name": held.name, "reason": reason, "reopen": reopen, "keep": keep}


@pages.post("/c/{campaign}/amend/{upload}", name="amend", allow=OFFICE)
def amend(visit: Visiting, upload: str) -> Response:
    """Put it in force, or ask for a second person's word where it leaves anybody less time."""
    form = visit.form(AmendForm)
    try:
        with visit.write(alone=True) as work:
            told = visit.once(work, {"upload": upload, **form.asked()}, lambda: _carry_out(visit, work, upload, form))
    except (Refused, FileRefused) as refused:
        return _preview(visit, upload, reopen=form.reopen, keep=form.keep, reasons=refused.reasons,
                        status=status_for(refused.reasons))  # fmt: skip
    if "proposal" in told:
        return visit.go("proposal", proposal_id=told["proposal"], said=PROPOSED)
    return visit.go("version", number=told["version"], said=AMENDED)


def _carry_out(visit: Visit, work: Work, upload: str, form: AmendForm) -> dict[str, Any]:
    held = holding.find(work, KIND, upload)
    if held.digest != form.digest:
        raise Refused(_another_file())
    holding.drop(work, KIND)
    asked = _asked(held, form.reason, reopen=form.reopen, keep=form.keep)
    if form.second:
        account = visit.person.account.public_id
        return {"proposal": proposing.propose(work, "amend", asked, account=account)}
    return {"version": proposing.carry_out(work, "amend", asked)["version"]}


def _another_file() -> Reason:
    return Reason(code="UPL-03", zh="要确认的文件与预览的不同，请重新预览",
                  en="the file to be confirmed is not the one that was previewed; look at it anew")  # fmt: skip
