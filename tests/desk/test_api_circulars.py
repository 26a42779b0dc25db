"""Circulars over the API: what is sent is what was looked at."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import House
from tests.desk.api_client import Api, api_of, codes
from tests.small import new_unit
from workflows.nomination import Role

WORDS = {"subject": "关于材料", "body": "{{ 姓名 }}：\n\n请尽快提交。", "aim": {"to": "units"}}


@pytest.fixture
def api(quick: House) -> Api:
    made = api_of(quick)
    made.token("jia", Role.UNIT, unit=new_unit(quick, "JIA"))
    made.post("/units/JIA/contacts", json={"name": "张三", "email": "zhang@example.cn"})
    made.post("/units/JIA/contacts", json={"name": "李四", "phones": "13900139000"})
    return made


def _begun(api: Api, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = api.post("/circulars", json={**WORDS, **more}).json()
    return made


def test_a_circular_is_written_looked_at_and_sent_as_it_was_seen(api: Api) -> None:
    made = _begun(api)
    key, ready = made["line"]["id"], made["ready"]
    reader = next(each["id"] for each in ready["readers"] if each["name"] == "张三")
    shown = api.get(f"/circulars/{key}/preview", params={"reader": reader}).json()
    seen = {"version": made["line"]["version"], "letters": ready["letters"], "calls": ready["calls"]}
    done = api.post(f"/circulars/{key}/send", json=seen)
    assert ((ready["letters"], ready["calls"], ready["faults"]), "张三：" in shown["text"]) == ((1, 1, []), True)
    assert (done.status_code, done.json()["line"]["state"], done.json()["ready"]) == (200, "sent", None)
    assert (len(api.get("/letters").json()["rows"]), len(api.get("/calls").json()["rows"])) == (1, 1)
    assert codes(api.post(f"/circulars/{key}/send", json=seen)) == ["CIR-01"]


def test_nothing_is_sent_when_the_readers_are_others_by_now(api: Api) -> None:
    key = _begun(api)["line"]["id"]
    sent = api.post(f"/circulars/{key}/send", json={"version": 1, "letters": 2, "calls": 1})
    old = api.post(f"/circulars/{key}/send", json={"version": 7, "letters": 1, "calls": 1})
    assert (codes(sent), codes(old), api.get("/letters").json()["rows"]) == (["CIR-04"], ["CIR-03"], [])


def test_a_draft_is_changed_by_whoever_has_read_it(api: Api) -> None:
    key = _begun(api)["line"]["id"]
    mark = api.get(f"/circulars/{key}").headers["etag"]
    path, asked = f"/circulars/{key}", {"subject": "再次提醒"}
    blind = api.patch(path, json=asked)
    done = api.patch(path, json=asked, headers={"if-match": mark})
    late = api.patch(path, json={"subject": "第三次"}, headers={"if-match": mark})
    assert (blind.status_code, done.status_code, late.status_code) == (428, 200, 412)
    told = api.get(path).json()
    assert (told["line"]["subject"], told["body"], told["line"]["version"]) == ("再次提醒", WORDS["body"], 2)


@pytest.mark.parametrize(
    ("more", "code", "pointer"),
    [
        ({"aim": {"to": "units", "tracks": ["none"]}}, "FLT-01", "/aim/tracks"),
        ({"aim": {"to": "institutions", "units": ["JIA"]}}, "CIR-05", "/aim/units"),
        ({"aim": {"to": "everybody"}}, "API-08", "/aim/to"),
        ({"aim": {"to": "units", "attributes": ["west"]}}, "API-08", "/aim/attributes/0"),
        ({"copy_to": "me"}, "API-08", "/copy_to"),
    ],
)
def test_what_does_not_fit_is_said_at_its_place(api: Api, more: dict[str, Any], code: str, pointer: str) -> None:
    (reason,) = api.post("/circulars", json={**WORDS, **more}).json()["reasons"]
    assert ((reason["code"], reason["pointer"]), api.get("/circulars").json()["rows"]) == ((code, pointer), [])


def test_a_draft_with_faults_is_kept_and_says_them_and_is_given_up(api: Api) -> None:
    made = _begun(api, body="{{ 截至时间 }}")
    key = made["line"]["id"]
    given_up = api.post(f"/circulars/{key}/discard")
    assert ([each["code"] for each in made["ready"]["faults"]], given_up.json()["line"]["state"]) == (
        ["TPL-02"], "discarded",
    )  # fmt: skip
    assert [each["id"] for each in api.get("/circulars?state=discarded").json()["rows"]] == [key]
