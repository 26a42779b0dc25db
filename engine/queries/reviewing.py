"""What an institution has before it: its tracks, how far each is, and its material by what became of it in its stage.

What a later stage found is not told here: what was passed on is passed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlmodel import col

from engine.access import not_found, visible
from engine.office import Work
from engine.queries.explanation import Words
from engine.queries.paging import Page, page_of, page_size
from engine.queries.searching import finds_nomination, words_of
from engine.searching.tables import NominationKey
from engine.tables import Nomination, Unit
from notifications.clauses import at_most
from workflows.definition import Institution
from workflows.vocabulary import Edge

N = Nomination
Status = Literal["waiting", "passed", "failed", "returned", "ended"]
STATUSES: Mapping[Status, Words] = {
    "waiting": Words(zh="待评", en="waiting"),
    "passed": Words(zh="通过", en="passed"),
    "failed": Words(zh="未通过", en="failed"),
    "returned": Words(zh="退回修改中", en="returned for correction"),
    "ended": Words(zh="已退出或取消资格", en="withdrawn or disqualified"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class TrackLine:
    """One track: how many nominations are where, and by when its results are due."""

    key: str
    name: str
    counts: Mapping[Status, int]
    due: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ReviewLine:
    """One nomination as its reviewers see it in a list."""

    id: str
    title: str
    applicant: str
    track: str
    track_name: str
    unit_name: str
    status: Status
    score: float | None


_BY = (col(N.track), col(N.state), col(N.resume_state), col(N.returned_from), col(N.selected))  # what a status is of


def institution_of(work: Work) -> Institution:
    """As which institution somebody acts. Raises NotFound for whoever acts as none."""
    found = work.definition.institution_by_key.get(work.actor.institution or "")
    if found is None:
        raise not_found("institution")
    return found


def tracks(work: Work) -> tuple[TrackLine, ...]:
    """The institution's tracks, in the order of the file. Raises NotFound."""
    mine = institution_of(work)
    due = work.calendar[work.definition.stage_by_key[mine.stage].due].edge(Edge.CLOSES)
    counts: dict[str, Counter[Status]] = {key: Counter() for key in mine.tracks}
    query: Select[*tuple[Any, ...]] = (
        select(*_BY, func.count().label("n"))
        .where(col(N.campaign_id) == work.campaign_id, col(N.track).in_(mine.tracks))
        .group_by(*_BY)
    )
    for row in work.connection.execute(visible(query, N, work.actor, work.definition)):
        counts[row.track][_status(work, mine, row)] += int(row.n)
    return tuple(
        TrackLine(key=key, name=work.definition.tracks[key].name, counts=counts[key], due=due) for key in mine.tracks
    )


def _status(work: Work, mine: Institution, row: Row[Any]) -> Status:
    out, back = work.shape.words("eliminate").target, work.shape.words("return").target
    if row.state == mine.stage:
        return "passed" if row.selected else "waiting"
    if row.state in (out, back):
        at = row.resume_state if row.state == out else row.returned_from
        if at == mine.stage:
            return "failed" if row.state == out else "returned"
        return "passed"
    return "ended" if work.shape.state_by_key[row.state].final else "passed"


def _of_status(work: Work, mine: Institution, status: Status) -> ColumnElement[bool]:
    """The same as a condition on rows."""
    out, back = work.shape.words("eliminate").target, work.shape.words("return").target
    apart = [state.key for state in work.shape.states if state.final and state.key != out]
    match status:
        case "waiting":
            return (col(N.state) == mine.stage) & ~col(N.selected)
        case "failed":
            return (col(N.state) == out) & (col(N.resume_state) == mine.stage)
        case "returned":
            return (col(N.state) == back) & (col(N.returned_from) == mine.stage)
        case "ended":
            return col(N.state).in_(apart)
        case "passed":
            beyond = col(N.state).not_in([mine.stage, out, back, *apart])
            later = (col(N.state) == out) & (col(N.resume_state) != mine.stage)
            corrected = (col(N.state) == back) & (col(N.returned_from) != mine.stage)
            return or_(beyond, later, corrected, (col(N.state) == mine.stage) & col(N.selected))


def material(
    work: Work, *, status: Status = "waiting", chosen: Collection[str] | None = None, text: str = "",
    after: str | None = None, limit: int = 50,
) -> Page[ReviewLine]:  # fmt: skip
    """The institution's nominations of that status, in the order in which they were drafted. Raises NotFound."""
    mine = institution_of(work)
    wanted = [key for key in mine.tracks if chosen is None or key in chosen]
    query: Select[*tuple[Any, ...]] = (
        select(N, col(Unit.name).label("unit_name"))
        .join(Unit, col(Unit.id) == col(N.unit_id))
        .where(col(N.campaign_id) == work.campaign_id, col(N.track).in_(wanted), _of_status(work, mine, status))
        .order_by(col(N.id))
    )
    if text:
        found = select(col(NominationKey.nomination_id)).where(finds_nomination(work, words_of(text)))
        query = query.where(col(N.id).in_(found))
    if after is not None:
        query = query.where(col(N.id) > row_of(work, after).id)
    count = page_size(limit)
    rows = work.connection.execute(visible(query, N, work.actor, work.definition).limit(at_most(count + 1))).all()
    return page_of((_line(work, mine, row) for row in rows), count)


def row_of(work: Work, nomination: str) -> Row[Any]:
    """The nomination's row, with its unit's name, if its reviewers may see it. Raises NotFound."""
    query: Select[*tuple[Any, ...]] = (
        select(N, col(Unit.name).label("unit_name"))
        .join(Unit, col(Unit.id) == col(N.unit_id))
        .where(col(N.campaign_id) == work.campaign_id, col(N.public_id) == nomination)
    )
    row = work.connection.execute(visible(query, N, work.actor, work.definition)).first()
    if row is None:
        raise not_found(nomination)
    return row


def line_of(work: Work, nomination: str) -> ReviewLine:
    """One nomination as a line. Raises NotFound."""
    return _line(work, institution_of(work), row_of(work, nomination))


def _line(work: Work, mine: Institution, row: Row[Any]) -> ReviewLine:
    return ReviewLine(
        id=row.public_id, title=row.title, applicant=row.applicant, track=row.track,
        track_name=work.definition.tracks[row.track].name, unit_name=row.unit_name, status=_status(work, mine, row),
        score=row.score,
    )  # fmt: skip
