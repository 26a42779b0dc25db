"""Words of the history: held beside the events, and covered by the seals all the same."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import col

from engine.append_only import REFUSAL
from engine.history import record
from engine.personal.tables import EventWord
from engine.personal.words import ERASED, mark_of
from engine.queries.story import story
from engine.tables import Event
from tests.builders import House
from tests.events import told
from tests.small import DURING, OFFICE, faults


def _note(house: House, words: str) -> None:
    with house.write(DURING, OFFICE) as work:
        record(work, "campaign", work.campaign_id, "note", text=words, count=3)


def test_an_event_holds_a_mark_in_the_place_of_words_and_of_who_acted(small: House) -> None:
    _note(small, "王某来电")
    with small.read() as work:
        row = work.connection.execute(select(Event).where(col(Event.verb) == "note")).one()
        words = {each.mark: each for each in work.connection.execute(select(EventWord))}
        (line,) = told(work.connection, col(Event.verb) == "note")
    actor, said = words[row.actor], words[row.words["text"]]
    assert (row.details, actor.value, said.value) == ({"count": 3}, OFFICE.name, "王某来电")
    assert (row.actor, row.words["text"]) == (mark_of(actor.salt, OFFICE.name), mark_of(said.salt, "王某来电"))
    assert (line.actor, line.details) == (OFFICE.name, {"count": 3, "text": "王某来电"})


def test_who_acts_twice_has_one_mark_and_the_same_words_twice_have_two(quick: House) -> None:
    _note(quick, "同样的话")
    _note(quick, "同样的话")
    with quick.read() as work:
        rows = work.connection.execute(select(Event).where(col(Event.verb) == "note")).all()
    assert (len({row.actor for row in rows}), len({row.words["text"] for row in rows})) == (1, 2)


def test_words_that_were_changed_are_named(quick: House) -> None:
    _note(quick, "王某来电")
    with quick.office.database.write() as connection:
        connection.execute(text("DROP TRIGGER event_word_never_update"))
        connection.execute(text("UPDATE event_word SET value = '李某来电' WHERE value = '王某来电'"))
    assert [fault.split("：")[0] for fault in faults(quick)] == ["历史所记的文字被改动"]


def test_words_that_are_gone_without_an_erasure_are_named_and_shown_as_gone(small: House) -> None:
    _note(small, "王某来电")
    with small.office.database.write() as connection:
        connection.execute(delete(EventWord).where(col(EventWord.value) == "王某来电"))
    with small.read() as work:
        (line,) = story(work, verb="note")
    assert (line.details, len(faults(small))) == ({"count": 3, "text": ERASED}, 1)


def test_the_database_refuses_to_change_words(small: House) -> None:
    _note(small, "王某来电")
    with pytest.raises(DBAPIError, match=f"event_word: {REFUSAL}"), small.office.database.write() as connection:
        connection.execute(text("UPDATE event_word SET value = 'x'"))


def test_the_history_is_searched_by_part_of_a_name_and_of_whom_was_acted_for(small: House) -> None:
    _note(small, "王某来电")
    with small.read() as work:
        found = {line.actor for line in story(work, actor=OFFICE.name[:2])}
        engine = {line.actor for line in story(work, actor="bangd")}
    assert (found, engine) == ({OFFICE.name}, set())
