"""推荐汇总表: what a unit recommends, list by list, as it is printed, sealed and sent with the 推荐函.

It is a draft as long as something of the unit is not submitted. What was withdrawn, lapsed or disqualified is left
out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row as Record

from engine import units
from engine.endorsements import joined
from engine.exports.nominations import Wanted, in_full
from engine.exports.sheet import Column, Row, Say, Sheet, notes
from engine.office import Work
from engine.queries import told
from engine.queries.listing import NominationLine
from workflows.definition import RankingList

Found = list[tuple[NominationLine, Record[Any]]]


def recommended(work: Work, say: Say, unit: str) -> Sheet:
    """The summary table of the unit with that code. Raises NotFound."""
    row = units.find(work, unit)
    shape = work.shape
    states = (shape.initial, told.UNDER_REVIEW.key, *shape.counted)
    found = _in_order(work, list(in_full(work, Wanted(states=states, unit=unit))))
    waiting = [line for line, _ in found if shape.arrow("submit", line.state)]
    channels = [work.definition.channel_by_key[key] for key in units.channels_of(work, row.id)]
    return Sheet(
        name=say(f"推荐汇总表-{row.name}", f"recommendations-{row.code}"), zone=work.definition.zone,
        title=say(f"{work.definition.name}推荐汇总表", f"{work.definition.english}: summary of recommendations"),
        lines=(
            say(f"推荐单位（盖章）：{row.name}（{row.code}）", f"Recommending unit (seal): {row.name} ({row.code})"),
            say(f"推荐渠道：{'、'.join(each.name for each in channels)}",
                f"Channels: {', '.join(each.english or each.name for each in channels)}"),
            _totals(work, say, found),
        ),
        columns=_columns(say), rows=_rows(work, say, found), draft=bool(waiting) or not found,
        tail=(say("单位负责人（签字）：　　　　　　　　　　　经办人：　　　　　　　　　　　联系电话：",
                  "Head of the unit (signature):                    Handled by:                    Telephone:"),
              say("日期：　　　　年　　　月　　　日　　　　　（单位公章）", "Date:                      (seal)")),
        notes=notes(work, say, say(f"单位 {row.code}", f"unit {row.code}")),
    )  # fmt: skip


def _in_order(work: Work, found: Found) -> Found:
    """By list and field in the order of the file; within one as they were drafted."""
    order = {key: place for place, key in enumerate(work.definition.tracks)}
    return sorted(found, key=lambda pair: order[pair[0].track])


def _totals(work: Work, say: Say, found: Found) -> str:
    counts = Counter(work.definition.tracks[line.track].list.key for line, _ in found)
    named = work.definition.list_by_key
    parts = [_total(say, named[key], count) for key, count in counts.items()]
    if not parts:
        return say("合计：尚无推荐项目", "In all: nothing is recommended yet")
    return say(f"合计：{len(found)}项（{'，'.join(parts)}）", f"In all: {len(found)} ({', '.join(parts)})")


def _total(say: Say, ranked: RankingList, count: int) -> str:
    return say(f"{ranked.name}{count}{ranked.counter}", f"{ranked.english} {count}")


def _columns(say: Say) -> tuple[Column, ...]:
    return (
        Column(heading=say("序号", "No."), kind="number", width=6),
        Column(heading=say("榜单", "List"), width=16),
        Column(heading=say("领域", "Field"), width=12),
        Column(heading=say("项目（候选人）名称", "Project or candidate"), width=34),
        Column(heading=say("申报单位", "Applicant"), width=26),
        Column(heading=say("联系人", "Contact"), width=10),
        Column(heading=say("联系电话", "Telephone"), width=16),
        Column(heading=say("备注", "Remarks"), width=16),
    )


def _rows(work: Work, say: Say, found: Found) -> Iterator[Row]:
    for number, (line, row) in enumerate(found, start=1):
        track = work.definition.tracks[line.track]
        yield [number, say(track.list.name, track.list.english), track.field.name if track.field else "", line.title,
               line.applicant, row.applicant_contact, row.applicant_phones, _remarks(work, say, line, row)]  # fmt: skip


def _remarks(work: Work, say: Say, line: NominationLine, row: Record[Any]) -> str:
    others = [name for _, name in joined(work, row.id)]
    together = say(f"与{'、'.join(others)}共同提名", f"jointly with {', '.join(others)}") if others else ""
    waiting = work.shape.arrow("submit", line.state)
    state = say("未提交" if line.state == work.shape.initial else line.state_zh, line.state_en) if waiting else ""
    return say("；", "; ").join(each for each in (together, state) if each)
