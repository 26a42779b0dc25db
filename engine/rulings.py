"""What the file's exclusions and rules say of one nomination, read from the rows in the transaction that will act.

A candidate who may be nominated only once is told by the title's match key and, for persons, by the applicant as well.
That this is asked of everybody at once stays exact because who submits holds the candidate (`hold`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row, bindparam, select
from sqlmodel import col

from engine.endorsements import joined
from engine.locks import lock_candidates
from engine.office import Work
from engine.sheets.cleaning import match_key
from engine.subjects import subject_of
from engine.tables import Laureate, Nomination
from notifications.prepared import Asked, Prepared
from workflows.definition import Exclusion, Rule
from workflows.matching import Subject
from workflows.reasons import Reason, Refused
from workflows.rules import (
    Breach,
    EarlierEntry,
    Excluded,
    Standing,
    asked,
    breaches,
    breaches_of_joiner,
    may_be_waived,
    reason_for,
    ruling_name,
)
from workflows.vocabulary import Nominee, Once

DECISIVE = frozenset({"title_key", "applicant", "attributes"})
"""Columns that rulings look at: with another value of one of them a waiver may have lost what it was for."""

_EARLIER = Prepared(
    select(col(Laureate.award), col(Laureate.edition), col(Laureate.list_name), col(Laureate.name))
    .where(col(Laureate.campaign_id) == bindparam("campaign"), col(Laureate.name_key) == bindparam("name"))
    .order_by(col(Laureate.edition).desc(), col(Laureate.id))
)
_NAMED = select(col(Nomination.track), col(Nomination.applicant)).where(
    col(Nomination.campaign_id) == bindparam("campaign"),
    col(Nomination.title_key) == bindparam("title"),
    col(Nomination.id) != bindparam("row_id"),
    col(Nomination.state).in_(bindparam("states", expanding=True)),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A nomination, or one that is about to be drafted (`id` 0), as far as rulings look at it."""

    id: int = 0
    unit_id: int
    track: str
    title_key: str
    applicant: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    waiver: Mapping[str, str] | None = None

    @classmethod
    def of(cls, row: Row[Any], **values: Any) -> Candidate:
        """The nomination of a row, with other values in place of some."""
        names = ("id", "unit_id", "track", "title_key", "applicant", "attributes", "waiver")
        return cls(**{name: values.get(name, getattr(row, name)) for name in names})


def hold(work: Work, tracks: Iterable[str], title_keys: Collection[str]) -> None:
    """Let nobody else nominate these candidates until this transaction ends, if a rule asks that on these tracks.

    After the units and before the counters, always: who takes the same things in one order never waits in a circle.
    """
    lists = {work.definition.tracks[track].list.key for track in tracks}
    if any(rule.once and lists.intersection(rule.lists) for rule in work.definition.rules):
        lock_candidates(work.connection, work.campaign_id, title_keys)


def asked_earlier(work: Work, it: Candidate) -> Asked | None:
    """The entries of earlier editions, for `standing`: asked for with something else, both are one journey."""
    if not _covering(work, it):
        return None
    return _EARLIER.ask(work.connection, {"campaign": work.campaign_id, "name": it.title_key})


def standing(work: Work, it: Candidate, *, only_once: bool = False, earlier: Asked | None = None) -> Standing:
    """What keeps the nomination out. `only_once`: of one that comes back, only whether another took its place."""
    rules = [rule for rule in work.definition.rules if _list_of(work, it) in rule.lists]
    found = () if only_once else excluded(work, it, earlier)
    broken = breaches(work.definition, _subject(work, it), nominated=_nominated(work, it, rules)) if rules else ()
    broken += tuple(each for joiner in joined(work, it.id) for each in of_joiner(work, it, *joiner)) if rules else ()
    if only_once:
        broken = tuple(each for each in broken if each.rule.once)
    return Standing(excluded=found, breaches=broken, waived=tuple(it.waiver or ()))


def of_joiner(work: Work, it: Candidate, unit_id: int, name: str) -> tuple[Breach, ...]:
    """The rules about units that one who nominates it jointly does not keep; each answers for itself."""
    subject = subject_of(work, unit_id, track=it.track, attributes=it.attributes)
    return breaches_of_joiner(work.definition, subject, name=name)


def _list_of(work: Work, it: Candidate) -> str:
    return work.definition.tracks[it.track].list.key


def _subject(work: Work, it: Candidate) -> Subject:
    return subject_of(work, it.unit_id, track=it.track, attributes=it.attributes)


def _nominated(work: Work, it: Candidate, rules: Iterable[Rule]) -> dict[str, bool]:
    """Of each rule with `once`, whether the candidate takes a place elsewhere within its range."""
    once = [rule for rule in rules if rule.once]
    if not once:
        return {}
    mine = _list_of(work, it)
    others = _elsewhere(work, it)
    return {rule.key: not others.isdisjoint([mine] if rule.once is Once.LIST else rule.lists) for rule in once}


def _elsewhere(work: Work, it: Candidate) -> set[str]:
    """The lists on which the same candidate is nominated by another nomination."""
    parameters = {"campaign": work.campaign_id, "title": it.title_key, "row_id": it.id, "states": work.shape.counted}
    tracks = work.definition.tracks
    person, applicant = tracks[it.track].list.nominee is Nominee.PERSON, match_key(it.applicant)
    return {
        tracks[row.track].list.key
        for row in work.connection.execute(_NAMED, parameters)
        if not person or match_key(row.applicant) == applicant
    }


def _covering(work: Work, it: Candidate) -> list[Exclusion]:
    return [each for each in work.definition.exclusions if _list_of(work, it) in each.lists]


def excluded(work: Work, it: Candidate, earlier: Asked | None = None) -> tuple[Excluded, ...]:
    """The exclusions that the nomination falls under, each with the latest entry that bears its name."""
    covering, earlier = _covering(work, it), earlier or asked_earlier(work, it)
    rows = earlier.rows if earlier else []
    if not rows:
        return ()
    narrowed = any(not each.who.everybody for each in covering)
    subject = _subject(work, it) if narrowed else Subject(track=it.track)
    pairs = [(each, _entry(work, each, rows)) for each in covering if asked(each, _list_of(work, it), subject)]
    return tuple(Excluded(exclusion=each, entry=entry) for each, entry in pairs if entry)


def _entry(work: Work, exclusion: Exclusion, rows: Iterable[Any]) -> EarlierEntry | None:
    ours = work.definition.edition
    # An earlier edition of this award; another award may have been given in the same year.
    last = exclusion.until or (ours if exclusion.award else ours - 1)
    for row in rows:
        if row.award == exclusion.award and (exclusion.since or 0) <= row.edition <= min(last, ours):
            return EarlierEntry(edition=row.edition, list_name=row.list_name, name=row.name, award=row.award)
    return None


def noted(work: Work, it: Candidate) -> dict[str, Any]:
    """What the row says of exclusions: the entry that weighs most, and which exclusion waits for a decision."""
    found = excluded(work, it)
    waived = it.waiver or {}
    if not found:
        return {"earlier": None, "undecided": None}
    first = min(found, key=lambda each: (each.exclusion.waivable, each.exclusion.key in waived))
    key, entry = first.exclusion.key, first.entry
    open_yet = first.exclusion.waivable and key not in waived
    earlier = {"edition": entry.edition, "list": entry.list_name, "name": entry.name, "award": entry.award, "rule": key}
    return {"earlier": earlier, "undecided": key if open_yet else None}


def keeps_out(row: Row[Any]) -> bool:
    """Whether an earlier entry that the row notes keeps it from being submitted."""
    return row.earlier is not None and row.earlier["rule"] not in (row.waiver or {})


def renewed(work: Work, row: Row[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """What changed values mean for the row's notes. A waiver stays only for what it was given for."""
    before, after = Candidate.of(row), Candidate.of(row, **values)
    waiver = _still_waived(work, before, after)
    return {"waiver": waiver, **noted(work, Candidate.of(row, **values, waiver=waiver))}


def _still_waived(work: Work, before: Candidate, after: Candidate) -> dict[str, str] | None:
    if not before.waiver:
        return None
    was, now = (_grounds(work, each) for each in (before, after))
    return {key: reason for key, reason in before.waiver.items() if was.get(key) == now.get(key)} or None


def _grounds(work: Work, it: Candidate) -> dict[str, object]:
    """For what each ruling would be waived, by its key."""
    grounds: dict[str, object] = {each.exclusion.key: each.entry for each in excluded(work, it)}
    for rule in work.definition.rules:
        once = (it.title_key, match_key(it.applicant))
        grounds[rule.key] = once if rule.attribute is None else it.attributes.get(rule.attribute)
    return grounds


def to_waive(work: Work, row: Row[Any], rule: str | None) -> tuple[str, ...]:
    """The keys that a waiver would open: the one named, or all that block it now. Raises Refused (RUL-…)."""
    it = Candidate.of(row)
    found = standing(work, it)
    if rule is None:
        hard = [reason_for(each, work.definition) for each in found.blocking if not may_be_waived(each)]
        if not found.waivable:
            raise Refused(hard or [_nothing_to_waive()])
        return found.waivable
    every: tuple[Exclusion | Rule, ...] = (*work.definition.exclusions, *work.definition.rules)
    known = {each.key: each for each in every if _list_of(work, it) in each.lists}
    if rule not in known:
        raise Refused(_unknown(work, rule, [key for key, each in known.items() if each.waivable]))
    if not known[rule].waivable:
        raise Refused(_hard(work, rule))
    if rule not in found.waivable:
        raise Refused(_nothing_to_waive(rule))
    return (rule,)


def _unknown(work: Work, rule: str, known: Collection[str]) -> Reason:
    names = "、".join(f"{key}（{ruling_name(work.definition, key)[0]}）" for key in known) or "无"
    return Reason(
        code="RUL-04", zh=f"此榜单没有名为 {rule[:60]!r} 的规定；可豁免：{names}",
        en=f"this list has no rule {rule[:60]!r}; may be waived: {', '.join(known) or 'none'}",
        facts={"rule": rule[:60]},
    )  # fmt: skip


def _hard(work: Work, rule: str) -> Reason:
    zh, en = ruling_name(work.definition, rule)
    return Reason(
        code="RUL-05", zh=f"“{zh}”不可豁免", en=f'"{en}" can\'t be waived', facts={"rule": rule},
    )  # fmt: skip


def _nothing_to_waive(rule: str | None = None) -> Reason:
    return Reason(
        code="RUL-06", zh="目前没有需要豁免的规定" if rule is None else f"此项目目前不受 {rule!r} 限制，无须豁免",
        en="nothing that could be waived blocks it now" if rule is None else f"{rule!r} does not block it now",
        facts={"rule": rule},
    )  # fmt: skip
