"""Changing a quota during the campaign: the secretariat's verb, with a reason, for all units or for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import col

from engine import units, witness
from engine.access import may_office
from engine.database import inserted_id
from engine.history import record
from engine.letters.unit_facts import places_of_all
from engine.office import Work
from engine.tables import QuotaChange, Unit
from engine.texts import reason_of
from workflows.definition import Quota
from workflows.loading_quotas import MOST_PLACES
from workflows.places import Place
from workflows.reasons import Reason, Refused

Places = Mapping[tuple[int, tuple[str, ...]], Place]  # by unit row id and tracks


@dataclass(frozen=True, kw_only=True, slots=True)
class Over:
    """A unit that has more nominations than places now; it keeps them, and gets no new ones until there are fewer."""

    unit: str
    name: str
    scope: str
    used: int
    limit: int


@dataclass(frozen=True, kw_only=True, slots=True)
class QuotaChanged:
    """What a change did. None is unlimited; `old` of a unit without a number of its own is that of all."""

    quota: str
    unit: str | None
    old: int | None
    new: int | None
    over: tuple[Over, ...]


def change_quota(
    work: Work, quota: str, *, limit: int | None, reason: str, unit: str | None = None, keep: bool = False
) -> QuotaChanged:
    """Set a quota's number (None: unlimited) for all units, or for one by its code. In a transaction `alone`.

    Raises Refused: unknown quota, nothing changes, no reason, and (CFG-27) units with more nominations than that;
    with `keep` those keep what they have and get no new places until there are fewer.
    """
    may_office(work.actor)
    work.must_be_alone()
    rules, reason = _rules(work, quota), reason_of(reason)
    old = _old(rules[0], units.find(work, unit).code if unit is not None else None)
    _check(rules[0], reason=reason, old=old, unit=unit, limit=limit)
    before = by_scope(work)
    values = {"campaign_id": work.campaign_id, "quota": quota, "unit": unit, "number": limit, "reason": reason,
              "actor": work.actor.name, "made_at": work.at}  # fmt: skip
    store(work, values)
    work.quotas_changed()
    over = over_places(work, before, by_scope(work))
    if over and not keep:
        raise Refused(too_many(each) for each in over)
    told = {"quota": quota, "before": _number(old), "limit": _number(limit), **({"unit": unit} if unit else {})}
    record(work, "campaign", work.campaign_id, "quota", reason=reason, **told)
    return QuotaChanged(quota=quota, unit=unit, old=old, new=limit, over=over)


def store(work: Work, values: dict[str, Any]) -> None:
    """Store a number that is in force from now on. Its id says which one is the latest, so it is witnessed too."""
    row_id = inserted_id(work.connection.execute(insert(QuotaChange), values))
    witness.note(work, QuotaChange, None, {**values, "id": row_id})


def _rules(work: Work, key: str) -> list[Quota]:
    found = [each for each in work.definition.quotas if each.key == key]
    if not found:
        known = "、".join(work.definition.quota_keys)
        raise Refused(Reason(code="QTA-04", zh=f"没有这条名额规定：{key[:60]!r}；可用：{known}",
                             en=f"no such quota: {key[:60]!r}; defined: {known}"))  # fmt: skip
    return found


def _old(rule: Quota, unit: str | None) -> int | None:
    return dict(rule.units).get(unit, rule.limit) if unit is not None else rule.limit


def _check(rule: Quota, *, reason: str, old: int | None, unit: str | None, limit: int | None) -> None:
    if not reason:
        raise Refused(Reason(code="RSN-01", zh="须说明理由", en="a reason must be given"))
    if limit is not None and not 0 <= limit <= MOST_PLACES:
        raise Refused(Reason(code="QTA-06", zh=f"名额须为0至{MOST_PLACES}的整数，或不限，读到{limit}",
                             en=f"a quota is a whole number 0-{MOST_PLACES}, or unlimited; read {limit}"))  # fmt: skip
    if limit == old and (unit is None or unit in dict(rule.units)):
        raise Refused(Reason(code="QTA-05", zh=f"“{rule.key}”的名额已是{_number(old)}，没有变化",
                             en=f'quota "{rule.key}" is {_number_en(old)} already; nothing changes'))  # fmt: skip
    for share in rule.shares:
        if share.least is not None and (limit is None or share.least > limit):
            raise Refused(
                Reason(code="QTA-07", zh=f"“{share.name}”至少{share.least}个，名额不能改为{_number(limit)}",
                       en=f'at least {share.least} are held for "{share.key}", so the quota can\'t be '
                          f"{_number_en(limit)}")
            )  # fmt: skip


def _number(number: int | None) -> str:
    return "不限" if number is None else str(number)


def _number_en(number: int | None) -> str:
    return "unlimited" if number is None else str(number)


def by_scope(work: Work) -> Places:
    """Every place that units have now, to be compared with later."""
    return {(unit, place.tracks): place for unit, places in places_of_all(work).items() for place in places}


def over_places(work: Work, before: Places, after: Places) -> tuple[Over, ...]:
    """Whom the change leaves with more than they may have; not those who had more anyway."""
    found = [
        (unit, place)
        for (unit, tracks), place in after.items()
        if place.limit is not None and place.used > place.limit and _limit(before.get((unit, tracks))) != place.limit
    ]
    query = select(col(Unit.id), col(Unit.code), col(Unit.name)).where(col(Unit.id).in_({unit for unit, _ in found}))
    named = {row.id: row for row in work.connection.execute(query)} if found else {}
    return tuple(
        Over(unit=named[unit].code, name=named[unit].name, scope=place.scope, used=place.used, limit=place.limit or 0)
        for unit, place in found
    )


def _limit(place: Place | None) -> int | None:
    return place.limit if place else None


def too_many(over: Over) -> Reason:
    """CFG-27 of one unit, with its numbers."""
    return Reason(
        code="CFG-27",
        zh=f"单位{over.unit}（{over.name}）{over.scope}已用{over.used}个，多于新名额{over.limit}个；"
        f"请退回{over.used - over.limit}项，或保留现有{over.used}项、不再新增",
        en=f"unit {over.unit} has {over.used} nominations for {over.scope}, the new quota is {over.limit}: return"
        f" {over.used - over.limit} of them, or keep the {over.used} and take no more",
        facts={"unit": over.unit, "scope": over.scope, "used": over.used, "limit": over.limit},
    )
