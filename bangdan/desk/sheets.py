"""An export as the desk makes it, for pages and API alike: in the reader's words, as a file of its kind."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import BinaryIO

from starlette.responses import StreamingResponse

from bangdan.desk.downloads import download
from bangdan.happened import telling
from engine.access import Actor, not_found
from engine.exports import orders
from engine.exports.catalogue import Form, What, export, file_name
from engine.exports.file import MEDIA, write
from engine.exports.narrowing import Narrowed
from engine.exports.orders import Orderer
from engine.exports.sheet import Say, Sheet
from engine.failing import FAILING
from engine.office import Office, Work
from workflows.reasons import BangdanError


def what_known(what: str) -> What:
    """The export of that name. Raises NotFound."""
    if what not in set(What):
        raise not_found(what)
    return What(what)


def form_known(form: str) -> Form:
    """The kind of file. Raises NotFound."""
    if form not in set(MEDIA):
        raise not_found(form)
    return Form(form)


def sheet_of(work: Work, say: Say, what: What, narrowed: Narrowed) -> Sheet:
    """The export. Raises what `export` does, Refused (FLT-01)."""
    return export(work, say, what, telling(say), narrowed.wanted(work), settled=narrowed.settled)


def file_of(work: Work, sheet: Sheet, form: Form) -> StreamingResponse:
    """The export as a workbook or as CSV; it is read while the work is open. Raises Refused (EXP-02)."""
    return download(file_name(work, sheet, form), MEDIA[form], partial(write, sheet, form))


def fetched(office: Office, campaign: str, actor: Actor, by: Orderer, order: str, *, at: datetime) -> None:
    """Write down that somebody has it. What can't be written now is no reason to withhold the file."""
    with suppress(BangdanError, *FAILING), office.beside(campaign, actor, at=at) as work:
        orders.note_fetched(work, by, order)


def ordered_file(work: Work, by: Orderer, order: str) -> StreamingResponse:
    """The file of an order; it is read while the work is open. Raises NotFound, Refused (EXP-07)."""
    found, pieces = orders.find(work, by, order), orders.content(work, by, order)

    def copy(out: BinaryIO) -> None:
        for piece in pieces:  # noqa: FURB122 - by `writelines` a spooled file takes it into memory whole
            out.write(piece)

    return download(found.name, MEDIA[found.form], copy)
