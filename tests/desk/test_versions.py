"""The campaign's file at the desk: its versions, what changed, and another one put in force by one hand or two."""

from __future__ import annotations

import re

from httpx2 import Response

from engine.versions import versions
from tests.builders import House
from tests.desk.people import AtTheDesk, Browser
from tests.small import FILE

TEXT = FILE.read_text(encoding="utf-8")
LATER = TEXT.replace('closes = "2025-03-14 24:00"', 'closes = "2025-03-17 24:00"', 1).replace(
    'window = "2025-03-15/2025-03-28"', 'window = "2025-03-18/2025-03-28"'
)
EARLIER = TEXT.replace('closes = "2025-03-14 24:00"', 'closes = "2025-03-13 24:00"', 1)


def _send(browser: Browser, text: str) -> Response:
    return browser.post("versions", {}, files={"file": ("small.toml", text.encode(), "text/plain")})


def _previewed(browser: Browser, text: str) -> tuple[str, str, dict[str, str]]:
    """Where the held file lies, its preview, and the fields that its form carries."""
    sent = _send(browser, text)
    assert sent.status_code == 303
    page = browser.get(sent.headers["location"]).text
    form = page[page.index('class="form"') :]
    fields = dict(re.findall(r'<input type="hidden" name="(digest|reopen|keep|second)" value="([^"]*)"', form))
    return sent.headers["location"], page, fields


def _version(house: House) -> int:
    with house.read() as work:
        return len(versions(work))


def test_a_changed_file_is_shown_with_its_consequences_and_put_in_force(desk: AtTheDesk) -> None:
    browser = desk.as_("office")
    path, page, fields = _previewed(browser, LATER)
    done = browser.post(path, {**fields, "reason": "会期推迟"})
    after = browser.get(done.headers["location"]).text

    assert ("2025年3月17日（周一）24:00" in page, fields["second"]) == (True, "false")
    assert done.headers["location"] == browser.at("versions/2")
    assert ["与前一版相比" in after, "会期推迟" in after, "+closes = &#34;2025-03-17 24:00&#34;" in after] == [True] * 3
    assert "第2版" in desk.as_("auditor").get("versions").text


def test_what_leaves_less_time_waits_for_a_second_person(desk: AtTheDesk) -> None:
    browser = desk.as_("office")
    path, page, fields = _previewed(browser, EARLIER)
    alone = browser.post(path, {**fields, "second": "false", "reason": "会期提前"})
    asked = browser.post(path, {**fields, "reason": "会期提前"})
    before = _version(desk.house)
    done = desk.as_("second").post(f"{asked.headers['location']}/confirm")

    assert ("须由另一人复核" in page, fields["second"]) == (True, "true")
    assert (alone.status_code, "APR-01" in alone.text) == (409, True)
    assert (before, done.status_code, _version(desk.house)) == (1, 303, 2)


def test_every_error_of_a_file_is_told_at_once_with_its_line(desk: AtTheDesk) -> None:
    wrong = TEXT.replace('zone = "Asia/Shanghai"', 'zone = "Asia/Beijing"').replace("limit = 1", "limit = -1")
    answer = _send(desk.as_("office"), wrong)

    assert answer.status_code == 422
    assert [code in answer.text for code in ("CFG-11", "CFG-26", "small.toml:")] == [True] * 3


def test_a_file_that_may_not_be_and_the_same_file_are_refused(desk: AtTheDesk) -> None:
    browser = desk.as_("office")
    same = browser.get(_send(browser, TEXT).headers["location"]).text
    other = browser.get(_send(browser, TEXT.replace('key = "small-2025"', 'key = "other"')).headers["location"]).text

    assert ("AMD-10" in same, "AMD-" in other, 'class="form"' in same) == (True, True, False)


def test_only_what_was_previewed_is_confirmed(desk: AtTheDesk) -> None:
    browser = desk.as_("office")
    path, _, fields = _previewed(browser, LATER)
    other = browser.post(path, {**fields, "digest": "0" * 64, "reason": "推迟"})
    reasonless = browser.post(path, fields)

    assert (other.status_code, "UPL-03" in other.text) == (409, True)
    assert "RSN-01" in reasonless.text
    assert _version(desk.house) == 1


def test_who_did_not_send_a_file_does_not_see_it(desk: AtTheDesk) -> None:
    path, _, _ = _previewed(desk.as_("office"), LATER)

    assert "UPL-01" in desk.as_("second").get(path).text
    assert desk.as_("auditor").get(path).status_code == 403


def test_a_version_that_is_not_there_is_not_there(desk: AtTheDesk) -> None:
    assert [desk.as_("auditor").get(f"versions/{number}").status_code for number in (1, 2)] == [200, 404]
