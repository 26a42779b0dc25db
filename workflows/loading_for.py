"""`for = { … }`: whom a part of a campaign file is for, where it is not for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from workflows.definition import EVERYBODY, Who
from workflows.loading_matching import Known, read_who
from workflows.reading import Table
from workflows.vocabulary import Bearer


def read_for(table: Table, known: Known, *, bearers: Sequence[Bearer] = (Bearer.UNIT,)) -> Who:
    """The `for` of a table, of the lines that are `known` there; everybody without it. Never whose act it is."""
    if not table.has("for"):
        return EVERYBODY
    inner = table.table("for")
    read = read_who(inner, replace(known, role=False), bearers=bearers)
    inner.done()
    must_name_somebody(inner, read, known)
    return read


def must_name_somebody(table: Table, who: Who, known: Known) -> None:
    """CFG-73: a table that says whom something is for must name somebody."""
    if who.everybody and table.there and not table.findings.wrong_in(table.path):
        lines = {"channels": known.channels is not None, "units": known.units, "tracks": known.tracks is not None,
                 "where": True, "role": known.role and table.path[-1] != "for"}  # fmt: skip
        keys = [key for key, may in lines.items() if may]
        table.findings.error(
            "CFG-73", table.path, f"没有写明是谁的，可写 {'、'.join(keys)}",
            f"does not say whom it is for; write {', '.join(keys)}",
        )  # fmt: skip
