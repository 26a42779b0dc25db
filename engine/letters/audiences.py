"""Whom a reminder is for and what it tells each of them: one function for each audience.

Everything is read set-based, at the instant of asking: who has submitted meanwhile is not reminded.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from engine.letters import addressees, institution_facts, office_facts, unit_facts
from engine.letters.correspondence import Addressee, Message
from engine.letters.invitations import invitation
from engine.letters.letterhead import letterhead, message, milestone_words, time_left, when
from engine.letters.unit_deadlines import deadline_words, next_ends
from engine.office import Work
from workflows.classes import closings
from workflows.timeline import Occasion
from workflows.vocabulary import Audience, Edge

Only = Collection[int] | None


def messages(work: Work, occasion: Occasion, *, only: Only = None) -> Iterator[Message]:
    """The letters of an occasion as they read now; `only` narrows them to contacts by row id."""
    yield from _FOR[occasion.audience](work, occasion, only)


def units(work: Work, occasion: Occasion, only: Only) -> Iterator[Message]:
    """Every contact of every unit: what it may recommend, and the words of the notice that bind it."""
    definition = work.definition
    head = {
        **_head(work, occasion),
        **deadline_words(work, work.definition.collection),
        "requirements": list(definition.requirements),
        "attachments": list(definition.attachments),
        "rules": [rule.wording for rule in definition.exclusions],
    }
    for to, facts in _of_units(work, occasion, only):
        yield message(head, to, **facts)


def units_collecting(work: Work, occasion: Occasion, only: Only) -> Iterator[Message]:
    """Contacts of units with something left to do: a draft, a returned nomination, or a free place."""
    head = {**_head(work, occasion), **deadline_words(work, work.definition.collection)}
    for to, facts in _of_units(work, occasion, only):
        if facts["drafts"] or facts["totals"]["left"]:
            yield message(head, to, **facts)


def institutions(work: Work, occasion: Occasion, only: Only) -> Iterator[Message]:
    """Everyone of an institution: what there is to review by when, and all its duties."""
    lines = institution_facts.duty_lines(work, institution_facts.duties(work))
    ends = [each.closes for each in closings(work.definition, work.calendar) if each.closes]
    last = max(ends, default=None)  # of several classes, the one after which nothing comes in any more
    still = when(work, last, Edge.CLOSES)["zh"] if last and last > work.at else ""
    for to, keys in _of_institutions(work, only):
        tracks = institution_facts.tracks(work, keys)
        yield message(
            _head(work, occasion), to, tracks=tracks, count=sum(track["count"] for track in tracks),
            duties=[line for key, line in lines if key in keys], collecting_until=still,
            invitation=_results_invitation(work, keys),
        )  # fmt: skip


def institutions_owing(work: Work, occasion: Occasion, only: Only) -> Iterator[Message]:
    """Everyone of an institution that still owes what is due at the occasion's milestone."""
    lines = institution_facts.duty_lines(work, institution_facts.duties(work, due=occasion.milestone, owing=True))
    for to, keys in _of_institutions(work, only):
        owed = [line for key, line in lines if key in keys]
        if owed:
            what = "、".join(dict.fromkeys(line["name"] for line in owed))
            yield message(
                _head(work, occasion), to, duties=owed,
                invitation=invitation(work, occasion.milestone, Edge.CLOSES, what=what),
                deadline=when(work, occasion.deadline, Edge.CLOSES), left=time_left(work, occasion.deadline),
            )  # fmt: skip


def secretariat(work: Work, occasion: Occasion, only: Only) -> Iterator[Message]:
    """The secretariat: where everything stands."""
    people = _picked(addressees.of_office(work), only)
    facts = office_facts.facts(work, occasion) if people else {}
    for to in people:
        yield message(_head(work, occasion), to, **facts)


def secretariat_if_owed(work: Work, occasion: Occasion, only: Only) -> Iterator[Message]:
    """The secretariat, if something due at the occasion's milestone is still owed."""
    rows = institution_facts.duties(work, due=occasion.milestone, owing=True)
    if not rows:
        return
    owed = office_facts.owed(work, rows)
    for to in _picked(addressees.of_office(work), only):
        yield message(
            _head(work, occasion), to, owed=owed, deadline=when(work, occasion.deadline, Edge.CLOSES),
            left=time_left(work, occasion.deadline),
        )  # fmt: skip


_FOR: Mapping[Audience, Callable[[Work, Occasion, Only], Iterator[Message]]] = {
    Audience.UNITS: units,
    Audience.UNITS_COLLECTING: units_collecting,
    Audience.INSTITUTIONS: institutions,
    Audience.INSTITUTIONS_OWING: institutions_owing,
    Audience.SECRETARIAT: secretariat,
    Audience.SECRETARIAT_IF_OWED: secretariat_if_owed,
}


def _head(work: Work, occasion: Occasion) -> dict[str, Any]:
    return {**letterhead(work), "milestone": milestone_words(work, occasion.milestone)}


def _of_units(work: Work, occasion: Occasion, only: Only) -> Iterator[tuple[Addressee, dict[str, Any]]]:
    """Each contact with the unit's affairs and its own deadline, unless nothing is open to the unit any more."""
    contacts = addressees.of_units(work, only=only)
    affairs = unit_facts.facts(work, None if only is None else list(contacts))
    ends = next_ends(work, list(contacts), occasion.milestone)
    words = {key: deadline_words(work, key) for key in set(ends.values()) if key} if ends else {}
    for unit_id, people in contacts.items():
        end = ends[unit_id] if ends else work.definition.collection
        for to in people if end else ():
            yield to, {**affairs[unit_id], **words.get(end or "", {})}


def _of_institutions(work: Work, only: Only) -> Iterator[tuple[Addressee, tuple[str, ...]]]:
    for to, keys in addressees.of_institutions(work):
        if keys and (only is None or to.contact_id in only):
            yield to, keys


def _picked(people: list[Addressee], only: Only) -> list[Addressee]:
    return [to for to in people if only is None or to.contact_id in only]


def _results_invitation(work: Work, institutions: Collection[str]) -> dict[str, Any] | None:
    named = work.definition.institution_by_key
    stage = work.definition.stage_by_key[named[next(iter(institutions))].stage]
    return invitation(work, stage.due, Edge.CLOSES, what=f"报送{stage.name}结果")
