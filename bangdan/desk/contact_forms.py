"""What is typed about whom we write to: by the secretariat for an institution, by units and institutions themselves."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from bangdan.desk.fields import DeskForm
from bangdan.language import Words
from engine import units
from engine.contact_texts import contact_values
from engine.office import Work

SAVED = Words("已保存联系人", "the contact is saved")


class ContactForm(DeskForm):
    """A contact as it is typed."""

    name: str = Field(default="", max_length=200)
    phones: str = Field(default="", max_length=200)
    email: str = Field(default="", max_length=254)


class ActiveForm(DeskForm):
    """Whether letters go to a contact."""

    active: bool


def added(work: Work, form: ContactForm, *, institution: str | None = None) -> dict[str, Any]:
    """Enter a contact of that institution, or else of whoever acts. Raises Refused; `where` of each is the field."""
    values = contact_values(**form.asked())
    phones = values.pop("phones")
    contact = units.add_contact(
        work, **values, phones=[phones] if phones else [], unit_id=work.actor.unit_id,
        institution=institution or work.actor.institution,
    )  # fmt: skip
    return {"id": contact}
