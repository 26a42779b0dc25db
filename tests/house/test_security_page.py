"""The page about security names places and tests that are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bangdan import ROOT

PAGE = ROOT / "docs" / "security.md"
TOP = ("bangdan", "engine", "notifications", "workflows", "templates", "tests", "requirements")


def _named(cell: str) -> Iterator[Path]:
    """The paths of a cell; one without a folder lies beside the one before it."""
    beside = ROOT
    for text in re.findall(r"`([\w./]+)`", cell):
        path = ROOT / text if text.split("/")[0] in TOP else beside / text
        beside = path.parent
        yield path


def _is_there(path: Path) -> bool:
    """A file or a folder, a module without its ending, or a name in a module."""
    module = path.with_name(path.name.partition(".")[0])
    return path.exists() or path.with_suffix(".py").exists() or module.with_suffix(".py").exists() or module.is_dir()


def test_each_control_has_its_place_and_its_test() -> None:
    rows = [line.split("|")[1:4] for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    told = [(what, list(_named(where)), list(_named(tests))) for what, where, tests in rows if "tested in" not in tests]

    assert len(told) > 40
    assert [what for what, where, tests in told if not where or not tests] == []
    assert [path for _, where, tests in told for path in (*where, *tests) if not _is_there(path)] == []
