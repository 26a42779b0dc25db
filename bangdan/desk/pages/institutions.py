"""Review institutions: the list, and one with its tracks, its duties and its people."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from starlette.responses import Response

from bangdan.desk.contact_forms import SAVED, ActiveForm, ContactForm, added
from bangdan.desk.policy import OFFICE, READERS
from bangdan.desk.problems import status_for
from bangdan.desk.routing import Pages
from bangdan.desk.visit import Visit
from bangdan.desk.visiting import Visiting
from engine import units, unreported
from engine.access import not_found
from engine.contact_texts import contact_values
from engine.office import Work
from engine.queries.contacts import ContactLine, contacts, find
from engine.queries.funnel import by_track
from engine.queries.owed import DutyLine, duties
from workflows.definition import Institution, Stage, Track
from workflows.reasons import Reason, Refused

pages = Pages()


@dataclass(frozen=True, kw_only=True, slots=True)
class TrackLine:
    """A track of an institution: how many nominations it has, and of how many the result is still missing."""

    track: Track
    total: int
    left: int

    @property
    def reported(self) -> int:
        return max(0, self.total - self.left)


@dataclass(frozen=True, kw_only=True, slots=True)
class InstitutionLine:
    """An institution with all it has to do with."""

    it: Institution
    stage: Stage
    tracks: tuple[TrackLine, ...]
    duties: tuple[DutyLine, ...]
    contacts: tuple[ContactLine, ...]


@pages.get("/c/{campaign}/institutions", name="institutions", allow=READERS)
def every(visit: Visiting) -> Response:
    """All institutions."""
    with visit.read() as work:
        lines = [_line(work, it) for it in work.definition.institutions]
    return visit.page("institutions/list.html.j2", lines=lines)


@pages.get("/c/{campaign}/institutions/{institution}", name="institution", allow=READERS)
def one(visit: Visiting, institution: str) -> Response:
    """Everything about one institution."""
    return _page(visit, institution)


def _page(visit: Visit, institution: str, *, reasons: tuple[Reason, ...] = (), about: str = "") -> Response:
    """The page; after a refusal with what was typed, at the contact `about` (empty: a new one)."""
    with visit.read() as work:
        line = _line(work, _known(work, institution))
    return visit.page("institutions/one.html.j2", status=status_for(reasons) if reasons else 200, line=line,
                      reasons=reasons, about=about, typed=visit.fields)  # fmt: skip


def _known(work: Work, key: str) -> Institution:
    found = work.definition.institution_by_key.get(key)
    if found is None:
        raise not_found(key)
    return found


def _line(work: Work, it: Institution) -> InstitutionLine:
    missing = unreported.by_track(work, it.stage)
    totals = Counter[str]()
    for (track, state), n in by_track(work).items():
        totals[track] += n if state in work.shape.counted else 0  # handed in and not taken out again
    return InstitutionLine(
        it=it, stage=work.definition.stage_by_key[it.stage],
        tracks=tuple(TrackLine(track=work.definition.tracks[key], total=totals[key], left=missing[key])
                     for key in it.tracks),
        duties=tuple(duties(work, institution=it.key)),
        contacts=contacts(work, institution=it.key, limit=100).rows,
    )  # fmt: skip


@pages.post("/c/{campaign}/institutions/{institution}/contacts", name="institution-contact-add", allow=OFFICE)
def add_contact(visit: Visiting, institution: str) -> Response:
    """A new contact, or the one of that name brought up to date."""
    try:
        form = visit.form(ContactForm)
        with visit.write() as work:
            _known(work, institution)
            asked = {"verb": "institution-contact-add", "institution": institution, **form.asked()}
            visit.once(work, asked, lambda: added(work, form, institution=institution))
    except Refused as refused:
        return _page(visit, institution, reasons=refused.reasons)
    return visit.go("institution", institution=institution, said=SAVED)


@pages.post(
    "/c/{campaign}/institutions/{institution}/contacts/{contact}", name="institution-contact-change", allow=OFFICE
)
def change_contact(visit: Visiting, institution: str, contact: str) -> Response:
    """Other words for a contact."""
    try:
        form = visit.form(ContactForm)
        with visit.write() as work:
            _of(work, institution, contact)
            units.change_contact(work, contact, **contact_values(**form.asked()))
    except Refused as refused:
        return _page(visit, institution, reasons=refused.reasons, about=contact)
    return visit.go("institution", institution=institution, said=SAVED)


@pages.post(
    "/c/{campaign}/institutions/{institution}/contacts/{contact}/active", name="institution-contact-active",
    allow=OFFICE,
)  # fmt: skip
def switch_contact(visit: Visiting, institution: str, contact: str) -> Response:
    """Write to a contact, or no more."""
    form = visit.form(ActiveForm)
    with visit.write() as work:
        _of(work, institution, contact)
        units.change_contact(work, contact, active=form.active)
    return visit.go("institution", institution=institution, said=SAVED)


def _of(work: Work, institution: str, contact: str) -> None:
    """See that the contact is one of that institution. Raises NotFound."""
    if find(work, contact).institution != institution:
        raise not_found(contact)
