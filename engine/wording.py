"""Statements worded so that PostgreSQL can keep its plan of them."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Integer, literal_column


def at_most(rows: int) -> ColumnElement[int]:
    """A LIMIT in the words of the statement and not as a value of it.

    PostgreSQL makes one plan for all values as soon as that looks no dearer; of an unknown limit it takes a tenth of
    the table to be wanted, finds that dear, and plans each time anew, which takes longer than the page.
    """
    return literal_column(str(rows), Integer)
