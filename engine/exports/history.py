"""The history on paper: every event, oldest first, with its details as they are stored."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from engine.exports.sheet import ROLES, Column, Row, Say, Sheet, notes
from engine.office import Work
from engine.queries.story import MOST, Happened, onwards

SUBJECTS: Mapping[str, tuple[str, str]] = {
    "campaign": ("活动", "campaign"),
    "unit": ("单位", "unit"),
    "contact": ("联系人", "contact"),
    "nomination": ("项目", "nomination"),
    "duty": ("报送事项", "duty"),
    "letter": ("邮件", "letter"),
    "call": ("电话通知", "call"),
}


def history(work: Work, say: Say) -> Sheet:
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
            Column(heading=say("状态变为", "State after"), width=12),
            Column(heading=say("详情", "Details"), width=40),
        ),
        rows=(_row(say, line) for line in _oldest_first(work)), notes=notes(work, say),
    )  # fmt: skip


def _oldest_first(work: Work) -> Iterator[Happened]:
    after = 0
    while True:
        page = onwards(work, after=after)
        yield from page
        if len(page) < MOST:
            return
        after = page[-1].number


def _row(say: Say, line: Happened) -> Row:
    moved = say(line.target_zh, line.target_en) if line.target != line.source else ""
    return [line.number, line.at, say(*ROLES[line.role]), line.actor, line.behalf, say(line.verb_zh, line.verb_en),
            say(*SUBJECTS.get(line.subject, (line.subject, line.subject))), line.name, line.id, moved,
            _details(line.details)]  # fmt: skip


def _details(details: Mapping[str, Any]) -> str:
    return json.dumps(dict(details), ensure_ascii=False, default=str) if details else ""
