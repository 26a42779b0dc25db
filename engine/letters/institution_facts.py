"""What a letter tells a review institution: its tracks with what there is to review, and its duties."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import col

from engine import unreported
from engine.dues import due_of
from engine.letters.letterhead import when
from engine.office import Work
from engine.tables import Duty
from workflows.duty import OWING, SHAPE
from workflows.vocabulary import Edge, Fulfilment, Owner


def duties(work: Work, *, due: str | None = None, owing: bool = False) -> list[Row[Any]]:
    """What institutions owe, in the order of the file; `due` names a milestone, `owing` leaves out settled ones."""
    known = {kind.key: kind for kind in work.definition.duties if kind.owed_by is Owner.INSTITUTION}
    kinds = [kind.key for kind in known.values() if due is None or kind.due == due]
    query = select(Duty).where(
        col(Duty.campaign_id) == work.campaign_id, col(Duty.kind).in_(kinds),
        col(Duty.state) != SHAPE.words("void").target,
    )  # fmt: skip
    if owing:
        query = query.where(col(Duty.state).in_(OWING))
    tracks = list(work.definition.tracks)
    order = list(known)
    rows = work.connection.execute(query)
    return sorted(rows, key=lambda row: (order.index(row.kind), tracks.index(row.track)))


def overdue(work: Work) -> list[Row[Any]]:
    """What institutions still owe though its date has passed."""
    return [row for row in duties(work, owing=True) if _is_overdue(work, row)]


def _is_overdue(work: Work, row: Row[Any]) -> bool:
    due = due_of(work, work.definition.duty_by_key[row.kind], None)
    return row.state in OWING and due is not None and due <= work.at


def duty_lines(work: Work, rows: Iterable[Row[Any]]) -> list[tuple[str, dict[str, Any]]]:
    """Each duty as plain values, with the key of its institution. `left` counts results still to be reported."""
    kinds = work.definition.duty_by_key
    stages = {kind.stage for kind in kinds.values() if kind.fulfilment is Fulfilment.RESULTS and kind.stage}
    waiting = {stage: unreported.by_track(work, stage) for stage in stages}
    return [(row.institution, _duty_line(work, row, waiting)) for row in rows]


def _duty_line(work: Work, row: Row[Any], waiting: dict[str, Any]) -> dict[str, Any]:
    kind, state = work.definition.duty_by_key[row.kind], SHAPE.state_by_key[row.state]
    results = kind.fulfilment is Fulfilment.RESULTS
    return {
        "name": kind.name, "english": kind.english, "track": work.definition.tracks[row.track].name,
        "state": state.zh, "state_en": state.en, "owing": row.state in OWING, "overdue": _is_overdue(work, row),
        "due": when(work, due_of(work, kind, None), Edge.CLOSES),
        "results": results, "left": waiting[kind.stage or ""][row.track] if results else 0,
        "of_unit": False, "receipt": kind.fulfilment is Fulfilment.RECEIPT, "how": {"zh": "", "en": ""},
    }  # fmt: skip


def tracks(work: Work, institutions: Collection[str]) -> list[dict[str, Any]]:
    """What these institutions have to review: each track with its number and the date its results are due."""
    return [
        line
        for institution in work.definition.institutions
        if institution.key in institutions
        for line in stage_tracks(work, institution.stage, institution.tracks)
    ]


def stage_tracks(work: Work, stage: str, keys: Iterable[str]) -> list[dict[str, Any]]:
    """The tracks with the number of nominations that the stage has not judged yet."""
    due = work.calendar[work.definition.stage_by_key[stage].due].edge(Edge.CLOSES)
    words, waiting = when(work, due, Edge.CLOSES), unreported.by_track(work, stage)
    return [{"name": work.definition.tracks[key].name, "count": waiting[key], "due": words} for key in keys]
