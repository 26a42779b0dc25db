"""What stands beside the picture: places used, the last letters, what was refused, what waits for a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from bangdan.language import Words
from bangdan.report.refused import Group, grouped
from bangdan.report.words import Dial, letter_name
from bangdan.stage.house import Stage
from bangdan.stage.pressure import Pressure, pressure
from engine.access import visible
from engine.office import Work
from engine.queries.attention import Attention, attention
from notifications.tables import LETTER, Letter
from workflows.instants import zone_of

LETTERS, GROUPS = 7, 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Went:
    """The last letter of a kind that went out, and how many of that kind did."""

    id: str
    when: str
    kind: Words
    to: str
    n: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Waits:
    """So many things that wait for a person; `page` is where they are settled."""

    n: int
    what: Words
    first: str
    page: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Beside:
    """All of it."""

    letters: tuple[Went, ...]
    refused: tuple[Group, ...]
    waits: tuple[Waits, ...]
    pressure: Pressure


def beside(work: Work, stage: Stage) -> Beside:
    """As it stands in that transaction."""
    refusals = tuple(stage.pacing.played.theatre.refusals)
    return Beside(letters=tuple(_letters(work)), refused=grouped(work, refusals)[:GROUPS],
                  waits=tuple(_waits(attention(work))), pressure=pressure(work))  # fmt: skip


def _letters(work: Work) -> Iterator[Went]:
    """The newest of each kind: a hundred letters that say the same are one line."""
    went = LETTER.c.campaign_id == work.campaign_id, LETTER.c.state == "sent"
    kinds: Any = select(func.max(LETTER.c.id).label("newest"), func.count().label("n")).where(*went)
    newest = visible(kinds, Letter, work.actor, work.definition).group_by(LETTER.c.template).subquery()
    columns = LETTER.c.public_id, LETTER.c.sent_at, LETTER.c.template, LETTER.c.to_name, newest.c.n
    query = select(*columns).join(newest, newest.c.newest == LETTER.c.id).order_by(LETTER.c.sent_at.desc())
    dial = Dial(zone=zone_of(work.definition.zone))
    for row in work.connection.execute(query.limit(LETTERS)):
        yield Went(id=row.public_id, when=dial.short(row.sent_at), kind=letter_name(row.template), to=row.to_name,
                   n=row.n)  # fmt: skip


def _waits(found: Attention) -> Iterator[Waits]:
    owners = "、".join(dict.fromkeys(line.owner for line in found.overdue))
    rows = (
        (len(found.overdue), Words("逾期未报送", "overdue"), owners, "institutions"),
        (found.calls.count, Words("待电话通知", "to be called"), "、".join(found.calls.first), "calls"),
        (found.waivers.count, Words("等待豁免决定", "waivers to decide"), "、".join(found.waivers.first),
         "nominations"),
        (found.letters.count, Words("邮件待处理", "letters to settle"), "、".join(found.letters.first), "letters"),
        (found.unreachable.count, Words("单位无联系人", "units without a contact"), "、".join(found.unreachable.first),
         "units"),
        (len(found.objections), Words("异议待处理", "objections to settle"), "", "objections"),
        (len(found.short), Words("申报数不足的榜单", "tracks with too few entries"), "", "nominations"),
    )  # fmt: skip
    yield from (Waits(n=n, what=what, first=first, page=page) for n, what, first, page in rows if n)
