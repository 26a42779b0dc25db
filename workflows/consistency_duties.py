"""What must hold for a duty beside its own lines: what it holds up must still lie ahead when it is owed."""

from __future__ import annotations

from collections.abc import Collection

from workflows.definition import Definition, DutyKind
from workflows.findings import Findings
from workflows.vocabulary import Each, Gate, Owner


def check_duties(definition: Definition, findings: Findings) -> None:
    """CFG-125 and CFG-126: gates of institutions, and gates that nobody could pass."""
    chains = [definition.stages_of(each.key) for each in definition.lists if each.takes_nominations]
    first = {chain[0].key for chain in chains if chain}
    for kind in definition.duties:
        if kind.gate is None or findings.wrong_in(("duties", kind.key)):
            continue
        if kind.owed_by is Owner.INSTITUTION:
            findings.error(
                "CFG-125", ("duties", kind.key, "gate"), "只有推荐单位的事项可以作为前置条件，请删去 gate",
                "only what units owe holds anything up; delete gate", read=kind.gate.value,
            )  # fmt: skip
        elif _too_late(kind, first):
            findings.error(
                "CFG-126", ("duties", kind.key, "gate"),
                f"此事项在“{kind.gate}”之后才产生，不能作其前置条件；逐项的事项只能写 review，stage 不晚于第一个阶段；"
                "提交时每项须备齐的，请写入 [materials]；每单位一次的，请删去 each",
                f'is owed only after "{kind.gate}", so it can\'t hold that up; what each nomination owes may have'
                ' gate = "review" and no stage after the first; what each must have when it is submitted is a material'
                " ([materials]), and what is owed once by each unit has no each",
                read=kind.gate.value,
            )  # fmt: skip


def _too_late(kind: DutyKind, first: Collection[str]) -> bool:
    """A nomination owes nothing before it is submitted, or has reached the stage that makes it owed."""
    return kind.each is Each.NOMINATION and (
        kind.gate is not Gate.REVIEW or (kind.stage is not None and kind.stage not in first)
    )
