"""On which line and column each key of a TOML text stands, which `tomllib` does not tell.

This is no second TOML parser: it decides nothing about what a text means, and it never fails. Of a text that is not
TOML it indexes as far as it can follow, which is enough to say where two keys of one name are.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

Path = tuple[str | int, ...]

DEEPEST = 40  # levels of arrays and inline tables; deeper ones are indexed as one value

LONGEST_SHOWN = 40  # characters of a key in a message

_GAP = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_BLANK = re.compile(r"[ \t]*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRINGS = (r'"""(?:[^\\]|\\.)*?"{3,5}', r"'''.*?'{3,5}", r'"(?!"")(?:[^"\\\n]|\\.)*"', r"'(?!'')[^'\n]*'")
_STRING = re.compile("|".join(_STRINGS), re.DOTALL)
_BARE = re.compile(r"[^,\[\]{}\n#]+")


class Place(NamedTuple):
    """A line and a column of a text, both counted from 1; columns are counted in characters."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Twice:
    """A key that is defined again: on which line first, on which again; `span` is the text of the second definition.

    Without a span it can't be cut out alone: it is a table's header, or stands within an inline table.
    """

    path: Path
    first: int
    again: int
    span: tuple[int, int] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Lines:
    """The index. A key's place is its own, an element's is where it begins, a table's is its header.

    `bare` are the unquoted values (numbers, true, dates), path and span; `quoted` the texts with their quotes. `lost`
    is where the text could not be followed any further, None if it could be to its end; `opened` is the innermost
    bracket that was open there.
    """

    place_of: Mapping[Path, Place] = field(default_factory=dict)
    twice: tuple[Twice, ...] = ()
    bare: tuple[tuple[Path, int, int], ...] = ()
    quoted: tuple[tuple[Path, int, int], ...] = ()
    lost: Place | None = None
    opened: Place | None = None

    def place(self, path: Path) -> Place:
        """Where a key stands, or the nearest table around it that stands in the text; the beginning at worst."""
        while path and path not in self.place_of:
            path = path[:-1]
        return self.place_of.get(path, Place())

    def line(self, path: Path) -> int:
        """The line of that place."""
        return self.place(path).line


def index(text: str) -> Lines:
    """The places of every key and array element of `text`, whose line ends are `\\n`."""
    scan, lost = _Scan(text), None
    try:
        scan.document()
    except _Lost:  # not TOML from there on; what was indexed holds
        lost = scan.place_lost()
    opened = scan.open[-1] if scan.open else None
    return Lines(place_of=scan.place_of, twice=tuple(scan.twice), bare=tuple(scan.bare), quoted=tuple(scan.quoted),
                 lost=lost, opened=opened)  # fmt: skip


def place_at(text: str, at: int) -> Place:
    """The place of the character at an offset."""
    return Place(text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))


def dotted(path: Path) -> str:
    """A path as it is shown, elements counted from 1: `office.contacts[1].name`. Odd keys are quoted and shortened."""
    shown = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{_shown_key(part)}" for part in path)
    return shown.removeprefix(".")


def _shown_key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) and len(key) <= LONGEST_SHOWN else ascii(key[:LONGEST_SHOWN])


class _Lost(Exception):
    """The text is not TOML here."""


class _Scan:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.place_of: dict[Path, Place] = {}
        self.twice: list[Twice] = []
        self.bare: list[tuple[Path, int, int]] = []
        self.quoted: list[tuple[Path, int, int]] = []
        self._rows: dict[Path, int] = {}
        self._defined: set[Path] = set()
        self._counted, self._line, self._line_start = 0, 1, 0
        self.open: list[Place] = []

    def document(self) -> None:
        table: Path = ()
        while not self._at_end():
            if self._next() == "[":
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> Path:
        place, row = self.place_here(), self.text.startswith("[[", self.at)
        self.at += 2 if row else 1
        path = self._into_last_rows(self._key()[0], row=row)
        if row:
            self._rows[path] = self._rows.get(path, 0) + 1
            path = (*path, self._rows[path] - 1)
        if self._define(path, [place] * len(path)):
            self.twice.append(Twice(path=path, first=self.place_of[path].line, again=place.line))
        self._expect("]]" if row else "]")
        return path

    def _into_last_rows(self, parts: Path, *, row: bool) -> Path:
        """The path of a header, where a part that names an array of tables means its last one."""
        path: Path = ()
        for position, part in enumerate(parts):
            path = (*path, part)
            if path in self._rows and not (row and position == len(parts) - 1):
                path = (*path, self._rows[path] - 1)
        return path

    def _pair(self, table: Path, *, depth: int = 0) -> None:
        start, (key, places) = self.at, self._key()
        path = table + key
        known = self._define(path, places)
        self._expect("=")
        self._skip(_BLANK)
        self._value(path, depth)
        if known:
            span = None if depth else (start, self.at)
            self.twice.append(Twice(path=path, first=self.place_of[path].line, again=places[-1].line, span=span))

    def _define(self, path: Path, places: Sequence[Place]) -> bool:
        """Notes where the last parts of a path stand; says whether it was defined before."""
        known = path in self._defined
        self._defined.add(path)
        for length, place in enumerate(places, start=len(path) - len(places) + 1):
            self.place_of.setdefault(path[:length], place)
        return known

    def _value(self, path: Path, depth: int) -> None:
        opening = self.text[self.at : self.at + 1]
        if opening in {"[", "{"} and depth >= DEEPEST:
            raise _Lost
        if opening == "[":
            self._array(path, depth)
        elif opening == "{":
            self._inline(path, depth)
        elif opening in {'"', "'"}:
            start = self.at
            self._skip(_STRING)
            self.quoted.append((path, start, self.at))
        else:
            start = self.at
            found = self._skip(_BARE)
            self.bare.append((path, start, start + len(found.rstrip())))

    def _array(self, path: Path, depth: int) -> None:
        for position in self._items("]"):
            element = (*path, position)
            self.place_of.setdefault(element, self.place_here())
            self._value(element, depth + 1)

    def _inline(self, path: Path, depth: int) -> None:
        for _ in self._items("}"):
            self._pair(path, depth=depth + 1)

    def _items(self, closing: str) -> Iterator[int]:
        """Stops before each item; a comma after the last one does no harm."""
        self.open.append(self.place_here())
        self.at += 1
        position = 0
        while self._next() != closing:
            yield position
            position += 1
            if self._next() == ",":
                self.at += 1
            elif self._next() != closing:
                raise _Lost
        self.at += 1
        self.open.pop()

    def _key(self) -> tuple[Path, list[Place]]:
        """The parts of a dotted key, and where each of them stands."""
        parts: list[str] = []
        places: list[Place] = []
        while True:
            self._skip(_BLANK)
            places.append(self.place_here())
            quoted = self.text[self.at : self.at + 1] in {'"', "'"}
            raw = self._skip(_STRING if quoted else _BARE_KEY)
            parts.append(_plain(raw) if quoted else raw)
            self._skip(_BLANK)
            if not self.text.startswith(".", self.at):
                return tuple(parts), places
            self.at += 1

    def _skip(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            raise _Lost
        self.at = found.end()
        return found.group()

    def _expect(self, mark: str) -> None:
        if not self.text.startswith(mark, self.at):
            raise _Lost
        self.at += len(mark)

    def _next(self) -> str:
        self._skip(_GAP)
        return self.text[self.at : self.at + 1]

    def _at_end(self) -> bool:
        return self._next() == ""

    def place_lost(self) -> Place:
        """Where the text could not be followed; what is never closed is to blame where it opens."""
        return self.open[-1] if self.open and self._at_end() else self.place_here()

    def place_here(self) -> Place:
        # Counted on from the last time, or a long line would be looked through once for each of its elements.
        lines = self.text.count("\n", self._counted, self.at)
        if lines:
            self._line += lines
            self._line_start = self.text.rfind("\n", self._counted, self.at) + 1
        self._counted = self.at
        return Place(self._line, self.at - self._line_start + 1)


def _plain(raw: str) -> str:
    try:
        return str(tomllib.loads(f"key = {raw}")["key"])
    except ValueError:
        raise _Lost from None
