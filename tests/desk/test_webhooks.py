"""Subscriptions in the browser: a secret that is shown once, what became of each telling, once more."""

from __future__ import annotations

import re

import pytest

from engine.webhooks import subscriptions as verbs
from tests.desk.people import AtTheDesk
from tests.small import DURING

FIELDS = {"name": "申报平台", "url": "https://platform.example.cn/hook", "topics": ["nomination.*"]}


def _added(desk: AtTheDesk) -> verbs.Made:
    with desk.house.write(DURING) as work:
        return verbs.add(work, name="申报平台", url=str(FIELDS["url"]), topics=["nomination.*"])


def test_a_new_subscription_shows_its_secret_once(desk: AtTheDesk) -> None:
    browser = desk.as_("office")
    first = browser.post("webhooks", FIELDS, key="once")
    assert re.search(r"whsec_[A-Za-z0-9+/=]{44}", first.text)
    again = browser.post("webhooks", FIELDS, key="once")
    assert (again.status_code, "whsec_" in again.text) == (200, False)
    assert "whsec_" not in browser.get("webhooks").text
    assert browser.get("webhooks").text.count("https://platform.example.cn/hook") == 1


def test_a_private_address_is_refused_beside_its_field_and_what_was_typed_stays(desk: AtTheDesk) -> None:
    page = desk.as_("office").post("webhooks", {**FIELDS, "url": "https://192.168.1.1/hook"})
    assert page.status_code >= 400
    assert "WHK-02" in page.text
    assert 'value="https://192.168.1.1/hook"' in page.text


def test_it_is_paused_resumed_tested_and_ended(desk: AtTheDesk) -> None:
    browser, made = desk.as_("office"), _added(desk)
    for verb, shown in (("pause", "已暂停"), ("resume", "推送中"), ("ping", "ping")):
        assert browser.post(f"webhooks/{made.id}/{verb}").status_code == 303
        assert shown in browser.get(f"webhooks/{made.id}").text
    assert "whsec_" in browser.post(f"webhooks/{made.id}/rotate").text
    assert browser.post(f"webhooks/{made.id}/end").status_code == 303
    assert "WHK-05" in browser.post(f"webhooks/{made.id}/ping").text


def test_it_is_changed(desk: AtTheDesk) -> None:
    browser, made = desk.as_("office"), _added(desk)
    assert browser.post(f"webhooks/{made.id}", {**FIELDS, "name": "新名称"}).status_code == 303
    assert "新名称" in browser.get(f"webhooks/{made.id}").text
    wrong = browser.post(f"webhooks/{made.id}", {**FIELDS, "topics": ["nomination.fly"]})
    assert ("WHK-03" in wrong.text, wrong.status_code >= 400) == (True, True)


def test_a_delivery_that_waits_need_not_be_sent_again(desk: AtTheDesk) -> None:
    browser, made = desk.as_("office"), _added(desk)
    with desk.house.write(DURING) as work:
        delivery = verbs.ping(work, made.id)
    assert "WHK-06" in browser.post(f"webhooks/deliveries/{delivery}/resend").text


@pytest.mark.parametrize("who", ["auditor", "unit", "academy"])
def test_nobody_else_subscribes(desk: AtTheDesk, who: str) -> None:
    made, browser = _added(desk), desk.as_(who)
    assert browser.post("webhooks", FIELDS).status_code in (403, 404)
    assert browser.post(f"webhooks/{made.id}/end").status_code in (403, 404)
    assert browser.get(f"webhooks/{made.id}").status_code in ((200,) if who == "auditor" else (403, 404))
