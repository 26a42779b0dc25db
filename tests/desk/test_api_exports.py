"""Tables over the API: the same as at the desk, in the seat of the token."""

from __future__ import annotations

import pytest

from bangdan.happened import telling
from engine.exports import narrowing
from engine.exports.making import Maker
from tests.builders import House, add_submitted
from tests.desk.api_client import Api, api_of, codes
from tests.small import DURING, OFFICE, new_unit
from workflows.nomination import Role


@pytest.fixture
def api(quick: House) -> Api:
    made = api_of(quick)
    units = {code: new_unit(quick, code) for code in ("JIA", "YI")}
    with quick.write(DURING, OFFICE) as work:
        for code, unit_id in units.items():
            add_submitted(work, unit_id, f"canary-{code}", track="inventions/water")
    made.token("jia", Role.UNIT, unit=units["JIA"])
    made.token("auditor", Role.AUDITOR)
    return made


def test_a_unit_takes_its_own(api: Api) -> None:
    text = api.get("/exports/nominations?form=csv", by="jia").text

    assert ("canary-JIA" in text, "canary-YI" in text) == (True, False)


def test_the_history_is_told_in_words(api: Api) -> None:
    answer = api.get("/exports/history?form=csv&lang=en", by="auditor")

    assert (answer.status_code, "title: canary-YI" in answer.text or "→submitted" in answer.text) == (200, True)


@pytest.mark.parametrize("what", ["history", "calls", "nothing"])
def test_what_is_not_offered_is_not_there(api: Api, what: str) -> None:
    answer = api.get(f"/exports/{what}", by="jia")

    assert (answer.status_code, codes(answer)) == (404, ["NFD-01"])


def test_they_are_listed_for_each(api: Api) -> None:
    told = [each["what"] for each in api.get("/exports", by="jia").json()["rows"]]

    assert told == ["recommended", "nominations", "funnel"]


def test_what_is_long_is_ordered_once_per_key_and_fetched_by_its_orderer_alone(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(narrowing, "AT_ONCE", 1)
    at_once = api.get("/exports/nominations?form=csv", by="auditor")
    asked = {"what": "nominations", "form": "csv"}
    first, again = (api.post("/export-orders", json=asked, key="one", by="auditor") for _ in range(2))
    one = f"/export-orders/{first.json()['id']}"
    early = api.get(f"{one}/file", by="auditor")
    Maker(office=api.house.office, clock=lambda: DURING, telling=telling, by="here").round()
    made, file = api.get(one, by="auditor").json(), api.get(f"{one}/file", by="auditor")
    theirs = [api.get(f"{one}{path}", by="jia") for path in ("", "/file")]

    assert [(each.status_code, codes(each)) for each in (at_once, early)] == [(409, ["EXP-09"]), (409, ["EXP-07"])]
    assert (first.status_code, again.json(), first.json()["state"]) == (202, first.json(), "ordered")
    assert (made["state"], made["rows"], made["size"]) == ("ready", 2, len(file.content))
    assert ("canary-YI" in file.text, file.headers["content-type"]) == (True, "text/csv; charset=utf-8")
    assert [(each.status_code, codes(each)) for each in theirs] == [(404, ["NFD-01"])] * 2
    assert api.get("/export-orders", by="auditor").json()["rows"][0]["fetched_at"] is not None


def test_an_order_that_is_deleted_is_gone(api: Api) -> None:
    order = api.post("/export-orders", json={"what": "funnel"}, key="one", by="jia").json()["id"]
    gone = api.post(f"/export-orders/{order}/discard", key="two", by="jia")

    assert (gone.json(), api.get("/export-orders", by="jia").json()) == ({"id": order}, {"rows": []})
