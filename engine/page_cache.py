"""How much of its file SQLite keeps in memory while it writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from engine.pragma import pragma

USUAL, ROOMY = 2_000, 16_000  # KiB: its own measure, and what a few thousand rows with their indexes and counters need


@contextmanager
def roomy(connection: Connection) -> Iterator[None]:
    """Room for a change of many rows: it comes back to each page for every list, and would have to read it anew."""
    pragma(connection, f"cache_size={-ROOMY}")
    try:
        yield
    finally:
        pragma(connection, f"cache_size={-USUAL}")
