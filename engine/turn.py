"""One turn: what is due at `at` and not yet done is done, and the next instant is named.

A turn can be repeated, cut off, run late or run by two engines at once: what was done is a row with a unique key, made
in the transaction that did it. Nothing here waits, loops or reads a clock; `engine.heartbeat` calls it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlmodel import col

from engine import audit, noticing, owing, sweep
from engine.access import ENGINE
from engine.history import record
from engine.letters import audiences, correspondence
from engine.letters.correspondence import Sent
from engine.office import Office, Work
from engine.personal import keeping
from engine.sweep import Swept
from engine.tables import Campaign, Done
from engine.uploads import holding
from notifications.mailbook import due as due_letters
from workflows.classes import closings
from workflows.timeline import Due, Mark, Occasion, due, marks, next_after
from workflows.vocabulary import Edge

SEALS = 50  # batches a turn, at most
AFTER_LETTERS = timedelta(minutes=2)  # so long, at most, what happened waits for its seal while letters are due
SOON = timedelta(seconds=10)  # from a turn that left something unsealed to the next


@dataclass(frozen=True, kw_only=True, slots=True)
class Wrote:
    """An occasion that was acted on, and whom it reached."""

    occasion: Occasion
    sent: Sent


@dataclass(frozen=True, kw_only=True, slots=True)
class TurnReport:
    """What one turn did; `next` is the first instant at which there is something to do again, if any is known.

    `noticed` is how many went on after a public notice. `unsealed`: there is more to be sealed than was.
    """

    at: datetime
    reached: tuple[Mark, ...]
    swept: Swept
    noticed: int
    wrote: tuple[Wrote, ...]
    passed: tuple[Occasion, ...]
    sealed: int
    unsealed: bool
    next: datetime | None

    @property
    def again(self) -> datetime | None:
        """When whoever takes turns is to take the next one."""
        soon = self.at + SOON
        return min(self.next or soon, soon) if self.unsealed else self.next


def campaigns(office: Office) -> tuple[str, ...]:
    """The keys of every campaign that was opened."""
    with office.database.read() as connection:
        return tuple(connection.execute(select(col(Campaign.key)).order_by(col(Campaign.id))).scalars())


def turn(office: Office, campaign: str, *, at: datetime, pause: Callable[[], None] | None = None) -> TurnReport:
    """Do what is due. `pause` is called between the chunks of a closing, so that other people's clicks go between."""
    with office.read(campaign, ENGINE, at=at) as work:
        ahead, new_marks, closing = due_now(work), _new_marks(work), sweep.closings_due(work)
    reached = tuple(mark for mark in new_marks if _reach(office, campaign, mark, at=at))
    swept = sweep.close(office, campaign, at=at, pause=pause) if closing else Swept()
    with office.read(campaign, ENGINE, at=at) as work:
        over = noticing.over(work)
    noticed = noticing.pass_on(office, campaign, over, at=at, pause=pause)
    wrote = tuple(_written(office, campaign, ahead, at=at))
    passed = _pass_over(office, campaign, ahead, at=at)
    sealed, following = _end(office, campaign, at=at)
    sealed, unsealed = _seal_on(office, campaign, sealed, at=at, pause=pause)
    return TurnReport(
        at=at, reached=reached, swept=swept, noticed=noticed, wrote=wrote, passed=passed, sealed=sealed,
        unsealed=unsealed, next=following,
    )  # fmt: skip


def rest(office: Office, campaign: str, *, at: datetime) -> TurnReport:
    """A turn on a clock in doubt: nothing is reached, closed, sent or deleted. What happened is sealed all the same."""
    with office.write(campaign, ENGINE, at=at) as work:
        sealed = _sealed(work)
    sealed, unsealed = _seal_on(office, campaign, sealed, at=at, pause=None)
    return TurnReport(
        at=at, reached=(), swept=Swept(), noticed=0, wrote=(), passed=(), sealed=sealed, unsealed=unsealed, next=None
    )  # fmt: skip


def due_now(work: Work) -> Due:
    """What the calendar asks for now; nothing from before the campaign's first announcement of it."""
    return due(work.occasions, at=work.at, done=_done(work))


def _done(work: Work) -> set[tuple[str, int]]:
    query = select(col(Done.occasion), col(Done.revision)).where(col(Done.campaign_id) == work.campaign_id)
    return set(work.connection.execute(query).all())


def _new_marks(work: Work) -> tuple[Mark, ...]:
    """Edges of the calendar that have passed and are not in the history yet."""
    done = _done(work)
    return tuple(
        mark
        for mark in marks(work.calendar)
        if mark.at <= work.at and (_mark_key(mark), _revision(work, mark)) not in done
    )


def _mark_key(mark: Mark) -> str:
    return f"reached:{mark.milestone}:{mark.edge}"


def _revision(work: Work, mark: Mark) -> int:
    return work.calendar[mark.milestone].edge_revision(mark.edge)


def _reach(office: Office, campaign: str, mark: Mark, *, at: datetime) -> bool:
    """Write into the history, once, that an edge of the calendar was reached."""
    with office.write(campaign, ENGINE, at=at) as work:
        if mark not in marks(work.calendar):  # moved meanwhile: the new instant is reached when it comes
            return False
        revision = _revision(work, mark)
        if not sweep.claim_done(work, _mark_key(mark), revision):
            return False
        record(work, "campaign", work.campaign_id, "reach", milestone=mark.milestone, edge=mark.edge.value,
               planned=mark.at.isoformat(), revision=revision)  # fmt: skip
        return True


def _written(office: Office, campaign: str, ahead: Due, *, at: datetime) -> Iterator[Wrote]:
    for occasion in ahead.now:
        with office.write(campaign, ENGINE, at=at) as work:
            if not _still(work, occasion) or not sweep.claim_done(work, occasion.key, occasion.revision):
                continue
            messages = [one for one in audiences.messages(work, occasion) if one.to.email or occasion.by_phone]
            sent = correspondence.send(
                work, messages, template=occasion.letter, occasion=occasion.key,
                milestone=occasion.milestone, revision=_told_revision(work, occasion), until=occasion.until,
            )  # fmt: skip
            sweep.note_done(work, occasion.key, occasion.revision, sent=sent)
            guess = {"holidays": "unknown"} if occasion.guessed else {}
            record(work, "campaign", work.campaign_id, "remind", occasion=occasion.key, letters=sent.letters,
                   calls=sent.calls, **guess)  # fmt: skip
        yield Wrote(occasion=occasion, sent=sent)


def _still(work: Work, occasion: Occasion) -> bool:
    """Whether the calendar in this transaction still asks for it: somebody may have moved the milestone meanwhile."""
    return occasion in work.occasions


def _told_revision(work: Work, occasion: Occasion) -> int:
    """Every letter about a window tells its end too, so it is the end's revision that its readers know."""
    return work.calendar[occasion.milestone].edge_revision(Edge.CLOSES)


def _pass_over(office: Office, campaign: str, ahead: Due, *, at: datetime) -> tuple[Occasion, ...]:
    """Note what its chain or the time has overtaken, so that it is neither sent later nor asked for again."""
    if not ahead.passed:
        return ()
    with office.write(campaign, ENGINE, at=at) as work:
        passed = [one for one in ahead.passed if sweep.claim_done(work, one.key, one.revision)]
        for one in passed:
            sweep.note_done(work, one.key, one.revision, outcome="passed")
        for one in (each for each in passed if each.by_phone):  # a missed daily letter is not worth a line
            record(work, "campaign", work.campaign_id, "pass", occasion=one.key,
                   due=one.at.astimezone(UTC).isoformat())  # fmt: skip
    return tuple(passed)


def _end(office: Office, campaign: str, *, at: datetime) -> tuple[int, datetime | None]:
    with office.write(campaign, ENGINE, at=at) as work:
        owing.owe(work)
        holding.drop_expired(work)
        keeping.expire(work, office.terms)
        return _sealed(work), next_instant(work)


def _seal_on(
    office: Office, campaign: str, sealed: int, *, at: datetime, pause: Callable[[], None] | None
) -> tuple[int, bool]:  # fmt: skip
    """Seal what many did since, or a closing: a transaction after the other, for no longer than the post can wait.

    Letters that are due go first, for a while. How many were sealed, and whether there are more.
    """
    last = sealed
    for _ in range(SEALS - 1):
        if last < audit.BATCH or _letters_first(office, campaign, at=at):
            break
        if pause:
            pause()
        with office.write(campaign, ENGINE, at=at) as work:
            last = audit.seal(work, going_on=True)
        sealed += last
    return sealed, last == audit.BATCH


def _letters_first(office: Office, campaign: str, *, at: datetime) -> bool:
    """Whether letters are due, and what is not sealed yet is so new that it can wait for them: people do not."""
    with office.read(campaign, ENGINE, at=at) as work:
        reached = audit.reached(work)
        return reached is not None and at - reached < AFTER_LETTERS and due_letters(work.connection, at=at, most=1) > 0


def _sealed(work: Work) -> int:
    """Seal what happened, and note that the engine runs."""
    turned = update(Campaign).where(col(Campaign.id) == work.campaign_id).values(turned_at=work.at)
    work.connection.execute(turned)
    return audit.seal(work)


def next_instant(work: Work) -> datetime | None:
    """The first instant after `work.at` at which the calendar asks for something."""
    ends = [each.closes for each in closings(work.definition, work.calendar) if each.closes]
    settled = [instant for end in ends if (instant := end + work.definition.settle) > work.at]
    known = [
        next_after(work.occasions, work.at),
        min((mark.at for mark in marks(work.calendar) if mark.at > work.at), default=None),
        min(settled, default=None),
        sweep.next_correction(work),
        noticing.next_end(work),
    ]
    return min((instant for instant in known if instant is not None and instant > work.at), default=None)
