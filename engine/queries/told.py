"""What a unit may know of the review of its own nominations: until a track is decided, that it goes on and no more.

An institution's results are the secretariat's business until the first decision on a track, which is when units are
told (`engine.batches.decide`). Until then their nominations are shown to them as under review, whatever stage they are
in, and what went out is not told from what goes on. A public notice is public, and so is who stands in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import col

from engine.office import Work
from engine.tables import Done, Event
from notifications.clauses import Among
from workflows.nomination import Role, State

UNDER_REVIEW = State(key="under_review", zh="评审中", en="under review", counted=True)
"""Its key is none that a campaign's stage can have."""

DECIDED = "decided:"


def untold(work: Work) -> frozenset[str]:
    """The tracks of whose review the actor is not to know yet; none but for a unit."""
    if work.actor.role is not Role.UNIT:
        return frozenset()
    query = select(col(Done.occasion)).where(
        col(Done.campaign_id) == work.campaign_id, col(Done.occasion).startswith(DECIDED)
    )
    decided = {key.removeprefix(DECIDED) for key in work.connection.execute(query).scalars()}
    return frozenset(key for key in work.definition.tracks if key not in decided)


def hidden(work: Work, track: str) -> tuple[str, ...]:
    """The states of a track that look all alike as long as it is untold; none where nobody decides but the clock."""
    ranking = work.definition.tracks[track].list.key
    if work.definition.deciding(ranking) is None:
        return ()
    out = work.shape.words("eliminate").target or ""
    return (*(stage.key for stage in work.definition.stages_of(ranking) if not stage.held), out)


def states_shown(work: Work, rows: Sequence[Row[Any]]) -> dict[int, State]:
    """The state of each nomination as the actor may know it, by row id."""
    every = untold(work)
    masked = {row.id for row in rows if row.track in every and row.state in hidden(work, row.track)}
    masked -= _taken_out(work, [row.id for row in rows if row.id in masked])
    return {row.id: UNDER_REVIEW if row.id in masked else work.shape.state_by_key[row.state] for row in rows}


def _taken_out(work: Work, rows: Collection[int]) -> set[int]:
    """Those taken out for a reason that is not their result: of that the unit was told at once."""
    if not rows:
        return set()
    why = col(Event.words)["reason"].as_string()
    query = select(col(Event.subject_id)).where(
        col(Event.subject) == "nomination", Among(col(Event.subject_id), rows),
        col(Event.verb) == "eliminate", why.is_not(None),
    )  # fmt: skip
    return set(work.connection.execute(query).scalars())


def every_state(work: Work) -> tuple[State, ...]:
    """Every state that somebody may be shown, in the order in which they are passed."""
    return tuple(
        shown
        for state in work.shape.states
        for shown in ((UNDER_REVIEW, state) if state.key in work.shape.stages[:1] else (state,))
    )


def looked_for(work: Work, track: str, states: Collection[str]) -> tuple[str, ...]:
    """The states of a track in which a nomination is shown as one of `states`."""
    if track not in untold(work):
        return tuple(state for state in states if state != UNDER_REVIEW.key)
    alike = hidden(work, track)
    plain = tuple(state for state in states if state not in alike and state != UNDER_REVIEW.key)
    return (*plain, *alike) if UNDER_REVIEW.key in states else plain


def counted_as_shown(work: Work, counts: Counter[tuple[str, str]]) -> Counter[tuple[str, str]]:
    """Numbers by track and state, with what looks alike in one."""
    every, found = untold(work), Counter[tuple[str, str]]()
    for (track, state), n in counts.items():
        masked = track in every and track in work.definition.tracks and state in hidden(work, track)
        found[track, UNDER_REVIEW.key if masked else state] += n
    return found


RESULTS = ("advance", "select", "eliminate")
"""The verbs that give a result."""
