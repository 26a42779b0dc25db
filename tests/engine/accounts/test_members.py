"""Roles given and taken, in one campaign or in all of them, and what the history has of it."""

from __future__ import annotations

import pytest
from sqlmodel import col

from engine.access import Actor
from engine.accounts import members, rights, sessions, shutting
from engine.accounts.sessions import Signed
from engine.office import Work
from engine.tables import Event
from notifications.letter import check_address
from tests.builders import House, add_unit
from tests.events import told
from tests.small import DURING, OFFICE, faults, unit_actor
from workflows.nomination import Role
from workflows.reasons import NotFound, Refused

LI = check_address("li@example.cn")


def _li(work: Work) -> int:
    return members.add(work.connection, name="李四", address=LI, at=DURING)


def _keys(work: Work, account: int) -> list[str]:
    return [seat.key.partition(":")[2] for seat in rights.seats(work.connection, account)]


def _told(work: Work) -> list[tuple[str, str, object]]:
    rows = told(work.connection, col(Event.subject) == "account")
    return [(row.verb, row.actor, row.details.get("role")) for row in rows]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("li@example.cn", "ＬＩ@Example.CN", True),
        ("lis@example.cn", "liſ@example.cn", True),
        ("strasse@example.cn", "straße@example.cn", True),
        ("kg@example.cn", "㎏@example.cn", True),
        ("li@example.cn", "lİ@example.cn", False),
        ("li@example.cn", "lı@example.cn", False),
        ("li@example.cn", "li@example.com", False),
    ],
)
def test_one_address_is_one_account_however_it_is_spelt(small: House, one: str, other: str, *, same: bool) -> None:
    with small.write(DURING) as work:
        accounts = {members.add(work.connection, name="李四", address=check_address(text), at=DURING)
                    for text in (one, other)}  # fmt: skip
    assert (len(accounts) == 1) == same


def test_a_role_is_given_once_told_and_taken_back(small: House) -> None:
    with small.write(DURING) as work:
        mine = _li(work)
        members.grant(work, mine, Role.AUDITOR)
        members.grant(work, mine, Role.AUDITOR)
        given = _keys(work, mine)
        members.revoke(work, members.role_of(work, mine, Role.AUDITOR))
        assert (given, _keys(work, mine)) == (["auditor"], [])
        assert _told(work) == [("grant", work.actor.name, "auditor"), ("revoke", work.actor.name, "auditor")]
    assert faults(small) == ()


def test_a_unit_s_or_an_institution_s_role_is_of_one_of_them(small: House) -> None:
    with small.write(DURING) as work:
        mine, unit = _li(work), add_unit(work, "甲学会")
        members.grant(work, mine, Role.UNIT, unit_id=unit)
        members.grant(work, mine, Role.INSTITUTION, institution="academy")
        assert _keys(work, mine) == ["institution:academy", "unit:甲学会"]


@pytest.mark.parametrize(
    ("role", "of"),
    [
        (Role.UNIT, {}), (Role.INSTITUTION, {}), (Role.INSTITUTION, {"institution": "nobody"}), (Role.ENGINE, {}),
        (Role.SECRETARIAT, {"institution": "academy"}), (Role.UNIT, {"institution": "academy"}),
    ],
)  # fmt: skip
def test_a_role_that_does_not_fit_is_not_given(quick: House, role: Role, of: dict[str, str]) -> None:
    with quick.write(DURING) as work, pytest.raises(Refused, match="ACC-02"):
        members.grant(work, _li(work), role, **of)  # type: ignore[arg-type]  # only institutions are named here


@pytest.mark.parametrize("actor", [unit_actor(1), Actor(role=Role.INSTITUTION, name="钱学", institution="academy")])
def test_only_the_secretariat_gives_and_takes(quick: House, actor: Actor) -> None:
    with quick.write(DURING, actor) as work:
        with pytest.raises(Refused, match="ROL-03"):
            members.grant(work, 1, Role.AUDITOR)
        with pytest.raises(Refused, match="ROL-03"):
            members.revoke(work, "x")


def test_a_role_in_every_campaign_is_given_and_taken_at_the_server_only(small: House) -> None:
    with small.write(DURING) as work:
        mine = _li(work)
        members.grant_everywhere(small.office, work.connection, mine, Role.SECRETARIAT, at=DURING, by=OFFICE)
        given = _keys(work, mine)
        with pytest.raises(NotFound):
            members.role_of(work, mine, Role.SECRETARIAT)
        members.revoke_everywhere(small.office, work.connection, mine, Role.SECRETARIAT, at=DURING, by=OFFICE)
        assert (given, _keys(work, mine)) == (["secretariat"], [])
        assert [verb for verb, _, _ in _told(work)] == ["grant", "revoke"]


def test_a_unit_s_role_is_not_given_in_every_campaign(quick: House) -> None:
    with quick.write(DURING) as work, pytest.raises(Refused, match="ACC-02"):
        members.grant_everywhere(quick.office, work.connection, _li(work), Role.UNIT, at=DURING, by=OFFICE)


def test_whoever_gets_or_loses_a_role_signs_in_again(small: House) -> None:
    with small.write(DURING) as work:
        mine = _li(work)
        token = sessions.begin(work.connection, mine, at=DURING, how="link")
        members.grant(work, mine, Role.AUDITOR)
        assert sessions.look_up(work.connection, token, at=DURING) is None


def test_shutting_and_opening_an_account_is_told_where_it_has_a_part(small: House) -> None:
    with small.write(DURING) as work:
        mine = _li(work)
        members.grant(work, mine, Role.AUDITOR)
        for switch in (members.disable, members.disable, members.enable, members.enable):
            switch(small.office, work.connection, mine, at=DURING, by=OFFICE)
        assert [verb for verb, _, _ in _told(work)] == ["grant", "disable", "enable"]


def _signed(work: Work, account: int) -> Signed:
    token = sessions.begin(work.connection, account, at=DURING, how="link")
    found = sessions.look_up(work.connection, token, at=DURING)
    assert found is not None
    return found


def test_the_secretariat_shuts_no_account_that_has_a_part_in_a_campaign_of_others(quick: House) -> None:
    with quick.write(DURING) as work:
        mine = _li(work)
        members.grant(work, mine, Role.AUDITOR)
        stranger = members.add(work.connection, name="别人", address=check_address("other@example.cn"), at=DURING)
        with pytest.raises(Refused, match="ACC-04"):
            shutting.may_shut(work, mine, _signed(work, stranger))


@pytest.mark.parametrize("name", ["", "  ", "长" * 41])
def test_an_account_has_a_name(quick: House, name: str) -> None:
    with quick.write(DURING) as work, pytest.raises(Refused, match="ACC-01"):
        members.add(work.connection, name=name, address=LI, at=DURING)
