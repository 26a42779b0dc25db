"""Nominating jointly (共同提名): a unit joins another one's nomination before it is submitted, or leaves it again.

By the joining unit, or by the secretariat on its behalf. From then on the nomination takes a place of that unit too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlmodel import col

from engine import endorsements, places, rulings, taking, tallies, witness
from engine.access import may_change, not_found
from engine.history import record
from engine.office import Work
from engine.rulings import Candidate
from engine.subjects import subject_of
from engine.tables import Endorsement, Nomination, Unit
from workflows.against_places import reasons_against_places
from workflows.eligibility import Joint
from workflows.nomination import Role
from workflows.reasons import Reason, Refused, refuse
from workflows.rules import may_be_waived, reason_for

N, E = Nomination, Endorsement
_NOMINATION = select(N).where(col(N.campaign_id) == bindparam("campaign"), col(N.public_id) == bindparam("id"))
_TOUCH = update(N).where(col(N.id) == bindparam("row_id"), col(N.version) == bindparam("row_version"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Joined:
    """Who nominates together after somebody joined or left, and how many must."""

    id: str
    title: str
    joint: Joint


def join(work: Work, nomination: str, *, unit_id: int) -> Joined:
    """Let a unit nominate jointly, which keeps the rules about units itself.

    What may be waived is asked of it, too, but at the submission; a waiver given before was for the others.
    Raises NotFound, Refused (state, deadline, JNT-…, RUL-…, QTA-… in a returned one).
    """
    row = _held(work, nomination, unit_id)
    _must_be_open(work, row)
    if unit_id == row.unit_id or unit_id in dict(endorsements.joined(work, row.id)):
        raise Refused(Reason(code="JNT-03", zh="该单位已在共同提名之列", en="that unit nominates it already"))
    broken = rulings.of_joiner(work, Candidate.of(row), unit_id, _name(work, unit_id))
    refuse(tuple(reason_for(each, work.definition) for each in broken if not may_be_waived(each)))
    if work.shape.state_by_key[row.state].counted:
        refuse(reasons_against_places(places.places_of(work, unit_id, row.track)))
    values = {"nomination_id": row.id, "unit_id": unit_id, "at": work.at}
    work.connection.execute(insert(E), values)
    witness.note(work, E, None, values)
    keys = {each.rule.key for each in broken}
    waiver = {key: reason for key, reason in (row.waiver or {}).items() if key not in keys} or None
    return _told(work, row, "join", unit_id, waiver=waiver)


def leave(work: Work, nomination: str, *, unit_id: int) -> Joined:
    """Take a unit back out of a joint nomination. Raises NotFound, Refused (state, deadline, JNT-04)."""
    row = _held(work, nomination, unit_id)
    _must_be_open(work, row)
    gone = delete(E).where(col(E.nomination_id) == row.id, col(E.unit_id) == unit_id).returning(E)
    if (left := work.connection.execute(gone).first()) is None:
        raise Refused(Reason(code="JNT-04", zh="该单位不在共同提名之列", en="that unit has not joined it"))
    witness.note(work, E, left, None)
    return _told(work, row, "leave", unit_id, waiver=row.waiver)


def _held(work: Work, nomination: str, unit_id: int) -> Row[Any]:
    """The nomination, with its unit, the joining one and all others held in one order.

    A unit that could not join it is told that there is none. Raises NotFound; Refused (JNT-02) to the secretariat.
    """
    may_change(work.actor)
    row = work.connection.execute(_NOMINATION, {"campaign": work.campaign_id, "id": nomination}).first()
    mine = work.actor.role is not Role.UNIT or work.actor.unit_id == unit_id
    if row is None or not mine or work.actor.role is Role.INSTITUTION:
        raise not_found(nomination)
    if not _may_join(work, row, unit_id):
        raise not_found(nomination) if work.actor.role is Role.UNIT else Refused(_no_such_channel(work))
    others = {each for each, _ in endorsements.joined(work, row.id)}
    tallies.lock_units(work, {row.unit_id, unit_id, *others})
    locked = _NOMINATION.with_for_update() if work.connection.dialect.name == "postgresql" else _NOMINATION
    return work.connection.execute(locked, {"campaign": work.campaign_id, "id": nomination}).one()


def _may_join(work: Work, row: Row[Any], unit_id: int) -> bool:
    """Whether both units hold a channel of this list whose holders must nominate together."""
    listed = work.definition.tracks[row.track].list.key
    joint = {each.key for each in work.definition.channels if each.jointly > 1 and listed in each.lists}
    if not joint or not _is_here(work, unit_id):
        return False
    owners = subject_of(work, row.unit_id).channels
    return not joint.isdisjoint(set(owners).intersection(subject_of(work, unit_id).channels))


def _is_here(work: Work, unit_id: int) -> bool:
    query = select(col(Unit.id)).where(col(Unit.campaign_id) == work.campaign_id, col(Unit.id) == unit_id)
    return work.connection.execute(query).first() is not None


def _no_such_channel(work: Work) -> Reason:
    known = "、".join(f"{each.name}（{each.jointly}）" for each in work.definition.channels if each.jointly > 1) or "无"
    return Reason(
        code="JNT-02", zh=f"两个单位没有同属一个须共同提名的渠道；这样的渠道：{known}",
        en=f"the two units are not in one channel whose holders nominate jointly; those are: {known}",
    )  # fmt: skip


def _must_be_open(work: Work, row: Row[Any]) -> None:
    """Who nominates it may change as long as the nomination itself may be edited."""
    refuse(taking.reasons_for(taking.as_owner(work, row), row, "edit"))


def _name(work: Work, unit_id: int) -> str:
    return work.connection.execute(select(col(Unit.name)).where(col(Unit.id) == unit_id)).scalar_one()


def _told(work: Work, row: Row[Any], verb: str, unit_id: int, *, waiver: Mapping[str, str] | None) -> Joined:
    """A new version of the nomination: whoever is submitting it at this moment has to look again."""
    values = {"version": row.version + 1, "changed_at": work.at, "waiver": waiver}
    work.connection.execute(_TOUCH.values(values), {"row_id": row.id, "row_version": row.version})
    witness.note(work, N, row, values)
    record(work, "nomination", row.id, verb, unit=_name(work, unit_id))
    joint = endorsements.joint(work, row)
    if joint is None:
        raise TypeError("its unit holds no channel any more")
    return Joined(id=row.public_id, title=row.title, joint=joint)
