"""Whatever campaign file is made up: it is refused with reasons, or it is played to its end and nobody is stranded."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import Row, select
from sqlmodel import col

from bangdan import ROOT
from bangdan.rehearsing import alone
from engine import append_only
from engine.access import ENGINE
from engine.audit import verify
from engine.database import Database
from engine.letters.correspondence import contact_ref
from engine.letters.unit_facts import places_of_all
from engine.office import Office, Work
from engine.queries.explaining import explain
from engine.rehearsal.play import Rehearsed, Size, rehearse
from engine.schema import METADATA
from engine.tables import Contact, Distinction, Event, Nomination
from engine.windows import subjects
from notifications.tables import LETTER
from tests.definitions import campaigns, text_of
from tests.drawn.dice import Tables
from workflows import soundness
from workflows.classes import window_for
from workflows.definition import Definition, Stage
from workflows.derivation import as_announced
from workflows.distinction import drawn_lists
from workflows.findings import Findings
from workflows.loading import examine
from workflows.matching import Subject, matches
from workflows.nomination import Shape, shapes
from workflows.vocabulary import Party
from workflows.winning import may_pass
from workflows.workdays import Workdays

WORDS = tomllib.loads((ROOT / "config" / "rehearsal.toml").read_text(encoding="utf-8"))
OUT_BY_HAND = ("withdrawn", "disqualified")  # they leave their place on a shortlist to somebody else
MADE_UP = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def proven(text: str) -> tuple[Definition | None, Findings]:
    findings = Findings(name="made-up.toml")
    definition = examine(text, findings)
    if definition:
        soundness.prove(definition, findings, Workdays())
    return definition, findings


@contextmanager
def played(text: str, definition: Definition, *, extend: bool = False) -> Iterator[tuple[Rehearsed, Work]]:
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        office = Office(database=Database(f"sqlite:///{Path(folder) / 'made-up.sqlite3'}", durable=False))
        with office.database.write() as connection:
            METADATA.create_all(connection)
            for each in append_only.PROTECTED:
                append_only.protect(connection, each)
        size = Size(units=6, nominations=14, extend=extend)
        done = rehearse(office, text, name="made-up.toml", words=WORDS, size=size, crew=alone(office, definition))
        with office.read(done.campaign, ENGINE, at=done.ended) as work:
            yield done, work
        office.database.dispose()


@given(campaigns())
@settings(MADE_UP, max_examples=150)
def test_every_finding_has_a_code_a_place_and_both_languages(tables: Tables) -> None:
    text = text_of(tables)
    _, findings = proven(text)
    lines = text.count("\n") + 1
    for each in (*findings.errors, *findings.warnings, *findings.remarks):
        name, line, column = each.where.split(":")
        assert name == "made-up.toml"
        assert 1 <= int(line) <= lines
        assert int(column) >= 1
        assert all((each.code, each.zh, each.en))


@given(campaigns())
@settings(MADE_UP, max_examples=100)
def test_a_file_reads_the_same_however_its_tables_are_written(tables: Tables) -> None:
    definition, _ = proven(text_of(tables))
    again, _ = proven(text_of(tomllib.loads(text_of(tables))))
    assert again == definition


@given(campaigns())
@settings(MADE_UP, max_examples=100)
def test_every_state_of_every_list_can_be_reached_and_left(tables: Tables) -> None:
    definition, findings = proven(text_of(tables))
    if definition is None or findings.errors:
        return
    for machine in shapes(definition).by_list.values():
        everything = {state.key for state in machine.states}
        ends = {state.key for state in machine.states if state.final}
        assert _from(machine, {machine.initial}) == everything
        assert {key for key in everything - ends if not _from(machine, {key}) & ({"promoted"} | ends)} == set()


def _from(machine: Shape, reached: set[str]) -> set[str]:
    """Every state that some arrows lead to from these."""
    further = {
        target
        for key in reached
        for arrow in machine.arrows_from(key)
        for target in machine.targets(arrow, key)
    } - reached  # fmt: skip
    return _from(machine, reached | further) if further else reached


@pytest.mark.slow
@given(campaigns(), st.booleans())
@settings(MADE_UP, max_examples=30)
def test_what_passes_the_proof_is_played_to_its_end(tables: Tables, extend: bool) -> None:
    text = text_of(tables)
    definition, findings = proven(text)
    event("refused" if findings.errors else "played")
    if definition is None or findings.errors:
        return
    with played(text, definition, extend=extend) as (_, work):
        assert verify(work).faults == ()
        assert [row.title for row in _rows(work) if _is_stranded(work, row)] == []
        assert _over_quota(work) == []
        assert _over_winners(work) == []
        assert _over_shortlist(work) == []
        assert _too_late(work) == []
        assert _with_dates_of_others(work) == []


def _rows(work: Work) -> list[Row[Any]]:
    return list(work.connection.execute(select(Nomination)).all())


def _is_stranded(work: Work, row: Row[Any]) -> bool:
    """Whether it is under way, and nobody is named who must act for it: nor does it go on by itself later."""
    state = work.shape.state_by_key[row.state]
    if state.final or row.state in (work.shape.words("publish").target, work.shape.words("promote").target):
        return False
    must = explain(work, row.public_id).must
    return not any(not each.itself or (each.by is not None and each.by > work.at) for each in must)


def _over_quota(work: Work) -> list[Any]:
    places = [place for places in places_of_all(work).values() for place in places]
    return [place for place in places if place.limit is not None and place.used > place.limit]


def _over_winners(work: Work) -> list[str]:
    """Lists, levels, shares and drawn lists that have more than they may, counted from the rows."""
    found = []
    about = subjects(work, [row.unit_id for row in _rows(work)])
    for each in work.definition.lists:
        won = [row for row in _rows(work) if row.selected and work.definition.tracks[row.track].list == each]
        living = [row for row in won if not work.shape.state_by_key[row.state].final]
        levels = Counter(row.level for row in living)
        found += [each.key] if each.winners is not None and len(living) > each.winners else []
        found += [level.key for level in each.levels if level.winners is not None and levels[level.key] > level.winners]
        found += [row.title for row in living if each.levels and row.level is None]
        for share in each.shares:
            said = [Subject(attributes={**about[row.unit_id].attributes, **row.attributes}) for row in living]
            inside = sum(matches(share.who, one) for one in said)
            outside = len(living) - inside
            found += [share.key] if share.most is not None and inside > share.most else []
            found += [share.key] if outside > (each.winners or 0) - (share.least or 0) else []
    given = Counter(work.connection.execute(select(col(Distinction.list))).scalars())
    return [*found, *(one.key for one in drawn_lists(work.definition) if one.winners and given[one.key] > one.winners)]


def _over_shortlist(work: Work) -> list[str]:
    """Stages that more have passed than may, counted from the history."""
    found = []
    moves = select(col(Event.subject_id), col(Event.verb), col(Event.from_state), col(Event.to_state))
    history = work.connection.execute(moves.where(col(Event.subject) == "nomination")).all()
    for stage in work.definition.stages:
        if stage.shortlist is None:
            continue
        entered = {one.subject_id for one in history if one.to_state == stage.key}
        passed = {
            one.subject_id for one in history if one.verb in ("advance", "select") and one.from_state == stage.key
        }
        found += [stage.key for rows in _scopes(work, stage) if _too_many(stage, rows, entered, passed)]
    return found


def _scopes(work: Work, stage: Stage) -> Iterator[tuple[list[Row[Any]], int | None]]:
    """The nominations that a shortlist counts together: of a track, or of a list if it is a multiple of the winners."""
    tracks = work.definition.tracks
    by_list = bool(stage.shortlist and stage.shortlist.times)
    for key in {tracks[track].list.key if by_list else track for track in tracks}:
        mine = [row for row in _rows(work) if key in (row.track, tracks[row.track].list.key if by_list else "")]
        yield mine, work.definition.list_by_key[key].winners if by_list else None


def _too_many(stage: Stage, scope: tuple[list[Row[Any]], int | None], entered: set[Any], passed: set[Any]) -> bool:
    rows, winners = scope
    there = [row for row in rows if row.id in passed and row.state not in OUT_BY_HAND]
    came = sum(row.id in entered for row in rows)
    return stage.shortlist is not None and len(there) > may_pass(stage.shortlist, entered=came, winners=winners)


def _too_late(work: Work) -> list[str]:
    """Letters that went out past their use."""
    late = select(LETTER.c.occasion).where(LETTER.c.sent_at > LETTER.c.useful_until)
    return list(work.connection.execute(late).scalars())


def _with_dates_of_others(work: Work) -> list[str]:
    """Reminders to submit that tell a unit a deadline of none of its own nominations."""
    query = select(LETTER.c.context, LETTER.c.occasion, LETTER.c.contact_ref)
    units = {contact_ref(row.id or 0): row.unit_id for row in work.connection.execute(select(Contact))}
    found = []
    for row in work.connection.execute(query.where(LETTER.c.template == "collection-closes")).all():
        told = datetime.fromisoformat(row.context["deadline"]["iso"])
        found += [] if told in _own_deadlines(work, units[row.contact_ref]) else [row.occasion]
    return found


def _own_deadlines(work: Work, unit_id: int) -> set[datetime | None]:
    about = subjects(work, [unit_id])[unit_id]
    cases = [Subject(unit=about.unit, channels=about.channels, attributes=about.attributes, track=track,
                     role=Party.UNIT)
             for track in work.definition.tracks]  # fmt: skip
    calendars = (work.calendar, as_announced(work.definition, work.workdays))  # before an extension and after it
    return {window_for(work.definition, calendar, case).closes for calendar in calendars for case in cases}
