"""A list in any order and narrowed in any way is read page by page to the same rows that one long page would have."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from engine import nominations as verbs
from engine.queries import choosing
from engine.queries.choosing import ORDERS
from engine.queries.listing import UNIT_ORDERS, nominations, units
from engine.queries.paging import Order, order_named
from tests.builders import House, add_unit
from tests.small import CLOSES, DURING, draft
from workflows.reasons import Refused

TITLES = ("量子通信", "长三角调度", "氢能储运", "AI芯片", "氢能储运", "重载列车", "脑机接口", "碳纤维")
FILTERS: tuple[dict[str, Any], ...] = (
    {}, {"states": ("submitted",)}, {"tracks": ("inventions/light",)}, {"unit": "丁学会"}, {"channel": "cities"},
    {"states": ("drafted", "withdrawn"), "tracks": ("inventions/water", "people")}, {"text": "qn"}, {"text": "学会"},
    {"since": DURING + timedelta(minutes=4)},
)  # fmt: skip


def _fill(house: House) -> None:
    """Three units with drafts, submissions and one that was withdrawn, a minute apart."""
    with house.write(DURING) as work:
        theirs = [add_unit(work, name, channels=[channel]) for name, channel in
                  (("丁学会", "societies"), ("北市", "cities"), ("甲学会", "societies"))]  # fmt: skip
    for number, title in enumerate(TITLES):
        with house.write(DURING + timedelta(minutes=number)) as work:
            track = "inventions/light" if number % 2 else "inventions/water"
            made = draft(work, theirs[number % 3], title, track=track)
            if number % 3 != 1:
                verbs.submit(work, made)
    with house.write(DURING + timedelta(minutes=9)) as work:
        verbs.withdraw(work, made, reason="重复")


def _paged(house: House, order: Order, **filters: Any) -> list[str]:
    """Every id, three rows a page."""
    found: list[str] = []
    after: str | None = None
    while True:
        with house.read(CLOSES) as work:
            page = nominations(work, order=order, after=after, limit=3, **filters)
        found += [row.id for row in page.rows]
        after = page.after
        if after is None:
            return found


def _at_once(house: House, order: Order, **filters: Any) -> list[str]:
    with house.read(CLOSES) as work:
        return [row.id for row in nominations(work, order=order, **filters).rows]


@pytest.mark.parametrize("few", [True, False])
def test_pages_put_together_are_the_list(small: House, monkeypatch: pytest.MonkeyPatch, few: bool) -> None:
    monkeypatch.setattr(choosing, "FEW", 100 if few else 0)
    monkeypatch.setattr(choosing, "LONGEST_STRIDE", 2)
    _fill(small)

    for by, down, filters in product(ORDERS, (False, True), FILTERS):
        order = Order(by=by, down=down)
        assert _paged(small, order, **filters) == _at_once(small, order, **filters), (order, filters)


@pytest.mark.parametrize("few", [True, False])
def test_each_order_is_the_one_it_names(small: House, monkeypatch: pytest.MonkeyPatch, few: bool) -> None:
    monkeypatch.setattr(choosing, "FEW", 100 if few else 0)
    _fill(small)
    with small.read(CLOSES) as work:
        shown = {by: nominations(work, order=Order(by=by)).rows for by in ORDERS}
        back = {by: nominations(work, order=Order(by=by, down=True)).rows for by in ORDERS}

    assert [row.title for row in shown["drafted"]] == list(TITLES)
    assert "".join(row.title[0] for row in shown["title"]) == "A量脑氢氢碳长重"
    assert [row.unit for row in shown["unit"]] == ["北市"] * 3 + ["丁学会"] * 3 + ["甲学会"] * 2
    assert [row.state for row in shown["state"]] == ["drafted"] * 2 + ["submitted"] * 5 + ["withdrawn"]
    assert [row.title for row in shown["changed"]] == [*TITLES[:7], TITLES[7]]
    assert [row.submitted_at is None for row in shown["submitted"]] == [True] * 3 + [False] * 5
    assert {by: rows[::-1] for by, rows in back.items()} == shown


def test_units_page_by_page_are_the_list(small: House) -> None:
    _fill(small)
    for by, down in product(UNIT_ORDERS, (False, True)):
        order = Order(by=by, down=down)
        with small.read(CLOSES) as work:
            whole = units(work, order=order)
            first = units(work, order=order, limit=2)
            rest = units(work, order=order, limit=2, after=first.after)
        assert (first.rows + rest.rows, rest.after) == (whole.rows, None), order


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"limit": 0}, "PAG-02"), ({"limit": -1}, "PAG-02"), ({"limit": 10**9}, "PAG-02"),
        ({"after": ""}, "PAG-01"), ({"after": "-1"}, "PAG-01"),
        ({"after": "中"}, "PAG-01"), ({"after": "W10"}, "PAG-01"),
        ({"after": "W" * 10_000}, "PAG-01"), ({"text": "长" * 101}, "SEA-01"), ({"text": "a " * 9}, "SEA-01"),
    ],
)  # fmt: skip
def test_what_is_no_page_is_refused(quick: House, asked: dict[str, Any], code: str) -> None:
    with quick.read(DURING) as work, pytest.raises(Refused) as refusal:
        nominations(work, **asked)

    assert [reason.code for reason in refusal.value.reasons] == [code]


def test_a_cursor_belongs_to_its_order(quick: House) -> None:
    _fill(quick)
    with quick.read(CLOSES) as work:
        after = nominations(work, order=Order(by="title"), limit=2).after
        with pytest.raises(Refused, match="PAG-01 续页标记属于另一种排序"):
            nominations(work, order=Order(by="title", down=True), after=after)


def test_an_order_is_named_by_what_there_is() -> None:
    assert order_named("-changed", ORDERS) == Order(by="changed", down=True)
    with pytest.raises(Refused, match="SRT-01 不能按 'applicant_email' 排序"):
        order_named("applicant_email", ORDERS)
