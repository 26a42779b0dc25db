"""账号 and 接口令牌: the secretariat gives and takes roles of its own campaign, and nobody takes their own."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from bangdan.desk.app import make_app
from engine.accounts import rights, tokens
from engine.accounts.rights import Seat
from engine.accounts.sessions import Person, Signed
from engine.accounts.tables import Account, Membership
from engine.tables import Event
from tests.desk.people import UNIT, AtTheDesk, Browser
from tests.events import told
from tests.small import DURING
from workflows.nomination import Role


def _grant(browser: Browser, **fields: str) -> int:
    given = {"name": "新人", "email": "new@example.org", "role": "secretariat", **fields}
    return browser.post("accounts", given).status_code


def _role(desk: AtTheDesk, who: str) -> str:
    """The public id of a role that somebody was given."""
    query = select(col(Membership.public_id)).where(col(Membership.account_id) == desk.accounts[who])
    with desk.house.read() as work:
        return str(work.connection.execute(query).scalar_one())


def _public(desk: AtTheDesk, who: str) -> str:
    with desk.house.read() as work:
        query = select(col(Account.public_id)).where(col(Account.id) == desk.accounts[who])
        return str(work.connection.execute(query).scalar_one())


def _told(desk: AtTheDesk) -> list[tuple[str, str, str]]:
    """Verb, who, and what, of accounts, in the history."""
    with desk.house.read() as work:
        rows = told(work.connection, col(Event.subject) == "account")
        return [(row.verb, row.actor, row.details.get("role", row.details.get("name", ""))) for row in rows]


def _is_in(browser: Browser) -> bool:
    return browser.get("/profile").status_code == 200


def test_the_secretariat_sees_who_has_a_role_and_who_gave_it(desk: AtTheDesk) -> None:
    desk.as_("unit").get("mine")
    page = desk.as_("office").get("accounts").text
    assert [name in page for name in ("赵书", "钱书", "孙督", f"{UNIT}联系人", "academy 联系人")] == [True] * 4 + [
        False
    ]


@pytest.mark.parametrize("who", ["auditor", "unit", "academy"])
def test_nobody_else_sees_the_accounts(desk: AtTheDesk, who: str) -> None:
    assert desk.as_(who).get("accounts").status_code == 403


@pytest.mark.parametrize(
    ("role", "of", "where"),
    [("secretariat", "", "secretariat"), ("auditor", "", "auditor"), ("unit", UNIT, f"unit:{UNIT}"),
     ("institution", "academy", "institution:academy")],
)  # fmt: skip
def test_a_role_is_given_to_somebody_by_name_and_address(desk: AtTheDesk, role: str, of: str, where: str) -> None:
    status = _grant(desk.as_("office"), role=role, of=of)
    with desk.house.read() as work:
        account = work.connection.execute(select(Account).where(col(Account.email) == "new@example.org")).one()
        held = [seat.key for seat in rights.seats(work.connection, account.id)]
    assert (status, held) == (303, [f"{desk.house.campaign}:{where}"])
    assert _told(desk) == [("grant", "赵书", role)]


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("ADR-01", {"email": "a@ok.example)b@evil.example"}),
        ("ACC-02", {"role": "institution", "of": "nobody"}),
        ("NFD-01", {"role": "unit", "of": "nobody"}),
        ("FRM-01", {"role": "king"}),
        ("ACC-02", {"role": "engine"}),
    ],
)
def test_what_does_not_fit_is_said_and_gives_nothing(desk: AtTheDesk, code: str, fields: dict[str, str]) -> None:
    given = {"name": "新人", "email": "new@example.org", "role": "secretariat", **fields}
    answer = desk.as_("office").post("accounts", given)
    assert (answer.status_code in (404, 422), code in answer.text, _told(desk)) == (True, True, [])


def test_a_role_taken_back_ends_the_sessions_at_once(desk: AtTheDesk) -> None:
    second = desk.as_("second")
    office = desk.as_("office")
    answer = office.post(f"accounts/roles/{_role(desk, 'second')}/revoke")
    assert (answer.status_code, _is_in(second), _told(desk)) == (303, False, [("revoke", "赵书", "secretariat")])


def test_a_role_given_ends_the_sessions_too(desk: AtTheDesk) -> None:
    unit = desk.as_("unit")
    _grant(desk.as_("office"), name="甲经办", email="jia@example.org", role="auditor")
    assert not _is_in(unit)


def test_the_secretariat_ends_every_session_of_somebody(desk: AtTheDesk) -> None:
    office, unit = desk.as_("office"), desk.as_("unit")
    office.post(f"accounts/{_public(desk, 'unit')}/sign-out")
    assert (_is_in(unit), _is_in(desk.as_("unit"))) == (False, True)


def test_nobody_takes_their_own_role_or_shuts_their_own_account(desk: AtTheDesk) -> None:
    office = desk.as_("office")
    paths = (f"accounts/roles/{_role(desk, 'office')}/revoke", f"accounts/{_public(desk, 'office')}/disable")
    assert [("ACC-03" in office.post(path).text) for path in paths] == [True, True]
    assert _is_in(office)


def test_a_shut_account_is_out_at_once_and_comes_back_when_it_is_opened(desk: AtTheDesk) -> None:
    unit, office = desk.as_("unit"), desk.as_("office")
    office.post(f"accounts/{_public(desk, 'unit')}/disable")
    shut = _is_in(unit)
    office.post(f"accounts/{_public(desk, 'unit')}/enable")
    assert (shut, _is_in(unit), _is_in(desk.as_("unit"))) == (False, False, True)
    assert [verb for verb, _, _ in _told(desk)] == ["disable", "enable"]


def test_who_has_a_role_in_every_campaign_is_shut_by_their_like_only(desk: AtTheDesk) -> None:
    with desk.house.office.database.write() as connection:
        mine = update(Membership).where(col(Membership.account_id) == desk.accounts["second"])
        connection.execute(mine.values(campaign_id=None, organiser_id=1))
    office, second = desk.as_("office"), desk.as_("second")
    refused = office.post(f"accounts/{_public(desk, 'second')}/disable")
    assert ("ACC-04" in refused.text, _is_in(second)) == (True, True)
    assert second.post(f"accounts/{_public(desk, 'office')}/disable").status_code == 303


def test_a_role_in_every_campaign_is_not_this_campaign_s_to_take(desk: AtTheDesk) -> None:
    with desk.house.office.database.write() as connection:
        mine = update(Membership).where(col(Membership.account_id) == desk.accounts["second"])
        connection.execute(mine.values(campaign_id=None, organiser_id=1))
    assert desk.as_("office").post(f"accounts/roles/{_role(desk, 'second')}/revoke").status_code == 404


@pytest.mark.parametrize("path", ["accounts/roles/{}/revoke", "accounts/{}/disable", "accounts/{}/enable"])
def test_what_is_not_there_is_not_found(desk: AtTheDesk, path: str) -> None:
    assert desk.as_("office").post(path.format("A" * 22)).status_code == 404


def _make(browser: Browser, *scopes: str, **fields: str) -> str:
    return browser.post("tokens", {"name": "平台", "scopes": list(scopes), "days": "30", **fields}).text


def test_a_token_is_shown_once_and_acts_for_who_made_it(desk: AtTheDesk) -> None:
    browser = desk.as_("unit")
    (token,) = re.findall(r'id="token">(bd_[^<]+)<', _make(browser, "read", "nominate"))
    with desk.house.read() as work:
        holder = tokens.look_up(work.connection, token, at=DURING)
    assert holder is not None
    assert (holder.campaign, holder.actor.name, sorted(holder.scopes)) == (
        desk.house.campaign, f"{UNIT}联系人（接口令牌“平台”）", ["nominate", "read"]
    )  # fmt: skip
    assert token not in browser.get("tokens").text
    assert _told(desk) == [("token", f"{UNIT}联系人", "平台")]


def test_a_token_beyond_one_s_rights_is_not_made(desk: AtTheDesk) -> None:
    assert "TOK-01" in _make(desk.as_("unit"), "decide")


def test_a_revoked_token_opens_nothing(desk: AtTheDesk) -> None:
    browser = desk.as_("office")
    page = _make(browser, "read")
    (token,) = re.findall(r'id="token">(bd_[^<]+)<', page)
    (public,) = re.findall(r"/tokens/([^/]+)/revoke", page)
    browser.post(f"tokens/{public}/revoke")
    with desk.house.read() as work:
        assert tokens.look_up(work.connection, token, at=DURING) is None


def test_a_unit_neither_sees_nor_revokes_the_token_of_another(desk: AtTheDesk) -> None:
    (public,) = re.findall(r"/tokens/([^/]+)/revoke", _make(desk.as_("other_unit"), "read", name="乙的平台"))
    mine = desk.as_("unit")
    assert ("乙的平台" in mine.get("tokens").text, mine.post(f"tokens/{public}/revoke").status_code) == (False, 404)


@pytest.mark.parametrize("path", ["/profile", "/signin"])
def test_in_a_rehearsal_nobody_signs_in_and_nobody_has_an_account(desk: AtTheDesk, path: str) -> None:
    nobody = Person(id=0, public_id="", name="秘书处", email="")
    seat = Seat(key="k", campaign=desk.house.campaign, title="", role=Role.SECRETARIAT, of="")
    looks_on = Signed(
        session=0, account=nobody, csrf="secret-of-the-rehearsal", seats=(seat,), preferred="k", untouched=False
    )
    desk.app = make_app(replace(desk.desk, who=lambda _: looks_on))
    browser = desk.as_(None)
    answer = browser.get(path)
    made = browser.post("tokens", {"name": "平台", "scopes": ["read"]})
    assert ("ACC-05" in answer.text) == (path == "/profile")
    assert (answer.status_code, "ACC-05" in made.text) == (403 if path == "/profile" else 303, True)
