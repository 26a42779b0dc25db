"""The end of a collection over N drafts, with a person who writes and one who looks meanwhile."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from typing import Any

from bench.contender import Contender, GaveUp
from bench.peerage import PEERS, Peer, Peers
from bench.record import FLOOR, Place
from bench.running import LEAST_ROUNDS, Run, Step, Store

ROW = "closing"
OURS = "bench.ours.closing"
PEOPLE, ALONE = "people at work", "nobody else"
TRIAL, SIZES = 200, (1_000_000, 100_000, 10_000, 1_000)


def measure(run: Run) -> None:
    """Each database at each size; then each peer at the largest size that its share of the time allows."""
    for store in run.stores:
        for size in run.sizes:
            place = Place(row=ROW, database=store.name, size=size, variant=PEOPLE)
            run.in_turn([_step(run, store, place, name) for name in (FLOOR, "bangdan")], seconds=2 * run.seconds)
        for peer in PEERS if run.peers else ():
            _peer(run, store, peer)


def _step(run: Run, store: Store, place: Place, name: str, *, alone: bool = False) -> Step:
    return Step(place=place, contender=name, ask=partial(_closed, run, store, place.size, name, alone=alone))


def _closed(run: Run, store: Store, size: int, name: str, *, alone: bool) -> dict[str, Any]:
    """A fresh copy each time: what is closed stays closed."""
    with store.worlds.copy(size) as url, run.contender(OURS, name) as each:
        each.ask("prepare", url=url)
        return each.ask("run", alone=alone)


def _peer(run: Run, store: Store, peer: Peer) -> None:
    """A peer beside the floor at its own size: what takes it hours at a million is measured at less, and said so."""
    place = Place(row=ROW, database=store.name, size=TRIAL, variant=ALONE)
    with ExitStack() as stack:
        try:
            started, size = _largest(run, store, peer, stack)
        except GaveUp as error:
            run.record.excuse(place, peer.name, str(error))
            run.say(peer.name, "gave up:", error)
            return
        place = Place(row=ROW, database=store.name, size=size, variant=f"{ALONE}, beside {peer.name}")
        floor = _step(run, store, place, FLOOR, alone=True)
        run.in_turn([floor, Step(place=place, contender=peer.name, ask=lambda: started.ask("close"))])


def _largest(run: Run, store: Store, peer: Peer, stack: ExitStack) -> tuple[Contender, int]:
    started = stack.enter_context(_peers(run).start(peer))
    url = store.databases.empty()
    stack.callback(store.databases.drop, url)
    started.ask("prepare", url=url, size=TRIAL, count=TRIAL)
    each = float(started.ask("close")["seconds"]) / TRIAL
    share = run.seconds / (LEAST_ROUNDS + 1)
    fits = [size for size in SIZES if size <= max(run.sizes) and size * each <= share]
    size = fits[0] if fits else min(*SIZES, *run.sizes)
    if size != TRIAL:
        started.ask("fill", size=size)
    return started, size


def _peers(run: Run) -> Peers:
    if run.peers is None:
        raise GaveUp("left out")
    return run.peers
