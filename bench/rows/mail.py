"""Letters that are due, until they are with the server: rendered, built, sent over the loopback, noted as sent."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from shutil import which
from typing import Any

from bench import mail
from bench.contender import Contender, GaveUp
from bench.peerage import MAILER
from bench.record import FLOOR, Place
from bench.running import Run, Step, Store

ROW = "mail"
SENDERS = {1: "bangdan, one sender", 2: "bangdan, two senders"}
ABSENT = "postfix's smtp-source and smtp-sink are not on this machine (Debian: apt-get install postfix)"
PART = 5  # the peer sends a fifth of the letters: more take it no less time each


def measure(run: Run) -> None:
    """On each database; the floor and the peer have none."""
    if not all(which(name) or which(name, path="/usr/sbin") for name in ("smtp-source", "smtp-sink")):
        run.record.excuse(Place(row=ROW, size=run.letters), FLOOR, ABSENT)
        run.say(ABSENT)
        return
    with ExitStack() as stack:
        port = stack.enter_context(mail.sink())
        peer = _peer(run, stack)
        for store in run.stores:
            run.in_turn(_steps(run, store, port, peer), seconds=2 * run.seconds)


def _steps(run: Run, store: Store, port: int, peer: Contender | None) -> list[Step]:
    place = Place(row=ROW, database=store.name, size=run.letters)
    asked: dict[str, Callable[[], dict[str, Any]]] = {FLOOR: partial(_floor, run.letters, port)}
    for senders, name in SENDERS.items():
        asked[name] = partial(_sent, run, store, senders, port)
    if peer is not None:
        asked[MAILER.name] = partial(_by_peer, peer, run.letters, port)
    return [Step(place=place, contender=name, ask=ask) for name, ask in asked.items()]


def _floor(letters: int, port: int) -> dict[str, Any]:
    return _as_answer(letters, mail.floor(letters, port))


def _sent(run: Run, store: Store, senders: int, port: int) -> dict[str, Any]:
    url = store.databases.empty()
    try:
        return _as_answer(run.letters, mail.measure(run.letters, senders, url, port=port))
    except SystemExit as error:
        raise GaveUp(str(error)) from error
    finally:
        store.databases.drop(url)


def _by_peer(peer: Contender, letters: int, port: int) -> dict[str, Any]:
    some = max(letters // PART, 1)
    return _as_answer(letters, some / float(peer.ask("send", port=port, letters=some)["seconds"]))


def _as_answer(letters: int, rate: float) -> dict[str, Any]:
    """All in the same measure: the seconds that so many letters take."""
    return {"seconds": letters / rate, "done": letters, "rate": rate}


def _peer(run: Run, stack: ExitStack) -> Contender | None:
    if run.peers is None:
        return None
    try:
        peer = stack.enter_context(run.peers.start(MAILER))
        peer.ask("prepare")
    except GaveUp as error:
        run.record.excuse(Place(row=ROW, size=run.letters), MAILER.name, str(error))
        return None
    return peer
