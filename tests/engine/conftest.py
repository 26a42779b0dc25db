"""Houses with a campaign open, on each of the two databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.builders import House, house_with


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    """The campaign of the 2023 notice, opened a week before its collection."""
    opened = house_with(database_url)
    yield opened
    opened.office.database.dispose()
