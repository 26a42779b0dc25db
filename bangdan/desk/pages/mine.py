"""A unit's first page, and what it has there beside its nominations: contacts, duties, joint nominations."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pydantic import Field
from starlette.responses import Response

from bangdan.desk.fields import DeskForm
from bangdan.desk.problems import status_for
from bangdan.desk.sides import Side, Sided, SidedPages
from bangdan.report.words import Words
from engine import classes, duties, endorsing, own_deadlines, units
from engine.contact_texts import contact_values
from engine.endorsing import Joined
from engine.office import Work
from engine.queries import contacts as people
from engine.queries import explaining, mine, owed
from engine.queries.explanation import Explanation
from engine.texts import line_of_text
from workflows.instants import InstantRefused, read_instant, zone_of
from workflows.reasons import Reason, Refused
from workflows.vocabulary import Edge

sided = SidedPages()
pages = sided.pages

SAVED = Words("已保存", "saved")


class ContactForm(DeskForm):
    """A contact as it is typed."""

    name: str = Field(default="", max_length=200)
    phones: str = Field(default="", max_length=200)
    email: str = Field(default="", max_length=254)


class ActiveForm(DeskForm):
    """Whether letters go to a contact."""

    active: bool


class DocumentForm(DeskForm):
    """What is said of something filed: its title, where it lies."""

    document: str = Field(default="", max_length=300)


class JoinForm(DeskForm):
    """Another unit's nomination, by the id that it told."""

    nomination: str = Field(max_length=64)


class DeadlineForm(DeskForm):
    """A unit's own deadline for its applicants, as it is written; empty drops it."""

    closes: str = Field(default="", max_length=40)


@sided.get("", name="mine")
def home(side: Sided, after: str | None = None) -> Response:
    """Everything that the unit has to do, and what it has."""
    with side.read() as work:
        return side.page("mine/home.html.j2", home=mine.home(work, after=after), after=after)


@sided.get("/contacts", name="my-contacts")
def my_contacts(side: Sided) -> Response:
    """Whom we write to and call at the unit."""
    return _contacts(side)


def _contacts(side: Side, *, reasons: tuple[Reason, ...] = (), about: str = "", status: int = 200) -> Response:
    """The page; after a refusal with what was typed, at the contact `about` (empty: a new one)."""
    with side.read() as work:
        unit = mine.unit_row(work)
        lines = people.contacts(work, unit=unit.code).rows
    return side.page("mine/contacts.html.j2", status=status, unit=unit, contacts=lines, reasons=reasons, about=about,
                     typed=side.visit.fields)  # fmt: skip


@sided.post("/contacts", name="my-contact-add")
def add_contact(side: Sided) -> Response:
    """A new contact, or the one of that name brought up to date."""
    try:
        form = side.visit.form(ContactForm)
        with side.write() as work:
            side.visit.once(work, {"verb": "my-contact-add", **form.asked()}, lambda: _added(work, form))
    except Refused as refused:
        return _contacts(side, reasons=refused.reasons, status=status_for(refused.reasons))
    return side.go("my-contacts", said=Words("已保存联系人", "the contact is saved"))


def _added(work: Work, form: ContactForm) -> dict[str, Any]:
    values = contact_values(**form.asked())
    phones = values.pop("phones")
    return {"id": units.add_contact(work, **values, phones=[phones] if phones else [], unit_id=work.actor.unit_id)}


@sided.post("/contacts/{contact}", name="my-contact-change")
def change_contact(side: Sided, contact: str) -> Response:
    """Other words for a contact."""
    try:
        form = side.visit.form(ContactForm)
        with side.write() as work:
            units.change_contact(work, contact, **contact_values(**form.asked()))
    except Refused as refused:
        return _contacts(side, reasons=refused.reasons, about=contact, status=status_for(refused.reasons))
    return side.go("my-contacts", said=Words("已保存联系人", "the contact is saved"))


@sided.post("/contacts/{contact}/active", name="my-contact-active")
def switch_contact(side: Sided, contact: str) -> Response:
    """Write to a contact, or no more."""
    form = side.visit.form(ActiveForm)
    with side.write() as work:
        units.change_contact(work, contact, active=form.active)
    return side.go("my-contacts", said=SAVED)


@sided.get("/duties/{duty}", name="my-duty")
def my_duty(side: Sided, duty: str) -> Response:
    """Something the unit owes: what, by when, and what can be done about it."""
    return _duty(side, duty)


def _duty(side: Side, duty: str, *, reasons: tuple[Reason, ...] = (), status: int = 200) -> Response:
    with side.read() as work:
        found: Explanation = explaining.duty(work, duty)
        return side.page("mine/duty.html.j2", status=status, duty=duty, found=found, reasons=reasons,
                         typed=side.visit.fields)  # fmt: skip


@sided.post("/duties/{duty}", name="my-duty-file")
def file_duty(side: Sided, duty: str) -> Response:
    """File what is owed."""
    try:
        form = side.visit.form(DocumentForm)
        with side.write() as work:
            asked = {"verb": "my-duty-file", "duty": duty, **form.asked()}
            side.visit.once(work, asked, lambda: _filed(work, duty, form.document))
    except Refused as refused:
        reasons = tuple(
            reason.at("document") if reason.code.startswith("TXT") else reason for reason in refused.reasons
        )
        return _duty(side, duty, reasons=reasons, status=status_for(refused.reasons))
    return side.go("my-duty", duty=duty, said=Words("已报送", "filed"))


def _filed(work: Work, duty: str, document: str) -> dict[str, Any]:
    duties.file(work, duty, document=line_of_text(document, what="报送说明", what_en="document"))
    return {"state": owed.duty_line(work, duties.find(work, duty)).state}


@sided.post("/join", name="my-join")
def join(side: Sided) -> Response:
    """Nominate jointly what another unit began."""
    return _jointly(side, "my-join", endorsing.join, Words("已加入共同提名", "joined"))


@sided.post("/leave", name="my-leave")
def leave(side: Sided) -> Response:
    """Nominate it jointly no longer."""
    return _jointly(side, "my-leave", endorsing.leave, Words("已退出共同提名", "left"))


def _jointly(side: Side, verb: str, do: Callable[..., Joined], done: Words) -> Response:
    form = side.visit.form(JoinForm)
    with side.write() as work:
        unit_id = mine.unit_row(work).id

        def act() -> dict[str, Any]:
            return {"title": do(work, form.nomination, unit_id=unit_id).title}

        title = side.visit.once(work, {"verb": verb, **form.asked()}, act)["title"]
    return side.go("mine", said=Words(f"{done.zh}：{title}", f"{done.en}: {title}"))


@sided.get("/deadline", name="my-deadline")
def my_deadline(side: Sided) -> Response:
    """Until when the unit's applicants write, and until when it submits."""
    return _deadline(side)


def _deadline(side: Side, *, reasons: tuple[Reason, ...] = (), status: int = 200) -> Response:
    with side.read() as work:
        unit = mine.unit_row(work)
        key = classes.own_of(work, unit.id)
        own = work.calendar[key].edge(Edge.CLOSES) if key and not work.calendar[key].closes_of else None
        windows = tuple(mine.windows(work, unit.id))
    return side.page("mine/deadline.html.j2", status=status, unit=unit, own=own, windows=windows, reasons=reasons,
                     typed=side.visit.fields)  # fmt: skip


@sided.post("/deadline", name="my-deadline-set")
def set_deadline(side: Sided) -> Response:
    """Set, change or drop a deadline of the unit's own for those who write its drafts."""
    try:
        form = side.visit.form(DeadlineForm)
        with side.write(alone=True) as work:
            closes = _instant(work, form.closes) if form.closes else None
            own_deadlines.own_deadline(work, mine.unit_row(work).id, closes=closes)
    except (Refused, InstantRefused) as refused:
        reasons = tuple(reason.at("closes") for reason in refused.reasons)
        return _deadline(side, reasons=reasons, status=status_for(refused.reasons))
    set_, dropped = Words("已设定本单位的内部截止", "your deadline is set"), Words("已取消内部截止", "it is dropped")
    return side.go("my-deadline", said=set_ if closes else dropped)


def _instant(work: Work, text: str) -> datetime:
    """A date alone is the end of that day."""
    return read_instant(text, zone=zone_of(work.definition.zone), edge="end").instant
