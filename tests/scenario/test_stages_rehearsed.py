"""A file with corrections, a notice and lists of different stages rehearses to the end, with nobody left behind."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from bangdan import ROOT
from bangdan.rehearsing import alone
from engine.access import ENGINE
from engine.audit import verify
from engine.database import Database
from engine.office import Office, Work
from engine.rehearsal.play import Rehearsed, Size, rehearse
from engine.schema import bring_up
from engine.tables import Event, Nomination, Objection
from tests.stages import FILE
from workflows.loading import load

WORDS = tomllib.loads((ROOT / "config" / "rehearsal.toml").read_text(encoding="utf-8"))


def played(text: str, database_url: str) -> tuple[Office, Rehearsed]:
    office = Office(database=Database(database_url, durable=False))
    bring_up(office.database)
    definition, size = load(text, name="s.toml").definition, Size(units=25, nominations=90)
    return office, rehearse(office, text, name="s.toml", words=WORDS, size=size, crew=alone(office, definition))


def same(text: str) -> str:
    return text


def only_a_notice(text: str) -> str:
    """People pass nothing but a notice."""
    text = text.replace('lists = ["inventions"]\nobjections', "objections")
    return text.replace('[stages.final]', '[stages.final]\nlists = ["inventions"]').replace(
        '[stages.check]', '[stages.check]\nlists = ["inventions"]'
    )  # fmt: skip


def judged_by_hand(text: str) -> str:
    """The notice ends by the secretariat's hand."""
    text = text.replace("[milestones.publication]", '[milestones.settled]\nname = "公示结束"\ncloses = "2025-04-20"\n'
                        "[milestones.publication]")  # fmt: skip
    return text.replace('judge = "clock"', 'judge = "secretariat"\ndue = "settled"')


@pytest.mark.parametrize("change", [same, only_a_notice, judged_by_hand])
def test_it_is_played_to_the_end(change: Callable[[str], str], sqlite_database_url: str) -> None:
    office, done = played(change(FILE.read_text(encoding="utf-8")), sqlite_database_url)
    with office.read(done.campaign, ENGINE, at=done.ended) as work:
        standing = set(work.connection.execute(select(col(Nomination.state)).distinct()).scalars())
        moves = _moves(work)
        settled = Counter(work.connection.execute(select(col(Objection.state))).scalars())
        faults = verify(work).faults
    assert standing <= {"published", "promoted", "lapsed", "eliminated", "withdrawn", "disqualified"}
    assert moves["lapse", "returned"] >= 1
    assert moves["submit", "returned"] >= 1
    assert (settled["open"], settled["dismissed"] > 0, faults) == (0, True, ())
    assert "OBJ-06" in {reason.code for each in done.theatre.refusals for reason in each.reasons}


def _moves(work: Work) -> Counter[tuple[str, str | None]]:
    query = select(col(Event.verb), col(Event.from_state), func.count()).group_by(
        col(Event.verb), col(Event.from_state)
    )
    return Counter({(verb, source): n for verb, source, n in work.connection.execute(query)})
