"""Tokens of the API: never more than their maker, for one campaign, and gone with the seat."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from engine import units
from engine.accounts import rights, tokens
from engine.accounts.rights import Seat
from engine.accounts.tables import Account, ApiToken
from engine.accounts.tokens import Holder, Scope
from engine.office import Work
from engine.tables import Contact
from tests.builders import House, add_unit
from tests.engine.accounts.test_seats import an_account, give
from tests.small import DURING
from workflows.nomination import Role
from workflows.reasons import NotFound, Refused

A_MONTH = timedelta(days=30)


def _unit_seat(work: Work) -> tuple[int, Seat]:
    """The account of a unit's contact, and its seat."""
    add_unit(work, "甲学会", people=[("李四", "li@example.cn")])
    mine = an_account(work, "李四", "li@example.cn")
    return mine, rights.seats(work.connection, mine)[0]


def _made(work: Work, *scopes: Scope, ends_at: datetime = DURING + A_MONTH, name: str = "申报平台") -> str:
    mine, seat = _unit_seat(work)
    return tokens.make(work.connection, mine, seat, name=name, scopes=scopes, ends_at=ends_at, at=DURING)[0]


def _holder(work: Work, token: str, at: datetime = DURING) -> Holder | None:
    return tokens.look_up(work.connection, token, at=at)


def test_a_token_acts_in_its_makers_seat_in_one_campaign_and_under_its_own_name(small: House) -> None:
    with small.write(DURING) as work:
        holder = _holder(work, _made(work, Scope.READ, Scope.NOMINATE))

    assert holder is not None
    assert (holder.campaign, holder.actor.role, holder.actor.name, sorted(holder.scopes)) == (
        small.campaign, Role.UNIT, "李四（接口令牌“申报平台”）", ["nominate", "read"]
    )  # fmt: skip


def test_a_token_is_known_by_its_prefix_and_kept_as_a_digest_only(small: House) -> None:
    with small.write(DURING) as work:
        token = _made(work, Scope.READ)
        kept = work.connection.execute(select(ApiToken)).one()

    assert token.startswith("bd_")
    assert token not in map(str, kept)


def test_another_text_is_nobodys_token(small: House) -> None:
    with small.write(DURING) as work:
        token = _made(work, Scope.READ)

        assert [_holder(work, text) for text in ("", "bd_", token[:-1], token.upper())] == [None] * 4


def test_a_token_is_over_at_its_end(small: House) -> None:
    with small.write(DURING) as work:
        token = _made(work, Scope.READ)

        assert _holder(work, token, DURING + A_MONTH - timedelta(seconds=1)) is not None
        assert _holder(work, token, DURING + A_MONTH) is None


def test_a_revoked_token_opens_nothing_and_is_not_revoked_twice(small: House) -> None:
    with small.write(DURING) as work:
        token = _made(work, Scope.READ)
        public = work.connection.execute(select(col(ApiToken.public_id))).scalar_one()
        tokens.revoke(work.connection, public, campaign_id=work.campaign_id, at=DURING)

        assert _holder(work, token) is None
        with pytest.raises(NotFound):
            tokens.revoke(work.connection, public, campaign_id=work.campaign_id, at=DURING)


def test_a_token_of_another_campaign_is_not_there_to_be_revoked(small: House) -> None:
    with small.write(DURING) as work:
        _made(work, Scope.READ)
        public = work.connection.execute(select(col(ApiToken.public_id))).scalar_one()

        with pytest.raises(NotFound):
            tokens.revoke(work.connection, public, campaign_id=work.campaign_id + 1, at=DURING)


def test_a_token_dies_with_the_contact_it_came_from(small: House) -> None:
    with small.write(DURING) as work:
        token = _made(work, Scope.READ)
        contact = work.connection.execute(
            select(col(Contact.public_id)).where(col(Contact.email_key) == "li@example.cn")
        ).scalar_one()
        units.change_contact(work, contact, active=False)

        assert _holder(work, token) is None


def test_a_token_dies_with_the_account(small: House) -> None:
    with small.write(DURING) as work:
        token = _made(work, Scope.READ)
        work.connection.execute(update(Account).values(disabled_at=DURING))

        assert _holder(work, token) is None


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.SECRETARIAT, set(Scope)),
        (Role.AUDITOR, {Scope.READ}),
    ],
)
def test_a_token_never_exceeds_its_maker(quick: House, role: Role, may: set[Scope]) -> None:
    with quick.write(DURING) as work:
        mine = an_account(work, "赵书", "zhao@example.cn")
        give(work, mine, role)
        (seat,) = rights.seats(work.connection, mine)

        for scope in Scope:
            values: dict[str, Any] = {"name": "x", "scopes": [scope], "ends_at": DURING + A_MONTH, "at": DURING}
            if scope in may:
                tokens.make(work.connection, mine, seat, **values)
            else:
                with pytest.raises(Refused, match="TOK-01"):
                    tokens.make(work.connection, mine, seat, **values)


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("TOK-01", {"scopes": []}),
        ("TOK-01", {"scopes": [Scope.DECIDE]}),
        ("TOK-02", {"ends_at": DURING}),
        ("TOK-02", {"ends_at": DURING + tokens.LONGEST + timedelta(seconds=1)}),
        ("TOK-03", {"name": " "}),
        ("TOK-03", {"name": "长" * 61}),
    ],
)
def test_what_a_token_can_not_be(quick: House, code: str, wrong: dict[str, Any]) -> None:
    with quick.write(DURING) as work:
        mine, seat = _unit_seat(work)
        values: dict[str, Any] = {
            "name": "平台",
            "scopes": [Scope.READ],
            "ends_at": DURING + A_MONTH,
            "at": DURING,
            **wrong,
        }

        with pytest.raises(Refused, match=code):
            tokens.make(work.connection, mine, seat, **values)


def test_that_it_was_used_is_due_once_a_minute(small: House) -> None:
    with small.write(DURING) as work:
        token = _made(work, Scope.READ)
        first = _holder(work, token)
        assert first is not None
        tokens.touch(work.connection, first, at=DURING)
        soon, later = (_holder(work, token, DURING + timedelta(seconds=after)) for after in (59, 60))

    assert [holder and holder.untouched for holder in (first, soon, later)] == [True, False, True]
