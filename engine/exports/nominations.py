"""The nominations that somebody may see, with the columns that the import reads first and what became of them behind.

So that a file which was exported, edited and handed in again is understood; `id` stands among the last.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row as Record
from sqlalchemy import select
from sqlmodel import col

from engine.access import visible
from engine.exports.sheet import Cell, Column, Row, Say, Sheet, notes
from engine.office import Work
from engine.queries import listing, told
from engine.queries.listing import NominationLine
from engine.queries.paging import MOST
from engine.rosters.columns import columns as import_columns
from engine.tables import Nomination
from workflows.nomination import Role
from workflows.vocabulary import Bearer, Kind

N = Nomination
PEOPLE = ("contact", "phones", "email")  # columns about the applicants' people
WIDTHS = {"unit": 10, "list": 14, "field": 12, "title": 28, "applicant": 22, "contact": 10, "phones": 16, "email": 22,
          "complete": 8}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Which nominations; nothing given means all. `unit` is a code, `text` a part of title, applicant or unit."""

    tracks: Collection[str] | None = None
    states: Collection[str] = ()
    unit: str | None = None
    text: str = ""


EVERYTHING = Wanted()


def nominations(work: Work, say: Say, wanted: Wanted = EVERYTHING) -> Sheet:
    """The nominations that are wanted, as far as the actor may see them. Raises NotFound (unit)."""
    keys = _keys(work)
    return Sheet(
        name=say("申报项目", "nominations"), title=say("申报项目一览", "Nominations"), zone=work.definition.zone,
        columns=(*_as_imported(work, keys, say), *_became(say)), notes=notes(work, say, *in_words(work, say, wanted)),
        rows=_rows(work, say, wanted, keys),
    )  # fmt: skip


def in_words(work: Work, say: Say, wanted: Wanted) -> Iterator[str]:
    """What was chosen, in words."""
    tracks = work.definition.tracks
    if wanted.tracks is not None:
        yield say("、", ", ").join(tracks[key].name for key in wanted.tracks)
    if wanted.states:
        chosen = [state for state in told.every_state(work) if state.key in wanted.states]
        yield say("、", ", ").join(say(state.zh, state.en) for state in chosen)
    if wanted.unit:
        yield say(f"单位 {wanted.unit}", f"unit {wanted.unit}")
    if wanted.text:
        yield say(f"含“{wanted.text}”", f'with "{wanted.text}"')


def in_full(work: Work, wanted: Wanted) -> Iterator[tuple[NominationLine, Record[Any]]]:
    """Each line with its row, a page at a time."""
    after = None
    while True:
        page = listing.nominations(work, tracks=wanted.tracks, states=wanted.states, unit=wanted.unit,
                                   text=wanted.text, after=after, limit=MOST)  # fmt: skip
        query = select(N).where(col(N.public_id).in_([line.id for line in page.rows]))
        seen = work.connection.execute(visible(query, N, work.actor, work.definition))
        rows = {row.public_id: row for row in seen}
        yield from ((line, rows[line.id]) for line in page.rows)
        after = page.after
        if after is None:
            return


def _keys(work: Work) -> tuple[str, ...]:
    """The columns of the import, by key. Who reviews has no business with the applicants' telephone numbers."""
    left_out = PEOPLE if work.actor.role is Role.INSTITUTION else ()
    return tuple(each.key for each in import_columns("nominations", work.definition) if each.key not in left_out)


def _as_imported(work: Work, keys: Collection[str], say: Say) -> Iterator[Column]:
    for each in import_columns("nominations", work.definition):
        if each.key in keys:
            heading = say(each.title, each.titles[1] if len(each.titles) > 1 else each.title)
            yield Column(heading=heading, width=WIDTHS.get(each.key, 12))


def _became(say: Say) -> Iterator[Column]:
    yield Column(heading=say("推荐单位", "recommending unit"), width=22)
    yield Column(heading=say("状态", "state"), width=10)
    yield Column(heading=say("拟入榜", "selected"), width=7)
    yield Column(heading=say("名次", "rank"), kind="number", width=6)
    yield Column(heading=say("等级（荣誉）", "award"), width=12)
    yield Column(heading=say("提交时间", "submitted at"), kind="instant", width=16)
    yield Column(heading=say("申报编号", "nomination id"), width=25)


def _rows(work: Work, say: Say, wanted: Wanted, keys: Collection[str]) -> Iterator[Row]:
    for line, row in in_full(work, wanted):
        values = _values(work, say, line, row)
        rank = row.rank if line.state == row.state else None  # else how it was judged is not to be known yet
        yield [*(values[key] for key in keys), line.unit_name, say(line.state_zh, line.state_en),
               say("是", "yes") if line.selected else "", rank, say(line.award.zh, line.award.en),
               line.submitted_at, line.id]  # fmt: skip


def _values(work: Work, say: Say, line: NominationLine, row: Record[Any]) -> dict[str, Cell]:
    track = work.definition.tracks[line.track]
    complete = set(track.list.materials) <= set(row.materials)
    return {
        "unit": line.unit, "list": track.list.name, "field": track.field.name if track.field else "",
        "title": line.title, "applicant": line.applicant, "contact": row.applicant_contact,
        "phones": row.applicant_phones, "email": row.applicant_email or "",
        "complete": say("是", "yes") if complete else say("否", "no"),
        **{f"attribute.{each.key}": _declared(say, each.kind, row.attributes.get(each.key, ""))
           for each in work.definition.attributes if each.of is Bearer.NOMINEE},
    }  # fmt: skip


def _declared(say: Say, kind: Kind, value: str) -> str:
    if kind is Kind.FLAG and value:
        return say("是", "yes") if value == "true" else say("否", "no")
    return value
