"""What commands print with: one console, tables that fit a terminal and lose nothing in a pipe, JSON, instants.

People's texts are never taken for markup. In a pipe there is no colour and no line is broken, so that `grep` and
`cut` find whole rows.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from bangdan.language import LANGUAGE, say

if TYPE_CHECKING:
    from rich.console import Console
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

PIPE_WIDTH = 100_000  # columns: no row is as long
NARROW = 100  # columns: below this a terminal gets the short form of a table


def console() -> Console:
    """The way to the standard output."""
    # Here and not above: rich takes 30 ms, and `--json` does without.
    from rich.console import Console

    terminal = sys.stdout.isatty()
    return Console(markup=False, highlight=False, emoji=False, width=None if terminal else PIPE_WIDTH)


def narrow() -> bool:
    """Whether there is little room, so that a table should leave out what a reader can do without."""
    screen = console()
    return screen.is_terminal and screen.width < NARROW


def table(*columns: str | tuple[str, Mapping[str, Any]], title: str = "") -> Table:
    """A table whose cells are folded, never cut. A column is its heading, or that and options of rich's columns."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    made = Table(
        box=SIMPLE_HEAD, title=title or None, title_justify="left", title_style="bold", header_style="bold",
        pad_edge=False, padding=(0, 1, 0, 0), show_edge=False,
    )  # fmt: skip
    for column in columns:
        heading, options = (column, {}) if isinstance(column, str) else column
        made.add_column(heading, **{"overflow": "fold", **options})
    return made


NUMBER: Mapping[str, Any] = {"justify": "right", "no_wrap": True}
WHOLE: Mapping[str, Any] = {"no_wrap": True}
"""For what must stay in one piece: ids, times."""


def styled(text: object, style: str) -> Text:
    """A text in a style, for a cell or a line."""
    from rich.text import Text

    return Text(str(text), style=style)


def indented(text: object, style: str = "") -> Padding:
    """A line of a list: what does not fit goes on below it, not below the edge."""
    from rich.padding import Padding
    from rich.text import Text

    return Padding(Text(str(text), style=style), (0, 0, 0, 2), expand=False)


def emit(value: Any) -> None:
    """Print JSON: Chinese as it is, instants in UTC."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=_plain) + "\n")


def _plain(value: object) -> object:
    from workflows.instants import iso

    if isinstance(value, datetime):
        return iso(value)
    raise TypeError(f"{type(value).__name__} is not plain")


@cache
def _zone(name: str) -> Any:
    from workflows.instants import zone_of

    return zone_of(name)


def when(instant: datetime | None, zone: str, *, edge: str = "start", weekday: bool = False) -> str:
    """An instant for people, to the second: 24:00 for the end of a day where `edge` is "end", empty for none."""
    from workflows.instants import show, show_en

    if instant is None:
        return ""
    side: Any = edge
    instant = instant.replace(microsecond=0)
    if LANGUAGE == "zh":
        return show(instant, zone=_zone(zone), edge=side, weekday=weekday)
    return show_en(instant, zone=_zone(zone), edge=side, weekday=weekday, name_zone=False)


def left(now: datetime, until: datetime) -> str:
    """How long there is until an instant, or since."""
    from workflows.instants import remaining, remaining_en

    return remaining(now, until) if LANGUAGE == "zh" else remaining_en(now, until)


def listed(words: Iterable[str]) -> str:
    """Several words as one, with the language's comma."""
    return say("、", ", ").join(words)
