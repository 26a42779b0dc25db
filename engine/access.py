"""The scoped door: who may see which rows. Every read and write of a person's request goes through `visible`.

A row of somebody else and a row that does not exist give the same answer, `NotFound` with the same words.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, false, func, true
from sqlmodel import col

from engine.tables import Contact, Duty, Nomination, Unit
from workflows.definition import Definition
from workflows.nomination import BEFORE_REVIEW, Role
from workflows.reasons import NotFound, Reason, Refused
from workflows.vocabulary import Fulfilment, Owner


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Who acts: `name` is the person's, `behalf` whom they act for. A unit's or institution's actor names which.

    `account` is what tells two people of one name apart, where they came by an account or a token.
    """

    role: Role
    name: str
    unit_id: int | None = None
    institution: str | None = None
    behalf: str = ""
    account: str = ""

    @property
    def caller(self) -> str:
        """Whose idempotency keys and waiting files these are: another account of the same name has its own."""
        return f"{self.role}:{self.unit_id or self.institution or ''}:{self.account or self.name}"


ENGINE = Actor(role=Role.ENGINE, name="bangdan")


def visible(query: Select[Any], table: type, actor: Actor, definition: Definition) -> Select[Any]:
    """`query` narrowed to the rows of `table` that `actor` may see."""
    return _narrowed(query, table, _eye(actor, definition))


def sight(actor: Actor, definition: Definition) -> str:
    """A digest of what `actor` may see, by roles and tracks: where it is the same, so are the rows."""
    return hashlib.sha256(json.dumps(_eye(actor, definition)).encode()).hexdigest()


def _eye(actor: Actor, definition: Definition) -> Eye:
    institution = definition.institution_by_key.get(actor.institution or "")
    if institution is None:
        return Eye(actor.role, actor.unit_id, None, ())
    confirms = tuple(
        kind.key
        for kind in definition.duties
        if kind.stage == institution.stage and kind.fulfilment is Fulfilment.RECEIPT and kind.owed_by is Owner.UNIT
    )
    return Eye(actor.role, actor.unit_id, institution.key, institution.tracks, confirms)


class Eye(NamedTuple):
    """What decides which rows somebody sees."""

    role: Role
    unit_id: int | None
    institution: str | None
    tracks: tuple[str, ...]
    confirms: tuple[str, ...] = ()


@lru_cache(maxsize=2048)  # a verb asks with the same statement every time, and building one costs more than running it
def _narrowed(query: Select[Any], table: type, eye: Eye) -> Select[Any]:
    return query.where(_sight(table, eye))


def sees_all(role: Role) -> bool:
    """Whether somebody in that role sees the whole campaign."""
    return role in (Role.SECRETARIAT, Role.AUDITOR, Role.ENGINE)


def _sight(table: type, eye: Eye) -> ColumnElement[bool]:
    if sees_all(eye.role):
        return true()
    if eye.role is Role.UNIT:
        return _unit_sight(table, eye)
    return _institution_sight(table, eye)


def _unit_sight(table: type, eye: Eye) -> ColumnElement[bool]:
    if eye.unit_id is None:  # or the rows that belong to no unit would be theirs
        return false()
    if table is Unit:
        return col(Unit.id) == eye.unit_id
    if table is Nomination:
        return col(Nomination.unit_id) == eye.unit_id
    if table is Contact:
        return col(Contact.unit_id) == eye.unit_id
    if table is Duty:
        return col(Duty.unit_id) == eye.unit_id
    return false()


def _institution_sight(table: type, eye: Eye) -> ColumnElement[bool]:
    """An institution sees its duties, its contacts, and the nominations of its tracks once they are in review.

    Of what units owe it sees what it may confirm.
    """
    if eye.institution is None:
        return false()
    if table is Duty:
        to_confirm = col(Duty.kind).in_(eye.confirms) & col(Duty.track).in_(eye.tracks)
        return (col(Duty.institution) == eye.institution) | (col(Duty.unit_id).is_not(None) & to_confirm)
    if table is Contact:
        return col(Contact.institution) == eye.institution
    if table is Nomination:
        return col(Nomination.track).in_(eye.tracks) & _was_in_review()
    return false()


def _was_in_review() -> ColumnElement[bool]:
    """In review or past it; what ended before it began (lapsed, withdrawn) was never the institution's business.

    What a stage has returned for correction is in review still.
    """
    ended_in = func.coalesce(col(Nomination.resume_state), "")
    begun = col(Nomination.state).not_in(BEFORE_REVIEW) & ended_in.not_in(BEFORE_REVIEW)
    return begun | col(Nomination.returned_from).is_not(None)


def may_change(actor: Actor) -> None:
    """Refuse an auditor every change. Raises Refused."""
    if actor.role is Role.AUDITOR:
        raise Refused(
            Reason(code="ROL-02", zh="监督人员只能查看，不能办理", en="an auditor reads all and changes nothing")
        )


def may_office(actor: Actor) -> None:
    """Refuse everyone but the secretariat (and the clock). Raises Refused."""
    may_change(actor)
    if actor.role not in (Role.SECRETARIAT, Role.ENGINE):
        raise Refused(Reason(code="ROL-03", zh="此项须由秘书处办理", en="this is for the secretariat"))


def not_found(what: str) -> NotFound:
    """The one answer for a row that is not there or not yours."""
    return NotFound(
        Reason(
            code="NFD-01",
            zh=f"没有这个编号，或您无权查看：{what[:60]!r}",
            en=f"no such id, or not yours: {what[:60]!r}",
        )
    )
