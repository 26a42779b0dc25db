"""`python -m bench`: measure floors, bangdan and peers side by side, and write the table and the plot."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from bench import machine, peerage
from bench.asking import DOCS, OUT, QUICK_SIZES, SIZES, parser
from bench.contender import GaveUp
from bench.databases import Postgresql, Sqlite, Worlds
from bench.page import goals, page, pictures
from bench.profiling import profile
from bench.record import Record, load
from bench.rows.table import ROWS
from bench.running import Run, Store
from tests.postgres import Unavailable, cluster

TERMINATED = 128 + signal.SIGTERM
QUICK_LIMIT, LIMIT = 180.0, 960.0  # seconds after which no comparison gets more rounds than the least


def main() -> None:
    """Do what was asked."""
    asked = parser().parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))  # as by Ctrl-C: what was found is written down
    to = asked.to or (OUT if asked.quick else DOCS)
    to.mkdir(exist_ok=True)
    if asked.profile:
        profile(asked.profile)
        return
    try:
        if not asked.write:
            measure(asked, to / "benchmarks.json")
    finally:  # what was found before an interruption is written down too
        write(to)


def write(to: Path) -> None:
    """The table and the plots, from what was measured."""
    if not (to / "benchmarks.json").exists():
        return
    record = load(to / "benchmarks.json")
    for name, text in {"benchmarks.md": page(record), **pictures(record)}.items():
        (to / name).write_text(text, encoding="utf-8")
    print(goals(record))


def measure(asked: argparse.Namespace, path: Path) -> None:
    """Row by row; what is in the file of rows that are not measured now stays."""
    base = asked.folder or Path(tempfile.gettempdir()) / "bangdan-bench"
    base.mkdir(exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="run-", dir=base)))
        run = _run(asked, folder, _record(asked, path, folder))
        run.peers = None if asked.no_peers else _peers(run, base)
        run.stores = tuple(stack.enter_context(_stores(asked, run)))
        for row in asked.only or ROWS:
            _row(run, row)
        run.record.save()
        run.say("done")


def _row(run: Run, row: str) -> None:
    begun = run.elapsed()
    run.say(f"== {row}")
    try:
        ROWS[row](run)
    except GaveUp as error:  # of ours: the other rows are measured all the same
        run.say(row, "gave up:", error)
    run.record.about["seconds"][row] = round(run.elapsed() - begun)


def _record(asked: argparse.Namespace, path: Path, folder: Path) -> Record:
    now = {**machine.about(folder), "quick": asked.quick}
    rows = list(asked.only or ROWS)
    old = load(path) if path.exists() and asked.only else None
    if old is None or any(old.about.get(name) != now[name] for name in machine.SAME):
        return Record(path=path, about={**now, "dates": dict.fromkeys(rows, now["date"]), "seconds": {}})
    kept = {key: sample for key, sample in old.samples.items() if key[0].row not in rows}
    dates = {**old.about["dates"], **dict.fromkeys(rows, now["date"])}
    return Record(path=path, about={**old.about, **now, "dates": dates}, samples=kept)


def _run(asked: argparse.Namespace, folder: Path, record: Record) -> Run:
    quick = asked.quick
    return Run(
        record=record, folder=folder, sizes=tuple(asked.sizes or (QUICK_SIZES if quick else SIZES)),
        rounds=asked.rounds or (3 if quick else 7), seconds=asked.seconds or (4.0 if quick else 20.0),
        limit=QUICK_LIMIT if quick else LIMIT, count=50 if quick else 150, letters=3_000 if quick else 10_000,
        ten_million=not (quick or asked.sizes),
    )  # fmt: skip


def _peers(run: Run, base: Path) -> peerage.Peers:
    run.say("the peers' environment")
    peers = peerage.Peers(python=peerage.environment(base), errors=run.folder / "peers.txt")
    run.record.about["peers"] = peers.versions()
    return peers


@contextmanager
def _stores(asked: argparse.Namespace, run: Run) -> Iterator[list[Store]]:
    with ExitStack() as stack:
        made: list[Any] = [Sqlite(run.folder)]
        if not asked.no_postgresql:
            made += stack.enter_context(_server(asked, run))
        stores = [Store(databases=each, worlds=Worlds(each, run.folder / "errors.txt")) for each in made]
        for store in stores:
            stack.callback(store.worlds.forget)
        yield stores


@contextmanager
def _server(asked: argparse.Namespace, run: Run) -> Iterator[list[Postgresql]]:
    """The server that was named, or one of our own for as long as it takes; none where neither is to be had."""
    with ExitStack() as stack:
        try:
            own = None if asked.postgresql else stack.enter_context(cluster(durable=True))
        except Unavailable as error:
            run.record.about["postgresql"] = str(error)
            run.say(error)
            yield []
            return
        server = Postgresql(own.url if own else make_url(asked.postgresql))
        stack.callback(server.close)
        run.record.about["postgresql"] = server.version
        yield [server]


if __name__ == "__main__":
    main()
