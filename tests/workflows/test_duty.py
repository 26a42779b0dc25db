"""The duty's machine: owed, filed and accepted or received, and back."""

from __future__ import annotations

from workflows.duty import OWING, SHAPE
from workflows.nomination import Guard, Role


def test_every_arrow_of_a_duty() -> None:
    assert [(arrow.verb, source, arrow.target) for arrow in SHAPE.arrows for source in arrow.sources] == [
        ("file", "owed", "filed"),
        ("file", "sent-back", "filed"),
        ("accept", "filed", "accepted"),
        ("confirm", "owed", "received"),
        ("confirm", "sent-back", "received"),
        ("send-back", "filed", "sent-back"),
        ("send-back", "accepted", "sent-back"),
        ("send-back", "received", "sent-back"),
        ("void", "owed", "void"),
        ("void", "filed", "void"),
        ("void", "sent-back", "void"),
        ("renew", "void", "owed"),
    ]


def test_who_owes_files_and_the_secretariat_answers() -> None:
    assert {arrow.verb: arrow.roles for arrow in SHAPE.arrows} == {
        "file": (Role.INSTITUTION, Role.SECRETARIAT, Role.UNIT, Role.ENGINE),
        "accept": (Role.SECRETARIAT,),
        "confirm": (Role.SECRETARIAT, Role.INSTITUTION),
        "send-back": (Role.SECRETARIAT,),
        "void": (Role.ENGINE,),
        "renew": (Role.ENGINE,),
    }


def test_only_sending_back_asks_for_a_reason() -> None:
    assert {arrow.verb: arrow.guards for arrow in SHAPE.arrows} == {
        "file": (), "accept": (), "confirm": (), "send-back": (Guard.REASON,), "void": (), "renew": (),
    }  # fmt: skip


def test_a_duty_begins_owed_and_what_is_owing_is_what_can_be_filed() -> None:
    assert (SHAPE.initial, OWING, SHAPE.sources("file")) == ("owed", OWING, OWING)


def test_a_duty_takes_no_place_and_ends_accepted_received_or_void() -> None:
    assert (SHAPE.counted, [state.key for state in SHAPE.states if state.final]) == (
        (), ["accepted", "received", "void"],
    )  # fmt: skip
