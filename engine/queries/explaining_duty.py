"""What is owed, explained: for whom and by when, who must act, and what can be done with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row

from engine import duties, gates
from engine.dues import kind_of
from engine.office import Work
from engine.queries import owed
from engine.queries.explanation import (
    OFFICE,
    STORY,
    Explanation,
    Fact,
    Must,
    Possible,
    Words,
    must_by,
    possible,
    same,
    state_words,
    unit_words,
)
from engine.queries.story import story_of
from engine.seen import seen
from engine.tables import Duty
from workflows.duty import SHAPE
from workflows.nomination import CLOCK
from workflows.vocabulary import Edge, Fulfilment, Gate


def duty(work: Work, public_id: str) -> Explanation:
    """Explain a duty. Raises NotFound."""
    row = seen(work, Duty, public_id)
    line = owed.duty_line(work, row)
    name = f"{line.name}（{line.about or line.owner}）"
    return Explanation(
        kind="duty", id=public_id, name=name, state=state_words(SHAPE, row.state),
        since=row.changed_at, facts=tuple(_duty_facts(work, line)), must=tuple(_duty_must(work, line)),
        verbs=_duty_verbs(work, row, line),
        history=tuple(story_of(work, "duty", row.id, limit=STORY)),
    )  # fmt: skip


def _duty_verbs(work: Work, row: Row[Any], line: owed.DutyLine) -> tuple[Possible, ...]:
    """What people may do with this kind of duty; what follows from a nomination's fate is no choice."""
    kind = kind_of(work, line.kind)
    found = possible(work, SHAPE, row, duties.reasons_for)
    return tuple(one for one in found if duties.fits(kind, one.verb) and one.roles != CLOCK)


GATES = {
    Gate.DRAFT: Words(zh="起草", en="drafting"),
    Gate.SUBMIT: Words(zh="提交", en="submitting"),
    Gate.REVIEW: Words(zh="通过第一个评审阶段", en="passing the first stage of review"),
}


def _duty_facts(work: Work, line: owed.DutyLine) -> Iterator[Fact]:
    kind = kind_of(work, line.kind)
    if line.unit:
        yield Fact(label=unit_words(work), value=same(f"{line.unit_name}（{line.unit}）"))
        if line.title:
            yield Fact(label=Words(zh="申报项目", en="nomination"), value=same(f"{line.title}（{line.nomination}）"))
        if kind.gate:
            yield Fact(label=Words(zh="办结之前不能", en="until settled it holds up"), value=GATES[kind.gate])
    else:
        yield Fact(label=Words(zh="初评机构", en="institution"), value=same(line.institution_name))
    if line.due:
        yield Fact(label=Words(zh="期限", en="due"), value=line.due, edge=Edge.CLOSES)
    if line.document:
        yield Fact(label=Words(zh="材料", en="document"), value=same(line.document))
    if line.filed_at:
        yield Fact(label=Words(zh="报送时间", en="filed"), value=line.filed_at)
    if line.left:
        left = Words(zh=f"{line.left}项", en=str(line.left))
        yield Fact(label=Words(zh="尚未报送结果", en="results still missing"), value=left)


OWED = {
    Fulfilment.RESULTS: Words(zh="报齐结果，报齐后自动完成", en="report all results; then it is filed by itself"),
    Fulfilment.FILING: Words(zh="报送", en="file"),
    Fulfilment.RECEIPT: Words(zh="寄送或送达", en="send it or hand it in"),
}


def _duty_must(work: Work, line: owed.DutyLine) -> Iterator[Must]:
    if line.owing:
        kind = kind_of(work, line.kind)
        yield must_by(work, same(line.owner), OWED[kind.fulfilment], line.due)
        if kind.fulfilment is Fulfilment.RECEIPT:
            confirmer = gates.confirmer(work, kind, line.track)
            who = (
                Words(zh=f"秘书处或{confirmer.name}", en=f"the secretariat or {confirmer.name}")
                if confirmer
                else OFFICE
            )
            yield must_by(work, who, Words(zh="收到后确认", en="confirm it when it arrives"), None)
    elif line.state in SHAPE.sources("accept"):
        yield must_by(work, OFFICE, Words(zh="备案，或退回补正", en="accept it or send it back"), None)
