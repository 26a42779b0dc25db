"""A unit's own affairs on one page: until when, how many places, what to do about each nomination, what comes next.

Asked for whoever acts as the unit. Each nomination's obstacles are those that its submission would be refused with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select
from sqlmodel import col

from engine import cases, places, taking, units
from engine.access import not_found, visible
from engine.office import Work
from engine.queries import details, owed, told
from engine.queries.explanation import Words
from engine.queries.listing import NominationLine, nominations
from engine.queries.paging import Page
from engine.queries.story import story_of
from engine.subjects import subject_of
from engine.tables import Endorsement, Nomination, Unit, UnitTally
from engine.windows import Deadline, deadline
from workflows.duty import SHAPE as DUTY
from workflows.places import Place
from workflows.reach import tracks_open_to
from workflows.reasons import Reason
from workflows.timeline import marks
from workflows.vocabulary import Edge, Party

N = Nomination
MOST_TO_DO = 20  # drafts that are looked at closely
MOST_LISTED = 100
MOST_AHEAD = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """Until when the unit hands in on some tracks, and (`writes`) until when its applicants write, where that differs.

    Without `closes` no end is known; while `suspended` there will be one.
    """

    opens: datetime | None
    closes: datetime | None
    writes: datetime | None
    suspended: bool
    tracks: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaceLine:
    """A quota as it stands; `drafts` are begun there and take no place yet."""

    place: Place
    drafts: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ToDo:
    """A nomination that the unit has to hand in: until when, and what is against it now; nothing, and it may."""

    id: str
    title: str
    applicant: str
    track_name: str
    returned: bool
    by: datetime | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Nominations of one state; `count` is how many there are in all."""

    key: str
    words: Words
    count: int
    lines: tuple[NominationLine, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Joined:
    """Another's nomination that the unit nominates jointly."""

    id: str
    title: str
    track_name: str
    unit_name: str
    state: Words
    open: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Ahead:
    """An instant of the calendar to come."""

    at: datetime
    words: Words
    edge: Edge


@dataclass(frozen=True, kw_only=True, slots=True)
class Home:
    """Everything on a unit's first page.

    `undone` counts what is to be handed in, however many `todo` shows; `jointly`: some nominate together here.
    """

    code: str
    name: str
    person: bool
    channels: tuple[Words, ...]
    windows: tuple[Window, ...]
    places: tuple[PlaceLine, ...]
    todo: tuple[ToDo, ...]
    undone: int
    groups: tuple[Group, ...]
    after: str | None
    duties: tuple[owed.DutyLine, ...]
    jointly: bool
    joined: tuple[Joined, ...]
    ahead: tuple[Ahead, ...]


def unit_row(work: Work) -> Row[Any]:
    """The unit as which somebody acts. Raises NotFound for whoever acts as none."""
    query = select(Unit).where(col(Unit.id) == work.actor.unit_id)
    row = work.connection.execute(visible(query, Unit, work.actor, work.definition)).first()
    if row is None:
        raise not_found("unit")
    return row


def home(work: Work, *, after: str | None = None) -> Home:
    """The first page of the unit as which somebody acts; `after` goes on with the nominations. Raises NotFound."""
    unit = unit_row(work)
    counts = _counts(work, unit.id)
    page = nominations(work, unit=unit.code, after=after, limit=MOST_LISTED)
    to_hand_in = work.shape.sources("submit")
    return Home(
        code=unit.code, name=unit.name, person=unit.person, channels=tuple(_channels(work, unit.id)),
        windows=tuple(windows(work, unit.id)), places=tuple(_places(work, unit.id, counts)),
        todo=tuple(_todo(work, unit)), undone=sum(n for (_, state), n in counts.items() if state in to_hand_in),
        groups=tuple(_groups(work, counts, page)), after=page.after,
        duties=tuple(one for one in owed.duties(work) if one.state != DUTY.words("void").target),
        jointly=work.definition.jointly, joined=tuple(joined(work, unit.id)), ahead=tuple(ahead(work))[:MOST_AHEAD],
    )  # fmt: skip


def _channels(work: Work, unit_id: int) -> Iterator[Words]:
    for key in units.channels_of(work, unit_id):
        channel = work.definition.channel_by_key[key]
        yield Words(zh=channel.name, en=channel.english or channel.name)


def tracks_of(work: Work, unit_id: int) -> tuple[str, ...]:
    """The tracks for which the unit may recommend at all."""
    return tracks_open_to(work.definition, subject_of(work, unit_id))


def windows(work: Work, unit_id: int) -> Iterator[Window]:
    """When the unit may hand in, the tracks with the same dates together."""
    alike: dict[tuple[datetime | None, datetime | None, datetime | None, bool], list[str]] = {}
    for track in tracks_of(work, unit_id):
        mine = deadline(work, unit_id=unit_id, track=track)
        writing = deadline(work, unit_id=unit_id, track=track, party=Party.APPLICANT).closes
        suspended = bool(mine.closes_of and work.calendar[mine.closes_of].suspended)
        key = mine.opens, mine.closes, writing if writing != mine.closes else None, suspended
        alike.setdefault(key, []).append(work.definition.tracks[track].name)
    for (opens, closes, writes, suspended), tracks in alike.items():
        yield Window(opens=opens, closes=closes, writes=writes, suspended=suspended, tracks=tuple(tracks))


def shown(work: Work, found: Deadline) -> Window:
    """One deadline as its page shows it."""
    suspended = bool(found.closes_of and work.calendar[found.closes_of].suspended)
    return Window(opens=found.opens, closes=found.closes, writes=None, suspended=suspended, tracks=())


def _counts(work: Work, unit_id: int) -> Counter[tuple[str, str]]:
    query = select(col(UnitTally.track), col(UnitTally.state), col(UnitTally.n)).where(
        col(UnitTally.unit_id) == unit_id, col(UnitTally.n) > 0
    )
    return Counter({(track, state): int(n) for track, state, n in work.connection.execute(query)})


def _places(work: Work, unit_id: int, counts: Counter[tuple[str, str]]) -> Iterator[PlaceLine]:
    for place in places.of_unit(work, unit_id):
        yield PlaceLine(place=place, drafts=sum(counts[track, work.shape.initial] for track in place.tracks))


def _todo(work: Work, unit: Row[Any]) -> Iterator[ToDo]:
    """What came back first, then what is due first."""
    query = select(N).where(col(N.unit_id) == unit.id, col(N.state).in_(work.shape.sources("submit")))
    # Of two states what came back is the rarer, and more urgent: its key comes later in the alphabet.
    rows = work.connection.execute(query.order_by(col(N.state).desc(), col(N.id)).limit(MOST_TO_DO)).all()
    found = [_to_do(work, row) for row in rows]
    yield from sorted(found, key=lambda one: (not one.returned, one.by is None, one.by))


def _to_do(work: Work, row: Row[Any]) -> ToDo:
    return ToDo(
        id=row.public_id, title=row.title, applicant=row.applicant, track_name=work.definition.tracks[row.track].name,
        returned=row.state != work.shape.initial, by=cases.window_of(work, row, "submit").closes,
        reasons=taking.reasons_for(work, row, "submit"),
    )  # fmt: skip


def _groups(work: Work, counts: Counter[tuple[str, str]], page: Page[NominationLine]) -> Iterator[Group]:
    """The nominations that are on their way or have ended, as the unit may know it, in the order of the states."""
    totals: Counter[str] = Counter()
    for (_, key), n in told.counted_as_shown(work, counts).items():
        totals[key] += n
    apart = work.shape.sources("submit")
    for state in told.every_state(work):
        lines = tuple(line for line in page.rows if line.state == state.key)
        if state.key not in apart and (lines or totals[state.key]):
            words = Words(zh=state.zh, en=state.en)
            yield Group(key=state.key, words=words, count=totals[state.key], lines=lines)


def joined(work: Work, unit_id: int) -> Iterator[Joined]:
    """The nominations of others that the unit nominates jointly, in the order in which they were begun."""
    if not work.definition.jointly:
        return
    query: Select[*tuple[Any, ...]] = (
        select(N, col(Unit.name).label("unit_name"))
        .join(Endorsement, col(Endorsement.nomination_id) == col(N.id))
        .join(Unit, col(Unit.id) == col(N.unit_id))
        .where(col(Endorsement.unit_id) == unit_id)
        .order_by(col(N.id))
    )
    rows = work.connection.execute(query).all()
    shown = told.states_shown(work, rows)
    for row in rows:
        state = shown[row.id]
        yield Joined(
            id=row.public_id, title=row.title, track_name=work.definition.tracks[row.track].name,
            unit_name=row.unit_name, state=Words(zh=state.zh, en=state.en),
            open=row.state in work.shape.sources("submit"),
        )  # fmt: skip


def why_returned(work: Work, nomination: str) -> str:
    """The reason with which it was returned last, as long as it waits for its unit; else nothing. Raises NotFound."""
    row = details.nomination_row(work, nomination)
    if row.state == work.shape.initial or row.state not in work.shape.sources("submit"):
        return ""
    last = story_of(work, "nomination", row.id, verb="return", limit=1)
    return str(last[-1].details.get("reason", "")) if last else ""


def ahead(work: Work) -> Iterator[Ahead]:
    """What the calendar holds for everybody from now on; the dates of some only are in their windows."""
    for mark in marks(work.calendar):
        named = work.definition.milestone_by_key[mark.milestone]
        if mark.at > work.at and named.of is None and named.who.everybody:
            yield Ahead(at=mark.at, words=Words(zh=named.name, en=named.english), edge=mark.edge)
