"""Eligibility rules (申报条件): whom a rule asks, whether it is kept, and in which words it is not.

Each rule answers for itself, so their order means nothing. A waiver is for one key and opens only what the file calls
waivable.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from workflows.calling import called
from workflows.definition import Attribute, Definition, Exclusion, Rule
from workflows.matching import Subject, matches
from workflows.nomination import Role
from workflows.reasons import Fact, Reason
from workflows.vocabulary import Bearer, Kind, Once

YES = {"true": ("是", "yes"), "false": ("否", "no")}


@dataclass(frozen=True, kw_only=True, slots=True)
class Breach:
    """A rule that a nomination does not keep: the value that was read (None: none is declared).

    `unit` names who joined the nomination and does not keep it; empty for the nomination's own unit.
    """

    rule: Rule
    value: str | None = None
    unit: str = ""

    @property
    def undeclared(self) -> bool:
        """Whether it could not be judged at all: what is missing is declared, not waived."""
        return self.rule.attribute is not None and self.value is None


@dataclass(frozen=True, kw_only=True, slots=True)
class EarlierEntry:
    """A laureate of an earlier edition, or of another award, that a nomination looks like."""

    edition: int
    list_name: str
    name: str
    award: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Excluded:
    """An exclusion that a nomination falls under, and the entry for which it does."""

    exclusion: Exclusion
    entry: EarlierEntry


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What keeps a nomination from being eligible; `waived` are the keys that the secretariat gave a reason for."""

    excluded: tuple[Excluded, ...] = ()
    breaches: tuple[Breach, ...] = ()
    waived: Collection[str] = field(default_factory=tuple)

    @property
    def blocking(self) -> tuple[Excluded | Breach, ...]:
        """What still keeps it out: the exclusions, then the rules, each in the order of the file."""
        every: tuple[Excluded | Breach, ...] = (*self.excluded, *self.breaches)
        return tuple(each for each in every if not self._opened(each))

    @property
    def waivable(self) -> tuple[str, ...]:
        """The keys of what keeps it out now and may be waived."""
        return tuple(ruling_of(each).key for each in self.blocking if may_be_waived(each))

    def _opened(self, each: Excluded | Breach) -> bool:
        return may_be_waived(each) and ruling_of(each).key in self.waived

    def reasons(self, definition: Definition) -> tuple[Reason, ...]:
        """One reason for each thing that keeps it out."""
        return tuple(reason_for(each, definition) for each in self.blocking)


def ruling_of(each: Excluded | Breach) -> Exclusion | Rule:
    """The line of the file behind it."""
    return each.exclusion if isinstance(each, Excluded) else each.rule


def may_be_waived(each: Excluded | Breach) -> bool:
    """Whether the file lets the secretariat waive it, and there is something to waive."""
    return ruling_of(each).waivable and not (isinstance(each, Breach) and each.undeclared)


def ruling_name(definition: Definition, key: str) -> tuple[str, str]:
    """What a waiver of that key is about, in both languages."""
    for rule in definition.rules:
        if rule.key == key:
            return rule.name, rule.english
    award = next((each.award for each in definition.exclusions if each.key == key), "")
    return (f"{award}获奖", award) if award else ("历年入选", "earlier laureates")


def asked(ruling: Rule | Exclusion, list_key: str, subject: Subject) -> bool:
    """Whether a rule or an exclusion asks anything of this case."""
    return list_key in ruling.lists and matches(ruling.who, subject)


def kept(rule: Rule, value: str | None, *, attribute: Attribute, own: Collection[str]) -> bool:
    """Whether a value keeps a rule about an attribute; `own` are the names of the nomination's field.

    What is not declared keeps none: the engine does not guess.
    """
    if value is None:
        return False
    if rule.own_field:
        return value in own
    if rule.among:
        return value in rule.among
    here = order_of(attribute, value)
    return (rule.least is None or here >= order_of(attribute, rule.least)) and (
        rule.most is None or here <= order_of(attribute, rule.most)
    )


def order_of(attribute: Attribute, value: str) -> Decimal:
    """By what values of a date or a number are compared."""
    return Decimal(date.fromisoformat(value).toordinal() if attribute.kind is Kind.DATE else value)


def breaches(
    definition: Definition, subject: Subject, *, nominated: Mapping[str, bool]
) -> tuple[Breach, ...]:  # fmt: skip
    """The rules that a case on its track does not keep, in the order of the file.

    `nominated` says of each rule with `once` whether the same candidate is nominated already.
    """
    track = definition.tracks[subject.track or ""]
    own = {track.field.key, track.field.name} if track.field else set()
    found = []
    for rule in definition.rules:
        if not asked(rule, track.list.key, subject):
            continue
        if rule.attribute is None:
            broken, value = nominated.get(rule.key, False), None
        else:
            value = subject.attributes.get(rule.attribute)
            broken = not kept(rule, value, attribute=definition.attribute_by_key[rule.attribute], own=own)
        if broken:
            found.append(Breach(rule=rule, value=value))
    return tuple(found)


def breaches_of_joiner(definition: Definition, subject: Subject, *, name: str) -> tuple[Breach, ...]:
    """The rules about units that one who joins a nomination does not keep: what is declared of the nominee is not
    its affair, nor is who else nominates the same candidate.
    """
    found = breaches(definition, subject, nominated={})
    return tuple(replace(each, unit=name) for each in found if about_units(definition, each.rule))


def about_units(definition: Definition, rule: Rule) -> bool:
    """Whether a rule asks for something that is declared of units."""
    return rule.attribute is not None and definition.attribute_by_key[rule.attribute].of is Bearer.UNIT


def reason_for(each: Excluded | Breach, definition: Definition) -> Reason:
    """Why it keeps a nomination out."""
    return exclusion_reason(each) if isinstance(each, Excluded) else rule_reason(each, definition)


def exclusion_reason(excluded: Excluded) -> Reason:
    """EXC-01 (waivable) and EXC-02 for an earlier laureate, EXC-03 and EXC-04 for a winner of another award."""
    entry, ruling = excluded.entry, excluded.exclusion
    how = "原则上不再推荐，可由秘书处说明理由后豁免" if ruling.waivable else "不得再推荐"
    how_en = (
        "not nominated again in principle; the secretariat may waive this with a reason"
        if ruling.waivable
        else "not nominated again"
    )
    of, of_en = (entry.award, f"{entry.award} ") if entry.award not in ("", entry.list_name) else ("", "")
    codes = ("EXC-03", "EXC-04") if entry.award else ("EXC-01", "EXC-02")
    return Reason(
        code=codes[0] if ruling.waivable else codes[1],
        zh=f"“{entry.name}”已入选{entry.edition}年{of}{entry.list_name}，{how}",
        en=f'"{entry.name}" is on the {entry.edition} {of_en}{entry.list_name}: {how_en}',
        facts={"edition": entry.edition, "list": entry.list_name, "name": entry.name, "award": entry.award,
               "rule": ruling.key},
    )  # fmt: skip


def rule_reason(breach: Breach, definition: Definition) -> Reason:
    """RUL-01: a value that does not fit; RUL-02: none declared; RUL-03: nominated already."""
    rule = breach.rule
    if rule.attribute is None:
        return _reason("RUL-03", breach, *_nominated(rule))
    attribute = definition.attribute_by_key[rule.attribute]
    zh, en = fitting(rule, attribute)
    whose, whose_en = _whose(breach, definition) if attribute.of is Bearer.UNIT else ("", "")
    if breach.value is None:
        return _reason("RUL-02", breach, f"未登记{whose}“{attribute.name}”（{zh}），无法核对",
                       f'{whose_en}"{attribute.english}" is not declared ({en})')  # fmt: skip
    read, read_en = YES.get(breach.value, (breach.value, breach.value))
    return _reason("RUL-01", breach, f"{whose}“{attribute.name}”为 {read}，{zh}",
                   f'{whose_en}"{attribute.english}" is {read_en}; {en}', allowed=zh)  # fmt: skip


def _whose(breach: Breach, definition: Definition) -> tuple[str, str]:
    if breach.unit:
        return f"共同提名的{breach.unit}的", f"{breach.unit}'s (nominating jointly) "
    unit = called(definition, Role.UNIT)
    return f"{unit.zh}的", f"the {unit.en}'s "


def _reason(code: str, breach: Breach, zh: str, en: str, **facts: Fact) -> Reason:
    rule = breach.rule
    tail, tail_en = "不可豁免", "this can't be waived"
    if breach.undeclared:
        tail, tail_en = "请先登记", "declare it first"
    elif rule.waivable:
        tail, tail_en = "可由秘书处说明理由后豁免", "the secretariat may waive this with a reason"
    return Reason(
        code=code, zh=f"不符合“{rule.name}”：{zh}；{tail}", en=f'"{rule.english}" is not kept: {en}; {tail_en}',
        facts={"rule": rule.key, "value": breach.value, **({"unit": breach.unit} if breach.unit else {}), **facts},
    )  # fmt: skip


def _nominated(rule: Rule) -> tuple[str, str]:
    where, where_en = ("同一榜单", "on the same list") if rule.once is Once.LIST else ("本次活动", "in this campaign")
    return (
        f"该候选对象已在{where}中由其他渠道推荐，只能推荐一次",
        f"this candidate is nominated already {where_en}; once only",
    )


def fitting(rule: Rule, attribute: Attribute) -> tuple[str, str]:
    """Which values keep a rule about an attribute, in both languages."""
    if rule.own_field:
        return "须与申报领域一致", "must be the field of the nomination"
    if rule.among:
        words = [YES.get(each, (each, each)) for each in rule.among]
        return f"须为 {'、'.join(zh for zh, _ in words)}", f"must be {' or '.join(en for _, en in words)}"
    dates = attribute.kind is Kind.DATE
    low, low_en = ("不早于", "on or after") if dates else ("不小于", "at least")
    high, high_en = ("不晚于", "on or before") if dates else ("不大于", "at most")
    bounds = [(low, low_en, rule.least), (high, high_en, rule.most)]
    zh = "且".join(f"{word} {bound}" for word, _, bound in bounds if bound is not None)
    en = " and ".join(f"{word} {bound}" for _, word, bound in bounds if bound is not None)
    return f"须{zh}", f"must be {en}"
