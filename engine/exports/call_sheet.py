"""待电话通知名单 on paper: whom to call, of what, until when, with a box to tick and room for a note."""

from __future__ import annotations

from collections.abc import Iterator

from engine.exports.sheet import Column, Row, Say, Sheet, notes
from engine.office import Work
from engine.queries.calls import OPEN, calls
from engine.queries.occasions import occasion_words
from engine.queries.paging import MOST

BOX = "□"
DONE = "☑"


def call_sheet(work: Work, say: Say, *, settled: bool = False) -> Sheet:
    """The calls to be made; with `settled` those that were made or came too late as well. For who sees all."""
    return Sheet(
        name=say("待电话通知名单", "call-sheet"), title=say("待电话通知名单", "Call sheet"), zone=work.definition.zone,
        columns=(
            Column(heading=say("已通知", "Told"), width=7),
            Column(heading=say("联系人", "Name"), width=10),
            Column(heading=say("所属", "Of"), width=26),
            Column(heading=say("电话", "Telephone"), width=24),
            Column(heading=say("事由", "About"), width=30),
            Column(heading=say("最迟", "Until"), kind="end", width=17),
            Column(heading=say("备注", "Note"), width=26),
            Column(heading=say("经办", "By"), width=10),
        ),
        rows=_rows(work, say, settled), notes=notes(work, say, chosen(say, settled=settled)),
    )  # fmt: skip


def chosen(say: Say, *, settled: bool) -> str:
    """Which calls are on the sheet, in words."""
    return say("含已办结和过时的", "settled and late ones too") if settled else say("待办", "to be made")


def _rows(work: Work, say: Say, settled: bool) -> Iterator[Row]:
    after, states = None, () if settled else (OPEN,)
    while True:
        page = calls(work, states=states, useful=not settled, after=after, limit=MOST)
        for line in page.rows:
            about = say(*occasion_words(work.definition, work.shape, line.occasion))
            yield [BOX if line.state == OPEN else DONE, line.name, line.of, line.phones, about, line.useful_until,
                   line.note, line.settled_by]  # fmt: skip
        after = page.after
        if after is None:
            return
