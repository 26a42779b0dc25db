"""A mark of what a page shows: another one means that it looks different by now. Nothing can be read from it.

Whoever does not see all of a campaign has marks of single nominations alone, by what they are told: that somebody works
at what is hidden from them does not show.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, func, select
from sqlmodel import col

from engine.access import sees_all
from engine.accounts.keys import Keys
from engine.office import Work
from engine.queries.told import UNDER_REVIEW, states_shown
from engine.seen import seen
from engine.tables import Event, Nomination
from workflows.nomination import Role

PURPOSE = "mark"  # of a code
_LAST = select(func.max(col(Event.id)))  # of the whole house: that of one campaign may lie far behind millions


def mark(work: Work, keys: Keys, nomination: str | None = None) -> str:
    """Of the campaign, or of one nomination that whoever asks may see. Raises NotFound."""
    if nomination is None:
        return keys.code(PURPOSE, f"{work.campaign_id} {work.connection.execute(_LAST).scalar()}")
    return keys.code(PURPOSE, f"{nomination} {_shown(work, seen(work, Nomination, nomination))}")


def _shown(work: Work, row: Row[Any]) -> str:
    """What the actor is told of it, as far as it tells one look from the next."""
    state = states_shown(work, [row])[row.id]
    whole = sees_all(work.actor.role) or (work.actor.role is Role.UNIT and state is not UNDER_REVIEW)
    return f"{state.key} {row.version}" if whole else state.key
