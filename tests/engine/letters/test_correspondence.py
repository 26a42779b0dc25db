"""Telling people: a letter or a call, once."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import col

from engine.letters.addressees import of_units
from engine.letters.correspondence import Sent, send
from engine.letters.letterhead import letterhead, message
from engine.office import Work
from engine.tables import Contact
from engine.units import change_contact
from tests.builders import CLOSING, COLLECTING, House, add_unit, calls, letters, readers


def _tell(work: Work, unit_id: int, *, revision: int = 1) -> Sent:
    head = letterhead(work)
    return send(
        work, [message(head, to) for to in of_units(work)[unit_id]], template="changed", occasion="test:1",
        milestone="collection", revision=revision, until=CLOSING,
    )  # fmt: skip


def test_who_has_an_address_gets_a_letter_and_who_has_none_is_called(house: House) -> None:
    with house.write() as work:
        unit_id = add_unit(work, "甲学会", people=[("张三", "zhang@example.cn"), ("李四", None)])
        assert _tell(work, unit_id) == Sent(letters=1, calls=1)
        assert readers(letters(work)) == ["张三"]
        (call,) = calls(work)
    assert (call.name, call.of, call.phones, call.state, call.useful_until) == (
        "李四", "甲学会", "010-12345678", "open", CLOSING,
    )  # fmt: skip


def test_asking_twice_adds_nothing(house: House) -> None:
    with house.write() as work:
        unit_id = add_unit(work, "甲学会", people=[("张三", "zhang@example.cn"), ("李四", None)])
        _tell(work, unit_id)
        assert _tell(work, unit_id) == Sent(letters=0, calls=0)


def test_a_new_revision_of_a_date_is_news_again(house: House) -> None:
    with house.write() as work:
        unit_id = add_unit(work, "甲学会", people=[("张三", "zhang@example.cn")])
        _tell(work, unit_id)
        assert _tell(work, unit_id, revision=2) == Sent(letters=1, calls=0)


def test_an_address_that_is_none_makes_a_call_and_harms_nobody_else(house: House) -> None:
    with house.write() as work:
        unit_id = add_unit(work, "甲学会", people=[("张三", "zhang@example.cn"), ("李四", "li4@@example.cn")])
        assert _tell(work, unit_id) == Sent(letters=1, calls=1)
        assert readers(calls(work)) == ["李四"]


def test_who_is_not_active_any_more_is_told_nothing(house: House) -> None:
    with house.write() as work:
        unit_id = add_unit(work, "甲学会", people=[("张三", "zhang@example.cn"), ("李四", None)])
        for key in work.connection.execute(select(col(Contact.public_id)).where(col(Contact.unit_id) == unit_id)):
            change_contact(work, key[0], active=False)
        assert _tell(work, unit_id) == Sent()


def test_a_letter_says_whom_it_is_for_and_which_date_it_tells(house: House) -> None:
    with house.write() as work:
        _tell(work, add_unit(work, "甲学会", people=[("张三", "zhang@example.cn")]))
        (letter,) = letters(work)
        (contact_id,) = work.connection.execute(select(col(Contact.id)).where(col(Contact.name) == "张三")).one()
    assert (letter.key, letter.contact_ref) == (f"test:1:1:{contact_id}", f"contact:{contact_id}")
    assert (letter.milestone, letter.revision, letter.created_at, letter.useful_until) == (
        "collection", 1, COLLECTING, CLOSING,
    )  # fmt: skip
