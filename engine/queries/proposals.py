"""What was proposed, by whom, and what became of it: as lists and pages show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlmodel import col

from engine.access import visible
from engine.office import Work
from engine.pending import waiting_proposals
from engine.proposals import proposing
from engine.proposals.refusals import STATES
from engine.proposals.tables import Proposal
from engine.proposals.verbs import verb_words
from engine.queries.explanation import Words

P = Proposal
EXPIRED = "expired"
MOST = 50  # lines a page


@dataclass(frozen=True, kw_only=True, slots=True)
class ProposalLine:
    """One proposal. `number` is for paging; `effect` is what it would have done when it was made, as plain values."""

    number: int
    id: str
    verb: str
    words: Words
    arguments: Mapping[str, Any]
    effect: Mapping[str, Any]
    digest: str
    reason: str
    proposer: str
    by: str
    at: datetime
    until: datetime
    state: str
    state_words: Words
    decided_by: str
    decided_at: datetime | None
    note: str

    @property
    def waits(self) -> bool:
        """Whether somebody may still decide about it."""
        return self.state == proposing.OPEN


def waiting(work: Work) -> tuple[ProposalLine, ...]:
    """Those that wait, the oldest first."""
    query = select(P).where(*waiting_proposals(work)).order_by(col(P.id))
    rows = work.connection.execute(visible(query, P, work.actor, work.definition))
    return tuple(_line(work, row) for row in rows)


def decided(work: Work, *, before: int | None = None) -> tuple[ProposalLine, ...]:
    """The others, the newest first; `before` is the number of the last line known."""
    query = select(P).where(col(P.campaign_id) == work.campaign_id)
    over = (col(P.state) != proposing.OPEN) | (col(P.expires_at) <= work.at)
    if before is not None:
        query = query.where(col(P.id) < before)
    seen = visible(query.where(over), P, work.actor, work.definition).order_by(col(P.id).desc()).limit(MOST)
    return tuple(_line(work, row) for row in work.connection.execute(seen))


def proposal(work: Work, public_id: str) -> ProposalLine:
    """One of them. Raises NotFound."""
    return _line(work, proposing.find(work, public_id))


def _line(work: Work, row: Row[Any]) -> ProposalLine:
    state = EXPIRED if row.state == proposing.OPEN and row.expires_at <= work.at else row.state
    return ProposalLine(
        number=row.id, id=row.public_id, verb=row.verb, words=verb_words(row.verb), arguments=row.arguments,
        effect=row.effect, digest=row.digest, reason=row.reason, proposer=row.proposer, by=row.proposed_by,
        at=row.proposed_at, until=row.expires_at, state=state, state_words=STATES[state], decided_by=row.decided_by,
        decided_at=row.decided_at, note=row.note,
    )  # fmt: skip
