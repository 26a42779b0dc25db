"""Help as text: aligned for wide characters, and without the 60 ms that typer's own panels take to import."""

from __future__ import annotations

import shutil
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

import typer

from bangdan.language import say

WIDEST = 100  # columns; longer lines are hard to read
MARGIN = 2
LONGEST_NAME = 34  # columns of an option with its value; what is longer gets a line of its own

Row = tuple[str, str]


def help_text(command: Any, ctx: Any) -> str:
    """The whole help of a command or a group."""
    width = min(shutil.get_terminal_size().columns, WIDEST)
    parts = [command.get_usage(ctx), "\n".join(wrapped(command.help or "", width))]
    parts += [_section(title, rows, width) for title, rows in _sections(command, ctx) if rows]
    return "\n\n".join(parts) + "\n"


def _sections(command: Any, ctx: Any) -> Iterator[tuple[str, list[Row]]]:
    params = [(param, param.get_help_record(ctx)) for param in command.get_params(ctx)]
    for kind, title in (("argument", say("参数", "Arguments")), ("option", say("选项", "Options"))):
        records = [record for param, record in params if record and param.param_type_name == kind]
        yield title, [(name.removesuffix(" <str>"), text) for name, text in records]
    panels: dict[str, list[Row]] = {}
    for name, panel, text in command.described(ctx) if hasattr(command, "described") else ():
        title = panel if isinstance(panel, str) else say("命令", "Commands")
        panels.setdefault(title, []).append((name, text))
    yield from panels.items()


def _section(title: str, rows: Iterable[Row], width: int) -> str:
    rows = list(rows)
    column = max(cells(name) for name, _ in rows if cells(name) <= LONGEST_NAME) if rows else 0
    return "\n".join([typer.style(title, bold=True), *(line for row in rows for line in _entry(*row, column, width))])


def _entry(name: str, text: str, column: int, width: int) -> Iterator[str]:
    indent = MARGIN + column + 2
    lines = wrapped(text, max(width - indent, 20))
    head = " " * MARGIN + typer.style(name, fg="cyan")
    if cells(name) > column:
        yield head
        yield from (" " * indent + line for line in lines)
        return
    yield (head + " " * (column - cells(name) + 2) + lines[0]).rstrip()
    yield from (" " * indent + line for line in lines[1:])


def cells(text: str) -> int:
    """How many columns a terminal needs for a text: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


NEVER_FIRST = "，。；：、？！）”》…"  # a line doesn't begin with these


def wrapped(text: str, width: int) -> list[str]:
    """The lines of a text in a column: broken between words, and between any two Chinese characters."""
    lines, line, used = [], "", 0
    for piece in _pieces(" ".join(text.split())):
        size = cells(piece)
        if used + cells(piece.rstrip()) > width and line and piece[0] not in NEVER_FIRST:
            lines.append(line.rstrip())
            line, used = "", 0
        line, used = line + piece, used + size
    return [*lines, line.rstrip()]


def _pieces(text: str) -> Iterator[str]:
    """Words with the space after them, and single wide characters."""
    word = ""
    for char in text:
        wide = unicodedata.east_asian_width(char) in "WF"
        if wide and word:
            yield word
            word = ""
        word += char
        if wide or char == " ":
            yield word
            word = ""
    if word:
        yield word
