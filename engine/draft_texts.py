"""What somebody types into a draft: read at once, and every mistake told beside its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from engine import given
from engine.attributes import checked
from engine.contact_texts import applicant_values
from engine.office import Work
from engine.texts import about_applicant, title_of
from workflows.reasons import Reason, Refused
from workflows.vocabulary import Bearer

T = TypeVar("T")
ATTRIBUTE = "attribute."  # before the key of what is declared, in the name of its field


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """A draft as it was typed; `attributes` by key."""

    title: str = ""
    applicant: str = ""
    contact: str = ""
    phones: str = ""
    email: str = ""
    materials: Sequence[str] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)


def draft_values(work: Work, track: str, typed: Typed) -> dict[str, Any]:
    """The same as the verbs take it. Raises Refused; `where` of each reason is the field."""
    wrong: list[Reason] = []
    reads: tuple[Callable[[], dict[str, Any]], ...] = (
        lambda: {"title": _at("title", lambda: title_of(typed.title))},
        lambda: _at("applicant", lambda: about_applicant(applicant=typed.applicant)),
        lambda: _at("contact", lambda: about_applicant(applicant_contact=typed.contact)),
        lambda: applicant_values(phones=typed.phones, email=typed.email),
        lambda: {"materials": _materials(work, track, typed.materials)},
        lambda: {"attributes": _attributes(work, typed.attributes)},
    )
    found: dict[str, Any] = {}
    for read in reads:
        try:
            found |= read()
        except Refused as refused:
            wrong += refused.reasons
    if wrong:
        raise Refused(wrong)
    return found


def _at(where: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except Refused as refused:
        raise Refused(reason.at(where) for reason in refused.reasons) from None


def _attributes(work: Work, typed: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    wrong: list[Reason] = []
    for key, value in typed.items():
        try:
            found |= checked(work.definition, Bearer.NOMINEE, {key: value})
        except Refused as refused:
            wrong += (reason.at(f"{ATTRIBUTE}{key}") for reason in refused.reasons)
    if wrong:
        raise Refused(wrong)
    return found


def _materials(work: Work, track: str, typed: Sequence[str]) -> list[str]:
    """In the order in which the list asks for them; what it does not ask for may have been handed in, too."""
    keys = given.materials(work, typed, where="materials")
    asked = work.definition.tracks[track].list.materials if track in work.definition.tracks else ()
    return [key for key in dict.fromkeys((*asked, *keys)) if key in keys]
