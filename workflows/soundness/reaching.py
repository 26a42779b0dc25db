"""Every state can be reached and left, on every list: over the machine, and over what the file says of places."""

from __future__ import annotations

from workflows.definition import Definition, RankingList
from workflows.findings import Findings
from workflows.nomination import RESUME, Shape, shape
from workflows.soundness.order import stages_of
from workflows.vocabulary import Fulfilment, Judge


def prove(definition: Definition, findings: Findings) -> None:
    """SND-01 … 05."""
    for each in definition.lists:
        if each.takes_nominations and (stages := stages_of(definition, each)):
            machine = shape(stages)
            _machine(each, machine, findings)
            _places(definition, each, findings)
    _reported(definition, findings)


def _machine(each: RankingList, machine: Shape, findings: Findings) -> None:
    path = ("lists", each.key)
    reached = reachable(machine)
    for state in machine.states:
        if state.key not in reached:
            findings.error("SND-01", path, f"状态“{state.zh}”无法到达", f'state "{state.en}" can\'t be reached')
        elif not state.final and not machine.arrows_from(state.key):
            findings.error("SND-02", path, f"状态“{state.zh}”无法离开", f'state "{state.en}" can\'t be left')


def reachable(machine: Shape) -> set[str]:
    """The states to which arrows lead from the initial one, step by step."""
    found, waiting = {machine.initial}, [machine.initial]
    while waiting:
        for arrow in machine.arrows_from(waiting.pop()):
            target = arrow.target
            if target and target != RESUME and target not in found:
                found.add(target)
                waiting.append(target)
    return found


def _places(definition: Definition, each: RankingList, findings: Findings) -> None:
    rules = [quota for quota in definition.quotas if each.key in quota.lists]
    if rules and not any(quota.limit is None or quota.limit or any(n for _, n in quota.units) for quota in rules):
        findings.error(
            "SND-03", ("lists", each.key), "各渠道在此榜单的名额都是0，没有人能推荐；请改名额，或删去此榜单",
            "every channel has 0 places on this list: nobody can nominate; change the quota or drop the list",
        )  # fmt: skip
    if each.winners == 0:
        findings.error(
            "SND-04", ("lists", each.key, "winners"),
            "入选名额为0，这个榜单永远是空的；请改名额，或删去这一项由评审决定",
            "no winners: the list will be empty; change the number, or drop it and let the jury decide",
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
