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
PEERS_SECONDS = 200.0  # after which a peer that is still closing is given up
LONG = 6  # times what a comparison may take: a round that would be longer is measured once, without a spread
TRIAL, SIZES = 200, (1_000_000, 100_000, 10_000, 1_000)


def measure(run: Run) -> None:
    """Each database at each size; then each peer at the largest size that its share of the time allows."""
    for store in run.stores:
        last, each = 0, 0.0  # drafts of the size before, and the seconds of a round of it
        for size in run.sizes:
            place = Place(row=ROW, database=store.name, size=size, variant=PEOPLE)
            steps = [_step(run, store, place, name) for name in (FLOOR, "bangdan")]
            long = last and each * size / last > LONG * run.seconds
            last, each = size, run.in_turn(steps, seconds=2 * run.seconds, least=1 if long else LEAST_ROUNDS)
        _beside(run, store)


def _step(run: Run, store: Store, place: Place, name: str) -> Step:
    return Step(place=place, contender=name, ask=partial(_closed, run, store, place.size, name))


def _closed(run: Run, store: Store, size: int, name: str) -> dict[str, Any]:
    """A fresh copy each time: what is closed stays closed. And a new process, whose memory is asked for."""
    with store.worlds.copy(size) as url, run.contender(OURS, name) as each:
        each.ask("prepare", url=url)
        return each.ask("run")


def _beside(run: Run, store: Store) -> None:
    """Each peer beside the floor at its own size: what takes it hours at a million is measured at less, and said so."""
    if run.peers is None:
        return
    with run.contender(OURS, FLOOR) as floor:
        for peer in PEERS:
            try:
                _peer(run, store, run.peers, peer, floor)
            except GaveUp as error:
                run.record.excuse(Place(row=ROW, database=store.name, variant=ALONE), peer.name, str(error))
                run.say(peer.name, "gave up:", error)


def _peer(run: Run, store: Store, peers: Peers, peer: Peer, floor: Contender) -> None:
    with ExitStack() as stack:
        started, size = _largest(run, store, peers, peer, stack)
        place = Place(row=ROW, database=store.name, size=size, variant=f"{ALONE}, beside {peer.name}")
        run.in_turn([
            Step(place=place, contender=FLOOR, ask=lambda: _again(store, size, floor)),
            Step(place=place, contender=peer.name, ask=lambda: started.ask("close", within=PEERS_SECONDS)),
        ])  # fmt: skip


def _again(store: Store, size: int, floor: Contender) -> dict[str, Any]:
    with store.worlds.copy(size) as url:
        floor.ask("prepare", url=url)
        return floor.ask("run", alone=True)


def _largest(run: Run, store: Store, peers: Peers, peer: Peer, stack: ExitStack) -> tuple[Contender, int]:
    started = stack.enter_context(peers.start(peer))
    url = store.databases.empty()
    stack.callback(store.databases.drop, url)
    started.ask("prepare", url=url, size=TRIAL, count=TRIAL)
    each = float(started.ask("close", within=PEERS_SECONDS)["seconds"]) / TRIAL
    share = run.seconds / (LEAST_ROUNDS + 1)
    fits = [size for size in SIZES if size <= max(run.sizes) and size * each <= share]
    size = fits[0] if fits else min(*SIZES, *run.sizes)
    if size != TRIAL:
        started.ask("fill", size=size)
    return started, size
