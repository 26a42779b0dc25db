"""The small campaign with attributes, rules and whatever else a test adds to it."""

from __future__ import annotations

from tests.small import FILE

ATTRIBUTES = """
[attributes.region]
name = "地区"
english = "region"
of = "unit"
kind = "word"
values = ["east", "west"]

[attributes.born]
name = "出生日期"
english = "date of birth"
of = "nominee"
kind = "date"
"""


def small_with(*tables: str) -> str:
    """The small campaign's file with more tables."""
    return "\n".join((FILE.read_text(encoding="utf-8"), *tables))
