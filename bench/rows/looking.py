"""The funnel, a page of a filtered list, and the history of one nomination."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from itertools import count

from bench.contender import Contender
from bench.record import FLOOR, Place
from bench.running import Run, Step, Store

OURS = "bench.ours.looking"
FUNNEL, PAGE, HISTORY = "funnel", "page", "history"
TEN_MILLION = 10_000_000
LINES = 10  # of the history of each nomination
Asked = tuple[str, str, str, str]  # contender of the table, which process, what it is asked to do, and of what

ROWS: dict[str, Sequence[Asked]] = {
    FUNNEL: (
        (FLOOR, "bare", "run", "counters"), ("GROUP BY", "bare", "run", "group"),
        ("bangdan", "bangdan", "run", FUNNEL),
    ),
    PAGE: (
        (FLOOR, "bare", "run", "keyset"), ("OFFSET", "bare", "run", "offset"), ("bangdan", "bangdan", "run", PAGE),
        ("bangdan's statements", "bangdan", "in_database", PAGE),
    ),
    HISTORY: (
        (FLOOR, "bare", "run", "events"), ("bangdan", "bangdan", "run", HISTORY),
        ("bangdan's statements", "bangdan", "in_database", HISTORY),
    ),
}  # fmt: skip


def measure(run: Run, row: str) -> None:
    """Each database at each size. Of a history, the size is that of all lines together."""
    for store in run.stores:
        for size in (*run.sizes, *([TEN_MILLION] if run.ten_million and row == HISTORY else [])):
            lines = LINES if row == HISTORY else 1
            _at(run, store, row, size, drafts=max(size // lines, 1), lines=lines)


def _at(run: Run, store: Store, row: str, size: int, *, drafts: int, lines: int) -> None:
    place = Place(row=row, database=store.name, size=size)
    url = store.worlds.template(drafts, lines)  # nobody changes it
    with ExitStack() as stack:
        ours = {name: stack.enter_context(run.contender(OURS, name)) for name in ("bare", "bangdan")}
        for each in ours.values():
            each.ask("prepare", url=url, drafts=drafts)
        asked = [(name, partial(_looks, ours[who], do, what, run.count, count())) for name, who, do, what in ROWS[row]]
        for _, look in asked:  # the first time is slower for everybody
            look()
        run.in_turn([Step(place=place, contender=name, ask=look) for name, look in asked])


def _looks(each: Contender, do: str, what: str, looks: int, seeds: count[int]) -> dict[str, float]:
    """Other places in each round, the same for everybody in the same round."""
    return each.ask(do, what=what, count=looks, seed=next(seeds))
