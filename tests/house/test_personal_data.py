"""The page about security lists what is held of people, as the inventory has it."""

from __future__ import annotations

from bangdan import ROOT
from engine.personal.inventory import HOW, PERSONAL, Held, How


def _line(held: Held) -> str:
    by: dict[How, list[str]] = {}
    for column, how in held.columns.items():
        by.setdefault(how, []).append(column)
    columns = "; ".join(f"{HOW[how][1]}: {', '.join(names)}" for how, names in by.items())
    return f"- **{held.table}**, {held.what[1]}: {held.why[1]}; {held.until[1]} ({columns})"


def test_the_page_lists_each_table_that_holds_something_of_people() -> None:
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in map(_line, PERSONAL) if line not in page] == []
