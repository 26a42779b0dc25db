"""The line of a file that a finding is about, with a mark below the place: it fits the terminal and shows no secret."""

from __future__ import annotations

import re

TAIL = 24  # cells after the place that are worth seeing

_KEY = re.compile(r"""([A-Za-z0-9_-]+)["']?\s*=""")


def excerpt(line: str, column: int, room: int) -> tuple[str, str]:
    """The part of a line around a column that fits into `room` cells, and the mark that belongs below it."""
    from rich.cells import cell_len, set_cell_size

    shown = "".join(each if each.isprintable() else " " if each == "\t" else "�" for each in _without_secret(line))
    before, after = shown[: column - 1], shown[column - 1 :]
    if cell_len(before) > room - TAIL and cell_len(shown) > room:
        kept = _last_cells(before, room // 2)
        before = kept if kept == before else f"…{kept}"
    if cell_len(before + after) > room:
        after = set_cell_size(after, room - cell_len(before) - 1) + "…"
    return before + after, " " * cell_len(before) + "^"


def _last_cells(text: str, room: int) -> str:
    from rich.cells import cell_len

    text = text[-room:]  # no character takes less than a cell
    while cell_len(text) > room:
        text = text[1:]
    return text


def _without_secret(line: str) -> str:
    """The line up to the value of the first key that is named like a secret."""
    from workflows.flaws import is_secret

    ends = (found.end() for found in _KEY.finditer(line) if is_secret(found[1]))
    end = next(ends, None)
    return line if end is None else f"{line[:end]} …"
