"""The small campaign, for whole stories and for races."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.builders import House
from tests.small import small_house


@pytest.fixture
def small(database_url: str) -> Iterator[House]:
    """The small campaign of two lists, on each of the two databases."""
    opened = small_house(database_url)
    yield opened
    opened.office.database.dispose()


@pytest.fixture
def quick(sqlite_database_url: str) -> Iterator[House]:
    """The same on SQLite alone."""
    opened = small_house(sqlite_database_url)
    yield opened
    opened.office.database.dispose()
