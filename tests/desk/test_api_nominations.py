"""Nominations over the API: what a program sees and does, in the seat of its token."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.accounts.tokens import Scope
from tests.builders import House
from tests.desk.api_client import Api, api_of, codes
from tests.small import CLOSES, TICK, new_unit
from workflows.nomination import Role


@pytest.fixture
def api(quick: House) -> Api:
    made = api_of(quick)
    made.token("jia", Role.UNIT, unit=new_unit(quick, "JIA"))
    made.token("yi", Role.UNIT, unit=new_unit(quick, "YI"))
    made.token("auditor", Role.AUDITOR)
    made.token("academy", Role.INSTITUTION, institution="academy")
    return made


NEW = {"title": "量子水表", "track": "inventions/water", "applicant": "某公司", "complete": True}


def drafted(api: Api, by: str = "jia", **more: object) -> str:
    answer = api.post("/nominations", by=by, json={**NEW, **more})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def test_a_unit_drafts_and_submits_and_is_told_both_instants(api: Api) -> None:
    key = drafted(api)
    api.clock.now = CLOSES - TICK
    done = api.post(f"/nominations/{key}/submit", by="jia").json()
    assert (done["state"], done["unit"], done["at"], done["closes"]) == (
        "submitted", "JIA", "2025-03-14T15:59:59.999999Z", "2025-03-14T16:00:00Z",
    )  # fmt: skip


def test_a_body_that_ended_after_the_deadline_is_late_whenever_it_began(api: Api) -> None:
    """A28, A29: the instant is the server's, and a `Date` that the client sends is nothing."""
    key = drafted(api)
    api.clock.now = CLOSES
    late = api.post(f"/nominations/{key}/submit", by="jia", headers={"date": "Mon, 10 Mar 2025 02:00:00 GMT"})
    assert (late.status_code, codes(late)) == (403, ["DLN-01"])
    assert "2025" in late.json()["detail"]


def test_the_last_place_is_given_once(api: Api) -> None:
    """A26."""
    keys = [drafted(api, title=f"项目{number}") for number in range(3)]
    answers = [api.post(f"/nominations/{key}/submit", by="jia") for key in keys]
    assert [answer.status_code for answer in answers] == [200, 200, 409]
    assert codes(answers[-1]) == ["QTA-01"]


def test_who_withdrew_comes_back_only_while_there_is_a_place(api: Api) -> None:
    """A31."""
    first, second, third = [drafted(api, title=f"项目{number}") for number in range(3)]
    for key in (first, second):
        api.post(f"/nominations/{key}/submit", by="jia")
    api.post(f"/nominations/{first}/withdraw", by="jia", json={"reason": "不再推荐"})
    api.post(f"/nominations/{third}/submit", by="jia")
    back = api.post(f"/nominations/{first}/reinstate", json={"reason": "单位来函"})
    assert (back.status_code, codes(back)) == (409, ["QTA-01"])


def test_a_step_that_the_state_does_not_allow_is_refused_with_those_that_it_does(api: Api) -> None:
    """A32."""
    key = drafted(api)
    api.post(f"/nominations/{key}/submit", by="jia")
    twice = api.post(f"/nominations/{key}/submit", by="jia")
    assert (twice.status_code, codes(twice)) == (409, ["STM-01"])


def test_an_edit_needs_the_mark_of_what_was_read(api: Api) -> None:
    key = drafted(api)
    read = api.get(f"/nominations/{key}", by="jia")
    mark = read.headers["etag"]
    path, change = f"/nominations/{key}", {"title": "量子水表二代"}
    unread = api.patch(path, by="jia", json=change)
    first = api.patch(path, by="jia", json=change, headers={"if-match": mark})
    second = api.patch(path, by="jia", json={"title": "三代"}, headers={"if-match": mark})
    assert [answer.status_code for answer in (unread, first, second)] == [428, 200, 412]
    assert (codes(unread), codes(second), first.json()["title"]) == (["API-16"], ["API-12"], "量子水表二代")


def test_what_has_not_changed_is_not_sent_again(api: Api) -> None:
    key = drafted(api)
    mark = api.get(f"/nominations/{key}").headers["etag"]
    again = api.get(f"/nominations/{key}", headers={"if-none-match": f'"x", W/{mark}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", mark)
    api.patch(
        f"/nominations/{key}", json={"applicant": "另一公司"}, headers={"if-match": mark}, params={"for_unit": "JIA"}
    )
    assert api.get(f"/nominations/{key}", headers={"if-none-match": mark}).status_code == 200


def test_the_secretariat_acts_for_a_unit_and_both_names_are_kept(api: Api) -> None:
    done = api.post("/nominations", json={**NEW, "unit": "JIA"}, params={"for_unit": "JIA"}).json()
    history = api.get(f"/nominations/{done['id']}/history").json()["rows"]
    assert [(line["actor"], line["behalf"]) for line in history] == [("office（接口令牌“office”）", "JIA JIA")]


def test_pages_of_a_list_go_on_where_the_one_before_ended(api: Api) -> None:
    made = [drafted(api, title=f"项目{number}") for number in range(5)]
    seen, path = [], "/nominations?limit=2&sort=drafted"
    while path:
        page = api.get(path)
        seen += [row["id"] for row in page.json()["rows"]]
        path = page.json()["next"]
        assert page.headers.get("link") == (f'<{path}>; rel="next"' if path else None)
    assert seen == made


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("sort=budget", "SRT-01"),  # A19
        ("budget=1", "API-09"),  # A19
        ("limit=1000000000", "API-08"),  # A20
        ("limit=-1", "API-08"),  # A20
        ("offset=-1", "API-09"),  # A20
        ("after=nonsense", "PAG-01"),
        ("state=unknown", "FLT-01"),
        ("track=unknown", "FLT-01"),
        ("since=yesterday", "GIV-01"),
        ("waiting=anything", "API-08"),
    ],
)
def test_what_a_list_does_not_know_is_refused(api: Api, query: str, code: str) -> None:
    answer = api.get(f"/nominations?{query}")
    assert (answer.status_code, codes(answer)) == (422, [code])


def test_a_parameter_given_twice_is_refused(api: Api) -> None:
    """A10."""
    answer = api.get("/nominations?unit=JIA&unit=YI")
    assert (answer.status_code, codes(answer)) == (400, ["API-05"])


@pytest.mark.parametrize(
    ("body", "status", "found"),
    [
        ({**NEW, "budget": 1}, 422, ("API-08", "/budget")),  # A08
        ({**NEW, "state": "published"}, 422, ("API-08", "/state")),
        ({**NEW, "complete": 1}, 422, ("API-08", "/complete")),
        ({**NEW, "title": True}, 422, ("API-08", "/title")),
        ({**NEW, "title": ""}, 422, ("API-08", "/title")),
        ({**NEW, "materials": "application"}, 422, ("API-08", "/materials")),
        ({**NEW, "materials": ["budget"]}, 422, ("GIV-04", "/materials")),
        ({**NEW, "track": "inventions"}, 422, ("GIV-02", "/track")),
        ({**NEW, "title": "=?utf-8?q?=0D=0ABcc=3Aeve=40example.cn?="}, 422, ("API-06", "/title")),  # A13
        ({**NEW, "title": "甲\u2028乙"}, 422, ("API-06", "/title")),  # A14
        ({**NEW, "applicant": "甲\x0b"}, 422, ("API-06", "/applicant")),
        ([], 422, ("API-08", "/")),
    ],
)
def test_a_body_holds_what_is_asked_and_nothing_else(
    api: Api, body: object, status: int, found: tuple[str, str]
) -> None:
    answer = api.post("/nominations", by="jia", json=body)
    (reason,) = answer.json()["reasons"]
    assert (answer.status_code, reason["code"], reason["pointer"]) == (status, *found)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'{"title": "\\ud800"}', "API-02"),
        (b'{"title": "a", "title": "b"}', "API-04"),
        (b'{"title": NaN}', "API-03"),
        (b"", "API-03"),
    ],
)
def test_json_is_read_strictly(api: Api, content: bytes, code: str) -> None:
    """A04, A05, A07."""
    answer = api.post("/nominations", by="jia", content=content, headers={"content-type": "application/json"})
    assert (answer.status_code, codes(answer)) == (400, [code])


def test_a_body_of_another_kind_is_not_read(api: Api) -> None:
    answer = api.post("/nominations", by="jia", content=b"{}", headers={"content-type": "text/plain"})
    assert (answer.status_code, codes(answer)) == (415, ["API-14"])


def test_names_that_look_like_programs_are_names(api: Api) -> None:
    """A16, A17."""
    title = "{{7*7}} ${7*7} {0.__class__} %(x)s <b> https://evil.example [a](b)"
    assert api.get(f"/nominations/{drafted(api, title=title)}").json()["line"]["title"] == title


def test_anothers_nomination_and_none_at_all_are_told_alike(api: Api) -> None:
    key = drafted(api, by="yi")
    for verb, body in (("submit", None), ("withdraw", {"reason": "x"}), ("join", {})):
        theirs = api.post(f"/nominations/{key}/{verb}", by="jia", json=body)
        none = api.post(f"/nominations/none-at-all/{verb}", by="jia", json=body)
        assert (theirs.status_code, theirs.content) == (404, none.content)
    for path in ("", "/explanation", "/history"):
        theirs, none = (api.get(f"/nominations/{each}{path}", by="jia") for each in (key, "none-at-all"))
        assert (theirs.status_code, theirs.content) == (404, none.content)


def test_an_explanation_names_what_blocks_the_next_step(api: Api) -> None:
    key = drafted(api, complete=False)
    told = api.get(f"/nominations/{key}/explanation", by="jia").json()
    submit = next(verb for verb in told["verbs"] if verb["verb"] == "submit")
    refused = api.post(f"/nominations/{key}/submit", by="jia")
    assert [reason["code"] for reason in submit["reasons"]] == codes(refused) == ["MAT-01"]


def test_a_returned_one_is_corrected_by_a_date_that_people_write(api: Api) -> None:
    key = drafted(api)
    api.post(f"/nominations/{key}/submit", by="jia")
    back = api.post(f"/nominations/{key}/return", json={"reason": "缺附件", "correct_by": "2025-03-13 24:00"})
    assert (back.status_code, back.json()["state"]) == (200, "returned")
    wrong = api.post(f"/nominations/{key}/return", json={"reason": "缺附件", "correct_by": "下周"})
    assert (wrong.status_code, codes(wrong), wrong.json()["reasons"][0]["pointer"]) == (422, ["GIV-01"], "/correct_by")


@pytest.mark.parametrize(
    ("by", "path", "code"),
    [
        ("auditor", "submit", "ROL-01"),
        ("academy", "submit", "ROL-01"),
        ("jia", "disqualify", "ROL-01"),
        ("reader", "submit", "API-20"),
    ],
)
def test_a_token_does_what_its_role_and_its_scopes_allow(api: Api, by: str, path: str, code: str) -> None:
    api.token("reader", Role.SECRETARIAT, scopes=[Scope.READ])
    answer = api.post(f"/nominations/any/{path}", by=by, json={"reason": "x"} if path == "disqualify" else None)
    assert (answer.status_code, codes(answer)) == (403, [code])


def test_an_institution_sees_nothing_before_its_review(api: Api) -> None:
    api.post(f"/nominations/{drafted(api)}/submit", by="jia")
    assert api.get("/nominations", by="academy").json()["rows"] == []


def test_a_step_back_in_time_is_no_step(api: Api) -> None:
    api.clock.now = CLOSES - timedelta(days=30)
    early = api.post("/nominations", by="jia", json=NEW)
    assert (early.status_code, codes(early)) == (403, ["DLN-02"])
