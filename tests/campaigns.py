"""The campaigns of `config/campaigns` beside the first: opened, rehearsed small, and what every one must come to."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlmodel import col

from bangdan import ROOT
from bangdan.rehearsing import alone
from bangdan.report.gathering import gather
from bangdan.report.story import story
from bangdan.report.troubles import troubles
from engine.access import ENGINE, Actor
from engine.audit import verify
from engine.database import Database
from engine.office import Office, Work
from engine.queries.explaining import explain
from engine.rehearsal.play import Rehearsed, Size, rehearse
from engine.schema import bring_up
from engine.tables import Endorsement, Event, Nomination, Unit, UnitAttribute, UnitChannel
from engine.turn import turn
from tests.builders import SECRETARIAT, House, house_with
from workflows.definition import Definition
from workflows.loading import load
from workflows.matching import Subject
from workflows.places import binding
from workflows.reasons import BangdanError, Reason

N = Nomination
NOTICES = Path(__file__).parent / "data" / "notices"


def text_of(name: str) -> str:
    """The file of that campaign, or of that notice in `tests/data/notices`."""
    folders = (ROOT / "config" / "campaigns", NOTICES)
    found = next(folder / f"{name}.toml" for folder in folders if (folder / f"{name}.toml").exists())
    return found.read_text(encoding="utf-8")


def definition_of(name: str) -> Definition:
    return load(text_of(name), name=f"{name}.toml").definition


@contextmanager
def opened(name: str, database_url: str, *, at: datetime) -> Iterator[House]:
    """A fresh database with that campaign open."""
    house = house_with(database_url, text_of(name), at=at)
    yield house
    house.office.database.dispose()


@contextmanager
def played(name: str, folder: Path, *, units: int = 16, nominations: int = 50) -> Iterator[Rehearsed]:
    """The whole campaign rehearsed with a small population, in a database on disk."""
    database = Database(f"sqlite:///{folder / 'played.sqlite3'}", durable=False)
    bring_up(database)
    office = Office(database=database)
    words = tomllib.loads((ROOT / "config" / "rehearsal.toml").read_text("utf-8"))
    yield rehearse(office, text_of(name), name=f"{name}.toml", words=words,
                   size=Size(units=units, nominations=nominations),
                   crew=alone(office, definition_of(name)))  # fmt: skip
    database.dispose()


def refusal(house: House, at: datetime, act: Callable[[Work], object]) -> list[str]:
    """Why it may not be done at that instant, by code; empty: it is done."""
    return [reason.code for reason in reasons(house, at, act)]


def reasons(
    house: House, at: datetime, act: Callable[[Work], object], *, actor: Actor = SECRETARIAT
) -> tuple[Reason, ...]:
    """The same, whole; of whoever acts."""
    try:
        with house.write(at, actor) as work:
            act(work)
    except BangdanError as refused:
        return refused.reasons
    return ()


def wrongs(done: Rehearsed) -> list[str]:
    """What a rehearsal must not leave behind: faults, nominations that nobody moves, units over their places."""
    with done.theatre.office.read(done.campaign, ENGINE, at=done.ended) as work:
        return [*verify(work).faults, *_left_lying(work), *_too_many(work)]


def _left_lying(work: Work) -> Iterator[str]:
    """Nominations that neither ended nor were published, and of which `explain` names nobody who must act."""
    ended = {state.key for state in work.shape.states if state.final or state.key in work.shape.sources("promote")}
    for row in work.connection.execute(select(N).order_by(col(N.id))).all():
        if row.state not in ended and not explain(work, row.public_id).must:
            yield f"{row.title}: {row.state}"


def _too_many(work: Work) -> Iterator[str]:
    """Units with more nominations that count than their quotas give, counted from the rows and not from tallies."""
    taken: Counter[tuple[int, str]] = Counter()
    held = select(col(N.unit_id), col(N.track)).where(col(N.state).in_(work.shape.counted))
    joint = (
        select(col(Endorsement.unit_id), col(N.track))
        .join(N, col(N.id) == col(Endorsement.nomination_id))
        .where(col(N.state).in_(work.shape.counted))
    )
    for query in (held, joint):
        taken.update((row.unit_id, row.track) for row in work.connection.execute(query))
    for unit_id, subject in _units(work).items():
        for track in work.definition.tracks:
            for scope in binding(work.definition, subject, track):
                used = sum(taken[unit_id, each] for each in scope.tracks)
                if scope.limit is not None and used > scope.limit:
                    yield f"{subject.unit}: {used} of {scope.limit} in {scope.name}"


def _units(work: Work) -> dict[int, Subject]:
    channels: dict[int, list[str]] = {}
    attributes: dict[int, dict[str, str]] = {}
    for held in work.connection.execute(select(UnitChannel)).all():
        channels.setdefault(held.unit_id, []).append(held.channel)
    for said in work.connection.execute(select(UnitAttribute)).all():
        attributes.setdefault(said.unit_id, {})[said.attribute] = said.value
    return {
        row.id: Subject(unit=row.code, channels=channels.get(row.id, []), attributes=attributes.get(row.id, {}))
        for row in work.connection.execute(select(Unit)).all()
    }


def turns(house: House, *, since: datetime, until: datetime) -> None:
    """Every turn that the engine names itself, as `bangdan run` takes them."""
    at: datetime | None = since
    while at is not None and at <= until:
        at = turn(house.office, house.campaign, at=at).next


def standing(done: Rehearsed) -> Counter[str]:
    """How many nominations stand in each state at the end."""
    with done.theatre.office.read(done.campaign, ENGINE, at=done.ended) as work:
        return Counter(work.connection.execute(select(col(N.state))).scalars())


def told(done: Rehearsed) -> list[str]:
    """What the report tells in Chinese: the story, line by line, then what went wrong."""
    found = gather(done.theatre.office, done)
    lines = [scene.words.zh for chapter in story(found) for scene in chapter.scenes]
    return lines + [part.zh for each in troubles(found) for part in (each.what, each.who, each.act)]


def refused_in(done: Rehearsed) -> set[str]:
    """The codes of all that people were refused in a rehearsal."""
    return {reason.code for each in done.theatre.refusals for reason in each.reasons}


def happened(done: Rehearsed) -> Counter[str]:
    """How often each verb is in the history."""
    with done.theatre.office.read(done.campaign, ENGINE, at=done.ended) as work:
        query = select(col(Event.verb), func.count()).group_by(col(Event.verb))
        return Counter(dict(work.connection.execute(query).all()))


def codes(do: Callable[[], object]) -> list[str]:
    """The codes that refuse it; none if it is done."""
    try:
        do()
    except BangdanError as refused:
        return [reason.code for reason in refused.reasons]
    return []


def ids(work: Work, *titles: str) -> list[str]:
    """The public ids of nominations, by title."""
    found = dict(work.connection.execute(select(col(N.title), col(N.public_id))).all())
    return [found[title] for title in titles]
