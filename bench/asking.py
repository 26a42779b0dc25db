"""What may be asked of the benchmark on its command line."""

from __future__ import annotations

import argparse
from pathlib import Path

from bangdan import ROOT
from bench.profiling import PROFILED
from bench.rows.table import ROWS

SIZES, QUICK_SIZES = (10_000, 100_000, 1_000_000), (10_000, 100_000)
DOCS, OUT = ROOT / "docs", ROOT / "out"


def parser() -> argparse.ArgumentParser:
    """The whole of it."""
    made = argparse.ArgumentParser(prog="python -m bench", description="Floors, bangdan and peers, side by side.")
    made.add_argument("--quick", action="store_true", help="about four minutes, sizes to 100,000; writes to out/")
    made.add_argument("--only", action="append", choices=list(ROWS), metavar="ROW", help=f"of {', '.join(ROWS)}")
    made.add_argument("--sizes", nargs="+", type=int, help="numbers of drafts, smallest first")
    made.add_argument("--rounds", type=int, help="at most so many interleaved rounds of each comparison")
    made.add_argument("--seconds", type=float, help="what the rounds of one comparison may take together")
    made.add_argument("--no-peers", action="store_true", help="floors and bangdan only; installs nothing")
    made.add_argument("--no-postgresql", action="store_true", help="SQLite only")
    made.add_argument("--postgresql", metavar="URL", help="a server to use, whose user may create databases")
    made.add_argument("--folder", type=Path, help="where databases and the peers' environment lie: on a real disk")
    made.add_argument("--to", type=Path, help="folder of benchmarks.json, .md and .svg; docs/, with --quick out/")
    made.add_argument("--write", action="store_true", help="measure nothing: table and plot from benchmarks.json again")
    made.add_argument("--profile", choices=PROFILED, metavar="ROW", help="print where bangdan's time of a row goes")
    return made
