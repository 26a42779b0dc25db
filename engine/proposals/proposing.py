"""A second person confirms: what one may do alone is done at once, the rest waits as a proposal.

The desk and the API reach the verbs of a campaign only through `carry_out`, which refuses what needs a second person,
and through `confirm`, which does it in one transaction at the instant of confirming, with both names in the history.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlmodel import col

from engine.access import may_office
from engine.history import record
from engine.letters import corrections
from engine.letters.approvals import proposed
from engine.office import Work
from engine.proposals import refusals
from engine.proposals.tables import Proposal
from engine.proposals.verbs import Arguments, Performed, perform, verb_words
from engine.queries.explanation import Words
from engine.seen import seen
from engine.tables import public_id
from engine.texts import reason_of
from engine.trying import tried
from workflows.reasons import Refused

LASTS = timedelta(days=7)
OPEN, CONFIRMED, DECLINED, TAKEN_BACK = "open", "confirmed", "declined", "taken-back"
P = Proposal


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """What a verb would do, as plain values, why it needs a second person (empty: it does not), and its digest."""

    plain: dict[str, Any]
    needs: tuple[Words, ...]
    digest: str


def preview(work: Work, verb: str, arguments: Arguments) -> Preview:
    """Do it and take it back. Needs a transaction that is `alone`, in which nothing else is done."""
    may_office(work.actor)
    trial = replace(work)  # what it learns of the calendar is taken back with the rest
    done = tried(trial, lambda: perform(trial, verb, arguments))
    return Preview(plain=done.plain, needs=done.needs, digest=_digest(verb, arguments, done))


def _digest(verb: str, arguments: Arguments, done: Performed) -> str:
    """Over what is decided: the request, and the dates and the nominations that it changes. Not over who is told."""
    content = {"verb": verb, "arguments": dict(arguments), "about": done.about}
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def carry_out(work: Work, verb: str, arguments: Arguments) -> dict[str, Any]:
    """Do what one person may do alone, and say as plain values what that did. Needs a transaction that is `alone`.

    Raises Refused: APR-01 for what a second person has to confirm, so that nothing is stored.
    """
    may_office(work.actor)
    done = perform(work, verb, arguments)
    if done.needs:
        raise Refused(refusals.needs_another(verb_words(verb), done.needs))
    return done.plain


def propose(work: Work, verb: str, arguments: Arguments, *, account: str) -> str:
    """Ask for a second person's word; returns the proposal's id. `account` is who asks. Tells the secretariat.

    Raises Refused: what the verb has against it, APR-02 where one person will do, APR-03 where the same waits already.
    """
    seen, reason = preview(work, verb, arguments), reason_of(arguments.get("reason", ""))
    if not seen.needs:
        raise Refused(refusals.needs_nobody(verb_words(verb)))
    _refuse_twice(work, seen.digest)
    values: dict[str, Any] = {
        "campaign_id": work.campaign_id, "public_id": public_id(), "verb": verb, "arguments": dict(arguments),
        "effect": seen.plain, "digest": seen.digest, "reason": reason, "proposer": account,
        "proposed_by": work.actor.name, "proposed_at": work.at, "expires_at": work.at + LASTS,
    }  # fmt: skip
    work.connection.execute(insert(P), values)
    record(work, "campaign", work.campaign_id, "propose", proposal=values["public_id"], what=verb, reason=reason)
    proposed(work, proposal=values["public_id"], what=verb_words(verb), needs=seen.needs, reason=reason,
             until=values["expires_at"])  # fmt: skip
    return str(values["public_id"])


def _refuse_twice(work: Work, digest: str) -> None:
    same = select(P).where(
        col(P.campaign_id) == work.campaign_id, col(P.digest) == digest, col(P.state) == OPEN,
        col(P.expires_at) > work.at,
    )  # fmt: skip
    if (row := work.connection.execute(same).first()) is not None:
        raise Refused(refusals.waits_already(work, row))


def confirm(work: Work, proposal: str, *, account: str) -> dict[str, Any]:
    """Do what was proposed, now, in both names; says as plain values what that did. Needs to be `alone`.

    Raises NotFound, and Refused: APR-04 by who proposed it, APR-05 and APR-06 when it is decided or too old, APR-07
    when it would do something else than what was proposed, and whatever the verb has against it by now.
    """
    row = _to_decide(work, proposal)
    if row.proposer == account:
        raise Refused(refusals.own())
    both = replace(work, actor=replace(work.actor, name=f"{row.proposed_by}、{work.actor.name}"))
    done = perform(both, row.verb, row.arguments)
    if _digest(row.verb, row.arguments, done) != row.digest:
        raise Refused(refusals.changed())
    _decide(work, row, CONFIRMED, account=account)
    record(work, "campaign", work.campaign_id, "confirm", proposal=proposal, what=row.verb, by=row.proposed_by)
    return done.plain


def decline(work: Work, proposal: str, *, reason: str, account: str) -> None:
    """Say no, with the reason. Raises NotFound, Refused (RSN-01, APR-…)."""
    row, note = _to_decide(work, proposal), reason_of(reason)
    if not note:
        raise Refused(refusals.reasonless())
    if row.proposer == account:
        raise Refused(refusals.own())
    _decide(work, row, DECLINED, account=account, note=note)
    record(work, "campaign", work.campaign_id, "decline", proposal=proposal, what=row.verb, by=row.proposed_by,
           reason=note)  # fmt: skip


def take_back(work: Work, proposal: str, *, account: str) -> None:
    """Withdraw one's own proposal. Raises NotFound, Refused (APR-08 by somebody else)."""
    row = _to_decide(work, proposal)
    if row.proposer != account:
        raise Refused(refusals.anothers(row))
    _decide(work, row, TAKEN_BACK, account=account)
    record(work, "campaign", work.campaign_id, "take-back", proposal=proposal, what=row.verb)


def find(work: Work, proposal: str) -> Row[Any]:
    """The row behind an id, for who may see it. Raises NotFound."""
    return seen(work, P, proposal)


def _to_decide(work: Work, proposal: str) -> Row[Any]:
    """The row, held off from others by being alone, if there is still something to decide."""
    may_office(work.actor)
    work.must_be_alone()
    row = find(work, proposal)
    if row.state != OPEN:
        raise Refused(refusals.decided(work, row))
    if row.expires_at <= work.at:
        raise Refused(refusals.too_old(work, row))
    return row


def _decide(work: Work, row: Row[Any], state: str, *, account: str, note: str = "") -> None:
    corrections.cancel(work, f"proposal/{row.public_id}:", "已有结果，无须再提醒 / it is decided")
    values = {"state": state, "decider": account, "decided_by": work.actor.name, "decided_at": work.at, "note": note}
    work.connection.execute(update(P).where(col(P.id) == row.id).values(values))
