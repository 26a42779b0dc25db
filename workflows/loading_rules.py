"""The parts of a campaign file that say who may not be nominated, or only if: exclusions and eligibility rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from workflows.definition import (
    Attribute,
    Channel,
    Exclusion,
    Field,
    RankingList,
    Rule,
    Track,
    Who,
    tracks_of,
)
from workflows.findings import shown
from workflows.loading_for import read_for
from workflows.loading_lists import chosen_lists
from workflows.loading_matching import Known, allowed, kept_value
from workflows.reading import Table
from workflows.rules import order_of
from workflows.shapes import FLAG
from workflows.vocabulary import Bearer, Kind, Once

ATTRIBUTE = ("属性", "attribute")
EARLIEST_EDITION = 1900
TESTS = ("least", "most", "among", "own_field")
ORDERED = (Kind.DATE, Kind.NUMBER)


def read_exclusions(
    root: Table, lists: Sequence[RankingList], channels: Sequence[Channel], attributes: Sequence[Attribute],
    edition: int,
) -> tuple[Exclusion, ...]:  # fmt: skip
    """`[exclusions.*]`; `edition` is this campaign's, and what counts is no later."""
    known = _known(lists, channels, attributes)
    return tuple(_exclusion(table, lists, known, edition) for table in root.entries("exclusions"))


def _exclusion(table: Table, lists: Sequence[RankingList], known: Known, edition: int) -> Exclusion:
    award, chosen = table.text("award", default=""), chosen_lists(table, lists)
    read = Exclusion(
        key=table.key, lists=chosen, waivable=table.flag("waivable"), award=award,
        since=_edition(table, "since", edition), until=_edition(table, "until", edition),
        who=_who(table, known, lists, chosen), wording=table.wording(),
    )  # fmt: skip
    if read.since and read.until and read.since > read.until:
        table.error(
            "CFG-106", "until", f"截至届次 {read.until} 早于起始届次 {read.since}，没有一届算在内",
            f"{read.until} is before since = {read.since}: no edition would count", read=read.until,
        )  # fmt: skip
    table.done()
    return read


def _edition(table: Table, key: str, edition: int) -> int | None:
    return table.whole(key, low=EARLIEST_EDITION, high=edition) if table.has(key) else None


def read_rules(
    root: Table, lists: Sequence[RankingList], channels: Sequence[Channel], attributes: Sequence[Attribute],
    exclusions: Sequence[Exclusion],
) -> tuple[Rule, ...]:  # fmt: skip
    """`[rules.*]`; a waiver names one by its key, so that it may not be an exclusion's too."""
    known = _known(lists, channels, attributes)
    read = tuple(_rule(table, lists, known) for table in root.entries("rules"))
    for rule in read:
        if any(each.key == rule.key for each in exclusions):
            root.findings.error(
                "CFG-107", ("rules", rule.key), f"“{rule.key}”已是一条排除规定的名称，豁免时无从区分，请改一个",
                f'"{rule.key}" is the key of an exclusion too, and a waiver could mean either; change one',
                read=rule.key,
            )  # fmt: skip
    return read


def _rule(table: Table, lists: Sequence[RankingList], known: Known) -> Rule:
    name, chosen = table.text("name"), chosen_lists(table, lists)
    read = Rule(
        key=table.key, name=name, english=table.english(name), lists=chosen,
        who=_who(table, known, lists, chosen), waivable=table.flag("waivable"), wording=table.wording(),
    )  # fmt: skip
    predicate = [key for key in ("attribute", "once") if table.has(key)]
    given = [key for key in TESTS if table.has(key)]
    if len(predicate) != 1 or (predicate == ["once"] and given):
        table.findings.error(
            "CFG-100", table.path, "须且只能写一种条件：attribute（及其范围）或 once",
            "must say one thing: attribute with its bounds, or once", read=", ".join((*predicate, *given)),
        )  # fmt: skip
    elif predicate == ["once"]:
        read = replace(read, once=table.word("once", Once))
    else:
        key = table.reference("attribute", ATTRIBUTE, tuple(known.attributes))
        if attribute := known.attributes.get(key):
            read = _tested(table, replace(read, attribute=key), attribute, given, lists)
    table.done()
    return read


def _tested(
    table: Table, rule: Rule, attribute: Attribute, given: Sequence[str], lists: Sequence[RankingList]
) -> Rule:  # fmt: skip
    bounded = [key for key in given if key in ("least", "most")]
    if not given or (bounded != given and len(given) > 1):
        table.findings.error(
            "CFG-101", table.path, "须写明取值范围：least、most（可同时写），或 among，或 own_field = true",
            "must say which values fit: least and/or most, or among, or own_field = true", read=", ".join(given),
        )  # fmt: skip
        return rule
    if bounded:
        return _bounded(table, rule, attribute)
    if given == ["among"]:
        return replace(rule, among=_among(table, attribute))
    _own_field(table, rule, attribute, lists)
    return replace(rule, own_field=table.flag("own_field"))


def _bounded(table: Table, rule: Rule, attribute: Attribute) -> Rule:
    if attribute.kind not in ORDERED:
        key = "least" if table.has("least") else "most"
        table.error(
            "CFG-102", key, f"属性“{attribute.name}”不分大小，只有日期和数字可用 least、most；请改用 among",
            f'attribute "{attribute.key}" has no order: least and most are for dates and numbers; use among',
            read=attribute.key,
        )  # fmt: skip
        return rule
    least, most = (_value(table, key, attribute, table.value(key, needed=False)) for key in ("least", "most"))
    if least and most and order_of(attribute, least) > order_of(attribute, most):
        table.error(
            "CFG-103", "most", f"最大值 {most} 小于最小值 {least}，没有符合条件的取值",
            f"{most} is less than least = {least}: no value would fit", read=most,
        )  # fmt: skip
    return replace(rule, least=least, most=most)


def _among(table: Table, attribute: Attribute) -> tuple[str, ...]:
    value = table.value("among")
    many = value if isinstance(value, list) and value else [value]
    read = tuple(kept for each in many if (kept := _value(table, "among", attribute, each)))
    table.once("among", read)
    if attribute.values and set(read) == set(attribute.values):
        table.error(
            "CFG-104", "among", f"列出了属性“{attribute.name}”的全部取值，这条规则限制不了任何人",
            f'lists every value of attribute "{attribute.key}": the rule would keep nobody out',
        )  # fmt: skip
    return read


def _value(table: Table, key: str, attribute: Attribute, value: object) -> str | None:
    if value is None:
        return None
    kept = kept_value(attribute, value)
    if kept is None:
        zh, en = allowed(attribute)
        table.error(
            "CFG-62", key, f"属性“{attribute.name}”{zh}，读到 {shown(value)}",
            f'attribute "{attribute.key}" {en}; read {shown(value)}', read=shown(value),
        )  # fmt: skip
    return kept


def _own_field(table: Table, rule: Rule, attribute: Attribute, lists: Sequence[RankingList]) -> None:
    if table.value("own_field", FLAG) is not True:
        table.error("CFG-105", "own_field", "只能写 true，否则请删去", "may only be true; delete it otherwise")
    for each in lists:
        if each.key in rule.lists and (lacking := _without_value(each.fields, attribute)):
            table.error(
                "CFG-105", "own_field",
                f"榜单“{each.key}”的领域须是属性“{attribute.name}”的取值（代号或名称），缺：{lacking}",
                f'the fields of list "{each.key}" must be values of attribute "{attribute.key}" (key or name);'
                f" lacking: {lacking}",
                list=each.key,
            )  # fmt: skip


def _without_value(fields: Sequence[Field], attribute: Attribute) -> str:
    """The fields that no value of the attribute names; a list without fields lacks all."""
    lacking = [each.key for each in fields if attribute.values and {each.key, each.name}.isdisjoint(attribute.values)]
    if not fields or not attribute.values:
        return "、".join(each.key for each in fields) or "—"
    return "、".join(lacking)


def _known(lists: Sequence[RankingList], channels: Sequence[Channel], attributes: Sequence[Attribute]) -> Known:
    return Known(
        attributes={each.key: each for each in attributes}, channels=channels, tracks=tracks_of(lists)
    )  # fmt: skip


def _who(table: Table, known: Known, lists: Sequence[RankingList], chosen: Sequence[str]) -> Who:
    """`for`: whom it asks."""
    read = read_for(table, known, bearers=tuple(Bearer))
    if read.tracks and not _on(read.tracks, tracks_of(lists), chosen):
        table.findings.error(
            "CFG-108", (*table.path, "for", "tracks"),
            f"这些赛道都不在它的榜单（{'、'.join(chosen)}）之内，它问不到任何项目",
            f"none of these is of its lists ({', '.join(chosen)}): it would ask nothing of anybody",
        )  # fmt: skip
    return read


def _on(tracks: Iterable[str], known: Mapping[str, Track], lists: Sequence[str]) -> bool:
    return any(known[key].list.key in lists for key in tracks)
