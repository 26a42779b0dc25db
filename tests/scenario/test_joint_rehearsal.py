"""A rehearsal of a campaign with joint nominations, a pool, a limit for some and none for others."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from bangdan import ROOT
from bangdan.rehearsing import alone
from engine import endorsements
from engine.access import ENGINE
from engine.audit import verify
from engine.database import Database
from engine.letters.unit_facts import places_of_all
from engine.office import Office
from engine.rehearsal.play import Rehearsed, Size, rehearse
from engine.schema import bring_up
from engine.tables import Endorsement, Event, Nomination
from tests.engine.test_endorsing import JOINT
from workflows.loading import load

UNLIMITED = (
    JOINT.replace("limit = 2", 'limit = "unlimited"')
    .replace("[lists.inventions]", '[attributes.region]\nname = "地区"\nof = "unit"\nkind = "word"\n'
             'values = ["east", "west"]\n[lists.inventions]', 1)
    .replace('[channels.cities]\n', '[channels.cities]\nexcludes = ["societies"]\n'
             'for = { where = { region = "west" } }\n', 1)
)  # fmt: skip


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    """Sixty units and two hundred nominations."""
    folder = tmp_path_factory.mktemp("joint")
    database = Database(f"sqlite:///{folder / 'joint.sqlite3'}", durable=False)
    bring_up(database)
    office = Office(database=database)

    words = tomllib.loads((ROOT / "config" / "rehearsal.toml").read_text("utf-8"))
    size = Size(units=60, nominations=200)
    yield rehearse(office, UNLIMITED, name="joint.toml", words=words, size=size,
                   crew=alone(office, load(UNLIMITED, name="joint.toml").definition))  # fmt: skip
    database.dispose()


def test_it_ends_with_a_history_that_stands(played: Rehearsed) -> None:
    with played.theatre.office.read(played.campaign, ENGINE, at=played.ended) as work:
        assert verify(work).faults == ()


def test_nobody_has_more_than_their_places_and_some_have_no_limit(played: Rehearsed) -> None:
    with played.theatre.office.read(played.campaign, ENGINE, at=played.ended) as work:
        found = [place for places in places_of_all(work).values() for place in places]
    assert [place for place in found if place.limit is not None and place.used > place.limit] == []
    assert any(place.limit is None and place.used for place in found)


def test_persons_submit_only_together(played: Rehearsed) -> None:
    with played.theatre.office.read(played.campaign, ENGINE, at=played.ended) as work:
        joined = dict(
            work.connection.execute(
                select(col(Nomination.id), func.count()).join(Endorsement).group_by(col(Nomination.id))
            ).all()
        )
        query = select(col(Event.subject_id)).where(col(Event.verb) == "submit").distinct()
        submitted = set(work.connection.execute(query).scalars())
        rows = work.connection.execute(select(Nomination).where(col(Nomination.id).in_(submitted))).all()
        wanted = [(endorsements.joint(work, row), joined.get(row.id, 0)) for row in rows]
    together = [(joint, others) for joint, others in wanted if joint and joint.needed > 1]
    assert together
    assert all(others >= joint.needed - 1 for joint, others in together)
    assert {refusal.reasons[0].code for refusal in played.theatre.refusals} >= {"JNT-01"}
