"""What every call of the API is asked through: the token, its campaign and its pace, the request key."""

from __future__ import annotations

import logging
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from bangdan.desk.api.pace import Pace
from engine.accounts.tables import ApiToken
from engine.accounts.tokens import Scope
from engine.campaigns import open_campaign
from engine.tables import Nomination
from tests.builders import House
from tests.desk.api_client import Api, api_of, codes
from tests.small import DURING, FILE, OFFICE, OPENED, new_unit
from workflows.nomination import Role

NEW = {"title": "量子水表", "track": "inventions/water", "unit": "JIA"}
DRAFT = "/nominations?for_unit=JIA"


@pytest.fixture
def api(quick: House) -> Api:
    made = api_of(quick)
    made.token("jia", Role.UNIT, unit=new_unit(quick, "JIA"))
    return made


def rows(api: Api) -> int:
    return len(api.get("/nominations").json()["rows"])


def test_the_same_request_again_gets_the_first_answer(api: Api) -> None:
    """A22."""
    first, again = (api.post(DRAFT, json=NEW, key="k1") for _ in range(2))
    assert (first.status_code, again.status_code, again.content) == (201, 201, first.content)
    assert (first.headers.get("idempotent-replay"), again.headers["idempotent-replay"]) == (None, "true")
    assert rows(api) == 1


def test_a_key_that_stood_for_something_else_is_refused_with_the_instant(api: Api) -> None:
    """A23."""
    api.post(DRAFT, json=NEW, key="k1")
    api.clock.now += timedelta(hours=1)
    other = api.post(DRAFT, json={**NEW, "title": "另一个"}, key="k1")
    elsewhere = api.post("/nominations/any/submit", key="k1")
    assert (other.status_code, codes(other), codes(elsewhere)) == (422, ["API-11"], ["API-11"])
    assert DURING.isoformat() in other.json()["detail"]
    assert rows(api) == 1


def test_keys_belong_to_the_token_that_used_them(api: Api) -> None:
    """A25."""
    api.token("other", Role.SECRETARIAT)
    answers = [api.post(DRAFT, json={**NEW, "title": title}, key="k1", by=by)
               for title, by in (("甲", "office"), ("乙", "other"))]  # fmt: skip
    assert ([answer.status_code for answer in answers], rows(api)) == ([201, 201], 2)


@pytest.mark.parametrize("key", [None, "", "a" * 129, "榜"])
def test_a_change_without_a_key_is_refused(api: Api, key: str | None) -> None:
    headers = {} if key is None else {"idempotency-key": key.encode()}
    answer = api.post(DRAFT, json=NEW, key=None, headers=headers)
    assert (answer.status_code, codes(answer)) == (400, ["API-10"])


def test_what_was_refused_may_be_asked_again_under_its_key(api: Api) -> None:
    early = api.post("/nominations/none/submit", key="k1")
    later = api.post("/nominations/none/submit", key="k1")
    assert (early.status_code, later.status_code, "idempotent-replay" in later.headers) == (404, 404, False)


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Basic YTpi", "Bearer bd_wrong", "bearer bd_" + "x" * 1000]
)
def test_nobody_we_know_is_told_to_bring_a_token(api: Api, header: str | None) -> None:
    headers = {} if header is None else {"authorization": header}
    answer = api.get("/nominations", by=None, headers=headers)
    assert (answer.status_code, codes(answer)) == (401, ["API-17"])
    assert answer.headers["www-authenticate"] == 'Bearer realm="bangdan"'


def test_a_token_that_is_over_or_revoked_opens_nothing(api: Api) -> None:
    with api.house.office.database.write() as connection:
        connection.execute(update(ApiToken).where(col(ApiToken.name) == "jia").values(revoked_at=DURING))
    revoked = api.get("/nominations", by="jia")
    api.clock.now += timedelta(days=301)
    assert (revoked.status_code, api.get("/nominations").status_code) == (401, 401)


def test_a_cookie_opens_nothing(api: Api) -> None:
    """U08: so no page of another site can make a browser call the API."""
    answer = api.get("/nominations", by=None, headers={"cookie": f"bangdan-session={api.tokens['office']}"})
    assert answer.status_code == 401


def test_a_token_of_one_campaign_finds_no_other(api: Api) -> None:
    """U10: the other one and none at all are told alike."""
    other = FILE.read_text(encoding="utf-8").replace('key = "small-2025"', 'key = "other-2025"')
    open_campaign(api.house.office, other, name="other.toml", actor=OFFICE, at=OPENED)
    theirs, none = (api.get(f"/api/campaigns/{key}/nominations") for key in ("other-2025", "none"))
    assert (theirs.status_code, theirs.content) == (404, none.content)
    assert [row["key"] for row in api.get("/api/campaigns").json()["rows"]] == ["small-2025"]


def test_who_asks_too_often_waits(quick: House) -> None:
    now = [0.0]
    api = api_of(quick, pace=Pace(clock=lambda: now[0], burst=3, per_second=0.5))
    answers = [api.get("/status") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["ratelimit-remaining"] for answer in answers] == ["2", "1", "0", "0"]
    assert (codes(answers[3]), answers[3].headers["retry-after"], answers[3].headers["ratelimit-limit"]) == (
        ["API-15"], "2", "3",
    )  # fmt: skip
    now[0] += 2
    assert api.get("/status").status_code == 200


def test_one_token_does_not_slow_another(quick: House) -> None:
    api = api_of(quick, pace=Pace(clock=lambda: 0.0, burst=1, per_second=1))
    api.token("other", Role.AUDITOR)
    assert [api.get("/status", by=by).status_code for by in ("office", "office", "other")] == [200, 429, 200]


def test_a_path_or_a_method_that_is_not_there_is_a_problem_too(api: Api) -> None:
    for path in ("/api/nothing", "/nothing", "/api/campaigns/", "/api/campaigns/%0A"):
        answer = api.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    wrong = api("PUT", "/nominations", json={})
    assert (wrong.status_code, codes(wrong)) == (405, ["API-13"])
    assert set(wrong.headers["allow"].split(", ")) == {"GET", "POST"}


def test_a_path_with_what_can_not_be_stored_names_nothing(api: Api) -> None:
    for part in ("%00", "%E2%80%A8", "..%2F..%2Fetc"):
        assert api.get(f"/nominations/{part}").status_code == 404


def test_a_database_that_fails_is_said_to_have_stored_nothing(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    """A34."""
    with api.house.office.database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    api.house.office.database.dispose()  # each new connection may write no more pages than there are

    from sqlalchemy import event

    @event.listens_for(api.house.office.database.engine, "connect")
    def full(raw: Any, _record: object) -> None:
        raw.execute(f"PRAGMA max_page_count = {pages}")

    answers = [api.post(DRAFT, json={**NEW, "title": "满" * 300, "applicant": f"{'满' * 290}{number}"})
               for number in range(12)]  # fmt: skip
    event.remove(api.house.office.database.engine, "connect", full)
    failed = next(answer for answer in answers if answer.status_code not in (201, 409))
    assert (failed.status_code, codes(failed)) == (503, ["SYS-01"])
    assert "disk is full" in caplog.text
    assert "disk" not in failed.text


def test_a_defect_of_ours_is_told_without_its_words(
    api: Api, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("secret words")

    monkeypatch.setattr("bangdan.desk.api.nominations.listed", broken)
    with caplog.at_level(logging.ERROR):
        answer = api.get("/nominations")
    assert (answer.status_code, codes(answer)) == (500, ["SYS-09"])
    assert ("secret words" in caplog.text, "secret words" in answer.text) == (True, False)


def test_every_answer_says_that_it_is_not_to_be_kept(api: Api) -> None:
    answers = (api.get("/status"), api.get("/nothing"), api.get("/api/openapi.json", by=None))
    assert [answer.headers["cache-control"] for answer in answers] == ["no-store"] * 3


def test_a_token_that_may_only_read_changes_nothing(api: Api) -> None:
    api.token("reader", Role.SECRETARIAT, scopes=[Scope.READ])
    answer = api.post(DRAFT, json=NEW, by="reader")
    assert (answer.status_code, codes(answer), rows(api)) == (403, ["API-20"], 0)


def test_each_operation_says_who_may_ask_in_the_document_too(api: Api) -> None:
    document = api.get("/api/openapi.json", by=None).json()
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            place = f"{method} {path}"
            assert re.search(r"身份：.+令牌范围：.+\n\n.*Roles: .+ token scope: ", told["description"], re.DOTALL), (
                place
            )
            assert " / " in told["summary"], place
            assert {"401", "403", "404", "422", "429", "500", "503"} <= set(told["responses"]), place
            asked = {each["name"] for each in told["parameters"]}
            assert ("Idempotency-Key" in asked) == (method != "get"), place


def test_each_field_is_described_in_both_languages_with_an_example(api: Api) -> None:
    document = api.get("/api/openapi.json", by=None).json()
    bare = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        for field, told in schema.get("properties", {}).items()
        if " / " not in told.get("description", "") or "examples" not in told
    ]
    bare += [
        f"{path} {parameter['name']}"
        for path, methods in document["paths"].items()
        for told in methods.values()
        for parameter in told["parameters"]
        if " / " not in parameter.get("description", "")
    ]
    assert bare == []


def test_who_is_told_that_nothing_was_stored_finds_nothing_stored(api: Api) -> None:
    for body in ({**NEW, "attributes": {"none": "x"}}, {**NEW, "email": "a@b@c"}):
        assert api.post(DRAFT, json=body).status_code == 422
    with api.house.read() as work:
        from sqlalchemy import select

        assert work.connection.execute(select(col(Nomination.id))).all() == []
