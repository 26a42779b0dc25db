"""Units, duties, tables, letters, dates, the history and subscriptions over the API."""

from __future__ import annotations

import csv
import hashlib
import io
from typing import Any

import pytest
from sqlalchemy import update

from engine.turn import turn
from notifications.tables import LETTER
from tests.builders import House, letters, mark_letters
from tests.desk.api_client import Api, api_of, codes
from tests.small import CLOSES, DURING, OPENED, REVIEW, new_unit
from workflows.nomination import Role


@pytest.fixture
def api(quick: House) -> Api:
    made = api_of(quick)
    made.token("jia", Role.UNIT, unit=new_unit(quick, "JIA"))
    made.token("yi", Role.UNIT, unit=new_unit(quick, "YI"))
    made.token("academy", Role.INSTITUTION, institution="academy")
    made.token("second", Role.SECRETARIAT)
    return made


def test_the_campaign_tells_the_keys_that_a_program_needs(api: Api) -> None:
    told = api.get("", by="jia").json()
    assert [track["key"] for track in told["tracks"]] == ["inventions/water", "inventions/light", "people"]
    assert (told["channels"][0]["key"], told["tracks"][0]["institutions"], told["now"]) == (
        "societies", ["academy"], "2025-03-10T02:00:00Z",
    )  # fmt: skip


def test_the_calendar_shows_24_00_as_the_instant_it_is_and_keeps_the_notices_words(api: Api) -> None:
    ends = [each for each in api.get("/calendar").json()["instants"] if each["milestone"] == "collection"]
    assert [(each["edge"], each["at"]) for each in ends] == [
        ("opens", "2025-03-02T16:00:00Z"), ("closes", "2025-03-14T16:00:00Z"),
    ]  # fmt: skip
    assert api.get("/calendar", by="jia").json()["reminders"] == []  # whom we write to is the office's business


def test_a_unit_is_added_and_its_contacts_named_by_itself(api: Api) -> None:
    unit = api.post("/units", json={"code": "BING", "name": "丙学会", "channels": ["学会"]})
    assert (unit.status_code, unit.json()["channels"]) == (201, ["societies"])
    contact = api.post("/units/JIA/contacts", by="jia", json={"name": "张三", "phones": "13800138000"}).json()
    changed = api.patch(f"/contacts/{contact['id']}", by="jia", json={"email": "zhang@example.cn"}).json()
    assert (changed["name"], changed["phones"], changed["email"]) == ("张三", "13800138000", "zhang@example.cn")
    theirs = api.patch(f"/contacts/{contact['id']}", by="yi", json={"active": False})
    none = api.patch("/contacts/none", by="yi", json={"active": False})
    assert (theirs.status_code, theirs.content) == (404, none.content)


@pytest.mark.parametrize(
    ("path", "body", "found"),
    [
        ("/units", {"code": "丙", "name": "丙", "channels": ["societies"]}, ("GIV-03", "/code")),
        ("/units/JIA/contacts", {"name": "张三", "phones": "没有"}, ("IMP-23", "/phones")),
        ("/units/JIA/contacts", {"name": "张三", "email": "a@b@c"}, ("ADR-01", "/email")),
    ],
)
def test_what_is_wrong_about_a_unit_is_said_of_its_field(
    api: Api, path: str, body: dict[str, object], found: tuple[str, str]
) -> None:
    (reason,) = api.post(path, json=body).json()["reasons"]
    assert (reason["code"][:3], reason["pointer"]) == (found[0][:3], found[1])


def test_places_are_told_as_they_stand(api: Api) -> None:
    places = api.get("/units/JIA/quota", by="jia").json()["places"]
    assert places[0] == {"scope": "发明榜·水", "limit": 2, "used": 0, "left": 2, "tracks": ["inventions/water"]}
    assert api.get("/units/JIA/quota", by="yi").status_code == 404


def test_an_institution_files_its_plan_and_the_secretariat_accepts_it(api: Api) -> None:
    mine = api.get("/duties", by="academy").json()["rows"]
    plan = next(each["id"] for each in mine if each["kind"] == "plan")
    filed = api.post(f"/duties/{plan}/file", by="academy", json={"document": "评审方案"})
    accepted = api.post(f"/duties/{plan}/accept")
    assert (filed.json()["state"], accepted.json()["state"]) == ("filed", "accepted")
    back = api.post(f"/duties/{plan}/send-back", json={"reason": "未盖章"})
    assert (back.json()["state"], api.get(f"/duties/{plan}", by="academy").json()["state"]) == ("sent-back",) * 2
    assert api.get(f"/duties/{plan}", by="jia").status_code == 404


def test_reading_a_duty_holds_nothing_so_either_database_allows_it(small: House) -> None:
    api = api_of(small)
    api.token("academy", Role.INSTITUTION, institution="academy")
    listed = api.get("/duties", by="academy").json()["rows"]

    assert [api.get(f"/duties/{each['id']}", by="academy").json() for each in listed] == listed


ROSTER = "单位编号,推荐单位,推荐渠道\nDING,丁学会,学会\n"


def _sent(api: Api, text: str, kind: str = "units", by: str = "office", preview: bool = False, **fields: str) -> Any:
    file = {"file": ("名录.csv", text.encode("utf-8-sig"), "text/csv")}
    key = None if preview else ""
    return api.post(
        f"/imports/{kind}", by=by, files=file, data=fields, key=key, params={"preview": str(preview).lower()}
    )


def test_a_table_is_looked_at_and_then_confirmed_by_its_digest(api: Api) -> None:
    seen = _sent(api, ROSTER, preview=True).json()
    assert (seen["preview"], seen["counts"], api.get("/units/DING").status_code) == (
        True, {"new": 1, "changed": 0, "same": 0}, 404,
    )  # fmt: skip
    other = _sent(api, ROSTER.replace("丁", "戊"), confirm=seen["digest"])
    assert (other.status_code, api.get("/units/DING").status_code) == (422, 404)
    stored = _sent(api, ROSTER, confirm=seen["digest"])
    assert (stored.status_code, api.get("/units/DING").json()["name"]) == (200, "丁学会")


def test_a_table_with_faults_tells_all_of_them_and_stores_nothing(api: Api) -> None:
    answer = _sent(api, "单位编号,推荐单位,推荐渠道\nDING,,学会\nWU,戊学会,没有\n")
    reasons = answer.json()["reasons"]
    assert (answer.status_code, len(reasons), all(each["where"] for each in reasons)) == (422, 2, True)
    assert api.get("/units/WU").status_code == 404


@pytest.mark.parametrize(
    ("send", "status", "code"),
    [
        ({"content": b"{}", "headers": {"content-type": "application/json"}}, 415, "API-14"),
        ({"content": b"x", "headers": {"content-type": "multipart/form-data; boundary=y"}}, 400, "API-03"),
        ({"files": {"other": ("a.csv", b"x")}}, 422, "API-08"),
        ({"files": {"file": ("a.csv", b"x")}, "data": {"budget": "1"}}, 422, "API-08"),
        ({"files": {"file": ("a.csv", b"x")}, "data": {"strict": "maybe"}}, 422, "API-08"),
        ({"files": {"sheet": ("a.csv", b"x")}}, 422, "API-08"),
    ],
)
def test_a_form_holds_what_is_asked_and_nothing_else(api: Api, send: dict[str, object], status: int, code: str) -> None:
    answer = api.post("/imports/units", **send)
    assert (answer.status_code, codes(answer)[0]) == (status, code)


def _lettered(api: Api) -> str:
    """The id of a letter that is there."""
    api.post("/units/JIA/contacts", json={"name": "张三", "email": "zhang@example.cn"})
    draft = {"title": "量子水表", "track": "inventions/water", "applicant": "某公司", "complete": True}
    key = api.post("/nominations", by="jia", json=draft).json()["id"]
    api.post(f"/nominations/{key}/submit", by="jia")
    with api.house.read() as work:
        return str(letters(work)[0].public_id)


def test_a_letter_is_read_as_it_would_go_out_and_decided_about(api: Api) -> None:
    letter = _lettered(api)
    told = api.get(f"/letters/{letter}").json()
    assert ("量子水表" in told["shown"]["text"], told["line"]["to_address"]) == (True, "zhang@example.cn")
    assert codes(api.post(f"/letters/{letter}/retry")) == ["OUT-03"]
    with api.house.write(DURING) as work:
        mark_letters(work, "parked")
    done = api.post(f"/letters/{letter}/resolve", json={"decision": "sent", "reason": "来电确认"})
    assert (done.status_code, done.json()["state"]) == (200, "sent")
    page = api.get("/letters?state=sent&limit=1").json()
    assert (page["rows"][0]["public_id"], page["after"]) == (letter, None)


def test_a_failed_letter_is_tried_again(api: Api) -> None:
    letter = _lettered(api)
    with api.house.write(DURING) as work:
        work.connection.execute(update(LETTER).values(state="failed"))
    assert api.post(f"/letters/{letter}/retry").json() == {"id": letter, "state": "ready"}


def test_a_call_is_ticked_off_once(api: Api) -> None:
    api.post("/units/JIA/contacts", json={"name": "李四", "phones": "13900139000"})
    draft = {"title": "量子水表", "track": "inventions/water", "applicant": "某公司", "complete": True}
    key = api.post("/nominations", by="jia", json=draft).json()["id"]
    api.post(f"/nominations/{key}/submit", by="jia")
    (call,) = api.get("/calls").json()["rows"]
    done = api.post(f"/calls/{call['id']}/tick", json={"note": "已告知"})
    again = api.post(f"/calls/{call['id']}/tick", json={})
    assert ((call["name"], done.json()["state"]), codes(again)) == (("李四", "done"), ["TEL-01"])
    assert (api.get("/calls").json()["rows"], len(api.get("/calls?every=true").json()["rows"])) == ([], 1)


def test_an_extension_is_previewed_and_then_done(api: Api) -> None:
    asked = {"closes": "2025-03-20", "reason": "应各单位要求"}
    seen = api.post("/deadlines/collection/extend", json=asked, params={"preview": "true"}, key=None)
    assert (seen.status_code, seen.json()["preview"], _end(api)) == (200, True, "2025-03-14T16:00:00Z")
    done = api.post("/deadlines/collection/extend", json=asked)
    assert (done.status_code, done.json()["done"], _end(api)) == (200, True, "2025-03-20T16:00:00Z")


def _end(api: Api) -> str:
    ends = api.get("/calendar").json()["instants"]
    return next(str(each["at"]) for each in ends if (each["milestone"], each["edge"]) == ("collection", "closes"))


def test_less_time_waits_for_a_second_person(api: Api) -> None:
    asked = api.post("/deadlines/collection/extend", json={"closes": "2025-03-12", "reason": "另有安排"}, key="k1")
    again = api.post("/deadlines/collection/extend", json={"closes": "2025-03-12", "reason": "另有安排"}, key="k1")
    assert (asked.status_code, again.status_code, again.content) == (202, 202, asked.content)
    proposal = asked.json()["proposal"]
    own = api.post(f"/proposals/{proposal}/confirm")
    assert (own.status_code, codes(own), _end(api)) == (409, ["APR-04"], "2025-03-14T16:00:00Z")
    done = api.post(f"/proposals/{proposal}/confirm", by="second")
    assert (done.json()["done"], _end(api)) == (True, "2025-03-12T16:00:00Z")
    assert api.get(f"/proposals/{proposal}").json()["state"] == "confirmed"


def test_a_proposal_may_be_declined(api: Api) -> None:
    asked = {"closes": "2025-03-12", "reason": "另有安排"}
    proposal = api.post("/deadlines/collection/extend", json=asked).json()["proposal"]
    answer = api.post(f"/proposals/{proposal}/decline", by="second", json={"reason": "不妥"})
    assert (answer.status_code, api.get(f"/proposals/{proposal}").json()["state"]) == (200, "declined")


def test_the_history_is_read_on_from_where_it_was_left(api: Api) -> None:
    api.post("/nominations", by="jia", json={"title": "量子水表", "track": "inventions/water"})
    before = api.get("/events").json()
    turn(api.house.office, api.house.campaign, at=DURING)  # it seals what happened
    page = api.get("/events?limit=2").json()
    seen = list(page["rows"])
    while page["next"]:
        page = api.get(page["next"]).json()
        seen += page["rows"]
    assert (before["rows"], [line["verb"] for line in seen].count("draft")) == ([], 1)
    numbers = [line["number"] for line in seen]
    assert (numbers, api.get(f"/events?after={page['last']}").json()["rows"]) == (sorted(set(numbers)), [])


@pytest.mark.parametrize("mark", ["x", "1", "1.2.3", "-1.0", "１.２"])
def test_a_mark_that_is_none_is_refused(api: Api, mark: str) -> None:
    assert codes(api.get("/events", params={"after": mark})) == ["PAG-01"]


def test_a_table_is_taken_away(api: Api) -> None:
    api.post("/nominations", by="jia", json={"title": "=1+1", "track": "inventions/water"})
    offers = [each["what"] for each in api.get("/exports", by="jia").json()["rows"]]
    answer = api.get("/exports/nominations?form=csv", by="jia")
    table = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert ("calls" in offers, answer.headers["content-type"]) == (False, "text/csv; charset=utf-8")
    assert any("'=1+1" in row for row in table)
    refused, none = (api.get(f"/exports/{what}", by="jia") for what in ("calls", "none"))
    assert (refused.status_code, refused.content) == (404, none.content)


def test_a_subscription_tells_its_secret_once(api: Api) -> None:
    asked = {"name": "平台", "url": "https://platform.example.cn/hook", "topics": ["nomination.*"]}
    made, again = (api.post("/webhooks", json=asked, key="once") for _ in range(2))
    key = made.json()["id"]
    assert (made.status_code, made.json()["secret"][:6]) == (201, "whsec_")
    assert (again.status_code, again.json()) == (201, {"id": key, "secret": None})  # it is in no answer that is kept
    assert made.json()["secret"] not in api.get(f"/webhooks/{key}").text + api.get("/webhooks").text
    states = [api.post(f"/webhooks/{key}/{verb}").json()["state"] for verb in ("pause", "resume")]
    sent = api.post(f"/webhooks/{key}/ping").json()["id"]
    assert (states, [row["id"] for row in api.get(f"/webhooks/{key}/deliveries").json()["rows"]]) == (
        ["paused", "active"], [sent],
    )  # fmt: skip


def test_a_unit_learns_no_result_before_it_is_told(api: Api, quick: House) -> None:
    draft = {"title": "量子水表", "track": "inventions/water", "applicant": "某公司", "complete": True}
    key = api.post("/nominations", by="jia", json=draft).json()["id"]
    api.post(f"/nominations/{key}/submit", by="jia")
    turn(quick.office, quick.campaign, at=CLOSES + (CLOSES - OPENED) / 100)
    api.clock.now = REVIEW
    seen = api.get(f"/nominations/{key}", by="jia")
    results = f"申报编号,项目名称,结论\n{key},量子水表,通过\n"
    assert _sent(api, results, kind="results", by="academy").status_code == 200
    after = api.get(f"/nominations/{key}", by="jia").json()
    history = api.get(f"/nominations/{key}/history", by="jia").json()["rows"]
    assert (after["line"]["state"], after["version"], after["score"]) == ("under_review", 0, None)
    assert (seen.json()["line"]["state"], "advance" in [line["verb"] for line in history]) == ("under_review", False)


def test_a_quota_is_changed_after_a_look_at_what_that_does(api: Api) -> None:
    asked = {"limit": 5, "unit": "JIA", "reason": "经研究同意"}
    seen = api.post("/quotas/inventions", json=asked, params={"preview": "true"}, key=None)
    before = api.get("/units/JIA/quota").json()["places"][0]["limit"]
    done = api.post("/quotas/inventions", json=asked)
    after = api.get("/units/JIA/quota").json()["places"][0]["limit"]
    assert (seen.json(), before, after) == (done.json(), 2, 5)
    wrong = api.post("/quotas/inventions", json={"limit": True, "reason": "x"})
    assert (wrong.status_code, codes(wrong)) == (422, ["API-08"])


def test_an_objection_is_taken_in_a_public_notice_alone(api: Api) -> None:
    draft = {"title": "量子水表", "track": "inventions/water"}
    key = api.post("/nominations", by="jia", json=draft).json()["id"]
    asked = {"name": "王五", "contact": "13700137000", "reason": "归属有争议"}
    answer = api.post(f"/nominations/{key}/object", json=asked)
    assert (answer.status_code, codes(answer)) == (409, ["OBJ-07"])
    assert api.get("/objections?every=true").json() == {"rows": []}
    assert api.post("/objections/none/settle", json={"upheld": True, "reason": "x"}).status_code == 404


def test_a_track_that_is_not_short_has_nothing_to_be_let_through(api: Api) -> None:
    answer = api.post("/proceed?track=people", json={"reason": "经研究同意"})
    assert (answer.status_code, codes(answer)) == (403, ["MIN-01"])


def test_a_tick_is_taken_back(api: Api) -> None:
    api.post("/units/JIA/contacts", json={"name": "李四", "phones": "13900139000"})
    draft = {"title": "量子水表", "track": "inventions/water", "applicant": "某公司", "complete": True}
    key = api.post("/nominations", by="jia", json=draft).json()["id"]
    api.post(f"/nominations/{key}/submit", by="jia")
    call = api.get("/calls").json()["rows"][0]["id"]
    early = api.post(f"/calls/{call}/untick")
    api.post(f"/calls/{call}/tick", json={"note": "已告知"})
    back = api.post(f"/calls/{call}/untick")
    assert (codes(early), back.json()["state"], api.get(f"/calls/{call}").json()["state"]) == (
        ["TEL-02"],
        "open",
        "open",
    )


def test_proposals_are_listed_and_taken_back_by_whoever_made_them(api: Api) -> None:
    asked = {"closes": "2025-03-12", "reason": "另有安排"}
    proposal = api.post("/deadlines/collection/extend", json=asked).json()["proposal"]
    waiting = [each["id"] for each in api.get("/proposals").json()["waiting"]]
    other = api.post(f"/proposals/{proposal}/take-back", by="second")
    done = api.post(f"/proposals/{proposal}/take-back")
    over = [(each["id"], each["state"]) for each in api.get("/proposals").json()["decided"]]
    assert (waiting, other.status_code, done.status_code) == ([proposal], 409, 200)
    assert over == [(proposal, "taken-back")]


def test_a_subscription_gets_another_secret(api: Api) -> None:
    asked = {"name": "平台", "url": "https://platform.example.cn/hook", "topics": ["*"]}
    made = api.post("/webhooks", json=asked).json()
    again = api.post(f"/webhooks/{made['id']}/rotate").json()
    sent = api.post(f"/webhooks/{made['id']}/ping").json()["id"]
    assert (again["id"], again["secret"] == made["secret"]) == (made["id"], False)
    assert codes(api.post(f"/deliveries/{sent}/resend")) == ["WHK-06"]


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_the_table_to_fill_in_is_taken_as_a_table_without_rows(api: Api, form: str) -> None:
    table = api.get(f"/imports/nominations/template?form={form}", by="jia")
    sent = {"file": (f"t.{form}", table.content)}
    answer = api.post("/imports/nominations", by="jia", params={"preview": "true"}, files=sent, key=None)
    assert (table.status_code, codes(answer), api.get("/imports/units/template", by="jia").status_code) == (
        200, ["IMP-28"], 403,
    )  # fmt: skip


def test_a_unit_gives_its_applicants_an_earlier_end(api: Api) -> None:
    path = "/units/JIA/deadline"
    done = api.post(path, by="jia", json={"closes": "2025-03-12"})
    late = api.post(path, json={"closes": "2025-03-20"})
    dropped = [api.post(path, json={"closes": None}) for _ in range(2)]
    assert (done.json()["closes"], codes(late)) == ("2025-03-12T16:00:00Z", ["EXT-16"])
    assert (dropped[0].json()["closes"], codes(dropped[1])) == (None, ["EXT-15"])


def test_the_file_and_the_proof_of_the_history_are_there_to_read(api: Api) -> None:
    (line,) = api.get("/versions").json()["rows"]
    text = api.get(f"/versions/{line['number']}").json()["source"]
    kept = api.get("/proof", params={"kept": "f" * 64}).json()["faults"]
    assert (line["digest"], hashlib.sha256(text.encode()).hexdigest()) == (line["digest"],) * 2
    assert (api.get("/proof").json()["faults"], len(kept), api.get("/versions/2").status_code) == ([], 1, 404)
