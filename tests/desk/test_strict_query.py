"""Parameters of an address are each known, and each there once."""

from __future__ import annotations

import pytest

from bangdan.desk import strict_query
from workflows.reasons import Refused

KNOWN = ("unit", "after", "state")


def _refused(query: bytes) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        strict_query.read(query, KNOWN)
    return [(reason.code, reason.where) for reason in refused.value.reasons]


@pytest.mark.parametrize(
    ("query", "pairs"),
    [
        (b"", []),
        (b"unit=A&after=", [("unit", "A"), ("after", "")]),
        (b"unit=%E7%94%B2+%2B&", [("unit", "甲 +")]),
        (b"after", [("after", "")]),
    ],
)
def test_parameters_are_read(query: bytes, pairs: list[tuple[str, str]]) -> None:
    assert strict_query.read(query, KNOWN) == pairs


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (b"unit=A&unit=B", [("API-05", "?unit")]),  # A10
        (b"unit=A&%75nit=B", [("API-05", "?unit")]),
        (b"budget=1", [("API-09", "?budget")]),  # A19
        (b"unit=%00", [("API-02", "?unit")]),
        (b"unit=%ff", [("API-02", "?")]),
        (b"unit=%0b", [("API-06", "?unit")]),
        (b"unit=%E2%80%A8", [("API-06", "?unit")]),
    ],
)
def test_what_nobody_knows_or_can_store_is_refused(query: bytes, found: list[tuple[str, str]]) -> None:
    assert _refused(query) == found


def test_a_parameter_that_may_repeat_does() -> None:
    assert strict_query.read(b"state=a&state=b", KNOWN, lists=("state",)) == [("state", "a"), ("state", "b")]


def test_the_parameter_that_was_meant_is_named() -> None:
    with pytest.raises(Refused) as refused:
        strict_query.read(b"units=A", KNOWN)
    (reason,) = refused.value.reasons
    assert (reason.zh, reason.en) == ("没有参数“units”；是否应为“unit”？", 'no parameter "units"; did you mean "unit"?')
