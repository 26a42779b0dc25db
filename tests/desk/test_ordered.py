"""Exports that are ordered at the desk: offered where they are long, listed, fetched by whoever ordered, deleted."""

from __future__ import annotations

import re

import pytest

from bangdan.happened import telling
from engine.exports import narrowing
from engine.exports.making import KEPT, Maker
from engine.turn import turn
from tests.builders import add_draft
from tests.desk.people import AtTheDesk, Browser
from tests.small import DURING, OFFICE, new_unit


@pytest.fixture
def full(desk: AtTheDesk, monkeypatch: pytest.MonkeyPatch) -> AtTheDesk:
    """Four nominations, where more than three are long."""
    monkeypatch.setattr(narrowing, "AT_ONCE", 3)
    unit = new_unit(desk.house, "丙学会")
    with desk.house.write(DURING, OFFICE) as work:
        for number in range(4):
            add_draft(work, unit, f"第{number}项", track="inventions/water")
    return desk


def made(desk: AtTheDesk) -> None:
    """An engine makes what waits."""
    turn(desk.house.office, desk.house.campaign, at=desk.clock.now)
    Maker(office=desk.house.office, clock=desk.clock, telling=telling, by="here").round()


def orders(browser: Browser) -> list[str]:
    """The ids on the page of exports, the newest first."""
    return re.findall(r'id="order-([\w-]+)"', browser.get("exports").text)


def offered(browser: Browser, path: str) -> dict[str, str]:
    """The fields of the form by which the page orders it, and where that goes."""
    page = browser.get(path).text
    form = re.search(r'action="([^"]+/order)"(.*?)</form>', page, re.DOTALL)
    assert form
    return {"": form[1], **dict(re.findall(r'name="(track|state|unit|text|settled)" value="([^"]*)"', form[2]))}


def test_what_is_long_is_ordered_made_and_fetched_by_a_supervisor_too(full: AtTheDesk) -> None:
    browser = full.as_("auditor")
    fields = offered(browser, "exports/nominations.csv?state=drafted&text=第")
    asked = browser.post(fields.pop(""), fields)
    waiting = browser.get("exports").text
    made(full)
    [order] = orders(browser)
    ready = browser.get("exports").text
    answer = browser.get(f"exports/orders/{order}")

    assert (fields, asked.status_code) == ({"state": "drafted", "text": "第"}, 303)
    assert ("等待制作" in waiting, "引擎没有在运行" in waiting) == (True, True)
    assert ("可下载" in ready, "引擎没有在运行" in ready, "含“第”" in ready) == (True, False, True)
    assert (answer.text.count("第"), answer.headers["content-type"]) == (4, "text/csv; charset=utf-8")
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert "已下载" in browser.get("exports").text


def test_a_unit_may_not_order_what_it_may_not_take(full: AtTheDesk) -> None:
    answer = full.as_("unit").post("exports/history.csv/order")

    assert (answer.status_code, "NFD-01" in answer.text) == (404, True)


def test_another_s_order_is_like_none(full: AtTheDesk) -> None:
    office, auditor = full.as_("office"), full.as_("auditor")
    office.post("exports/nominations.csv/order")
    made(full)
    [order] = orders(office)

    theirs = [auditor.get(f"exports/orders/{order}"), auditor.post(f"exports/orders/{order}/discard")]
    none = [
        auditor.get("exports/orders/" + "A" * len(order)),
        auditor.post(f"exports/orders/{'A' * len(order)}/discard"),
    ]

    assert [each.status_code for each in theirs] == [404, 404]
    assert [each.text.replace(order, "") for each in theirs] == [
        each.text.replace("A" * len(order), "") for each in none
    ]
    assert (orders(auditor), orders(office)) == ([], [order])


def test_it_may_be_deleted_and_is_gone_after_its_time(full: AtTheDesk) -> None:
    browser = full.as_("office")
    for text in ("一", "二"):
        browser.post("exports/nominations.csv/order", {"text": text})
    made(full)
    second, first = orders(browser)
    browser.post(f"exports/orders/{first}/discard")
    left = orders(browser)
    full.clock.now += KEPT
    browser = full.as_("office")
    too_late = browser.get(f"exports/orders/{second}")
    made(full)

    assert (left, too_late.status_code, "EXP-07" in too_late.text) == ([second], 409, True)
    assert "已移除" in browser.get("exports").text
