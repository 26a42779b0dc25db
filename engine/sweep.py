"""The closing of the collection: set-based, in bounded chunks, compiled from the same shape as the single step.

Each class with an end of its own is closed at its own instant, the others with the collection.
First the closing is marked, alone, so that nothing commits against that deadline any more; then drafts lapse and
submissions enter review, chunk by chunk, each its own transaction; other people's clicks go between and beside them. A
sweep that was cut off goes on with the next turn: what is left to do is read from the rows.

A chunk is a range of row ids, whatever their tracks: rows that lie side by side are on the same pages, which are
written once then and not once for each track.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial, reduce
from operator import add

from sqlalchemy import BigInteger, ColumnElement, Select, and_, bindparam, func, not_, select, union_all, update
from sqlmodel import col

from engine import closing_parts, duties, owing, sets, shortfall
from engine.access import ENGINE
from engine.cases import is_done
from engine.database import insert_into
from engine.history import record
from engine.letters import lapses, occasional
from engine.letters.correspondence import Sent
from engine.locks import lock_out_batches
from engine.machine import step
from engine.office import Office, Work
from engine.tables import Campaign, Done, Nomination, TrackTally
from engine.windows import rows_of, tracks_of
from workflows.classes import closings
from workflows.nomination import Shape
from workflows.timeline import InForce

CHUNK = 3_000  # rows a transaction: short enough that a click between two chunks does not notice
TRACKS = 100  # looked at together: SQLite joins 500 at most
LINES = 2  # chunks at a time on PostgreSQL: while one counts and commits, the other moves its rows
LAPSED = "lapsed"
TOO_LATE = "补正期限已过（the date to correct by has passed）"
N = Nomination


@dataclass(frozen=True, kw_only=True, slots=True)
class Swept:
    """What a closing moved, as far as nobody had told it before, and whom it told."""

    lapsed: int = 0
    begun: int = 0
    told: Sent = field(default_factory=Sent)

    def __add__(self, other: Swept) -> Swept:
        return Swept(lapsed=self.lapsed + other.lapsed, begun=self.begun + other.begun, told=self.told + other.told)


def closings_due(work: Work) -> tuple[InForce, ...]:
    """The ends of the collection that have passed, with the settling time, and left something to do, in their order."""
    ends = closings(work.definition, work.calendar)
    passed = [each for each in ends if each.closes and work.at >= each.closes + work.definition.settle]
    return tuple(sorted((each for each in passed if _unfinished(work, each)), key=lambda each: each.closes or work.at))


def _unfinished(work: Work, closing: InForce) -> bool:
    done = is_done(work, lapses.key(closing), closing.closes_revision)
    return not done or closing_parts.untold(work, closing) or _left(work, closing)


def close(office: Office, campaign: str, *, at: datetime, pause: Callable[[], None] | None = None) -> Swept:
    """Carry the closing out, or go on with one that was cut off. `pause` is called between chunks."""
    with office.write(campaign, ENGINE, at=at, alone=True) as work:
        due = closings_due(work)
        if not due:
            return Swept()
        closed = {**work.closed, **{each.milestone: each.closes_revision for each in due}}
        work.connection.execute(update(Campaign).where(col(Campaign.id) == work.campaign_id).values(closed=closed))
    return reduce(add, [_sweep(office, campaign, each, at=at, pause=pause) for each in due])


def _sweep(
    office: Office, campaign: str, closing: InForce, *, at: datetime, pause: Callable[[], None] | None
) -> Swept:  # fmt: skip
    """Carry one closing out: first the drafts, so that it is known which tracks are short; then what was handed in."""
    for verb in ("lapse", "begin"):
        with office.read(campaign, ENGINE, at=at) as work:
            chunks = [(each, between) for each in _steps(work, closing, verb) for between in _ranges(work, each)]
        _all(office, chunks, partial(_chunk, office, campaign, closing, at=at), pause)
    lapses.tell(office, campaign, closing, at=at, pause=pause)
    return _finish(office, campaign, closing, at=at)


def _all(
    office: Office, chunks: Sequence[tuple[_Step, Between]], take: Callable[[_Step, Between], int],
    pause: Callable[[], None] | None,
) -> None:  # fmt: skip
    """Chunk after chunk, or on several connections, where there are several and nobody wants to pause between two."""
    if pause or office.database.sqlite or len(chunks) == 1:
        for chunk in chunks:
            if take(*chunk) and pause:
                pause()
        return
    with ThreadPoolExecutor(LINES, thread_name_prefix="closing") as lines:
        for _ in lines.map(lambda chunk: take(*chunk), chunks):
            pass  # an error of one is raised here


Between = tuple[int, int]  # a row id, and the last one that is meant after it


@dataclass(frozen=True, kw_only=True, slots=True)
class _Step:
    """What happens alike to the nominations of some tracks."""

    verb: str
    source: str
    tracks: tuple[str, ...]
    machine: Shape

    def rows(self, work: Work, milestone: str) -> tuple[ColumnElement[bool], ...]:
        """The nominations that it is about."""
        return (col(N.campaign_id) == work.campaign_id, col(N.track).in_(self.tracks), col(N.state) == self.source,
                *rows_of(work, milestone))  # fmt: skip


def _steps(work: Work, closing: InForce, verb: str) -> Iterator[_Step]:
    """What is to be done at this closing, as it stands: tracks together whose nominations go to the same state."""
    if not _stands(work, closing):
        return
    short = shortfall.short(work) if verb == "begin" else ()  # these do not enter review by themselves
    for source in work.shape.sources(verb):
        alike: dict[str, list[str]] = {}
        for track in tracks_of(work, closing.milestone):
            if track not in short and work.shape_of(track).arrow(verb, source):
                alike.setdefault(step(work.shape_of(track), verb, state=source), []).append(track)
        for tracks in alike.values():
            for start in range(0, len(tracks), TRACKS):
                few = tuple(tracks[start : start + TRACKS])
                yield _Step(verb=verb, source=source, tracks=few, machine=work.shape_of(few[0]))


def _stands(work: Work, closing: InForce) -> bool:
    """Whether the end is as it was when its closing began: it may have been moved or dropped meanwhile."""
    standing = work.calendar.get(closing.milestone)
    return standing is not None and standing.closes_revision == closing.closes_revision


def _ranges(work: Work, each: _Step) -> Iterator[Between]:
    """Ranges of row ids, each with a chunk of what there is.

    Each track has its stretch of an index, in the order of the ids. Their heads put in order together are the next
    chunk, so that nobody has to sort them all.
    """
    after = bindparam("after", type_=BigInteger)
    stretches: list[Select[int]] = [
        select(col(N.id).label("id")).where(
            col(N.campaign_id) == work.campaign_id,
            col(N.track) == track,
            col(N.state) == each.source,
            col(N.id) > after,
        )
        for track in each.tracks
    ]
    heads = union_all(*stretches).order_by("id").limit(CHUNK).subquery()
    last = select(func.max(heads.c.id))
    begin = 0
    while end := work.connection.execute(last, {"after": begin}).scalar():
        yield begin, end
        begin = end


def _finish(office: Office, campaign: str, closed: InForce, *, at: datetime) -> Swept:
    """Tell what was moved, also by others who were cut off, and note that what lapsed was told, once.

    `closed` is the end as it stood when the closing began.
    """
    key, revision = lapses.key(closed), closed.closes_revision
    with office.write(campaign, ENGINE, at=at) as work:
        moved = closing_parts.take(work, closed)
        told, standing = Sent(), work.calendar.get(closed.milestone)
        if standing is None:  # the class was dropped while the sweep was under way
            return Swept(lapsed=moved["lapse"], begun=moved["begin"])
        if claim_done(work, key, revision):
            told = lapses.told(work, closed)
            note_done(work, key, revision, sent=told)
        if standing.closes_revision == revision:  # else it is open again
            duties.settle_closed(work)
        owing.owe(work)
        if moved:
            record(work, "campaign", work.campaign_id, "close", milestone=closed.milestone,
                   revision=revision, lapsed=moved["lapse"], begun=moved["begin"])  # fmt: skip
    return Swept(lapsed=moved["lapse"], begun=moved["begin"], told=told)


def _chunk(
    office: Office, campaign: str, closed: InForce, each: _Step, between: Between, *, at: datetime
) -> int:  # fmt: skip
    with office.write(campaign, ENGINE, at=at) as work:
        lock_out_batches(work.connection, work.campaign_id)
        if not _stands(work, closed):
            return 0
        own_date = col(N.correct_by).is_(None) | (col(N.correct_by) <= at - work.definition.settle)
        where = (*each.rows(work, closed.milestone), own_date, col(N.id) > between[0], col(N.id) <= between[1])
        details = {"milestone": closed.milestone, "revision": closed.closes_revision}
        alone = _told_alone(work, where, closed, each.source) if each.verb == "lapse" else []
        count = sets.move(work, where, machine=each.machine, verb=each.verb, source=each.source, details=details)
        closing_parts.note(work, closed, each.verb, count)
        for nomination_id in alone:
            occasional.changed(work, nomination_id, verb="lapse", reason=TOO_LATE)
        return count


def _told_alone(work: Work, where: tuple[ColumnElement[bool], ...], closing: InForce, source: str) -> list[int]:
    """Corrections with a date of their own that lapse when the closing was told already: each is told alone."""
    done = is_done(work, lapses.key(closing), closing.closes_revision)
    if not done and source != work.shape.words("return").target:
        return []
    held = select(col(N.id)).where(*where).order_by(col(N.id)).with_for_update(key_share=True)
    ids = work.connection.execute(held).scalars().all()
    return [row_id for row_id in ids if row_id] if done or (ids and lapses.told(work, closing) != Sent()) else []


def lapsed_of(work: Work, key: str) -> tuple[ColumnElement[bool], ...]:
    """The lapsed nominations that would be open if the end of `key` were still to come.

    What lapsed in a stage of review had been handed in: an extension is not for that.
    """
    mine = (col(N.campaign_id) == work.campaign_id, col(N.state) == LAPSED, col(N.resume_state) == "drafted")
    return (*mine, *rows_of(work, key))


def reopen_lapsed(work: Work, key: str) -> int:
    """Make what lapsed under this end a draft again, after an extension; returned ones too: a draft takes no place."""
    details = {"reason": "延期 / extended"}
    count = sets.move(
        work, lapsed_of(work, key), machine=work.shape, verb="reinstate", source=LAPSED, details=details
    )  # fmt: skip
    owing.owe(work)
    return count


def claim_done(work: Work, occasion: str, revision: int) -> bool:
    """Take something the calendar asks for upon this transaction; False when it is done, or another engine's."""
    values = {"campaign_id": work.campaign_id, "occasion": occasion, "revision": revision, "at": work.at,
              "outcome": "done", "letters": 0, "calls": 0}  # fmt: skip
    claiming = insert_into(work.connection, Done).on_conflict_do_nothing()
    claimed = claiming.returning(col(Done.revision))  # an INSERT has no rowcount
    return work.connection.execute(claimed, values).first() is not None


def note_done(work: Work, occasion: str, revision: int, *, outcome: str = "done", sent: Sent | None = None) -> None:
    """Write down how what was claimed went."""
    values = {"outcome": outcome, "letters": sent.letters if sent else 0, "calls": sent.calls if sent else 0}
    work.connection.execute(update(Done).where(*_key(work, occasion, revision)).values(values))


def _key(work: Work, occasion: str, revision: int) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Done.campaign_id) == work.campaign_id,
        col(Done.occasion) == occasion,
        col(Done.revision) == revision,
    )


def next_correction(work: Work) -> datetime | None:
    """The first instant at which a correction with a date of its own lapses."""
    query = select(func.min(col(N.correct_by))).where(
        col(N.campaign_id) == work.campaign_id, col(N.track).in_(work.definition.tracks), col(N.state) == "returned"
    )
    first: datetime | None = work.connection.execute(query).scalar()
    return first + work.definition.settle if first else None


def _left(work: Work, closing: InForce) -> bool:
    """Whether a row still stands before the closing; the counters say whether it is worth looking."""
    sources = {*work.shape.sources("lapse"), *work.shape.sources("begin")}
    left_out = and_(col(N.track).in_(list(shortfall.short(work))), col(N.state).in_(work.shape.sources("begin")))
    counted = select(TrackTally).where(
        col(TrackTally.campaign_id) == work.campaign_id, col(TrackTally.state).in_(sources), col(TrackTally.n) > 0
    )
    if work.connection.execute(counted).first() is None:
        return False
    own_date = col(N.correct_by).is_(None) | (col(N.correct_by) <= work.at - work.definition.settle)
    rows = select(col(N.id)).where(
        col(N.campaign_id) == work.campaign_id, col(N.state).in_(sources), own_date, not_(left_out),
        *rows_of(work, closing.milestone),
    )  # fmt: skip
    return work.connection.execute(rows.limit(1)).first() is not None
