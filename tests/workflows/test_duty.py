"""The duty's machine: owed, filed, accepted, and back."""

from __future__ import annotations

from workflows.duty import OWING, SHAPE
from workflows.nomination import Guard, Role


def test_every_arrow_of_a_duty() -> None:
    assert [(arrow.verb, source, arrow.target) for arrow in SHAPE.arrows for source in arrow.sources] == [
        ("file", "owed", "filed"),
        ("file", "sent-back", "filed"),
        ("accept", "filed", "accepted"),
        ("send-back", "filed", "sent-back"),
        ("send-back", "accepted", "sent-back"),
    ]


def test_the_institution_files_and_the_secretariat_answers() -> None:
    assert {arrow.verb: arrow.roles for arrow in SHAPE.arrows} == {
        "file": (Role.INSTITUTION, Role.SECRETARIAT, Role.ENGINE),
        "accept": (Role.SECRETARIAT,),
        "send-back": (Role.SECRETARIAT,),
    }


def test_only_sending_back_asks_for_a_reason() -> None:
    assert {arrow.verb: arrow.guards for arrow in SHAPE.arrows} == {
        "file": (), "accept": (), "send-back": (Guard.REASON,),
    }  # fmt: skip


def test_a_duty_begins_owed_and_what_is_owing_is_what_can_be_filed() -> None:
    assert (SHAPE.initial, OWING, SHAPE.sources("file")) == ("owed", OWING, OWING)


def test_a_duty_takes_no_place_and_ends_accepted() -> None:
    assert (SHAPE.counted, [state.key for state in SHAPE.states if state.final]) == ((), ["accepted"])
