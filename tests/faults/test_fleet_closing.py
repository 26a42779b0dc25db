"""Three workers and two desks at a closing of many drafts and letters, while a worker, a cable or the database goes.

`BANGDAN_TEST_FLEET_DRAFTS=200000` makes it as large as is promised; by default it is a tenth of that. What each test
measured is told behind its name: the seconds from the fault to the end, and the longest click at a desk.
"""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import NullPool, create_engine
from sqlalchemy.engine import URL

from tests.faults import fleet, needs
from tests.faults.desks import LiveDesk, served
from tests.faults.islands import Island, island
from tests.faults.sink import Sink, sink
from tests.postgres import Cluster, Unavailable, cluster

DRAFTS = int(os.environ.get("BANGDAN_TEST_FLEET_DRAFTS", "20000"))
AWAY = 15  # seconds for which a cable is out, at least

Tell = Callable[[str, object], None]


@pytest.fixture(scope="module")
def there() -> Iterator[Island | None]:
    """Another host, where one can be made."""
    with ExitStack() as stack:
        yield stack.enter_context(island()) if needs.may_net() else None


@pytest.fixture(scope="module")
def durable(there: Island | None) -> Iterator[Cluster]:
    """A server of our own that waits for the disk at each commit, and listens to the other host."""
    try:
        with cluster(durable=True, address=there.shore if there else "") as running:
            yield running
    except Unavailable as why:
        pytest.skip(str(why))


@pytest.fixture(scope="module")
def template(durable: Cluster) -> fleet.Built:
    """The house, made once: each test has a copy of its own."""
    _admin(durable.url, "CREATE DATABASE template")
    return fleet.built(durable.url.set(database="template"), units=DRAFTS // fleet.EACH)


@pytest.fixture
def house(durable: Cluster, template: fleet.Built) -> Iterator[fleet.Built]:
    """The copy."""
    name = f"house_{secrets.token_hex(4)}"
    # Copied by file: copied by log, a server that crashes soon afterwards gives numbers of its sequences out twice.
    _admin(durable.url, f"CREATE DATABASE {name} TEMPLATE template STRATEGY file_copy")
    url = durable.url.set(database=name)
    yield fleet.moved(template, url)
    _admin(durable.url, f"DROP DATABASE {name} WITH (FORCE)")


def _admin(url: URL, statement: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)


@dataclass(frozen=True, kw_only=True)
class Running:
    """Everything that runs."""

    house: fleet.Built
    place: fleet.Place
    crew: fleet.Crew
    mail: Sink
    desks: tuple[LiveDesk, ...]
    people: list[fleet.Clicks]

    @property
    def url(self) -> URL:
        return self.place.url


@contextmanager
def _running(house: fleet.Built, folder: Path, *names: str) -> Iterator[Running]:
    """Two desks, somebody at each, and workers; the closing begins with them."""
    with ExitStack() as stack:
        mail = stack.enter_context(sink(folder))
        folders = [folder / name for name in ("left", "right")]
        for each in folders:
            each.mkdir()
        one_key = {"BANGDAN_KEY_FILE": str(folder / "bangdan.key")}
        desks = tuple(
            stack.enter_context(served(house.desk, each, "--no-engine", environment=one_key)) for each in folders
        )
        people = stack.enter_context(fleet.clicking(*desks))
        place = fleet.Place(url=house.url, folder=folder, smtp=("127.0.0.1", mail.port))
        crew = stack.enter_context(fleet.workers(place, *names))
        yield Running(house=house, place=place, crew=crew, mail=mail, desks=desks, people=people)


def _end(running: Running, tell: Tell, what: str, seconds: float, in_doubt: int = 0) -> None:
    """Nobody clicks any more and the workers leave; then everything is looked at."""
    for person in running.people:
        person.end()
    time.sleep(2 * fleet.BETWEEN)
    receipts = sum(len(each.accepted) for each in running.people)
    fleet.wait_for_receipts(running.url, receipts, in_doubt)
    assert set(running.crew.leave()) == {0}
    longest = max(each.longest for each in running.people)
    tell("summary", f"{DRAFTS} drafts, {what}: {seconds:.0f} s to the end, {_told(running.people)}, "
                    f"longest click {longest[0]:.1f} s ({longest[1]})")  # fmt: skip
    assert [each.unexpected for each in running.people] == [[], []]
    assert fleet.lost(running.url, running.house) == []
    assert fleet.faults(running.url) == ()
    assert fleet.wrong_letters(running.url, running.mail.copies()) == []
    assert fleet.submitted(running.url) >= {each for person in running.people for each in person.accepted}


def _told(people: list[fleet.Clicks]) -> str:
    answers = sum((each.answers for each in people), start=type(people[0].answers)())
    return f"{answers[200]} clicks answered and {answers[503]} told to come again"


def test_a_worker_killed_for_good_in_the_middle(house: fleet.Built, tmp_path: Path, record_property: Tell) -> None:
    with _running(house, tmp_path, "one", "two", "three") as running:
        killed = fleet.in_the_middle(running.url, house)
        running.crew.kill(killed)
        seconds = fleet.seconds_until_finished(running.url, house)
        _end(running, record_property, "a worker killed", seconds)


def test_a_worker_killed_for_good_while_letters_leave(
    house: fleet.Built, tmp_path: Path, record_property: Tell
) -> None:
    with _running(house, tmp_path, "one", "two", "three") as running:
        fleet.letters_leave(running.url, house)
        while (killed := running.crew.at_the_door(running.mail.port)) is None:
            assert fleet.look(running.url) is not None
        running.crew.kill(killed)
        seconds = fleet.seconds_until_finished(running.url, house, in_doubt=fleet.LINES)
        _end(running, record_property, "a worker killed while letters left", seconds, in_doubt=fleet.LINES)


@needs.network()
def test_a_worker_cut_off_and_healed(there: Island, house: fleet.Built, tmp_path: Path, record_property: Tell) -> None:
    with _running(house, tmp_path) as running:
        far = house.url.set(host=there.shore, port=5432, query={})
        running.crew.begin(
            "far", fleet.Place(url=far, folder=tmp_path, smtp=(there.shore, running.mail.port), on=there.on_it)
        )
        assert fleet.in_the_middle(running.url, house) == "far"
        there.cut()
        cut = time.monotonic()
        for name in ("one", "two"):
            running.crew.begin(name, running.place)
        held = fleet.seconds_until_free(running.url)
        seconds = held + fleet.seconds_until_finished(running.url, house)
        time.sleep(max(0.0, cut + AWAY - time.monotonic()))
        there.heal()
        running.crew.leave("one", "two")
        _end(running, record_property, f"a worker cut off (its locks for {held:.0f} s)", seconds)


@pytest.mark.parametrize("how", ["fast", "immediate"])
def test_the_database_restarted_in_the_middle(
    durable: Cluster, house: fleet.Built, tmp_path: Path, record_property: Tell, how: str
) -> None:
    with _running(house, tmp_path, "one", "two", "three") as running:
        fleet.in_the_middle(running.url, house)
        running.crew.without_those_that_only_begin(tmp_path)
        durable.stop("fast" if how == "fast" else "immediate")
        durable.start()
        seconds = fleet.seconds_until_finished(running.url, house)
        _end(running, record_property, f"the database restarted ({how})", seconds)
