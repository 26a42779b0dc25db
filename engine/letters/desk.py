"""What people decide about letters: try a failed one again, say what became of one whose outcome is unknown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from engine.access import may_office, not_found
from engine.history import record
from engine.office import Work
from notifications import outbox
from notifications.mailbook import LetterInFull, read
from workflows.nomination import Role
from workflows.reasons import Reason, Refused

Decision = Literal["sent", "again", "drop"]


def letter(work: Work, public_id: str) -> LetterInFull:
    """One letter in full. For the secretariat and the auditor. Raises NotFound."""
    found = read(work.connection, campaign_id=work.campaign_id, public_id=public_id)
    if found is None or work.actor.role not in (Role.SECRETARIAT, Role.AUDITOR):
        raise not_found(public_id)
    return found


def retry(work: Work, public_ids: Sequence[str]) -> int:
    """Try failed letters again, with a fresh schedule. Raises NotFound, Refused (OUT-03) if one of them has not failed.

    All or nothing, so that what was asked for is what was done.
    """
    may_office(work.actor)
    letters = [letter(work, each) for each in public_ids]
    others = [one for one in letters if one.line.state != "failed"]
    if others:
        raise Refused(_not_failed(one) for one in others)
    count = outbox.retry(work.connection, campaign_id=work.campaign_id, public_ids=list(public_ids), at=work.at)
    for one in letters:
        record(work, "letter", one.line.id, "retry", to=one.line.to_address, occasion=one.line.occasion)
    return count


def resolve(work: Work, public_id: str, *, decision: Decision, reason: str = "") -> None:
    """Decide about a parked letter: it arrived, send it again, or leave it. Raises NotFound, OutboxRefused (OUT-01)."""
    may_office(work.actor)
    one = letter(work, public_id)
    outbox.resolve_parked(
        work.connection, campaign_id=work.campaign_id, public_id=public_id, decision=decision, at=work.at, reason=reason
    )
    record(work, "letter", one.line.id, "resolve", decision=decision, to=one.line.to_address, reason=reason)


def _not_failed(one: LetterInFull) -> Reason:
    return Reason(
        code="OUT-03",
        zh=f"邮件 {one.line.public_id} 的状态为 {one.line.state}，只有 failed（失败）的可以重试",
        en=f"letter {one.line.public_id} is {one.line.state}; only a failed one can be tried again",
        facts={"id": one.line.public_id, "state": one.line.state},
    )
