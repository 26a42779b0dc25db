"""The second person is another one, by whatever door; who made somebody a second person stands in the history."""

from __future__ import annotations

from datetime import timedelta

from httpx2 import Response
from starlette.testclient import TestClient

from engine.accounts import rights, tokens
from engine.accounts.tokens import Scope
from engine.queries.story import story
from tests.desk.people import AtTheDesk

EARLIER = {"verb": "extend", "milestone": "collection", "closes": "2025年3月13日24时", "reason": "会期提前"}


def _proposal(desk: AtTheDesk) -> str:
    answer = desk.as_("office").post("calendar-propose", EARLIER)
    return str(answer.headers["location"]).rpartition("/")[2]


def _over_the_api(desk: AtTheDesk, who: str, path: str, body: dict[str, str] | None = None) -> Response:
    """With a new token of that person."""
    at = desk.clock.now
    with desk.house.office.database.write() as connection:
        seat = rights.seats(connection, desk.accounts[who])[0]
        token, _ = tokens.make(connection, desk.accounts[who], seat, name="平台", scopes=[Scope.DECIDE],
                               ends_at=at + timedelta(days=1), at=at)  # fmt: skip
    headers = {"authorization": f"Bearer {token}", "idempotency-key": path}
    return TestClient(desk.app).post(f"/api/campaigns/{desk.house.campaign}/{path}", headers=headers, json=body or {})


def test_a_token_is_not_the_second_person_of_who_made_it(desk: AtTheDesk) -> None:
    confirm = f"proposals/{_proposal(desk)}/confirm"
    own, others = (_over_the_api(desk, who, confirm) for who in ("office", "second"))
    assert (own.status_code, own.json()["code"]) == (409, "APR-04")
    assert (others.status_code, others.json()["done"]) == (200, True)


def test_what_a_token_proposed_its_maker_does_not_confirm_on_the_page(desk: AtTheDesk) -> None:
    asked = {name: EARLIER[name] for name in ("closes", "reason")}
    proposed = _over_the_api(desk, "office", "deadlines/collection/extend", asked)
    confirm = f"proposals/{proposed.json()['proposal']}/confirm"
    own, others = (desk.as_(who).post(confirm) for who in ("office", "second"))
    assert (proposed.status_code, own.status_code, "APR-04" in own.text, others.status_code) == (202, 409, True, 303)


def test_who_gave_somebody_the_role_stands_where_the_supervision_reads_it(desk: AtTheDesk) -> None:
    given = {"name": "影书", "email": "shadow@example.org", "role": "secretariat"}
    assert desk.as_("office").post("accounts", given).status_code == 303
    with desk.house.read() as work:
        (line,) = story(work, subject="account", verb="grant")
    assert (line.actor, line.name) == ("赵书", "影书")
    assert "影书" in desk.as_("auditor").get("history", params={"subject": "account"}).text
    assert "影书" in desk.as_("second").get("accounts").text
