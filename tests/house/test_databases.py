"""The database fixtures give what they promise, on both databases."""

from __future__ import annotations

import sqlalchemy


def _tables(url: str) -> list[str]:
    engine = sqlalchemy.create_engine(url)
    names = sqlalchemy.inspect(engine).get_table_names()
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE 榜单 (name VARCHAR(20) PRIMARY KEY)")
    engine.dispose()
    return names


def test_a_database_is_fresh_for_the_first_test(database_url: str) -> None:
    assert _tables(database_url) == []


def test_a_database_is_fresh_for_the_next_test(database_url: str) -> None:
    assert _tables(database_url) == []
