"""A unit's nominations: begin, change, submit with a receipt, recall, withdraw. Nothing that was typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import Field
from starlette.responses import Response

from bangdan.desk.draft_forms import DraftForm, as_typed, form_for
from bangdan.desk.fields import DeskForm, Fields
from bangdan.desk.news import news
from bangdan.desk.problems import status_for
from bangdan.desk.sides import Side, Sided, SidedPages
from bangdan.language import Words
from engine import cases, endorsements, nominations, places, taking
from engine.access import not_found
from engine.attributes import declared
from engine.draft_texts import draft_values
from engine.office import Work
from engine.queries import contacts as people
from engine.queries import details, explaining, mine
from engine.queries.mine import Window
from engine.taking import Answer
from workflows.definition import Definition, Track
from workflows.nomination import Role
from workflows.reasons import Reason, Refused
from workflows.vocabulary import Bearer

sided = SidedPages()
pages = sided.pages


class ReasonForm(DeskForm):
    """Why something is done; the engine says whether it needs one."""

    reason: str = Field(default="", max_length=2000)


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """A track for which a draft could be begun, and what is against it now."""

    track: Track
    reasons: tuple[Reason, ...]


@sided.get("/draft", name="my-draft")
def new_draft(side: Sided, track: str | None = None) -> Response:
    """The form of a new draft; without a track, the choice of one."""
    if track is not None:
        return _draft_form(side, track, side.visit.fields)
    with side.read() as work:
        unit = mine.unit_row(work)
        choices = [
            Choice(track=work.definition.tracks[key], reasons=nominations.reasons_for_draft(work, unit.id, key))
            for key in mine.tracks_of(work, unit.id)
        ]
        found = {key: places.places_of(work, unit.id, key) for key in mine.tracks_of(work, unit.id)}
    return side.page("mine/choose.html.j2", choices=choices, places=found)


def _draft_form(
    side: Side, track: str, typed: Fields, *, nomination: str | None = None, reasons: tuple[Reason, ...] = (),
    status: int = 200,
) -> Response:  # fmt: skip
    """The form, filled in with `typed`; of a draft that is there already if `nomination` names one."""
    with side.read() as work:
        unit = mine.unit_row(work)
        if track not in work.definition.tracks:
            raise not_found(track)
        against, window = _against(work, unit.id, track, nomination)
        return side.page(
            "mine/draft.html.j2", status=status, unit=unit, track=work.definition.tracks[track], typed=typed,
            nomination=nomination, reasons=reasons, against=against, window=window,
            returned=mine.why_returned(work, nomination) if nomination else "",
            materials=_materials(work.definition, track), attributes=declared(work.definition, Bearer.NOMINEE),
        )  # fmt: skip


def _against(work: Work, unit_id: int, track: str, nomination: str | None) -> tuple[tuple[Reason, ...], Window]:
    """Why the form could not be stored just now, and the window it is measured by."""
    if nomination is None:
        return nominations.reasons_for_draft(work, unit_id, track), mine.shown(
            work, nominations.drafting_window(work, unit_id, track)
        )
    row = details.nomination_row(work, nomination)
    return taking.reasons_for(work, row, "edit"), mine.shown(work, cases.window_of(work, row, "edit"))


def _materials(definition: Definition, track: str) -> list[Any]:
    return [definition.material_by_key[key] for key in definition.tracks[track].list.materials]


@sided.post("/draft", name="my-draft-add")
def add_draft(side: Sided) -> Response:
    """Begin a nomination."""
    track = side.visit.fields.one("track")
    try:
        with side.write() as work:
            form = side.visit.form(form_for(work.definition))
            asked = {"verb": "my-draft-add", **form.asked()}
            done = side.visit.once(work, asked, lambda: _drafted(work, form))
    except Refused as refused:
        return _draft_form(side, track, side.visit.fields, reasons=refused.reasons, status=status_for(refused.reasons))
    return _after(
        side, form, done["id"], Words("已保存草稿；提交之前不占名额", "the draft is saved; it takes no place yet")
    )


def _drafted(work: Work, form: DraftForm) -> dict[str, Any]:
    unit = mine.unit_row(work)
    values = draft_values(work, form.track, form.typed())
    return {"id": nominations.draft(work, unit_id=unit.id, track=form.track, **values).id}


def _after(side: Side, form: DraftForm, nomination: str, said: Words) -> Response:
    page = "my-submit" if form.then == "submit" else "my-nomination"
    return side.go(page, nomination=nomination, said=said)


@sided.get("/nominations/{nomination}", name="my-nomination")
def one(side: Sided, nomination: str) -> Response:
    """One nomination: where it stands, what is to be done, by when, its story."""
    with side.read() as work:
        unit = mine.unit_row(work)
        full = details.nomination(work, nomination)
        row = details.nomination_row(work, nomination)
        found = explaining.nomination(work, nomination)
        return side.page(
            "mine/nomination.html.j2", unit=unit, full=full, found=found,
            verbs={verb.verb: verb for verb in found.verbs if Role.UNIT in verb.roles},
            materials=_materials(work.definition, full.line.track),
            attributes=declared(work.definition, Bearer.NOMINEE),
            joint=endorsements.joint(work, row) if row.state in work.shape.sources("submit") else None,
            news=news(side.visit, work, nomination) if side.unit is None else None,
        )  # fmt: skip


@sided.get("/nominations/{nomination}/edit", name="my-edit")
def edit_form(side: Sided, nomination: str) -> Response:
    """The form of a draft that is there."""
    with side.read() as work:
        full = details.nomination(work, nomination)
    return _draft_form(side, full.line.track, as_typed(full), nomination=nomination)


@sided.post("/nominations/{nomination}/edit", name="my-edit-save")
def edit(side: Sided, nomination: str) -> Response:
    """Change a draft, or what was returned."""
    try:
        with side.write() as work:
            track = details.nomination_row(work, nomination).track
            form = side.visit.form(form_for(work.definition))
            asked = {"verb": "my-edit-save", "nomination": nomination, **form.asked()}
            side.visit.once(work, asked, lambda: _edited(work, nomination, track, form))
    except Refused as refused:
        return _draft_form(side, track, side.visit.fields, nomination=nomination, reasons=refused.reasons,
                           status=status_for(refused.reasons))  # fmt: skip
    return _after(side, form, nomination, Words("已保存修改", "the changes are saved"))


def _edited(work: Work, nomination: str, track: str, form: DraftForm) -> dict[str, Any]:
    return {"id": nominations.edit(work, nomination, **draft_values(work, track, form.typed())).id}


@sided.get("/nominations/{nomination}/submit", name="my-submit")
def submit_page(side: Sided, nomination: str) -> Response:
    """What submitting means: until when, which place it takes, what is against it."""
    return _verb(side, nomination, "submit")


@sided.post("/nominations/{nomination}/submit", name="my-submit-now")
def submit(side: Sided, nomination: str) -> Response:
    """Submit: measured by the instant at which this request had arrived."""
    return _act(side, nomination, "submit", lambda work, _: nominations.submit(work, nomination), to="my-receipt")


@sided.get("/nominations/{nomination}/receipt", name="my-receipt")
def receipt(side: Sided, nomination: str) -> Response:
    """When it was accepted and against which deadline; to be printed."""
    with side.read() as work:
        unit = mine.unit_row(work)
        full, row = details.nomination(work, nomination), details.nomination_row(work, nomination)
        if row.submitted_at is None:
            raise not_found(nomination)
        window = mine.shown(work, cases.window_of(work, row, "submit"))
        lines = people.contacts(work, unit=unit.code).rows
        return side.page("mine/receipt.html.j2", unit=unit, full=full, window=window, office=work.definition.office,
                         place=places.own_place(work, row), contacts=lines)  # fmt: skip


@sided.get("/nominations/{nomination}/recall", name="my-recall")
def recall_page(side: Sided, nomination: str) -> Response:
    """What recalling means."""
    return _verb(side, nomination, "recall")


@sided.post("/nominations/{nomination}/recall", name="my-recall-now")
def recall(side: Sided, nomination: str) -> Response:
    """Take a submission back."""
    return _act(side, nomination, "recall", lambda work, _: nominations.recall(work, nomination))


@sided.get("/nominations/{nomination}/withdraw", name="my-withdraw")
def withdraw_page(side: Sided, nomination: str) -> Response:
    """What withdrawing means."""
    return _verb(side, nomination, "withdraw")


@sided.post("/nominations/{nomination}/withdraw", name="my-withdraw-now")
def withdraw(side: Sided, nomination: str) -> Response:
    """End a nomination."""
    return _act(side, nomination, "withdraw", lambda work, why: nominations.withdraw(work, nomination, reason=why))


def _verb(side: Side, nomination: str, verb: str, *, reasons: tuple[Reason, ...] = (), status: int = 200) -> Response:
    """Before it is done: what it does, until when it may be done, what is against it."""
    with side.read() as work:
        unit = mine.unit_row(work)
        full, row = details.nomination(work, nomination), details.nomination_row(work, nomination)
        known = full.line.state == row.state  # else nothing may tell what became of it
        against = taking.reasons_for(work, row, verb, reason="—") if known else ()
        return side.page(
            "mine/verb.html.j2", status=status, unit=unit, full=full, verb=verb, reasons=reasons, against=against,
            words=work.shape.words(verb) if work.shape.sources(verb) else None, typed=side.visit.fields,
            window=mine.shown(work, cases.window_of(work, row, verb)) if verb != "withdraw" else None,
            places=places.places_for(work, row), materials=_materials(work.definition, row.track),
            attributes=declared(work.definition, Bearer.NOMINEE),
        )  # fmt: skip


def _act(
    side: Side, nomination: str, verb: str, do: Callable[[Work, str], Answer], *, to: str = "my-nomination"
) -> Response:
    """Do it once; refused, its page again with the reasons and what was typed."""
    try:
        form = side.visit.form(ReasonForm)
        with side.write() as work:
            asked = {"verb": f"my-{verb}", "nomination": nomination, **form.asked()}
            side.visit.once(work, asked, lambda: {"id": do(work, form.reason).id})
            said = work.shape.words(verb)
    except Refused as refused:
        return _verb(side, nomination, verb, reasons=refused.reasons, status=status_for(refused.reasons))
    return side.go(to, nomination=nomination, said=Words(f"已{said.zh}", f"done: {said.en}"))
