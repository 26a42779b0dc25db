"""How many nominations of each list and field are in which state, as a table to take along to a meeting."""

from __future__ import annotations

from collections.abc import Iterator

from engine.exports.sheet import Column, Row, Say, Sheet, notes
from engine.office import Work
from engine.queries import told
from engine.queries.funnel import Funnel, Line
from engine.queries.funnel import funnel as counted
from workflows.nomination import State


def funnel(work: Work, say: Say) -> Sheet:
    """The numbers as they stand, of what the actor may see."""
    numbers = counted(work)
    states = [state for state in told.every_state(work) if numbers.total.counts.get(state.key)]
    return Sheet(
        name=say("进展统计", "progress"), title=say("申报与评审进展统计", "Nominations by list, field and state"),
        columns=(Column(heading=say("榜单", "List"), width=20), Column(heading=say("领域", "Field"), width=16),
                 *(Column(heading=say(state.zh, state.en), kind="number", width=10) for state in states),
                 Column(heading=say("合计", "Total"), kind="number", width=10)),
        rows=_rows(work, say, numbers, states), notes=notes(work, say), zone=work.definition.zone,
    )  # fmt: skip


def _rows(work: Work, say: Say, numbers: Funnel, states: list[State]) -> Iterator[Row]:
    for line in numbers.lists:
        fields = [each for each in numbers.tracks if each.key.startswith(f"{line.key}/")]
        for each in fields:
            field = work.definition.tracks[each.key].field
            yield _row(say(line.name, line.english), field.name if field else "", each, states)
        yield _row(say(line.name, line.english), say("小计", "subtotal") if fields else "", line, states)
    yield _row(say("合计", "Total"), "", numbers.total, states)


def _row(name: str, field: str, line: Line, states: list[State]) -> Row:
    return [name, field, *(line.counts.get(state.key, 0) for state in states), line.total]
