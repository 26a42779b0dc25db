"""Each organiser answers for what it holds: erasing a person for one leaves the other's part, and the way in to it."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import col

from engine.accounts import members, rights
from engine.accounts.tables import Account
from engine.personal.erasing import erase
from tests.builders import House
from tests.small import DURING, small_beside
from workflows.nomination import Role

MAIL = "both@example.org"


def _give(house: House, name: str) -> int:
    with house.write(DURING) as work:
        account = members.add(work.connection, name=name, address=members.read_address(MAIL), at=DURING)
        members.grant(work, account, Role.AUDITOR, name=name)
        return account


def _left(house: House, account: int) -> tuple[list[str], str]:
    """In which campaigns it still has a part, and by which address it is known."""
    with house.read() as work:
        mine = [seat.campaign for seat in rights.seats(work.connection, account)]
        email = work.connection.execute(select(col(Account.email)).where(col(Account.id) == account)).scalar_one()
        return mine, email


def _erase(house: House) -> list[str]:
    """What stays, in English."""
    with house.write(DURING, alone=True) as work:
        return [en for _, en in erase(house.office, work, "account", MAIL, reason="本人来函").stays]


def test_what_another_organiser_holds_of_an_account_stays_and_is_told(quick: House) -> None:
    other = small_beside(quick)
    _give(quick, "张三")
    account = _give(other, "张老师")
    stays = _erase(quick)
    assert (any("another organiser" in each for each in stays), _left(quick, account)) == (
        True, ([other.campaign], MAIL),
    )  # fmt: skip


def test_erased_for_each_of_them_nothing_is_left(quick: House) -> None:
    other = small_beside(quick)
    _give(quick, "张三")
    account = _give(other, "张老师")
    _erase(quick)
    stays = _erase(other)
    assert (any("another organiser" in each for each in stays), _left(quick, account)) == (False, ([], ""))
