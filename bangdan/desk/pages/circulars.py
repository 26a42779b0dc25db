"""Circulars: what the secretariat writes to many at once. Written, looked at for any reader, counted, then sent."""

from __future__ import annotations

from pydantic import Field
from starlette.responses import Response

from bangdan import ROOT
from bangdan.desk.circular_forms import CircularForm, as_typed, offer
from bangdan.desk.fields import DeskForm, Fields, Number
from bangdan.desk.framing import framed
from bangdan.desk.policy import OFFICE, READERS
from bangdan.desk.problems import status_for
from bangdan.desk.routing import Pages
from bangdan.desk.visiting import Visiting
from bangdan.language import Words
from engine.circulars import drafts, sending
from engine.circulars import words as circular_words
from engine.circulars.aim import NAMES, WORDS
from engine.letters.correspondence import Sent
from engine.office import Work
from engine.queries import circulars as queries
from engine.queries import contacts as people
from engine.queries.circulars import CircularLine
from engine.queries.one_letter import Shown, preview
from workflows.reasons import Reason, Refused

pages = Pages()

TEMPLATES = ROOT / "templates" / "letters"
SHOWN = 100  # readers by name


class SendForm(DeskForm):
    """What the sender has seen: the version of the words, and how many there would be."""

    version: Number
    letters: int = Field(ge=0)
    calls: int = Field(ge=0)


@pages.get("/c/{campaign}/circulars", name="circulars", allow=READERS)
def circulars(visit: Visiting, after: str | None = None) -> Response:
    """Every circular, the newest first."""
    with visit.read() as work:
        page = queries.circulars(work, after=after)
    return visit.page("circulars/list.html.j2", page=page, to=WORDS)


@pages.get("/c/{campaign}/circulars/new", name="circular-new", allow=OFFICE)
def new(visit: Visiting, to: str = "", contact: str = "") -> Response:
    """The form of a new circular; `to` and `contact` are chosen in it already."""
    typed = {"to": [to]} if to else {}
    return _form(visit, Fields(typed={"to": ["contacts"], "contacts": [contact]} if contact else typed))


def _form(
    visit: Visiting, typed: Fields, *, circular: str | None = None, reasons: tuple[Reason, ...] = (), status: int = 200
) -> Response:
    with visit.read() as work:
        offered = offer(work, typed)
    return visit.page(
        "circulars/form.html.j2", status=status, typed=typed, circular=circular, reasons=reasons, offer=offered,
        names=NAMES, longest=circular_words.LONGEST_SUBJECT,
    )  # fmt: skip


@pages.post("/c/{campaign}/circulars/new", name="circular-add", allow=OFFICE)
def add(visit: Visiting) -> Response:
    """Keep a new draft, or look for people to write to."""
    return _kept(visit, None)


@pages.get("/c/{campaign}/circulars/{circular}/edit", name="circular-edit", allow=OFFICE)
def edit(visit: Visiting, circular: str) -> Response:
    """The form of a draft."""
    with visit.read() as work:
        drafts.open_draft(work, circular)
        line = queries.circular(work, circular)
    return _form(visit, as_typed(line), circular=circular)


@pages.post("/c/{campaign}/circulars/{circular}/edit", name="circular-change", allow=OFFICE)
def change(visit: Visiting, circular: str) -> Response:
    """Keep a draft as it was changed."""
    return _kept(visit, circular)


def _kept(visit: Visiting, circular: str | None) -> Response:
    try:
        form = visit.form(CircularForm)
        if form.find:
            return _form(visit, visit.fields, circular=circular)
        with visit.write() as work:
            asked = {"verb": "circular-keep", "circular": circular, **form.asked()}
            done = visit.once(work, asked, lambda: _keep(work, circular, form))
    except Refused as refused:
        status = status_for(refused.reasons)
        return _form(visit, visit.fields, circular=circular, reasons=refused.reasons, status=status)
    return visit.go(
        "circular", circular=done["id"], said=Words("草稿已保存，尚未发送", "the draft is kept; it is not sent")
    )


def _keep(work: Work, circular: str | None, form: CircularForm) -> dict[str, str]:
    if circular is None:
        return {"id": drafts.draft(work, subject=form.subject, body=form.body, aim=form.aim)}
    version = form.version or None
    drafts.change(work, circular, subject=form.subject, body=form.body, aim=form.aim, version=version)
    return {"id": circular}


@pages.get("/c/{campaign}/circulars/{circular}", name="circular", allow=READERS)
def circular(visit: Visiting, circular: str, reader: str = "") -> Response:
    """One circular: whom it reaches, how it reads for any of them, and sending it."""
    with visit.read() as work:
        line = queries.circular(work, circular)
        if line.state != drafts.DRAFT:
            return visit.page("circulars/sent.html.j2", line=line, narrowed=_narrowed(work, line), to=WORDS)
        ready = sending.ready(work, circular)
        chosen = reader or (ready.readers[0].to.ref if ready.readers else "")
        shown = _shown(work, circular, chosen) if chosen and not ready.faults else None
        name = next((each.to.name for each in ready.readers if each.to.ref == chosen), "")
        return visit.page(
            "circulars/one.html.j2", line=line, ready=ready, shown=shown, reader=chosen, name=name, most=SHOWN,
            faults=[_placed(visit, each) for each in ready.faults],
            narrowed=_narrowed(work, line), to=WORDS,
        )  # fmt: skip


def _placed(visit: Visiting, reason: Reason) -> Reason:
    """The same with its place as the writer sees it: a line of the text."""
    part, _, line = reason.where.partition(":")
    where = {"subject": visit.t("主题", "subject"), "body": visit.t("正文", "text"), "to": visit.t("收件人", "readers")}
    of_line = visit.t(f"第{line}行", f", line {line}") if line and part == "body" else ""
    return reason.at(f"{where[part]}{of_line}") if part in where else reason


def _shown(work: Work, circular: str, reader: str) -> Shown:
    message = sending.preview(work, circular, reader)
    return preview(work, "circular", message.context, TEMPLATES)


def _narrowed(work: Work, line: CircularLine) -> list[tuple[Words, str]]:
    """By what the readers are narrowed, in the campaign's words."""
    aim, definition = line.aim, work.definition
    attributes = definition.attribute_by_key
    said = {
        "tracks": [definition.tracks[key].name for key in aim.tracks if key in definition.tracks],
        "channels": [definition.channel_by_key[key].name for key in aim.channels if key in definition.channel_by_key],
        "states": [work.shape.state_by_key[key].zh for key in aim.states if key in work.shape.state_by_key],
        "attributes": [f"{attributes[key].name}：{value}" for key, value in aim.attributes if key in attributes],
        "unsubmitted": ["✓"] if aim.unsubmitted else [],
        "units": list(aim.units),
        "institutions": [definition.institution_by_key[key].name for key in aim.institutions],
        "contacts": [f"{each.name}（{each.of}）" for each in people.with_ids(work, aim.contacts)],
    }  # fmt: skip
    return [(Words(*NAMES[name]), "、".join(values)) for name, values in said.items() if values]


@pages.get("/c/{campaign}/circulars/{circular}/html", name="circular-html", allow=READERS)
def circular_html(visit: Visiting, circular: str, reader: str = "") -> Response:
    """The HTML that one reader would get, or the first of them, for the frame of the page."""
    with visit.read() as work:
        chosen = reader or next((each.to.ref for each in sending.ready(work, circular).readers), "")
        return framed(_shown(work, circular, chosen).html)


@pages.post("/c/{campaign}/circulars/{circular}/send", name="circular-send", allow=OFFICE)
def send(visit: Visiting, circular: str) -> Response:
    """Put it into the outbox and onto the call sheet."""
    form = visit.form(SendForm)
    with visit.write() as work:
        asked = {"verb": "circular-send", "circular": circular, **form.asked()}
        done = visit.once(work, asked, lambda: _sent(work, circular, form))
    zh = f"已发出：邮件{done['letters']}封，待电话{done['calls']}个"
    return visit.go(
        "circular", circular=circular, said=Words(zh, f"sent: {done['letters']} letters, {done['calls']} calls")
    )


def _sent(work: Work, circular: str, form: SendForm) -> dict[str, int]:
    expected = Sent(letters=form.letters, calls=form.calls)
    sent = sending.send_circular(work, circular, version=form.version, expected=expected)
    return {"letters": sent.letters, "calls": sent.calls}


@pages.post("/c/{campaign}/circulars/{circular}/discard", name="circular-discard", allow=OFFICE)
def discard(visit: Visiting, circular: str) -> Response:
    """Give a draft up."""
    visit.form(DeskForm)
    with visit.write() as work:
        visit.once(work, {"verb": "circular-discard", "circular": circular}, lambda: _discarded(work, circular))
    return visit.go("circulars", said=Words("草稿已放弃", "the draft is given up"))


def _discarded(work: Work, circular: str) -> dict[str, str]:
    drafts.discard(work, circular)
    return {"id": circular}
