"""Telling people: a letter in the outbox for a contact with an address, a line on the call sheet for one without.

Both are made once per occasion and contact: the key is unique in its campaign, so asking twice adds nothing. Whoever
is told, and what they are told, is decided in `engine.letters.audiences` and `engine.letters.occasional`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col

from engine.database import insert_into
from engine.office import Work
from engine.tables import Call, public_id
from notifications.errors import AddressRefused
from notifications.letter import Recipient, check_address
from notifications.outbox import NewLetter, put

ROWS_AT_ONCE = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Addressee:
    """Somebody to tell. `of` is whose contact this is, as the reader knows it.

    `contact_id` is a row of `Contact`; an applicant has none, but the nomination applied for (`nomination_id`).
    """

    contact_id: int | None
    name: str
    of: str
    email: str | None
    phones: str
    nomination_id: int | None = None

    @property
    def ref(self) -> str:
        """What the outbox calls this reader."""
        return contact_ref(self.contact_id) if self.contact_id else f"{APPLICANT}{self.nomination_id}"


CONTACT, APPLICANT = "contact:", "applicant:"


def contact_ref(contact_id: int) -> str:
    """What the outbox calls the contact with that row id."""
    return f"{CONTACT}{contact_id}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One letter to be written: plain values only, complete for its template. It leaves at `not_before`, or at once."""

    to: Addressee
    context: Mapping[str, Any]
    not_before: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sent:
    """How many letters and calls were new."""

    letters: int = 0
    calls: int = 0

    def __add__(self, other: Sent) -> Sent:
        return Sent(letters=self.letters + other.letters, calls=self.calls + other.calls)


def send(
    work: Work, messages: Iterable[Message], *, template: str, occasion: str, milestone: str | None = None,
    revision: int | None = None, until: datetime, subject_ref: str = "", waited_for: bool = False,
) -> Sent:  # fmt: skip
    """Put one letter or one call for each message, in two statements however many there are.

    `milestone` and `revision` say which announced instant the letter tells; after `until` it is pointless.
    `waited_for`: who caused it waits for it.
    """
    letters: list[NewLetter] = []
    calls: list[dict[str, Any]] = []
    for message in messages:
        to = message.to
        key = f"{occasion}:{revision or 0}:{to.contact_id or to.ref}"
        recipient = recipient_of(to)
        if recipient:
            letter = NewLetter(
                campaign_id=work.campaign_id, key=key, occasion=occasion, template=template, to=recipient,
                created_at=work.at, context=dict(message.context), milestone=milestone, revision=revision,
                contact_ref=to.ref, subject_ref=subject_ref, useful_until=until, not_before=message.not_before,
                waited_for=waited_for,
            )  # fmt: skip
            letters.append(letter)
        elif to.contact_id or to.phones:
            call = {"campaign_id": work.campaign_id, "key": key, "contact_id": to.contact_id,
                    "nomination_id": to.nomination_id, "of": to.of,
                    "name": to.name, "phones": to.phones, "occasion": occasion, "milestone": milestone,
                    "revision": revision, "template": template, "context": dict(message.context),
                    "made_at": work.at, "useful_until": until}  # fmt: skip
            calls.append(call)
    return Sent(letters=put(work.connection, letters) if letters else 0, calls=_enter(work, calls))


def recipient_of(to: Addressee) -> Recipient | None:
    """Where a letter reaches them; an address that is none is as good as none: they are called instead."""
    if not to.email:
        return None
    try:
        return Recipient(name=to.name, address=check_address(to.email))
    except AddressRefused:
        return None


def _enter(work: Work, calls: list[dict[str, Any]]) -> int:
    if not calls:
        return 0
    insert = insert_into(work.connection, Call)
    statement = insert.on_conflict_do_nothing(index_elements=["campaign_id", "key"]).returning(col(Call.id))
    new = 0
    for start in range(0, len(calls), ROWS_AT_ONCE):
        rows = [{**call, **_UNTICKED, "public_id": public_id()} for call in calls[start : start + ROWS_AT_ONCE]]
        new += len(work.connection.execute(statement, rows).all())  # a batch's rowcount is not known everywhere
    return new


_UNTICKED = {"state": "open", "settled_by": "", "note": ""}
