"""Two desks on one PostgreSQL: what is done at one the next request at the other sees, and may be finished there."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from bangdan.desk.app import make_app
from engine import amending, campaigns, versions
from engine.accounts import members, rights, tokens
from engine.accounts.tokens import Scope
from engine.database import Database
from engine.office import Office
from engine.quota_changes import change_quota
from tests.desk.people import AtTheDesk, Browser
from tests.desk.test_calendar import EARLIER
from tests.desk.test_imports import GOOD, _confirm, _send
from tests.engine.sheets.making import workbook
from tests.small import CLOSES, DURING, FILE, OFFICE, events, small_house
from workflows.nomination import Role


@pytest.fixture
def here(postgres_database_url: str) -> Iterator[AtTheDesk]:
    """One desk, in whose memory the campaign is as it was opened."""
    house = small_house(postgres_database_url)
    desk = AtTheDesk(house)
    desk.as_("office").get("")
    yield desk
    house.office.database.dispose()


@pytest.fixture
def there(here: AtTheDesk) -> Iterator[AtTheDesk]:
    """Another one, over an office and connections of its own, which remembers as much."""
    office = Office(database=Database(here.house.office.database.url))
    desk = replace(here.desk, office=office)
    desks = copy(here)
    desks.house, desks.desk, desks.app = replace(here.house, office=office), desk, make_app(desk)
    desks.as_("office").get("")
    yield desks
    office.database.dispose()


def _at_the_other(there: AtTheDesk, browser: Browser) -> Browser:
    """The same browser, whose next request is answered by the other desk."""
    client = TestClient(
        there.app, follow_redirects=False, raise_server_exceptions=False, cookies=browser.client.cookies
    )
    return Browser(client=client, prefix=browser.prefix)


def test_quotas_dates_and_the_file_are_those_in_force_wherever_they_were_changed(
    here: AtTheDesk, there: AtTheDesk
) -> None:
    source = FILE.read_text(encoding="utf-8").replace('name = "2025年小奖"', 'name = "2025年大奖"')
    with here.house.write(DURING, OFFICE, alone=True) as work:
        change_quota(work, "inventions", limit=7, reason="增加名额")
    with here.house.write(DURING, OFFICE, alone=True) as work:
        campaigns.extend(work, "collection", closes=CLOSES.replace(day=20), reason="延期")
    with here.house.write(DURING, OFFICE, alone=True) as work:
        amending.amend(work, source, name="amended.toml", reason="更名")

    with there.house.read(DURING) as work:
        limits = {rule.limit for rule in work.definition.quotas if rule.key == "inventions"}
        seen = (limits, work.calendar["collection"].closes, work.definition.name, work.digest)

    assert seen == ({7}, CLOSES.replace(day=20), "2025年大奖", versions.digest_of(source))


def test_who_lost_a_right_or_was_signed_out_is_out_everywhere(here: AtTheDesk, there: AtTheDesk) -> None:
    auditor, second = (_at_the_other(there, here.as_(who)) for who in ("auditor", "second"))
    before = [each.get("").status_code for each in (auditor, second)]
    with here.house.write(DURING, OFFICE) as work:
        members.revoke(work, members.role_of(work, here.accounts["auditor"], Role.AUDITOR))
    with here.house.office.database.write() as connection:
        members.sign_out(here.house.office, connection, here.accounts["second"], at=DURING, by=OFFICE)

    assert (before, [each.get("").status_code for each in (auditor, second)]) == ([200, 200], [303, 303])


def test_what_was_proposed_or_previewed_at_one_desk_is_confirmed_at_the_other(
    here: AtTheDesk, there: AtTheDesk
) -> None:
    office = here.as_("office")
    proposal = office.post("calendar-propose", EARLIER).headers["location"]
    upload = _send(office, workbook(GOOD))
    elsewhere = _at_the_other(there, office)

    confirmed = [_at_the_other(there, here.as_("second")).post(f"{proposal}/confirm"), _confirm(elsewhere, upload)]

    assert [each.status_code for each in confirmed] == [303, 303]
    with here.house.read() as work:
        assert work.calendar["collection"].closes == CLOSES - timedelta(days=1)
    assert "丙学会" in office.get("units").text


def test_a_request_that_is_repeated_at_the_other_desk_is_done_once(here: AtTheDesk, there: AtTheDesk) -> None:
    with here.house.office.database.write() as connection:
        seat = rights.seats(connection, here.accounts["unit"])[0]
        token, _ = tokens.make(connection, here.accounts["unit"], seat, name="平台", scopes=[Scope.NOMINATE],
                               ends_at=CLOSES, at=DURING)  # fmt: skip
    asked = {"track": "inventions/water", "title": "量子水表", "applicant": "某公司", "complete": True}
    headers = {"authorization": f"Bearer {token}", "idempotency-key": "one"}
    path = f"/api/campaigns/{here.house.campaign}/nominations"
    api = [TestClient(desk.app).post(path, headers=headers, json=asked) for desk in (here, there)]

    form = {"verb": "extend", "milestone": "collection", "closes": "2025-03-17 24:00", "reason": "数量不足"}
    office = here.as_("office")
    pressed = [each.post("calendar-move", form, key="once") for each in (office, _at_the_other(there, office))]

    assert (api[0].json(), api[1].headers["idempotent-replay"]) == (api[1].json(), "true")
    assert [each.status_code for each in pressed] == [303, 303]
    with here.house.read() as work:
        assert len(events(work, "extend")) == 1
