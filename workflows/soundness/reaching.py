"""Every list can be reached and left: somebody can nominate, the rules let somebody in, and enough may come."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from workflows.definition import Attribute, Definition, RankingList, Rule
from workflows.findings import Findings
from workflows.rules import order_of
from workflows.vocabulary import Fulfilment, Judge


def prove(definition: Definition, findings: Findings) -> None:
    """SND-01 … 05."""
    for each in definition.lists:
        if each.takes_nominations:
            _rules(definition, each, findings)
            _enough(definition, each, findings)
            _places(definition, each, findings)
    _reported(definition, findings)


def _rules(definition: Definition, each: RankingList, findings: Findings) -> None:
    """SND-01: rules for everybody that no value fulfils together, so that nothing can be submitted."""
    asked = [rule for rule in definition.rules if each.key in rule.lists and rule.attribute and rule.who.everybody]
    for attribute in definition.attributes:
        mine = [rule for rule in asked if rule.attribute == attribute.key and not rule.waivable]
        if len(mine) > 1 and not _fulfillable(attribute, mine):
            keys = [rule.key for rule in mine]
            findings.error(
                "SND-01", ("rules", keys[-1]),
                f"榜单“{each.name}”的 {'、'.join(keys)} 不能同时满足，没有人能提交；请改其中之一",
                f'on list "{each.key}" {", ".join(keys)} can\'t be fulfilled together: nobody can submit; change one',
                list=each.key,
            )  # fmt: skip


def _fulfillable(attribute: Attribute, rules: Sequence[Rule]) -> bool:
    """Whether some value is within the bounds of all and among the values of each."""
    among = [set(rule.among) for rule in rules if rule.among]
    common = set.intersection(*among) if among else None
    least = max((order_of(attribute, rule.least) for rule in rules if rule.least), default=None)
    most = min((order_of(attribute, rule.most) for rule in rules if rule.most), default=None)
    if common is None:
        return least is None or most is None or least <= most
    return any(
        (least is None or order_of(attribute, value) >= least) and (most is None or order_of(attribute, value) <= most)
        for value in common
    )


def _enough(definition: Definition, each: RankingList, findings: Findings) -> None:
    """SND-02: a list that asks for more entries than all its places together never enters review by itself."""
    places = _all_places(definition, each)
    if places is not None and each.minimum > places:
        findings.error(
            "SND-02", ("lists", each.key, "minimum"),
            f"每组至少{each.minimum}个才进入评审，而各单位的名额一共只有{places}个；请改其中之一",
            f"needs {each.minimum} entries to enter review, but all units together have {places} places; change one",
        )  # fmt: skip


def _all_places(definition: Definition, each: RankingList) -> int | None:
    """The places on a list where only named units have any; None where their number is open."""
    rules = [quota for quota in definition.quotas if each.key in quota.lists]
    numbers: Iterable[int | None] = (number for quota in rules for _, number in quota.units)
    found = list(numbers)
    if any(quota.limit != 0 for quota in rules) or not rules:
        return None
    return None if any(number is None for number in found) else sum(number or 0 for number in found)


def _places(definition: Definition, each: RankingList, findings: Findings) -> None:
    rules = [quota for quota in definition.quotas if each.key in quota.lists]
    if rules and not any(quota.limit is None or quota.limit or any(n for _, n in quota.units) for quota in rules):
        findings.error(
            "SND-03", ("lists", each.key), "各渠道在此榜单的名额都是0，没有人能推荐；请改名额，或删去此榜单",
            "every channel has 0 places on this list: nobody can nominate; change the quota or drop the list",
        )  # fmt: skip


def _reported(definition: Definition, findings: Findings) -> None:
    """Institutions that judge are asked for their results by a duty, or nobody reminds them."""
    asked = {duty.stage for duty in definition.duties if duty.fulfilment is Fulfilment.RESULTS}
    for stage in definition.stages:
        if stage.judge is Judge.INSTITUTION and stage.key not in asked:
            findings.warning(
                "SND-05", ("stages", stage.key),
                f"由评审机构评“{stage.name}”，但没有报送结果的事项，不会催办；请加 fulfilment = \"results\" 的事项",
                'institutions judge it, but no duty asks for the results: nobody is reminded; add one with fulfilment'
                ' = "results"',
            )  # fmt: skip
