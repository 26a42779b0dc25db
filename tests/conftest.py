"""What every test may ask for: a database on SQLite and PostgreSQL, empty or with the small campaign, and a clock."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

# Before any clock is frozen: imported under a frozen clock, psycopg takes the fake datetime for the real one.
import psycopg  # noqa: F401
import pytest
import sqlalchemy
from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory
from hypothesis import settings
from sqlalchemy.engine import URL, make_url

from tests.builders import House
from tests.postgres import Unavailable, server
from tests.small import small_house

Freeze = Callable[[datetime | str], FrozenDateTimeFactory]

# No deadline: a slow machine is no failure. In CI the same examples every time, so that a red run can be repeated.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.fixture
def anyio_backend() -> str:
    """The one event loop we run on (`@pytest.mark.anyio`)."""
    return "asyncio"


@pytest.fixture
def frozen() -> Iterator[Freeze]:
    """`frozen(instant)` stops the clock for the rest of the test; what it returns has `move_to` and `tick`.

    The event loop keeps real time, or a sleep or a network timeout in async code would never end.
    """
    with ExitStack() as stack:

        def freeze(instant: datetime | str) -> FrozenDateTimeFactory:
            clock = stack.enter_context(freeze_time(instant, real_asyncio=True))
            assert isinstance(clock, FrozenDateTimeFactory)
            return clock

        yield freeze


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[URL]:
    """A PostgreSQL server where we may create databases.

    `BANGDAN_TEST_DATABASE_URL` if that is set, else a server of our own in the temporary folder, else a skip.
    """
    if given := os.environ.get("BANGDAN_TEST_DATABASE_URL"):
        yield make_url(given)
        return
    with ExitStack() as stack:
        try:
            own = stack.enter_context(server())
        except Unavailable as why:
            pytest.skip(str(why))
        yield own


@pytest.fixture
def postgres_database_url(postgres_url: URL) -> Iterator[str]:
    """A fresh empty PostgreSQL database, dropped after the test whoever is still connected."""
    name = f"bangdan_test_{secrets.token_hex(6)}"
    admin = sqlalchemy.create_engine(postgres_url, isolation_level="AUTOCOMMIT", poolclass=sqlalchemy.NullPool)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield postgres_url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_database_url(tmp_path: Path) -> str:
    """An SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'bangdan.sqlite3'}"


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh empty database, on each of the two in turn: the same test must pass on both."""
    url: str = request.getfixturevalue(f"{request.param}_database_url")
    return url


@pytest.fixture
def small(database_url: str) -> Iterator[House]:
    """The small campaign of two lists, opened a week before its collection."""
    opened = small_house(database_url)
    yield opened
    opened.office.database.dispose()


@pytest.fixture
def quick(sqlite_database_url: str) -> Iterator[House]:
    """The same on SQLite alone, for rules in which the database has no say."""
    opened = small_house(sqlite_database_url)
    yield opened
    opened.office.database.dispose()
