"""What units and institutions have alike: people of their own to write to, and what they owe."""

from __future__ import annotations

from typing import Any

from pydantic import Field
from starlette.responses import Response

from bangdan.desk.contact_forms import SAVED, ActiveForm, ContactForm, added
from bangdan.desk.fields import DeskForm
from bangdan.desk.problems import status_for
from bangdan.desk.sides import Side, Sided, SidedPages
from bangdan.language import Words
from engine import duties, given, units
from engine.contact_texts import contact_values
from engine.office import Work
from engine.queries import contacts as people
from engine.queries import explaining_duty, mine, owed, reviewing
from engine.texts import line_of_text
from workflows.nomination import Role
from workflows.reasons import Reason, Refused

sided = SidedPages(own="/c/{campaign}", roles=(Role.UNIT, Role.INSTITUTION))
pages = sided.pages


class DutyForm(DeskForm):
    """What is said of something filed (`document`), or of something that arrived (`dated`, `note`)."""

    document: str = Field(default="", max_length=300)
    dated: str = Field(default="", max_length=40)
    note: str = Field(default="", max_length=300)


@sided.get("/my-contacts", name="my-contacts")
def my_contacts(side: Sided) -> Response:
    """Whom we write to and call."""
    return _contacts(side)


def _contacts(side: Side, *, reasons: tuple[Reason, ...] = (), about: str = "", status: int = 200) -> Response:
    """The page; after a refusal with what was typed, at the contact `about` (empty: a new one)."""
    with side.read() as work:
        if work.actor.role is Role.UNIT:
            unit = mine.unit_row(work)
            of, lines = unit.name, people.contacts(work, unit=unit.code).rows
        else:
            institution = reviewing.institution_of(work)
            of, lines = institution.name, people.contacts(work, institution=institution.key).rows
    return side.page("mine/contacts.html.j2", status=status, of=of, contacts=lines, reasons=reasons, about=about,
                     typed=side.visit.fields)  # fmt: skip


@sided.post("/my-contacts", name="my-contact-add")
def add_contact(side: Sided) -> Response:
    """A new contact, or the one of that name brought up to date."""
    try:
        form = side.visit.form(ContactForm)
        with side.write() as work:
            side.visit.once(work, {"verb": "my-contact-add", **form.asked()}, lambda: added(work, form))
    except Refused as refused:
        return _contacts(side, reasons=refused.reasons, status=status_for(refused.reasons))
    return side.go("my-contacts", said=SAVED)


@sided.post("/my-contacts/{contact}", name="my-contact-change")
def change_contact(side: Sided, contact: str) -> Response:
    """Other words for a contact."""
    try:
        form = side.visit.form(ContactForm)
        with side.write() as work:
            units.change_contact(work, contact, **contact_values(**form.asked()))
    except Refused as refused:
        return _contacts(side, reasons=refused.reasons, about=contact, status=status_for(refused.reasons))
    return side.go("my-contacts", said=SAVED)


@sided.post("/my-contacts/{contact}/active", name="my-contact-active")
def switch_contact(side: Sided, contact: str) -> Response:
    """Write to a contact, or no more."""
    form = side.visit.form(ActiveForm)
    with side.write() as work:
        units.change_contact(work, contact, active=form.active)
    return side.go("my-contacts", said=SAVED)


@sided.get("/my-duties/{duty}", name="my-duty")
def my_duty(side: Sided, duty: str) -> Response:
    """Something that is owed: what, by when, and what can be done about it."""
    return _duty(side, duty)


def _duty(side: Side, duty: str, *, reasons: tuple[Reason, ...] = (), status: int = 200) -> Response:
    with side.read() as work:
        found, role = explaining_duty.duty(work, duty), work.actor.role
    verbs = {verb.verb: verb for verb in found.verbs if role in verb.roles}
    return side.page("mine/duty.html.j2", status=status, duty=duty, found=found, reasons=reasons, verbs=verbs,
                     typed=side.visit.fields)  # fmt: skip


@sided.post("/my-duties/{duty}", name="my-duty-file")
def file_duty(side: Sided, duty: str) -> Response:
    """File what is owed."""
    return _act(side, duty, "file", Words("已报送", "filed"))


@sided.post("/my-duties/{duty}/confirm", name="my-duty-confirm")
def confirm_duty(side: Sided, duty: str) -> Response:
    """Confirm that something arrived, for whoever receives it."""
    return _act(side, duty, "confirm", Words("已确认收到", "its arrival is confirmed"))


def _act(side: Side, duty: str, verb: str, said: Words) -> Response:
    try:
        form = side.visit.form(DutyForm)
        with side.write() as work:
            asked = {"verb": f"my-duty-{verb}", "duty": duty, **form.asked()}
            side.visit.once(work, asked, lambda: _done(work, duty, verb, form))
    except Refused as refused:
        return _duty(side, duty, reasons=refused.reasons, status=status_for(refused.reasons))
    return side.go("my-duty", duty=duty, said=said)


def _done(work: Work, duty: str, verb: str, form: DutyForm) -> dict[str, Any]:
    if verb == "file":
        duties.file(work, duty, document=_document(form.document))
    else:
        duties.confirm(work, duty, dated=given.dated(work, form.dated or None, where="dated"), note=form.note)
    return {"state": owed.one(work, duty).state}


def _document(text: str) -> str:
    try:
        return line_of_text(text, what="报送说明", what_en="document")
    except Refused as refused:
        raise Refused(reason.at("document") for reason in refused.reasons) from None
