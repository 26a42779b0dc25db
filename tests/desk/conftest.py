"""The desk over the small campaign, on SQLite; a browser without a screen for most tests, a real one for some."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.builders import House
from tests.desk.people import AtTheDesk

CHROMIUM = os.environ.get("BANGDAN_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PATIENCE = 30_000  # milliseconds until a page that does not change is a failure, as for a page that does not come


@pytest.fixture
def desk(quick: House) -> AtTheDesk:
    """The desk of the small campaign in the middle of its collection, with one person for each role."""
    return AtTheDesk(quick)


@pytest.fixture(scope="module")  # while it is up, its event loop is in the way of every other in this thread
def chromium() -> Iterator[Browser]:
    """The system's Chromium, for one module of tests."""
    if CHROMIUM is None:
        pytest.skip("没有 Chromium / no Chromium on this machine: apt-get install chromium")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """An empty page that fails its test when anything is said on its console, or asked of another host."""
    context = chromium.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda asked: wrong.append(asked.url) if "//127.0.0.1:" not in asked.url else None)
    yield page
    context.close()
    assert wrong == []


@contextmanager
def listening(app: FastAPI) -> Iterator[str]:
    """The app on a free port of the loopback, for as long as the block lasts; its address."""
    with socket.create_server(("127.0.0.1", 0)) as on:
        config = uvicorn.Config(app, log_config=None, lifespan="off", ws="none", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [on]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{on.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()
