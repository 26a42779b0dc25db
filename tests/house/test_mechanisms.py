"""The entries by which each promise is seen failing stay true to the code that they change."""

from __future__ import annotations

import pytest

from tests.faults.switched_off import ROOT, Off, entries, without


@pytest.mark.parametrize("off", entries(), ids=lambda off: f"{off.subject}: {off.mechanism}")
def test_a_mechanism_that_can_be_switched_off_stands_where_its_entry_says(off: Off) -> None:
    text = (ROOT / off.file).read_text(encoding="utf-8")

    assert without(text, off) != text
    assert [test for test in off.tests if not _there(test)] == []


def _there(test: str) -> bool:
    name, _, function = test.partition("::")
    path = ROOT / name
    named = f"def {function.partition('[')[0]}(" if function else ""
    return path.is_file() and named in path.read_text(encoding="utf-8")
