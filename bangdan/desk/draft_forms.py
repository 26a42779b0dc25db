"""The form of a draft, as a campaign's file makes it: what every list asks, and a field for each declared attribute."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Literal

from pydantic import Field, create_model

from bangdan.desk.fields import DeskForm, Fields
from engine.attributes import declared
from engine.draft_texts import ATTRIBUTE, Typed
from engine.queries.details import NominationInFull
from workflows.definition import Definition
from workflows.vocabulary import Bearer


class DraftForm(DeskForm):
    """What every draft is asked; lengths are those of a file that nobody typed by hand, the engine says the rest.

    `then` is what the person wants to do when it is stored.
    """

    track: str = Field(default="", max_length=100)
    title: str = Field(default="", max_length=1000)
    applicant: str = Field(default="", max_length=1000)
    contact: str = Field(default="", max_length=1000)
    phones: str = Field(default="", max_length=1000)
    email: str = Field(default="", max_length=1000)
    materials: list[str] = Field(default_factory=list, max_length=100)
    then: Literal["stay", "submit"] = "stay"

    def typed(self) -> Typed:
        """The draft in it."""
        said = self.model_dump(by_alias=True)
        attributes = {key.removeprefix(ATTRIBUTE): value for key, value in said.items() if key.startswith(ATTRIBUTE)}
        return Typed(title=self.title, applicant=self.applicant, contact=self.contact, phones=self.phones,
                     email=self.email, materials=self.materials, attributes=attributes)  # fmt: skip


def form_for(definition: Definition) -> type[DraftForm]:
    """The form with the attributes that this campaign declares of nominees."""
    return _form(tuple(declared(definition, Bearer.NOMINEE)))


@lru_cache(maxsize=32)
def _form(attributes: tuple[str, ...]) -> type[DraftForm]:
    fields: dict[str, Any] = {
        f"attribute_{number}": (str, Field(default="", alias=f"{ATTRIBUTE}{key}", max_length=1000))
        for number, key in enumerate(attributes)
    }
    return create_model("DraftOfCampaign", __base__=DraftForm, **fields)


def as_typed(full: NominationInFull) -> Fields:
    """A stored draft as its form would have been filled in."""
    return Fields(typed={name: values for name, values in _values(full) if any(values)})


def _values(full: NominationInFull) -> Iterator[tuple[str, list[str]]]:
    yield "track", [full.line.track]
    yield "title", [full.line.title]
    yield "applicant", [full.line.applicant]
    yield "contact", [full.applicant_contact]
    yield "phones", [full.applicant_phones]
    yield "email", [full.applicant_email or ""]
    yield "materials", list(full.materials)
    for key, value in full.attributes.items():
        yield f"{ATTRIBUTE}{key}", [value]
