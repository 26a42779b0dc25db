"""The second factor on both databases: a secret is kept once it was shown to have arrived, and a code is taken once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from engine.accounts import second_factor, sessions, totp
from engine.accounts.keys import Keys
from engine.accounts.sessions import Signed
from engine.accounts.signing_in import Visitor
from tests.builders import House, add_unit
from tests.engine.accounts.test_seats import an_account
from tests.setting import Clocks, watched
from tests.small import DURING, OFFICE
from workflows.reasons import Refused

KEYS = Keys(b"k" * 32)
HERE = Visitor(place="192.0.2.1")
LATER, HOUR = DURING + timedelta(seconds=30), timedelta(hours=1)


def _signed(house: House, account: int, *, at: datetime = DURING, owes: bool = False) -> Signed:
    """Who has just come by a link."""
    with house.write(at) as work:
        token = sessions.begin(work.connection, account, at=at, how="link")
        found = (sessions.owing if owes else sessions.look_up)(work.connection, token, at=at)
    assert found is not None
    return found


@pytest.fixture
def signed(small: House) -> Signed:
    with small.write(DURING) as work:
        add_unit(work, "甲学会", people=[("李四", "li@example.cn")])
        account = an_account(work, "李四", "li@example.cn")
    return _signed(small, account)


def _code(house: House, signed: Signed, at: datetime) -> str:
    with house.read() as work:
        found = second_factor.of(work.connection, signed.account.id)
    assert found is not None
    return totp.code(second_factor.secret(KEYS, found), totp.step_of(at))


def _begin(house: House, signed: Signed) -> None:
    with house.office.database.write() as connection:
        second_factor.begin(connection, KEYS, signed, at=DURING)


def _confirm(house: House, signed: Signed) -> None:
    _begin(house, signed)
    second_factor.confirm(house.office, KEYS, signed, _code(house, signed, DURING), HERE, at=DURING)


def test_another_secret_takes_the_place_of_one_that_was_not_confirmed(small: House, signed: Signed) -> None:
    _begin(small, signed)
    first = _code(small, signed, DURING)
    _begin(small, signed)
    assert _code(small, signed, DURING) != first


def test_a_confirmed_one_stays_whoever_begins_again(small: House, signed: Signed) -> None:
    _confirm(small, signed)
    before = _code(small, signed, LATER)
    _begin(small, signed)  # by a page that was open since before
    assert _code(small, signed, LATER) == before


def test_a_session_from_before_is_over_and_a_new_one_owes_a_code(small: House, signed: Signed) -> None:
    _confirm(small, signed)
    owing = _signed(small, signed.account.id, at=LATER, owes=True)
    token = second_factor.prove(small.office, KEYS, owing, _code(small, signed, LATER), HERE, at=LATER)
    with small.read() as work:
        found = sessions.look_up(work.connection, token, at=LATER)
    assert found is not None
    assert (found.account.name, found.second, found.owes, found.how) == ("李四", True, False, "link")


def test_on_a_clock_in_doubt_a_code_of_either_reading_lets_in(small: House, signed: Signed) -> None:
    _confirm(small, signed)
    clocks = Clocks(wall=LATER)
    office = watched(small.office, clocks)
    clocks.is_set(HOUR)

    for at in (LATER, LATER + HOUR):
        owing = _signed(small, signed.account.id, at=LATER, owes=True)
        second_factor.prove(office, KEYS, owing, _code(small, signed, at), HERE, at=LATER)
    with pytest.raises(Refused, match="SEC-01"):
        second_factor.prove(office, KEYS, owing, _code(small, signed, LATER + 2 * HOUR), HERE, at=LATER)


def test_of_many_who_show_one_code_at_once_one_is_signed_in(small: House, signed: Signed) -> None:
    _confirm(small, signed)
    owing, code = _signed(small, signed.account.id, at=LATER, owes=True), _code(small, signed, LATER)

    def show(_: int) -> bool:
        try:
            second_factor.prove(small.office, KEYS, owing, code, HERE, at=LATER)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(max_workers=4) as pool:
        assert sum(pool.map(show, range(4))) == 1


def test_who_lost_the_app_comes_in_without_it_once_it_is_removed(small: House, signed: Signed) -> None:
    _confirm(small, signed)
    with small.office.database.write() as connection:
        removed = [
            second_factor.remove(small.office, connection, signed.account.id, at=LATER, by=OFFICE) for _ in range(2)
        ]
    assert (removed, _signed(small, signed.account.id, at=LATER).second) == ([True, False], False)
