"""What import-linter can't say: who reads the wall clock, the stopwatch and the environment.

A module that reads them anywhere else can't be rehearsed in virtual time, nor tested with settings of its own.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bangdan import ROOT

FLOORS = ("bangdan", "engine", "workflows", "notifications")


@dataclass(frozen=True, kw_only=True)
class Rule:
    """`names` may be used in the `allowed` modules and packages alone."""

    what: str
    names: frozenset[str]
    allowed: tuple[str, ...]

    def allows(self, module: str) -> bool:
        return any(module == place or module.startswith(f"{place}.") for place in self.allowed)


WALL_CLOCK = Rule(
    what="wall clock",
    # From email.utils on they ask the clock on the quiet: a Date or Message-ID header, a UUID, a column default.
    names=frozenset(
        {
            "datetime.datetime.now",
            "datetime.datetime.today",
            "datetime.datetime.utcnow",
            "datetime.date.today",
            "time.time",
            "time.time_ns",
            "time.clock_gettime",
            "time.clock_gettime_ns",
            "time.ctime",
            "time.gmtime",
            "time.localtime",
            "time.strftime",
            "email.utils.formatdate",
            "email.utils.localtime",
            "email.utils.make_msgid",
            "uuid.uuid1",
            "sqlalchemy.func.now",
            "sqlalchemy.func.current_timestamp",
            "sqlmodel.func.now",
            "sqlmodel.func.current_timestamp",
        }
    ),
    allowed=("engine.clock",),
)
STOPWATCH = Rule(
    what="stopwatch",
    names=frozenset(
        {"time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.perf_counter_ns", "time.process_time"}
    ),
    # To say how long it took, to keep to a rate, and to notice that the wall clock jumps.
    allowed=("bangdan", "notifications.delivery", "engine.changes.telling", "engine.clock"),
)
ENVIRONMENT = Rule(
    what="environment",
    names=frozenset({"os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv", "os.unsetenv"}),
    # Help is worded before any settings are read, and in the reader's language.
    allowed=("engine.settings", "bangdan.language"),
)
RULES = (WALL_CLOCK, STOPWATCH, ENVIRONMENT)


def crossings(source: str, module: str) -> list[str]:
    """Each use of a forbidden name as `line: name (what)`, whether it is called, passed on or imported."""
    tree = ast.parse(source)
    return [
        f"{line}: {name} ({rule.what})"
        for line, name in sorted(_names(tree))
        for rule in RULES
        if name in rule.names and not rule.allows(module)
    ]


def _names(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every imported or dotted name as (line, full name), however it was imported and renamed."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            known |= {alias.asname: alias.name for alias in node.names if alias.asname}
            known |= {top: top for alias in node.names if not alias.asname for top in [alias.name.split(".")[0]]}
        elif isinstance(node, ast.ImportFrom):
            known |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and (parts := _dotted(node)) and parts[0] in known:
            yield node.lineno, ".".join([known[parts[0]], *parts[1:]])


def _dotted(node: ast.expr) -> list[str]:
    """`a.b.c` as its parts; nothing for anything else."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute) and (before := _dotted(node.value)):
        return [*before, node.attr]
    return []


def _modules() -> list[Path]:
    return sorted(path.relative_to(ROOT) for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))


@pytest.mark.parametrize("path", _modules(), ids=str)
def test_only_the_named_modules_read_clock_and_environment(path: Path) -> None:
    module = ".".join(path.with_suffix("").parts)

    assert crossings((ROOT / path).read_text(encoding="utf-8"), module) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import datetime\ndatetime.datetime.now()", ["2: datetime.datetime.now (wall clock)"]),
        ("from datetime import datetime as dt\nf = dt.utcnow", ["2: datetime.datetime.utcnow (wall clock)"]),
        ("from datetime import date\ndate.today()", ["2: datetime.date.today (wall clock)"]),
        ("from time import time\ntime()", ["1: time.time (wall clock)"]),
        ("import time as t\nt.sleep(1)\nt.perf_counter()", ["3: time.perf_counter (stopwatch)"]),
        ("def f():\n    import os\n    return os.environ['HOME']", ["3: os.environ (environment)"]),
        ("from os import getenv", ["1: os.getenv (environment)"]),
        ("import email.utils\nemail.utils.formatdate()", ["2: email.utils.formatdate (wall clock)"]),
        ("from sqlalchemy import func\nfunc.now()", ["2: sqlalchemy.func.now (wall clock)"]),
    ],
)
def test_a_forbidden_name_is_found_however_it_is_imported(source: str, found: list[str]) -> None:
    assert crossings(source, "engine.turn") == found


def test_what_only_looks_forbidden_is_left_alone() -> None:
    source = (
        "from datetime import UTC, datetime\n\ndef f(*, now: datetime, time: object) -> str:\n    return now.time()"
    )

    assert crossings(source, "engine.turn") == []


@pytest.mark.parametrize(
    ("source", "module"),
    [
        ("from datetime import UTC, datetime\ndatetime.now(UTC)", "engine.clock"),
        ("import os\nos.environ", "engine.settings"),
        ("import time\ntime.monotonic()", "notifications.delivery"),
        ("import time\ntime.perf_counter()", "bangdan.cli.rehearse"),
    ],
)
def test_the_named_modules_may(source: str, module: str) -> None:
    assert crossings(source, module) == []


NAMED = re.compile(r"`([\w/*]+)`")


def rooms(table: Iterable[str]) -> Iterator[str]:
    """The rooms that the first column of a table names; one without a floor is on that of the one before it."""
    for line in table:
        floor = ""
        for name in NAMED.findall(line.split("|")[1]):
            room = name if "/" in name else f"{floor}/{name}"
            floor = room.rpartition("/")[0]
            yield room.removesuffix("/*")


def test_the_rooms_of_the_architecture_are_there() -> None:
    lines = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8").splitlines()
    named = set(rooms(line for line in lines if line.startswith("| `")))
    there = {room for room in named if (ROOT / room).is_dir() or (ROOT / f"{room}.py").is_file()}
    unnamed = {str(path.parent.relative_to(ROOT)) for path in (ROOT / "engine").glob("*/__init__.py")} - named

    assert (named - there, unnamed) == (set(), set())
