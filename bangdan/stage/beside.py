"""What stands beside the picture: places used, letters that went out last, what was refused, what waits for a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bangdan.report.refused import Group, grouped
from bangdan.report.words import Words, letter_name
from bangdan.stage.house import Stage
from bangdan.stage.pressure import Pressure, pressure
from engine.access import visible
from engine.office import Work
from engine.queries.attention import Attention, attention
from notifications.tables import LETTER, Letter

LETTERS, GROUPS = 7, 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Went:
    """A letter that went out."""

    id: str
    at: datetime
    kind: Words
    to: str


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
    """One of each occasion, the newest first: a hundred letters that say the same are one line."""
    columns = LETTER.c.public_id, LETTER.c.sent_at, LETTER.c.template, LETTER.c.to_name, LETTER.c.occasion
    query = select(*columns).where(LETTER.c.campaign_id == work.campaign_id, LETTER.c.state == "sent")
    newest = visible(query, Letter, work.actor, work.definition).order_by(LETTER.c.id.desc()).limit(200)
    known: set[str] = set()
    for row in work.connection.execute(newest):
        if row.template not in known and len(known) < LETTERS:
            known.add(row.template)
            yield Went(id=row.public_id, at=row.sent_at, kind=letter_name(row.template), to=row.to_name)


def _waits(found: Attention) -> Iterator[Waits]:
    owners = "、".join(dict.fromkeys(line.owner for line in found.overdue))
    rows = (
        (len(found.overdue), Words("逾期未报送", "overdue"), owners, "institutions"),
        (found.calls.count, Words("待电话通知", "to be called"), "、".join(found.calls.first), "calls"),
        (found.waivers.count, Words("等待豁免决定", "waivers to decide"), "、".join(found.waivers.first), "nominations"),
        (found.letters.count, Words("邮件待处理", "letters to settle"), "、".join(found.letters.first), "letters"),
        (found.unreachable.count, Words("单位无联系人", "units without a contact"), "、".join(found.unreachable.first),
         "units"),
        (len(found.objections), Words("异议待处理", "objections to settle"), "", "objections"),
        (len(found.short), Words("申报数不足的榜单", "tracks with too few entries"), "", "nominations"),
    )  # fmt: skip
    yield from (Waits(n=n, what=what, first=first, page=page) for n, what, first, page in rows if n)
