"""`for = { … }`: whom a milestone or a letter is for, where it is not for everybody."""

from __future__ import annotations

from dataclasses import replace

from workflows.definition import EVERYBODY, Who
from workflows.loading_matching import Known, read_who
from workflows.reading import Table
from workflows.vocabulary import Bearer


def read_for(table: Table, known: Known) -> Who:
    """The `for` of a table; everybody without it. It asks for attributes of units only."""
    if not table.has("for"):
        return EVERYBODY
    inner = table.table("for")
    read = read_who(inner, replace(known, role=False), bearers=(Bearer.UNIT,))
    inner.done()
    must_name_somebody(inner, read)
    return read


def must_name_somebody(table: Table, who: Who) -> None:
    """CFG-73: a table that says whom something is for must name somebody."""
    if who.everybody and table.there and not table.findings.wrong_in(table.path):
        keys = "channels、units、tracks、where" + ("" if table.path[-1] == "for" else "、role")
        table.findings.error(
            "CFG-73", table.path, f"没有写明是谁的，可写 {keys}",
            f"does not say whom it is for; write {keys.replace('、', ', ')}",
        )  # fmt: skip
