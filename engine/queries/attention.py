"""What needs a person now, and whether the engine keeps up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlmodel import col

from engine import sweep, turn
from engine.access import sees_all, visible
from engine.calendars import drifted
from engine.dues import of_units
from engine.office import Work
from engine.pending import open_calls, undecided_waivers, unreachable_units, waiting_proposals
from engine.proposals.tables import Proposal
from engine.queries.accounts import alarms
from engine.queries.clock import InDoubt, doubted, in_doubt
from engine.queries.objections import Correction, ObjectionLine, corrections, objections
from engine.queries.owed import DutyLine, KindLine, duties, kinds
from engine.queries.standstill import Slowed, Standstill, slowed, standstill
from engine.sealed import seal_head
from engine.shortfall import Short, closed_short
from engine.tables import Call, Campaign, Done, Nomination, Unit
from engine.webhooks.subscriptions import STOPPED
from engine.webhooks.tables import Webhook
from notifications import muting
from notifications.mailbook import count_by_state
from notifications.states import LetterState
from notifications.stops import Stopped
from notifications.tables import LETTER, Letter
from workflows.nomination import BEFORE_REVIEW, Role
from workflows.reasons import Reason
from workflows.timeline import Occasion, due

FIRST = 5  # of each kind, the first ones by name; the rest is a number
MOST_IDLE = timedelta(minutes=10)  # between turns of an engine that runs: it looks once a minute
UNSENT = ("ready", "claimed", "dot")


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A number of things that wait for somebody, and the names of the first of them."""

    count: int
    first: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Suspended:
    """A milestone whose end has no new date yet."""

    milestone: str
    name: str
    english: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Attention:
    """What only people can settle. `units` is what units owe, by duty, as far as it is not settled.

    `short` are tracks that had too few entries at the closing, `drifted` milestones that today's zone data would read
    otherwise, `proposals` wait for a second person, `guessed` are accounts and addresses with many failed sign-ins,
    `webhooks` are subscriptions that stopped, `doubted` submissions that came while the clock was in doubt, `post` is
    why no letter leaves where time alone will not mend it.
    """

    overdue: tuple[DutyLine, ...]
    letters: Waiting
    calls: Waiting
    waivers: Waiting
    unreachable: Waiting
    short: tuple[Short, ...] = ()
    objections: tuple[ObjectionLine, ...] = ()
    corrections: tuple[Correction, ...] = ()
    units: tuple[KindLine, ...] = ()
    drifted: tuple[Reason, ...] = ()
    suspended: tuple[Suspended, ...] = ()
    proposals: Waiting = Waiting(count=0)
    guessed: Waiting = Waiting(count=0)
    webhooks: Waiting = Waiting(count=0)
    post: Stopped | None = None
    doubted: Waiting = Waiting(count=0)

    @property
    def nothing(self) -> bool:
        rest = (self.letters, self.calls, self.waivers, self.unreachable, self.proposals, self.guessed,
                self.webhooks, self.doubted)  # fmt: skip
        named = (self.overdue, self.drifted, self.suspended, self.short, self.units, self.objections, self.corrections)
        return self.post is None and not any(named) and not any(each.count for each in rest)


@dataclass(frozen=True, kw_only=True, slots=True)
class Health:
    """Whether the engine keeps up. `behind` are occasions that are due and not done: is `bangdan run` running?

    `turned` is when it last took a turn; `head` the digest of the newest seal; since `muted_since` no letter leaves.
    `post` is why none leaves although it is due, `slowed` are domains for which some wait. While the clock is
    `in_doubt`, nothing that is due is done.
    """

    turned: datetime | None
    next: datetime | None
    behind: tuple[Occasion, ...]
    closing_due: bool
    letters: dict[LetterState, int]
    oldest_unsent: datetime | None
    head: str
    sealed_at: datetime | None
    muted_since: datetime | None = None
    post: Standstill | None = None
    in_doubt: InDoubt | None = None
    slowed: tuple[Slowed, ...] = ()

    def turns(self, at: datetime) -> bool:
        """Whether the engine took a turn of late."""
        return self.turned is not None and at - self.turned <= MOST_IDLE


def attention(work: Work) -> Attention:
    """What needs a person now, as far as the actor may see it."""
    return Attention(
        overdue=tuple(duties(work, overdue=True)), units=_units(work), letters=_stuck_letters(work),
        calls=_open_calls(work), waivers=_waivers(work), unreachable=_unreachable(work),
        short=_short(work), objections=tuple(objections(work, all_of_them=False)), corrections=tuple(corrections(work)),
        drifted=tuple(drifted(work.connection, work.campaign_id, work.filed)),
        suspended=tuple(_suspended(work)), guessed=_guessed(work), proposals=_proposals(work),
        webhooks=_webhooks(work), doubted=_doubted(work), post=_post(work),
    )  # fmt: skip


def _short(work: Work) -> tuple[Short, ...]:
    return closed_short(work) if sees_all(work.actor.role) else ()


def _post(work: Work) -> Stopped | None:
    found = standstill(work)
    return found.stopped if found is not None and found.stopped.needs_a_person(work.at) else None


def _units(work: Work) -> tuple[KindLine, ...]:
    if not of_units(work):
        return ()
    found = kinds(work, [one for one in duties(work) if one.unit])
    return tuple(one for one in found if one.owing or one.waiting)


def _guessed(work: Work) -> Waiting:
    """Where passwords are guessed at: for the office, which hears of it."""
    found = alarms(work) if work.actor.role in (Role.SECRETARIAT, Role.ENGINE) else []
    return Waiting(count=len(found), first=tuple(each.of for each in found[:FIRST]))


def _suspended(work: Work) -> Iterator[Suspended]:
    for each in work.definition.milestones:
        if work.calendar[each.key].suspended and work.calendar[each.key].closes_of is None:
            yield Suspended(milestone=each.key, name=each.name, english=each.english)


def _stuck_letters(work: Work) -> Waiting:
    where = LETTER.c.campaign_id == work.campaign_id, LETTER.c.state.in_(("parked", "failed"))
    return _waiting(work, Letter, select(LETTER.c.to_name), where, LETTER.c.id)


def _open_calls(work: Work) -> Waiting:
    return _waiting(work, Call, select(col(Call.name)), open_calls(work), col(Call.id))


def _proposals(work: Work) -> Waiting:
    return _waiting(work, Proposal, select(col(Proposal.proposed_by)), waiting_proposals(work), col(Proposal.id))


def _webhooks(work: Work) -> Waiting:
    """Subscriptions that stopped because nobody took what they told."""
    stopped = col(Webhook.campaign_id) == work.campaign_id, col(Webhook.state) == STOPPED
    return _waiting(work, Webhook, select(col(Webhook.name)), stopped, col(Webhook.id))


def _doubted(work: Work) -> Waiting:
    """Until they are through or out: afterwards nobody decides about them any more."""
    found = doubted(work) if sees_all(work.actor.role) else ()
    titles = [each.title for each in found if each.state in (*BEFORE_REVIEW, *work.shape.stages)]
    return Waiting(count=len(titles), first=tuple(titles[:FIRST]))


def _waivers(work: Work) -> Waiting:
    return _waiting(work, Nomination, select(col(Nomination.title)), undecided_waivers(work), col(Nomination.id))


def _unreachable(work: Work) -> Waiting:
    return _waiting(work, Unit, select(col(Unit.name)), unreachable_units(work), col(Unit.id))


def _waiting(
    work: Work, table: type, query: Select[Any], where: tuple[ColumnElement[bool], ...], order: Any
) -> Waiting:
    chosen = visible(query, table, work.actor, work.definition).where(*where)
    count = work.connection.execute(select(func.count()).select_from(chosen.subquery())).scalar_one()
    first = work.connection.execute(chosen.order_by(order).limit(FIRST)).scalars() if count else ()
    return Waiting(count=int(count), first=tuple(dict.fromkeys(str(name) for name in first)))


def health(work: Work) -> Health:
    """Whether the engine keeps up, from what it wrote down."""
    seal, mute = seal_head(work), muting.in_force(work.connection)
    turned = work.connection.execute(select(col(Campaign.turned_at)).where(col(Campaign.id) == work.campaign_id))
    return Health(
        turned=turned.scalar(), next=turn.next_instant(work), behind=_behind(work),
        closing_due=bool(sweep.closings_due(work)),
        letters=count_by_state(work.connection, campaign_id=work.campaign_id),
        oldest_unsent=_oldest_unsent(work), head=seal.head, sealed_at=seal.at,
        muted_since=mute.since if mute else None, in_doubt=in_doubt(work), post=standstill(work),
        slowed=slowed(work),
    )  # fmt: skip


def _behind(work: Work) -> tuple[Occasion, ...]:
    done = select(col(Done.occasion), col(Done.revision)).where(col(Done.campaign_id) == work.campaign_id)
    return due(work.occasions, at=work.at, done=set(work.connection.execute(done).all())).now


def _oldest_unsent(work: Work) -> datetime | None:
    where = LETTER.c.campaign_id == work.campaign_id, LETTER.c.state.in_(UNSENT), LETTER.c.not_before <= work.at
    return work.connection.execute(select(func.min(LETTER.c.not_before)).where(*where)).scalar()
