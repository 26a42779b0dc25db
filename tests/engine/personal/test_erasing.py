"""What goes with a person and what stays with others: addresses of before, numbers and mailboxes that several share."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import col

from engine import nominations, units
from engine.personal.erasing import erase
from engine.personal.words import ERASED
from engine.tables import Call, Contact
from notifications.tables import LETTER
from tests.builders import House, add_unit, letters
from tests.small import DURING, OFFICE, draft, faults

OLD, NEW, OFFICES, SWITCHBOARD = "old@example.org", "new@example.org", "office@example.org", "010-12345678"


def _erase(house: House, name: str) -> None:
    with house.write(DURING, OFFICE, alone=True) as work:
        contact = work.connection.execute(select(col(Contact.public_id)).where(col(Contact.name) == name)).scalar_one()
        erase(house.office, work, "contact", contact, reason="本人要求")


def _reached(house: House) -> list[tuple[str | None, ...]]:
    with house.read() as work:
        people = select(col(Contact.name), col(Contact.phones), col(Contact.email)).where(
            col(Contact.unit_id).is_not(None)
        )
        return [tuple(row) for row in work.connection.execute(people.order_by(col(Contact.id)))]


def test_an_address_that_a_letter_went_to_before_goes_too(quick: House) -> None:
    with quick.write(DURING) as work:
        unit = add_unit(work, "甲学会", people=[("张三", OLD)])
        nominations.submit(work, draft(work, unit, "一号"))
        contact = work.connection.execute(
            select(col(Contact.public_id)).where(col(Contact.name) == "张三")
        ).scalar_one()
        units.change_contact(work, contact, email=NEW)
    _erase(quick, "张三")

    with quick.read() as work:
        assert [(row.to_name, row.to_address, row.state) for row in letters(work)] == [(ERASED, ERASED, "cancelled")]
    assert faults(quick) == ()


def test_what_a_colleague_shares_stays_with_the_colleague(quick: House) -> None:
    with quick.write(DURING) as work:
        unit = add_unit(work, "甲学会", people=[("张三", OFFICES), ("李四", OFFICES), ("王五", None)])
        nominations.submit(work, draft(work, unit, "一号"))
    _erase(quick, "张三")

    with quick.read() as work:
        waiting = work.connection.execute(select(LETTER.c.to_name, LETTER.c.to_address, LETTER.c.state)).all()
        open_calls = work.connection.execute(select(col(Call.name), col(Call.phones)).where(col(Call.state) == "open"))
        assert sorted(waiting) == [(ERASED, OFFICES, "cancelled"), ("李四", OFFICES, "ready")]
        assert open_calls.all() == [("王五", SWITCHBOARD)]
    assert _reached(quick) == [(ERASED, "", None), ("李四", SWITCHBOARD, OFFICES), ("王五", SWITCHBOARD, None)]
    assert faults(quick) == ()
