"""One verb for many nominations at once, with the same answer twice: what it would do, and then that it did just this.

Each nomination is asked for itself: what can be done is done, the rest is left out with its reasons. Nothing is done
unless everything is as it was shown: whoever confirms names the digest of what they saw.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlmodel import col

from engine import batches, judged, nominations, rulings, tallies
from engine.access import may_office, not_found, visible
from engine.batches import Result
from engine.office import Work
from engine.tables import Call, Nomination, Unit
from engine.texts import reason_of
from engine.trying import tried
from notifications.tables import LETTER
from workflows.reasons import Reason, Refused

MOST = 500  # nominations at once: what a person can still look through before confirming
N = Nomination


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What is to be done to which nominations, by public id; `reason` and `correct_by` as the verb wants them."""

    verb: str
    ids: tuple[str, ...]
    reason: str = ""
    correct_by: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Effect:
    """What it does to one of them: the states by key, or `reasons` why nothing."""

    id: str
    title: str
    unit: str
    unit_name: str
    state: str
    target: str | None = None
    selected: bool = False
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Effects:
    """What it does in all. `letters` is how many of each kind go out, `against` what forbids the whole."""

    rows: tuple[Effect, ...]
    letters: Mapping[str, int]
    calls: int
    digest: str
    against: tuple[Reason, ...] = ()

    @property
    def possible(self) -> tuple[Effect, ...]:
        return tuple(row for row in self.rows if not row.reasons)

    @property
    def refused(self) -> tuple[Effect, ...]:
        return tuple(row for row in self.rows if row.reasons)


def preview(work: Work, asked: Asked) -> Effects:
    """What `carry_out` would do now; it is done and taken back. Raises Refused, NotFound."""
    return tried(work, lambda: _carried_out(work, asked))


def carry_out(work: Work, asked: Asked, *, digest: str) -> Effects:
    """Do what was shown under that digest.

    Raises Refused: BLK-02 when it would be something else by now, BLK-03 when nothing of it is possible.
    """
    done = _carried_out(work, asked)
    if done.against:
        raise Refused(done.against)
    if done.digest != digest:
        raise Refused(
            Reason(code="BLK-02", zh="情况已有变化，与您刚才看到的不同，没有办理；请重新预览后再确认",
                   en="things have changed since you looked, so nothing was done; look again and confirm")
        )  # fmt: skip
    if not done.possible:
        raise Refused(Reason(code="BLK-03", zh="所选项目没有一项可以办理", en="none of these can be done"))
    return done


def _carried_out(work: Work, asked: Asked) -> Effects:
    may_office(work.actor)
    asked = replace(asked, reason=reason_of(asked.reason))
    rows, before = _rows(work, asked.ids), _last(work)
    act = _ACTS.get(asked.verb, _judged)
    reasons, against = act(work, asked, rows)
    after = _rows(work, asked.ids)
    effects = tuple(_effect(row, after[key], reasons.get(key, ())) for key, row in rows.items())
    letters, calls = _sent(work, before)
    return Effects(rows=effects, letters=letters, calls=calls, against=against,
                   digest=_digest(asked, effects, letters, calls))  # fmt: skip


Refusals = dict[str, tuple[Reason, ...]]  # by public id
Act = Callable[[Work, Asked, Mapping[str, Row[Any]]], tuple[Refusals, tuple[Reason, ...]]]


def _rows(work: Work, ids: Sequence[str]) -> dict[str, Row[Any]]:
    """The nominations by public id, in the order asked for. Raises NotFound, Refused (BLK-01)."""
    if not ids or len(set(ids)) > MOST:
        raise Refused(
            Reason(code="BLK-01", zh=f"请选择1至{MOST}项，现为{len(set(ids))}项；可先筛选，再分批办理",
                   en=f"choose 1 to {MOST}; these are {len(set(ids))}. Filter first, and go on in parts")
        )  # fmt: skip
    query: Select[*tuple[Any, ...]] = (
        select(N, col(Unit.code).label("unit"), col(Unit.name).label("unit_name"))
        .join(Unit, col(Unit.id) == col(N.unit_id))
        .where(col(N.campaign_id) == work.campaign_id, col(N.public_id).in_(ids))
    )
    found = {row.public_id: row for row in work.connection.execute(visible(query, N, work.actor, work.definition))}
    for each in ids:
        if each not in found:
            raise not_found(each)
    return {each: found[each] for each in dict.fromkeys(ids)}


def _each(do: Callable[[Work, str, Asked], Any]) -> Act:
    """A verb for one, taken for each: a refusal leaves nothing of it. All that they touch is held before the first."""

    def act(work: Work, asked: Asked, rows: Mapping[str, Row[Any]]) -> tuple[Refusals, tuple[Reason, ...]]:
        found: Refusals = {}
        held = rows.values()
        tracks = {row.track for row in held}
        tallies.hold(work, units={row.unit_id for row in held}, tracks=())
        rulings.hold(work, tracks, {row.title_key for row in held})
        tallies.hold(work, units=(), tracks=tracks)
        for key in rows:
            try:
                with work.part():
                    do(work, key, asked)
            except Refused as refusal:
                found[key] = refusal.reasons
        return found, ()

    return act


_ACTS: Mapping[str, Act] = {
    "return": _each(lambda work, key, it: nominations.return_(work, key, reason=it.reason, correct_by=it.correct_by)),
    "withdraw": _each(lambda work, key, it: nominations.withdraw(work, key, reason=it.reason)),
    "disqualify": _each(lambda work, key, it: nominations.disqualify(work, key, reason=it.reason)),
    "reinstate": _each(lambda work, key, it: nominations.reinstate(work, key, reason=it.reason)),
    "waive": _each(lambda work, key, it: nominations.waive(work, key, reason=it.reason)),
    "submit": _each(lambda work, key, _: nominations.submit(work, key)),
    "promote": _each(lambda work, key, it: nominations.promote(work, key, note=it.reason)),
}
JUDGED = {"pass": True, "fail": False}
VERBS = (*_ACTS, *JUDGED)


def _judged(work: Work, asked: Asked, rows: Mapping[str, Row[Any]]) -> tuple[Refusals, tuple[Reason, ...]]:
    """The same result for all, by the verbs for batches, which count whom they let through together."""
    if asked.verb not in JUDGED:
        known = ", ".join(VERBS)
        raise Refused(Reason(code="BLK-04", zh=f"不能批量办理：{asked.verb[:40]!r}；可用：{known}",
                             en=f"not for many at once: {asked.verb[:40]!r}; known: {known}"))  # fmt: skip
    passed, decided = JUDGED[asked.verb], judged.decided(work)
    final = [key for key, row in rows.items() if row.state in decided[row.track]]
    found: Refusals = {}
    against: tuple[Reason, ...] = ()
    for keys, judge in ((sorted(rows.keys() - set(final)), batches.report), (final, _decide)):
        results = [Result(id=key, passed=passed, note=asked.reason, place=key) for key in keys]
        refused, whole = _in_one(work, results, judge)
        found |= refused
        against += whole
    return found, against


Judge = Callable[[Work, Sequence[Result]], Any]


def _decide(work: Work, results: Sequence[Result]) -> None:
    batches.decide(work, results, occasion=work.at.isoformat())


def _in_one(work: Work, results: Sequence[Result], judge: Judge) -> tuple[Refusals, tuple[Reason, ...]]:
    """Judge those that may be; what no single row is the reason for forbids all of them."""
    found: Refusals = {}
    while left := [result for result in results if result.id not in found]:
        try:
            with work.part():
                judge(work, left)
        except Refused as refusal:
            if not (mine := [reason for reason in refusal.reasons if reason.where]):
                return found, refusal.reasons
            for reason in mine:
                found[reason.where] = (*found.get(reason.where, ()), reason.at(""))
        else:
            break
    return found, ()


def _effect(before: Row[Any], after: Row[Any], reasons: tuple[Reason, ...]) -> Effect:
    return Effect(
        id=before.public_id, title=before.title, unit=before.unit, unit_name=before.unit_name, state=before.state,
        target=None if reasons else after.state, selected=after.selected, reasons=reasons,
    )  # fmt: skip


def _last(work: Work) -> tuple[int, int]:
    """The newest letter and the newest line of the call sheet."""
    letter = work.connection.execute(select(func.max(LETTER.c.id))).scalar()
    call = work.connection.execute(select(func.max(col(Call.id)))).scalar()
    return letter or 0, call or 0


def _sent(work: Work, before: tuple[int, int]) -> tuple[dict[str, int], int]:
    """How many letters of each kind and how many calls were made since."""
    mine = LETTER.c.id > before[0], LETTER.c.campaign_id == work.campaign_id, LETTER.c.created_at == work.at
    letters = select(LETTER.c.template, func.count()).where(*mine).group_by(LETTER.c.template)
    new = col(Call.id) > before[1], col(Call.campaign_id) == work.campaign_id, col(Call.made_at) == work.at
    calls = work.connection.execute(select(func.count()).select_from(Call).where(*new)).scalar_one()
    return dict(sorted(work.connection.execute(letters).all())), int(calls)


def _digest(asked: Asked, effects: Sequence[Effect], letters: Mapping[str, int], calls: int) -> str:
    """Two are equal when the same is asked for and does the same."""
    told = {
        "verb": asked.verb, "reason": asked.reason, "calls": calls, "letters": dict(letters),
        "until": asked.correct_by.isoformat() if asked.correct_by else "",
        "rows": [[each.id, each.state, each.target, each.selected, [reason.code for reason in each.reasons]]
                 for each in effects],
    }  # fmt: skip
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
