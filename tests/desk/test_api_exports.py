"""Tables over the API: the same as at the desk, in the seat of the token."""

from __future__ import annotations

import pytest

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
