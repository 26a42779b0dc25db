"""What a letter tells an applicant: which of their drafts are not submitted yet, by which unit, what they lack."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import Row, Select, select
from sqlmodel import col

from engine.cases import missing_of
from engine.letters.correspondence import Addressee
from engine.letters.narrowing import Narrowed
from engine.office import Work
from engine.tables import Nomination, Unit

N = Nomination
_DRAFTS: Select[*tuple[Any, ...]] = (
    select(N, col(Unit.name).label("unit")).join(Unit, col(Unit.id) == col(N.unit_id)).order_by(col(N.id))
)


def drafts(
    work: Work, only: Collection[int] | None, about: Narrowed
) -> Iterator[tuple[Addressee, list[dict[str, Any]]]]:  # fmt: skip
    """Everybody who applies and can be told, with their unsubmitted nominations, of those that it is `about`.

    With `only`, the applicants of these nominations, each under the nomination that was asked for: it may be
    submitted meanwhile while another one of theirs is not.
    """
    query = _DRAFTS.where(col(N.campaign_id) == work.campaign_id, col(N.state).in_(work.shape.sources("submit")))
    mine: dict[str, list[Row[Any]]] = {}
    for row in work.connection.execute(query):
        if (reached := _reached_at(row)) and row.track in about.tracks(row.unit_id):
            mine.setdefault(reached, []).append(row)
    asked = [rows[0] for rows in mine.values()] if only is None else _these(work, only)
    for row in asked:
        if found := mine.get(_reached_at(row)):
            yield _addressee(row), [_line(work, each) for each in found]


def _these(work: Work, only: Collection[int]) -> list[Row[Any]]:
    return list(work.connection.execute(_DRAFTS.where(col(N.campaign_id) == work.campaign_id, col(N.id).in_(only))))


def _reached_at(row: Row[Any]) -> str:
    """One person is one address, or without one a telephone number."""
    return str(row.applicant_email or row.applicant_phones).casefold()


def _addressee(row: Row[Any]) -> Addressee:
    name = row.applicant_contact or row.applicant
    return Addressee(contact_id=None, nomination_id=row.id, name=name, of=row.applicant or row.title,
                     email=row.applicant_email, phones=row.applicant_phones)  # fmt: skip


def _line(work: Work, row: Row[Any]) -> dict[str, Any]:
    returned = work.shape.state_by_key[row.state].counted
    return {
        "title": row.title, "track": work.definition.tracks[row.track].name, "unit": row.unit, "returned": returned,
        "missing": list(missing_of(work, row.track, row.materials, row.applicant, row.attributes)),
    }  # fmt: skip
