"""What an account may be: given roles, and those that follow from a contact's address at the moment of asking."""

from __future__ import annotations

from sqlalchemy import insert, update
from sqlmodel import col

from engine import units
from engine.accounts import rights
from engine.accounts.tables import Account, Membership
from engine.database import inserted_id
from engine.office import Work
from engine.tables import Contact
from notifications.letter import check_address
from tests.builders import House, add_unit
from tests.small import DURING, OPENED
from workflows.nomination import Role


def an_account(work: Work, name: str, email: str) -> int:
    """An account without any role; its row id."""
    address = check_address(email)
    values = {"public_id": name, "name": name, "email": str(address), "email_key": address.key,
              "added_at": work.at}  # fmt: skip
    return inserted_id(work.connection.execute(insert(Account), values))


def give(work: Work, account_id: int, role: Role, *, everywhere: bool = False) -> None:
    """A role of the office or the supervision, as the verbs give it."""
    campaign = None if everywhere else work.campaign_id
    whose = work.organiser_id if everywhere else None
    values = {"public_id": f"{account_id}-{campaign}-{role}", "account_id": account_id, "holds": f"{campaign}:{role}",
              "campaign_id": campaign, "organiser_id": whose, "role": role.value, "given_at": work.at,
              "given_by": "赵书"}  # fmt: skip
    work.connection.execute(insert(Membership), values)


def _keys(work: Work, account_id: int) -> list[str]:
    return [seat.key for seat in rights.seats(work.connection, account_id)]


def test_a_contact_signs_in_for_its_unit_or_institution_however_the_address_is_spelt(small: House) -> None:
    with small.write(DURING) as work:
        add_unit(work, "甲学会", people=[("李四", "Li.Si@example.cn")])
        units.add_contact(work, name="钱学", email="LI.SI@EXAMPLE.CN", institution="academy")
        mine = an_account(work, "李四", "ｌｉ.ｓｉ@Example.cn")

        found = rights.seats(work.connection, mine)

    assert [(seat.role, seat.of) for seat in found] == [(Role.INSTITUTION, "科学院"), (Role.UNIT, "甲学会")]
    assert {seat.title for seat in found} == {"2025年小奖"}


def test_who_was_taken_off_the_roster_has_no_seat_from_the_next_request_on(small: House) -> None:
    with small.write(DURING) as work:
        unit = add_unit(work, "甲学会")
        contact = units.add_contact(work, name="李四", email="li@example.cn", unit_id=unit)
        mine = an_account(work, "李四", "li@example.cn")
        before = _keys(work, mine)
        units.change_contact(work, contact, active=False)

        assert (before, _keys(work, mine)) == ([f"{small.campaign}:unit:甲学会"], [])


def test_a_contact_moved_to_another_unit_sees_that_one_only(small: House) -> None:
    with small.write(DURING) as work:
        first, second = add_unit(work, "甲学会"), add_unit(work, "乙学会")
        units.add_contact(work, name="李四", email="li@example.cn", unit_id=first)
        mine = an_account(work, "李四", "li@example.cn")
        work.connection.execute(update(Contact).where(col(Contact.unit_id) == first).values(unit_id=second))

        assert _keys(work, mine) == [f"{small.campaign}:unit:乙学会"]


def test_a_contact_with_another_address_leaves_the_seat_to_the_new_one(small: House) -> None:
    with small.write(DURING) as work:
        unit = add_unit(work, "甲学会")
        contact = units.add_contact(work, name="李四", email="li@example.cn", unit_id=unit)
        old, new = an_account(work, "李四", "li@example.cn"), an_account(work, "王五", "wang@example.cn")
        units.change_contact(work, contact, email="wang@example.cn")

        assert (_keys(work, old), _keys(work, new)) == ([], [f"{small.campaign}:unit:甲学会"])


def test_an_address_that_hides_another_opens_nothing_to_either(small: House) -> None:
    with small.write(DURING) as work:
        unit = add_unit(work, "甲学会")
        for place, email in enumerate(
            ("a@ok.example)b@evil.example", "a@ok.example,b@evil.example", "<a@ok.example>b@evil.example")
        ):
            units.add_contact(work, name=f"联系人{place}", email=email, unit_id=unit)

        assert [_keys(work, an_account(work, who, who)) for who in ("a@ok.example", "b@evil.example")] == [[], []]


def test_a_contact_of_the_secretariat_is_nobody_before_a_role_is_given(small: House) -> None:
    with small.write(DURING) as work:
        units.add_contact(work, name="赵书", email="zhao@example.cn")
        mine = an_account(work, "赵书", "zhao@example.cn")
        before = _keys(work, mine)
        give(work, mine, Role.SECRETARIAT)

        assert (before, _keys(work, mine)) == ([], [f"{small.campaign}:secretariat"])


def test_a_role_in_every_campaign_holds_in_this_one_once(small: House) -> None:
    with small.write(DURING) as work:
        mine = an_account(work, "赵书", "zhao@example.cn")
        give(work, mine, Role.SECRETARIAT)
        give(work, mine, Role.SECRETARIAT, everywhere=True)

        assert _keys(work, mine) == [f"{small.campaign}:secretariat"]


def test_a_disabled_account_has_no_seat(small: House) -> None:
    with small.write(DURING) as work:
        mine = an_account(work, "赵书", "zhao@example.cn")
        give(work, mine, Role.SECRETARIAT)
        work.connection.execute(update(Account).values(disabled_at=OPENED))

        assert _keys(work, mine) == []


def test_an_actor_is_what_the_seat_says_and_keeps_both_names(small: House) -> None:
    with small.write(DURING) as work:
        unit = add_unit(work, "甲学会", people=[("李四", "li@example.cn")])
        (seat,) = rights.seats(work.connection, an_account(work, "李四", "li@example.cn"))

    who = rights.acting("李四", seat, behalf="王五")

    assert (who.role, who.name, who.unit_id, who.behalf) == (Role.UNIT, "李四", unit, "王五")
