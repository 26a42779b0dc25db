"""Houses with a campaign open, on each of the two databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.builders import House, house_with
from tests.small import small_house


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    """The campaign of the 2023 notice, opened a week before its collection."""
    opened = house_with(database_url)
    yield opened
    opened.office.database.dispose()


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
