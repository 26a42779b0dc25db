"""What machines see of a desk: that it lives and is ready, its numbers, a log that names nobody."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from bangdan.desk.app import make_app
from engine import muting, units
from engine.logs import JsonLine
from engine.turn import turn
from tests.builders import add_submitted
from tests.desk.people import UNIT, AtTheDesk
from tests.small import DURING, OFFICE

Sample = tuple[str, tuple[tuple[str, str], ...]]


@pytest.fixture
def running(desk: AtTheDesk) -> AtTheDesk:
    """A desk with an engine that took a turn just now."""
    turn(desk.house.office, desk.house.campaign, at=desk.clock.now)
    return desk


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    with caplog.at_level(logging.INFO, logger="bangdan.desk.measuring"):
        yield caplog


def machine(desk: AtTheDesk, *, host: str = "127.0.0.1", token: str = "") -> TestClient:
    """What asks from `host`; the desk wants `token` of monitors."""
    app = make_app(replace(desk.desk, metrics_token=token))
    return TestClient(app, client=(host, 50000), raise_server_exceptions=False)


def samples(text: str) -> dict[Sample, float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_process_that_answers_is_alive(desk: AtTheDesk) -> None:
    answer = machine(desk, host="10.1.2.3").get("/healthz")

    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_it_is_ready_while_the_engine_takes_turns(running: AtTheDesk) -> None:
    first = machine(running).get("/readyz")
    running.clock.now += timedelta(minutes=11)
    later = machine(running).get("/readyz")

    assert (first.status_code, first.json()) == (200, {"database": True, "engine": True, "clock": True})
    assert (later.status_code, later.json()) == (503, {"database": True, "engine": False, "clock": True})


def test_it_is_not_ready_without_its_tables(running: AtTheDesk) -> None:
    with running.house.office.database.reshape() as connection:
        connection.exec_driver_sql("ALTER TABLE campaign RENAME TO gone")

    answer = machine(running).get("/readyz")

    assert (answer.status_code, answer.json()) == (503, {"database": False})


def test_the_numbers_tell_letters_engine_and_requests(running: AtTheDesk) -> None:
    asking = machine(running)
    asking.get("/c/small-2025/exports")
    muting.mute(running.house.office, OFFICE, at=DURING, reason="演练")

    found = samples(asking.get("/metrics").text)

    campaign = ("campaign", "small-2025")
    route = ("route", "/c/{campaign}/exports")
    assert found["bangdan_engine_turn_age_seconds", (campaign,)] == 0
    assert found["bangdan_letters", (campaign, ("state", "ready"))] >= 0
    assert found["bangdan_muted", ()] == 1
    assert found["bangdan_requests_total", (("method", "GET"), route, ("status", "303"))] == 1
    assert found["bangdan_request_seconds_count", (route,)] == 1


def test_a_desk_within_a_desk_counts_once(running: AtTheDesk, logged: pytest.LogCaptureFixture) -> None:
    outer = make_app(running.desk)
    outer.mount("/inner", make_app(running.desk))

    TestClient(outer, client=("127.0.0.1", 50000)).get("/inner/healthz")

    told = [record.__dict__["route"] for record in logged.records if record.getMessage() == "request"]
    assert told == ["/inner/healthz"]


def test_refusals_are_counted_by_code(running: AtTheDesk) -> None:
    asking = machine(running)
    asking.get("/no-such-page")
    asking.get("/api/no-such-thing")

    found = samples(asking.get("/metrics").text)

    assert {
        dict(labels)["code"]: value for (name, labels), value in found.items() if name == "bangdan_refusals_total"
    } == {"NFD-01": 2}


@pytest.mark.parametrize(
    ("host", "token", "headers", "status"),
    [
        ("127.0.0.1", "", {}, 200),
        ("::1", "", {}, 200),
        ("10.1.2.3", "", {}, 404),
        ("127.0.0.1", "", {"x-forwarded-for": "10.1.2.3"}, 404),
        ("testclient", "", {}, 404),
        ("10.1.2.3", "geheim", {"authorization": "Bearer geheim"}, 200),
        ("127.0.0.1", "geheim", {}, 404),
        ("127.0.0.1", "geheim", {"authorization": "Bearer guessed"}, 404),
    ],
)
def test_the_numbers_are_for_this_machine_or_for_who_has_the_token(
    running: AtTheDesk, host: str, token: str, headers: dict[str, str], status: int
) -> None:
    assert machine(running, host=host, token=token).get("/metrics", headers=headers).status_code == status


def test_the_numbers_name_nobody(running: AtTheDesk) -> None:
    with running.house.write(DURING) as work:
        add_submitted(work, units.find(work, UNIT).id, "canary-title", track="inventions/water", applicant="canary")
    asking = machine(running)
    asking.get("/c/canary-campaign/exports?text=canary-query")

    assert "canary" not in asking.get("/metrics").text


def test_each_request_is_one_line_that_tells_no_secret(running: AtTheDesk, logged: pytest.LogCaptureFixture) -> None:
    page = running.as_("unit").post("feeds/new").text
    secret = re.search(r"/feeds/([\w-]+)\.ics", page)
    assert secret
    running.as_(None).get(f"/feeds/{secret.group(1)}.ics?x={secret.group(1)}")
    running.as_("office").get("exports/nominations.csv", params={"text": "canary-query"})

    lines = [JsonLine().format(record) for record in logged.records if record.getMessage() == "request"]
    told = [json.loads(line) for line in lines]
    whole = "".join(lines)

    assert [(one["route"], one["status"]) for one in told if "feeds/{" in one["route"] or "{what}" in one["route"]] == [
        ("/feeds/{secret}.ics", 422), ("/c/{campaign}/exports/{what}.{form}", 200),
    ]  # fmt: skip
    assert [name for name in (secret.group(1), "canary-query", "赵书", "甲经办") if name in whole] == []
    assert {"account", "ms", "method"} <= told[-1].keys()
