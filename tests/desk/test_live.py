"""Open pages hear that what they show has changed: through one desk, through another, and no longer than they may."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Connection, select
from sqlmodel import col

from bangdan.desk.live import MOST_OF_A_SESSION, Live, Stream
from bangdan.desk.visiting import SESSION, SignInFirst
from engine.accounts import sessions
from engine.accounts.tables import Account
from engine.changes.telling import EVERY
from engine.database import Database
from tests.faults.desks import CAMPAIGN, Furnished, LiveDesk, furnished, served

CHANGED = "id: {}\nevent: changed\ndata: changed\n\n"
HERE = ": \n\n"


def _stream(marks: list[str], **more: Any) -> Stream:
    """One that finds these marks, one after the other, and whose rights are over then."""

    def look() -> str:
        if not marks:
            raise SignInFirst
        return marks.pop(0)

    return Stream(**{"session": 1, "campaign": 7, "look": look, "whole": True, "patience": 0, **more})


async def _said(live: Live, stream: Stream, changing: list[int]) -> list[str]:
    """Everything that a stream says to a page at mark `a` while these change again and again."""
    said = []
    async for piece in live.told(stream, "a"):
        said.append(piece)
        live.hear(changing)
        await asyncio.sleep(0)
    return said[1:]


@pytest.mark.anyio
async def test_a_page_hears_that_it_is_behind_and_of_changes_that_concern_it() -> None:
    live = Live()
    live.begin()

    said = {
        "behind": await _said(live, _stream(["b", "b", "c"], whole=False), [7]),
        "one thing": await _said(live, _stream(["a", "a"], whole=False), [7]),
        "the campaign": await _said(live, _stream(["a", "a"]), [7]),
        "letters that left": await _said(live, _stream(["a", "a"]), [EVERY]),
        "and are shown": await _said(live, _stream(["a", "a"], letters=True), [EVERY]),
    }

    a, b, c = map(CHANGED.format, "abc")
    assert said == {"behind": [b, HERE, c], "one thing": [HERE, HERE], "the campaign": [a, a],
                    "letters that left": [HERE, HERE], "and are shown": [a, a]}  # fmt: skip


@pytest.mark.anyio
async def test_a_session_holds_so_many_streams_and_a_desk_that_stops_none() -> None:
    live = Live()
    before = live.has_room(1)
    live.begin()
    held = [live.told(_stream(["a"]), "a") for _ in range(MOST_OF_A_SESSION)]
    for each in held:
        await anext(each)

    room = (live.has_room(1), live.has_room(2))
    live.end()

    assert (before, room, live.has_room(2)) == (False, (False, True), False)
    assert [[piece async for piece in each] for each in held] == [[]] * MOST_OF_A_SESSION


@pytest.fixture
def house(sqlite_database_url: str) -> Furnished:
    return furnished(sqlite_database_url, drafts=2)


@contextmanager
def _listening(desk: LiveDesk, session: str) -> Iterator[Iterator[str]]:
    """The lines of a stream of the campaign, which has begun."""
    browser = httpx2.Client(cookies={SESSION: session}, timeout=60)
    with browser, browser.stream("GET", f"{desk.client.base_url}/c/{CAMPAIGN}/live") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.iter_lines()
        assert [next(lines) for _ in range(3)] == ["retry: 3000", "", ": "]
        yield lines


def test_a_stream_ends_with_the_session_and_at_once_when_the_desk_stops(house: Furnished, tmp_path: Path) -> None:
    log = tmp_path / "desk.log"
    with ExitStack() as stack:
        with served(house, tmp_path, "--no-engine", log=log) as desk:
            lines, others = (stack.enter_context(_listening(desk, each)) for each in (house.session, _session(house)))
            desk.submit(house.drafts[0], key="one")
            told = [next(line for line in each if line.startswith("event")) for each in (lines, others)]
            with _written(house) as connection:
                sessions.end(connection, house.session, at=datetime.now(UTC))
            desk.submit(house.drafts[1], key="two")
            rest = [line for line in lines if line.startswith("event")]
            told.append(next(line for line in others if line.startswith("event")))
        stopped = [line for line in others if line.startswith("event")]

    assert (told, rest, stopped) == (["event: changed"] * 3, [], [])
    assert "Cancel" not in log.read_text(encoding="utf-8")  # it waited for no stream


@contextmanager
def _written(house: Furnished) -> Iterator[Connection]:
    """A transaction of another process."""
    database = Database(house.url)
    try:
        with database.write() as connection:
            yield connection
    finally:
        database.dispose()


def _session(house: Furnished) -> str:
    """Another one of the same person."""
    with _written(house) as connection:
        account = int(connection.execute(select(col(Account.id))).scalar_one() or 0)
        return sessions.begin(connection, account, at=datetime.now(UTC), how="password")


def test_two_windows_on_two_desks_see_what_the_other_does(
    postgres_database_url: str, tmp_path: Path, page: Page
) -> None:
    house = furnished(postgres_database_url, drafts=2)
    first, second = house.drafts
    (tmp_path / "a.log").touch()
    with (
        served(house, tmp_path, "--no-engine", log=tmp_path / "a.log") as here,
        served(house, tmp_path, "--no-engine", log=tmp_path / "b.log") as there,
    ):
        at = f"{here.client.base_url}/c/{CAMPAIGN}"
        page.context.add_cookies([{"name": SESSION, "value": house.session, "url": str(here.client.base_url)}])
        there.submit(first, key="one")
        others = page.context.new_page()
        for each, path in ((page, ""), (others, f"/nominations/{first}")):
            with each.expect_response(lambda answer: "/live" in answer.url) as answer:
                each.goto(at + path)
            assert answer.value.status == 200
        page.locator("#live").evaluate("it => it.addEventListener('changed', () => document.body.dataset.heard = 1)")
        others.locator("summary", has_text="退回").click()
        others.get_by_label("理由").first.fill("写到一半")

        there.submit(second, key="two")
        expect(page.locator("body")).to_have_attribute("data-heard", "1")  # it does not only look now and then
        expect(page.locator("#live .total td").first).to_have_text("2")
        expect(others.locator(".news")).to_be_empty()
        there.press(first, "return", key="three")

        expect(others.locator(".news")).to_have_text("本页内容有更新。 点此刷新")
        expect(others.get_by_label("理由").first).to_have_value("写到一半")
        for each in (page, others):
            each.goto("about:blank")  # or it complains that the desk is gone


def test_a_page_of_exports_shows_by_itself_that_an_ordered_one_is_ready(
    house: Furnished, tmp_path: Path, page: Page
) -> None:
    with served(house, tmp_path) as desk:
        page.context.add_cookies([{"name": SESSION, "value": house.session, "url": str(desk.client.base_url)}])
        with page.expect_response(lambda answer: "/exports/live" in answer.url):
            page.goto(f"{desk.client.base_url}/c/{CAMPAIGN}/exports")
        expect(page.locator("#orders .nothing")).to_be_visible()
        desk.client.post(f"/api/campaigns/{CAMPAIGN}/export-orders", json={"what": "nominations", "form": "csv"},
                         headers={"idempotency-key": "one"})  # fmt: skip

        expect(page.locator("#orders .pill")).to_have_text("可下载")
        with page.expect_download() as taken:
            page.get_by_role("link", name="下载：").click()
        assert Path(taken.value.path()).read_text(encoding="utf-8-sig").count("第") == len(house.drafts)
        page.goto("about:blank")  # or it complains that the desk is gone
