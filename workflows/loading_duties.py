"""The part of a campaign file that says what is owed: by whom, once for what, by when, and what it holds up."""

from __future__ import annotations

from collections.abc import Sequence

from workflows.definition import DutyKind, Who
from workflows.loading_for import read_for
from workflows.loading_matching import Known
from workflows.loading_who import MILESTONE, STAGE
from workflows.reading import Table
from workflows.vocabulary import Bearer, Decisive, Each, Fulfilment, Gate, Owner

MAY_BE_FOR = {Owner.INSTITUTION: (Each.TRACK,), Owner.UNIT: (Each.UNIT, Each.NOMINATION)}


def read_duties(
    root: Table, stages: Sequence[str], milestones: Sequence[str], known: Known
) -> tuple[DutyKind, ...]:  # fmt: skip
    """`[duties.*]`; `known` is what the lines of `for` may name."""
    return tuple(_duty(table, stages, milestones, known) for table in root.entries("duties"))


def _duty(table: Table, stages: Sequence[str], milestones: Sequence[str], known: Known) -> DutyKind:
    name = table.text("name")
    owner = table.word("owed_by", Owner) if table.has("owed_by") else Owner.INSTITUTION
    each = _each(table, owner)
    read = DutyKind(
        key=table.key,
        name=name,
        english=table.english(name),
        owed_by=owner,
        each=each,
        stage=_stage(table, owner, each, stages),
        fulfilment=_fulfilment(table, owner),
        due=table.reference("due", MILESTONE, milestones) if table.has("due") else None,
        gate=table.word("gate", Gate) if table.has("gate") else None,
        decisive=_decisive(table),
        who=_who(table, each, known),
        wording=table.wording(),
    )
    table.done()
    return read


def _each(table: Table, owner: Owner) -> Each:
    """CFG-120: institutions owe by track, units by themselves or by nomination."""
    allowed = MAY_BE_FOR[owner]
    each = table.word("each", Each) if table.has("each") else allowed[0]
    if each not in allowed:
        words = " 或 ".join(allowed)
        table.error(
            "CFG-120", "each", f"owed_by = \"{owner}\" 的事项，each 须为 {words}，读到“{each}”",
            f'what owed_by = "{owner}" owes is for each {words.replace("或", "or")}; read "{each}"', read=each.value,
        )  # fmt: skip
        return allowed[0]
    return each


def _stage(table: Table, owner: Owner, each: Each, stages: Sequence[str]) -> str | None:
    """CFG-121: an institution's duty belongs to a stage, a unit's own does not."""
    if owner is Owner.INSTITUTION:
        return table.reference("stage", STAGE, stages)
    if not table.has("stage"):
        return None
    if each is Each.UNIT:
        table.error(
            "CFG-121", "stage", '每个单位一份的事项不看阶段，请删去 stage，或写 each = "nomination"',
            'what each unit owes once depends on no stage; delete it, or write each = "nomination"',
        )  # fmt: skip
    return table.reference("stage", STAGE, stages)


def _fulfilment(table: Table, owner: Owner) -> Fulfilment:
    """CFG-122: results are reported by who judges."""
    read = table.word("fulfilment", Fulfilment)
    if owner is Owner.UNIT and read is Fulfilment.RESULTS:
        table.error(
            "CFG-122", "fulfilment", '推荐单位不报送评审结果，请写 fulfilment = "filing" 或 "receipt"',
            'units report no results; write fulfilment = "filing" or "receipt"', read=read.value,
        )  # fmt: skip
    return read


def _decisive(table: Table) -> Decisive:
    """CFG-123: a day that counts is only of what arrives, and only against a date."""
    if not table.has("decisive"):
        return Decisive.ARRIVAL
    read = table.word("decisive", Decisive)
    if table.values.get("fulfilment") != Fulfilment.RECEIPT or not table.has("due"):
        table.error(
            "CFG-123", "decisive", 'decisive 只用于 fulfilment = "receipt" 且写明 due 的事项，请补写或删去',
            'decisive is for what has fulfilment = "receipt" and a due; add them or delete it', read=read.value,
        )  # fmt: skip
    return read


def _who(table: Table, each: Each, known: Known) -> Who:
    """CFG-124 (as an unknown key would be): only the lines that can tell who owes it."""
    of_institution, of_unit = each is Each.TRACK, each is Each.UNIT
    said = table.values.get("for")
    for key, wrong in (("tracks", of_unit), *((line, of_institution) for line in ("channels", "units", "where"))):
        if wrong and isinstance(said, dict) and key in said:
            zh = "每个单位一份的事项不分赛道" if of_unit else "初评机构的事项只能按赛道（tracks）限定"
            en = (
                "what each unit owes once has no track"
                if of_unit
                else "what institutions owe is narrowed by tracks only"
            )
            path = (*table.path, "for", key)
            table.findings.error("CFG-124", path, f"{zh}，请删去 {key}", f"{en}; delete {key}", read=key)
    return read_for(table, known, bearers=tuple(Bearer) if each is Each.NOMINATION else (Bearer.UNIT,))
