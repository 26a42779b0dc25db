"""A database that another program holds: a clear answer in bounded time, and reading goes on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.desks import CAMPAIGN, Furnished, LiveDesk, command_line, furnished, served

WAITED = "数据库正被其他程序或操作占用，等了1秒仍不能写入，本次内容没有保存；请稍后再试"
CLIENTS = 6


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    """A house whose writers wait a second for the lock."""
    folder = tmp_path_factory.mktemp("house")
    return furnished(f"sqlite:///{folder / 'bangdan.sqlite3'}?timeout=1", drafts=CLIENTS + 2)


@pytest.fixture(scope="module")
def desk(house: Furnished, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveDesk]:
    """Its desk."""
    with served(house, tmp_path_factory.mktemp("desk"), "--no-engine") as running:
        yield running


@contextmanager
def _held(house: Furnished) -> Iterator[None]:
    """Another program holds the write lock."""
    other = sqlite3.connect(house.url.removeprefix("sqlite:///").partition("?")[0], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()


def test_a_lock_that_another_program_holds_is_told_to_everybody_who_waits_and_reading_goes_on(
    house: Furnished, desk: LiveDesk
) -> None:
    drafts = desk.drafts[:CLIENTS]
    with _held(house), ThreadPoolExecutor(CLIENTS) as pool:
        locked = list(pool.map(lambda draft: desk.submit(draft, key=draft), drafts))
        read = [desk.client.get(f"/api/campaigns/{CAMPAIGN}/nominations"), desk.page("nominations")]
    freed = [desk.submit(draft, key=draft) for draft in drafts]
    told = {(each.status_code, each.json()["code"], each.json()["reasons"][0]["zh"]) for each in locked}
    assert (told, [each.status_code for each in read]) == ({(503, "SYS-01", WAITED)}, [200, 200])
    assert [each.json()["state"] for each in freed] == ["submitted"] * CLIENTS


def test_a_command_is_told_of_the_lock_too(house: Furnished, desk: LiveDesk, tmp_path: Path) -> None:
    with _held(house):
        said = command_line(house.url, tmp_path, "nomination", "submit", desk.drafts[CLIENTS])
    assert (said.code, said.out) == (4, "")
    assert f"SYS-01  {WAITED}" in said.err
