"""The history on paper: every event, oldest first, under the number by which it is sealed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.exports.sheet import Column, Row, Say, Sheet, notes
from engine.office import Work
from engine.queries.story import MOST, SUBJECTS, Happened, onwards
from workflows.calling import ROLES

Tell = Callable[[Work, Happened], str]
"""What came of an event, in the reader's words: the doors word the details."""


def history(work: Work, say: Say, tell: Tell) -> Sheet:
    """What happened, as far as the actor may see it. The numbers are those under which events are sealed."""
    return Sheet(
        name=say("经过", "history"), title=say("办理经过", "History"), zone=work.definition.zone,
        columns=(
            Column(heading=say("编号", "No."), kind="number", width=9),
            Column(heading=say("时间", "When"), kind="instant", width=16),
            Column(heading=say("角色", "Role"), width=10),
            Column(heading=say("办理人", "Who"), width=12),
            Column(heading=say("代", "On behalf of"), width=12),
            Column(heading=say("动作", "What"), width=14),
            Column(heading=say("对象", "Of"), width=10),
            Column(heading=say("名称", "Name"), width=28),
            Column(heading=say("对象编号", "Id"), width=25),
            Column(heading=say("结果与说明", "Result and details"), width=44),
        ),
        rows=(_row(say, line, tell(work, line)) for line in _oldest_first(work)), notes=notes(work, say),
    )  # fmt: skip


def _oldest_first(work: Work) -> Iterator[Happened]:
    after = 0
    while True:
        page = onwards(work, after=after)
        yield from page
        if len(page) < MOST:
            return
        after = page[-1].number


def _row(say: Say, line: Happened, told: str) -> Row:
    role = ROLES[line.role]
    return [line.number, line.at, say(role.zh, role.en), line.actor, line.behalf, say(line.verb_zh, line.verb_en),
            say(*SUBJECTS[line.subject]), line.name, line.id, told]  # fmt: skip
