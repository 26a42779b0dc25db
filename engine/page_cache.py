"""How much of its file SQLite keeps in memory while it writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from engine.failing import alike

USUAL, ROOMY = 2_000, 16_000  # KiB: its own measure, and what a few thousand rows with their indexes and counters need


@contextmanager
def roomy(connection: Connection) -> Iterator[None]:
    """Room for a change of many rows: it comes back to each page for every list, and would have to read it anew."""
    _keep(connection, ROOMY)
    try:
        yield
    finally:
        _keep(connection, USUAL)


def _keep(connection: Connection, size: int) -> None:
    driver: Any = connection.connection.driver_connection
    with alike(connection):
        driver.execute(f"PRAGMA cache_size={-size}")
