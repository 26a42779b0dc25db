"""The outbox as pages show it: letters by state, kind, reader and day, and how many of each there are.

For the secretariat and the auditor; nobody else may see whom else we write to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import or_, select
from sqlmodel import col

from engine.access import not_found, sees_all
from engine.letters.correspondence import APPLICANT, CONTACT
from engine.letters.desk import letter as found_letter
from engine.office import Work
from engine.queries.occasions import occasion_words
from engine.queries.paging import Page, page_size
from engine.tables import Contact, Nomination, Unit
from notifications import mailbook
from notifications.mailbook import Counted, LetterLine, Which

MOST_READERS = 300  # that a name may mean; more are not told apart by it


@dataclass(frozen=True, kw_only=True, slots=True)
class Filed:
    """Some letters and the words for why each was sent, and how many there are in each state."""

    page: Page[LetterLine]
    because: Mapping[str, tuple[str, str]]
    counts: Counted


def letters(
    work: Work, *, which: Which = mailbook.ANY, reader: str = "", after: str | None = None, limit: int = 50
) -> Filed:  # fmt: skip
    """The newest letters first. `reader` is a part of a name, of an address, or of whose contact somebody is.

    `after` is the id of the last one of the page before. Raises NotFound.
    """
    if not sees_all(work.actor.role):
        raise not_found("letters")
    asked = _about(work, which, reader)
    before = found_letter(work, after).line if after is not None else None
    count = page_size(limit)
    lines = mailbook.page(work.connection, campaign_id=work.campaign_id, which=asked, before=before, limit=count + 1)
    shown = tuple(lines[:count])
    return Filed(
        page=Page(rows=shown, after=shown[-1].public_id if len(lines) > count else None),
        because={each.occasion: occasion_words(work.definition, work.shape, each.occasion) for each in shown},
        counts=counts(work, asked),
    )


def counts(work: Work, which: Which = mailbook.ANY) -> Counted:
    """How many such letters are in each state."""
    return mailbook.count(work.connection, campaign_id=work.campaign_id, which=which)


def kinds(work: Work) -> Sequence[str]:
    """The templates of all letters there are."""
    return mailbook.kinds(work.connection, campaign_id=work.campaign_id)


def _about(work: Work, which: Which, reader: str) -> Which:
    if not reader.strip():
        return which
    return replace(which, contact_refs=tuple(_refs(work, reader.strip())))


def _refs(work: Work, text: str) -> list[str]:
    """Whom the outbox knows by that name or address: contacts by any part of it, applicants by the whole."""
    of_people: Any = (
        select(col(Contact.id))
        .outerjoin(Unit, col(Unit.id) == col(Contact.unit_id))
        .where(col(Contact.campaign_id) == work.campaign_id)
        .where(or_(*[column.icontains(text, autoescape=True) for column in _SEARCHED]))
    )
    applying: Any = select(col(Nomination.id)).where(
        col(Nomination.campaign_id) == work.campaign_id,
        or_(*[column == text for column in _APPLYING]),
    )
    return [
        f"{kind}{key}"
        for kind, query in ((CONTACT, of_people), (APPLICANT, applying))
        for key in work.connection.execute(query.limit(MOST_READERS)).scalars()
    ]


_SEARCHED = (col(Contact.name), col(Contact.email), col(Unit.name))
_APPLYING = (col(Nomination.applicant_email), col(Nomination.applicant_contact), col(Nomination.applicant))
