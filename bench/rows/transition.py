"""One durable transition: how many a second, at growing tables, and with several clients at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

from bench.contender import Contender, GaveUp
from bench.peerage import PEERS, Peer
from bench.record import FLOOR, Place
from bench.running import Run, Step, Store

ROW = "transition"
SUBMIT, RECALL = "submit", "recall"
OURS = "bench.ours.transition"
CLIENTS = (4, 16)


def measure(run: Run) -> None:
    """Each database at each size; peers at the smallest, several clients where a database takes them."""
    for store in run.stores:
        for size in run.sizes:
            _at(run, store, size, first=size == run.sizes[0])


def _at(run: Run, store: Store, size: int, *, first: bool) -> None:
    several = CLIENTS if first and store.name == "postgresql" else ()
    with ExitStack() as stack:
        ours = {}
        for name in (FLOOR, "bangdan"):
            url = stack.enter_context(store.worlds.copy(size))
            ours[name] = stack.enter_context(run.contender(OURS, name))
            ours[name].ask("prepare", url=url, count=run.count, most_clients=max(several, default=1))
        for each in ours.values():  # the first time is slower for everybody
            _forth_and_back(each)
        peers = dict(_ready(run, store, size, stack)) if first else {}
        run.in_turn([
            *(_step(store, size, SUBMIT, name, each, forth=True) for name, each in ours.items()),
            *(_step(store, size, RECALL, name, each, forth=False) for name, each in ours.items()),
            *(_both(store, size, name, each) for name, each in peers.items()),
        ])  # fmt: skip
        for count in several:
            besides = peers if count == min(several) else {}  # a server has only so many connections
            run.in_turn([
                *(_step(store, size, f"{word}, {count} clients", name, each, forth=forth, count=count)
                  for word, forth in ((SUBMIT, True), (RECALL, False)) for name, each in ours.items()),
                *(_both(store, size, name, each, count=count) for name, each in besides.items()),
            ])  # fmt: skip


def _step(store: Store, size: int, variant: str, name: str, each: Contender, *, forth: bool, count: int = 1) -> Step:
    place = Place(row=ROW, database=store.name, size=size, variant=variant)
    return Step(place=place, contender=name, ask=lambda: each.ask("run", forth=forth, count=count))


def _both(store: Store, size: int, name: str, each: Contender, *, count: int = 1) -> Step:
    variant = SUBMIT if count == 1 else f"{SUBMIT}, {count} clients"
    place = Place(row=ROW, database=store.name, size=size, variant=variant)
    return Step(place=place, contender=name, ask=lambda: _forth_and_back(each, count=count))


def _forth_and_back(each: Contender, *, count: int = 1) -> dict[str, Any]:
    """What the way forth took; the way back only leads to where the next round begins."""
    answer = each.ask("run", forth=True, count=count)
    each.ask("run", forth=False, count=count)
    return answer


def _ready(run: Run, store: Store, size: int, stack: ExitStack) -> Iterator[tuple[str, Contender]]:
    for peer in PEERS if run.peers else ():
        try:
            yield peer.name, _started(run, store, size, peer, stack)
        except GaveUp as error:
            run.record.excuse(Place(row=ROW, database=store.name, size=size, variant=SUBMIT), peer.name, str(error))


def _started(run: Run, store: Store, size: int, peer: Peer, stack: ExitStack) -> Contender:
    if run.peers is None:
        raise GaveUp("left out")
    url = store.databases.empty()
    stack.callback(store.databases.drop, url)
    started = stack.enter_context(run.peers.start(peer))
    started.ask("prepare", url=url, size=size, count=run.count)
    _forth_and_back(started)
    return started
