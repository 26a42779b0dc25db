"""PostgreSQL killed, restarted and cut off: what was acknowledged is there, and whoever asks again is served once."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event as Signal
from typing import Any

import pytest
from sqlalchemy import NullPool, create_engine, func, select
from sqlalchemy.engine import URL
from sqlmodel import col

from bangdan.desk import problems
from engine import nominations, plain
from engine.database import Database
from engine.office import Office, once
from engine.tables import Event, Nomination, Request
from notifications.tables import LETTER
from tests.builders import House, add_unit
from tests.faults.cut_line import cut_line
from tests.postgres import Cluster, Unavailable, cluster
from tests.small import DURING, FILE, OFFICE, OPENED, draft, faults, small_house

CLIENTS, EACH = 8, 16
AT_FULL_SPEED = 24  # acknowledged submissions after which the server is killed


@pytest.fixture(scope="module")
def durable() -> Iterator[Cluster]:
    """A server of our own that waits for the disk at each commit."""
    try:
        with cluster(durable=True) as running:
            yield running
    except Unavailable as why:
        pytest.skip(str(why))


@pytest.fixture
def url(durable: Cluster) -> Iterator[URL]:
    """A fresh database on it."""
    name = f"bangdan_{secrets.token_hex(6)}"
    admin = create_engine(durable.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield durable.url.set(database=name)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


def _furnished(url: URL, units: int = 1, each: int = 1) -> list[str]:
    """The small campaign with so many drafts of each of so many units, which get letters; the drafts' ids."""
    text = FILE.read_text(encoding="utf-8").replace("limit = 2", f"limit = {each}")
    house = small_house(url.render_as_string(hide_password=False), text)
    with house.write(OPENED) as work:
        made = [add_unit(work, f"第{n}学会", people=[("张三", f"z{n}@a.example")]) for n in range(units)]
    with house.write(DURING) as work:
        drafts = [draft(work, unit, f"{unit}-{number}") for number in range(each) for unit in made]
    house.office.database.dispose()
    return drafts


@contextmanager
def _opened(url: URL) -> Iterator[House]:
    """A house on it, as a desk that runs has it."""
    database = Database(url)
    yield House(office=Office(database=database), campaign="small-2025")
    database.dispose()


def _submit(house: House, nomination: str) -> str:
    """One request: the answer's state, or the code that the API would tell."""
    try:
        with house.office.write(house.campaign, OFFICE, at=DURING) as work:
            answer: dict[str, Any] = once(
                work,
                f"key-{nomination}",
                {},
                lambda: plain.answered(work, "submit", nominations.submit(work, nomination)),
            )
        return str(answer["state"])
    except Exception as error:  # noqa: BLE001 - whatever the database raises
        return ", ".join(reason.code for reason in problems.reasons_of(error) or ()) or repr(error)


def _stored(house: House) -> tuple[set[str], int, int, int]:
    """Which are submitted; how many events, receipts and kept answers there are."""
    with house.read(DURING) as work:
        found = select(col(Nomination.public_id)).where(col(Nomination.state) == "submitted")
        counted = (
            select(func.count()).select_from(Event).where(col(Event.verb) == "submit"),
            select(func.count()).where(LETTER.c.template == "submission-receipt"),
            select(func.count()).select_from(Request),
        )
        events, receipts, answers = (int(work.connection.execute(query).scalar_one()) for query in counted)
        return set(work.connection.execute(found).scalars()), events, receipts, answers


def test_a_server_killed_under_load_has_every_acknowledged_submission_and_repeats_double_nothing(
    durable: Cluster, url: URL
) -> None:
    keys = _furnished(url, CLIENTS, EACH)
    heard: dict[str, str] = {}
    enough = Signal()

    def client(house: House, mine: list[str]) -> None:
        for key in mine:
            heard[key] = _submit(house, key)
            if list(heard.values()).count("submitted") >= AT_FULL_SPEED:
                enough.set()

    with _opened(url) as house, ThreadPoolExecutor(CLIENTS) as pool:
        running = [pool.submit(client, house, keys[number::CLIENTS]) for number in range(CLIENTS)]
        assert enough.wait(120)
        durable.kill()
        for each in running:
            each.result()
        durable.start()
        stored = _stored(house)[0]
        repeated = {_submit(house, key) for key in keys}
        found = _stored(house), faults(house)

    acknowledged, refused = _those(heard, "submitted"), _those(heard, "SYS-01")
    assert acknowledged | refused | _those(heard, "SYS-02") == set(keys)
    assert (acknowledged - stored, refused & stored, len(acknowledged) < len(keys)) == (set(), set(), True)
    assert (repeated, found) == ({"submitted"}, ((set(keys), len(keys), len(keys), len(keys)), ()))


def _those(heard: dict[str, str], answer: str) -> set[str]:
    return {key for key, each in heard.items() if each == answer}


def test_a_server_that_was_restarted_between_two_requests_is_not_noticed(durable: Cluster, url: URL) -> None:
    first, second = _furnished(url, each=2)
    with _opened(url) as house:
        heard = [_submit(house, first)]
        durable.stop()
        durable.start()
        heard.append(_submit(house, second))
        assert (heard, _stored(house)[1:], faults(house)) == (["submitted", "submitted"], (2, 2, 2), ())


def test_a_server_that_is_away_is_said_to_be_and_is_used_again_when_it_is_back(durable: Cluster, url: URL) -> None:
    (key,) = _furnished(url)
    with _opened(url) as house:
        durable.stop()
        try:
            heard = [_submit(house, key)]
        finally:
            durable.start()
        heard.append(_submit(house, key))
        assert (heard, _stored(house), faults(house)) == (["SYS-01", "submitted"], ({key}, 1, 1, 1), ())


@pytest.mark.parametrize(("forwarded", "kept"), [(True, 1), (False, 0)])
def test_a_line_that_is_cut_in_the_commit_is_told_as_unknown_and_the_repeat_is_stored_once(
    url: URL, *, forwarded: bool, kept: int
) -> None:
    (key,) = _furnished(url)
    with cut_line(url) as line, _opened(line.url) as house:
        line.cut_at(b"COMMIT", forwarded=forwarded)
        heard = [_submit(house, key)]
        stored = _stored(house)[1:]
        heard.append(_submit(house, key))
        assert (heard, stored) == (["SYS-02", "submitted"], (kept, kept, kept))
        assert (_stored(house), faults(house)) == (({key}, 1, 1, 1), ())
