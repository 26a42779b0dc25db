"""SQLite is asked for its own settings and doings."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection

from engine.failing import alike


def pragma(connection: Connection, words: str) -> list[tuple[Any, ...]]:
    """Its answer, straight from the driver: what SQLAlchemy asks begins a transaction, in which some are refused."""
    driver: Any = connection.connection.driver_connection
    with alike(connection):
        found: list[tuple[Any, ...]] = driver.execute(f"PRAGMA {words}").fetchall()
    return found
