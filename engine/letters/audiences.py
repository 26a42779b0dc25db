"""Whom a reminder is for and what it tells each of them: one function for each audience.

Everything is read set-based, at the instant of asking: who has submitted meanwhile is not reminded.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from engine.letters import addressees, applicant_facts, institution_facts, office_facts, unit_duties, unit_facts
from engine.letters.correspondence import Addressee, Message
from engine.letters.invitations import invitation
from engine.letters.letterhead import letterhead, message, milestone_words, time_left, when
from engine.letters.narrowing import narrowed
from engine.letters.unit_dates import Dates
from engine.office import Work
from workflows.classes import closings
from workflows.timeline import Occasion
from workflows.vocabulary import Audience, Edge

Only = Collection[int] | None


def messages(work: Work, occasion: Occasion, *, only: Only = None) -> Iterator[Message]:
    """The letters of an occasion as they read now; `only` narrows them to readers by row id."""
    yield from _FOR[occasion.audience](work, occasion, only)


def units(work: Work, occasion: Occasion, only: Only) -> Iterator[Message]:
    """Every contact of every unit: what it may recommend, and the words of the notice that bind it."""
    definition = work.definition
    head = {
        **_head(work, occasion),
        "requirements": list(definition.requirements),
        "attachments": list(definition.attachments),
        "rules": [rule.wording for rule in definition.exclusions],
    }
    for to, facts in _of_units(work, occasion, only):
        yield message(head, to, **facts)


def units_collecting(work: Work, occasion: Occasion, only: Only) -> Iterator[Message]:
    """Contacts of units with something left to do: a draft, a returned nomination, or a free place."""
    head = _head(work, occasion)
    for to, facts in _of_units(work, occasion, only):
        if facts["drafts"] or facts["totals"]["left"] != 0:
            yield message(head, to, **facts)


def institutions(work: Work, occasion: Occasion, only: Only) -> Iterator[Message]:
    """Everyone of an institution: what there is to review by when, and all its duties."""
    lines = institution_facts.duty_lines(work, institution_facts.duties(work))
    ends = [each.closes for each in closings(work.definition, work.calendar) if each.closes]
    last = max(ends, default=None)  # of several classes, the one after which nothing comes in any more
    still = when(work, last, Edge.CLOSES)["zh"] if last and last > work.at else ""
    for to, keys in _of_institutions(work, occasion, only):
        tracks = institution_facts.tracks(work, keys)
        yield message(
            _head(work, occasion), to, tracks=tracks, count=sum(track["count"] for track in tracks),
            duties=[line for key, line in lines if key in keys], collecting_until=still,
            invitation=_results_invitation(work, keys),
        )  # fmt: skip


def institutions_owing(work: Work, occasion: Occasion, only: Only) -> Iterator[Message]:
    """Everyone of an institution that still owes what is due at the occasion's milestone."""
    lines = institution_facts.duty_lines(work, institution_facts.duties(work, due=occasion.milestone, owing=True))
    for to, keys in _of_institutions(work, occasion, only):
        owed = [line for key, line in lines if key in keys]
        if owed:
            yield _due_message(work, occasion, to, owed)


def units_owing(work: Work, occasion: Occasion, only: Only) -> Iterator[Message]:
    """Contacts of units that still owe what is due at the occasion's milestone, for themselves or a nomination."""
    about = narrowed(work, occasion)
    rows = [
        row
        for row in unit_duties.owing(work, due=occasion.milestone)
        if (tracks := about.tracks(row.unit_id)) and (not row.track or row.track in tracks)
    ]
    owed = unit_duties.by_unit(work, rows)
    for unit_id, people in addressees.of_units(work, units=list(owed), only=only).items():
        for to in people:
            yield _due_message(work, occasion, to, owed[unit_id])


def _due_message(work: Work, occasion: Occasion, to: Addressee, owed: list[dict[str, Any]]) -> Message:
    what = "、".join(dict.fromkeys(line["name"] for line in owed))
    return message(
        _head(work, occasion), to, duties=owed,
        invitation=invitation(work, occasion.milestone, Edge.CLOSES, what=what),
        deadline=when(work, occasion.deadline, Edge.CLOSES), left=time_left(work, occasion.deadline),
    )  # fmt: skip


def applicants(work: Work, occasion: Occasion, only: Only) -> Iterator[Message]:
    """Applicants whose drafts are not submitted yet, each once with all of them; `only` are nominations' row ids."""
    about, collection = narrowed(work, occasion), work.definition.collection
    of_collection = collection in (occasion.milestone, work.definition.milestone_by_key[occasion.milestone].of)
    head = {**_head(work, occasion), **_deadline(work, occasion.milestone if of_collection else collection)}
    for to, drafts in applicant_facts.drafts(work, only, about):
        yield message(head, to, drafts=drafts)


def secretariat(work: Work, occasion: Occasion, only: Only) -> Iterator[Message]:
    """The secretariat: where everything stands."""
    people = _picked(addressees.of_office(work), only)
    facts = office_facts.facts(work, occasion) if people else {}
    for to in people:
        yield message(_head(work, occasion), to, **facts)


def secretariat_if_owed(work: Work, occasion: Occasion, only: Only) -> Iterator[Message]:
    """The secretariat, if something due at the occasion's milestone is still owed."""
    rows = institution_facts.duties(work, due=occasion.milestone, owing=True)
    of_units = unit_duties.owing(work, due=occasion.milestone)
    if not rows and not of_units:
        return
    owed = office_facts.owed(work, rows, of_units)
    for to in _picked(addressees.of_office(work), only):
        yield message(
            _head(work, occasion), to, owed=owed, deadline=when(work, occasion.deadline, Edge.CLOSES),
            left=time_left(work, occasion.deadline),
        )  # fmt: skip


_FOR: Mapping[Audience, Callable[[Work, Occasion, Only], Iterator[Message]]] = {
    Audience.UNITS: units,
    Audience.UNITS_COLLECTING: units_collecting,
    Audience.UNITS_OWING: units_owing,
    Audience.APPLICANTS: applicants,
    Audience.INSTITUTIONS: institutions,
    Audience.INSTITUTIONS_OWING: institutions_owing,
    Audience.SECRETARIAT: secretariat,
    Audience.SECRETARIAT_IF_OWED: secretariat_if_owed,
}


def _head(work: Work, occasion: Occasion) -> dict[str, Any]:
    date = when(work, occasion.deadline, occasion.edge)
    return {**letterhead(work), "milestone": {**milestone_words(work, occasion.milestone), "date": date}}


def _deadline(work: Work, key: str) -> dict[str, Any]:
    closes = work.calendar[key].closes
    return {
        "deadline": when(work, closes, Edge.CLOSES),
        "left": time_left(work, closes),
        "invitation": invitation(work, key, Edge.CLOSES, what="申报、推荐材料提交"),
    }


def _of_units(work: Work, occasion: Occasion, only: Only) -> Iterator[tuple[Addressee, dict[str, Any]]]:
    """The contacts of the units that it speaks to, each with what it says to them: their affairs and their deadline."""
    about, dates = narrowed(work, occasion), _Dates(work, occasion)
    contacts = addressees.of_units(work, only=only)
    affairs = unit_facts.facts(work, None if only is None else list(contacts), tracks=about.tracks)
    for unit_id, people in contacts.items():
        if about.tracks(unit_id):
            for to in people:
                yield to, {**affairs[unit_id], **dates.of(unit_id)}


class _Dates:
    """The deadline of the collection as it holds for each unit: the occasion's own, or that of the unit's class."""

    def __init__(self, work: Work, occasion: Occasion) -> None:
        self.work, self.known = work, dict[str, dict[str, Any]]()
        named = work.definition.milestone_by_key[occasion.milestone]
        own = named.key if work.definition.collection in (named.key, named.of) else None
        self.dates = Dates(work, own)

    def of(self, unit_id: int) -> dict[str, Any]:
        """What is told of it."""
        key = self.dates.milestone(unit_id)
        if key not in self.known:
            self.known[key] = _deadline(self.work, key)
        return self.known[key]


def _of_institutions(
    work: Work, occasion: Occasion, only: Only
) -> Iterator[tuple[Addressee, tuple[str, ...]]]:  # fmt: skip
    about, named = narrowed(work, occasion), work.definition.institution_by_key
    for to, keys in addressees.of_institutions(work):
        mine = tuple(key for key in keys if about.institution(named[key].tracks))
        if mine and (only is None or to.contact_id in only):
            yield to, mine


def _picked(people: list[Addressee], only: Only) -> list[Addressee]:
    return [to for to in people if only is None or to.contact_id in only]


def _results_invitation(work: Work, institutions: Collection[str]) -> dict[str, Any] | None:
    named = work.definition.institution_by_key
    stage = work.definition.stage_by_key[named[next(iter(institutions))].stage]
    return invitation(work, stage.due, Edge.CLOSES, what=f"报送{stage.name}结果")
