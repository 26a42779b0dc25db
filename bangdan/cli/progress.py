"""A rehearsal as it runs: the virtual date, nominations by state and letters, on the error stream.

On a terminal it is drawn in place; elsewhere it is one line for each virtual month. It looks into the database between
the steps of the rehearsal, a few times a second, so that it costs next to nothing.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bangdan.cli.printing import when
from bangdan.language import say
from engine.access import Actor
from engine.office import Office
from engine.queries.funnel import funnel
from notifications.mailbook import count_by_state
from workflows.definition import Definition
from workflows.nomination import Role

if TYPE_CHECKING:
    from rich.live import Live

EVERY = 0.25  # seconds between two looks
BAR = 60  # columns
READER = Actor(role=Role.AUDITOR, name="progress")


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """Where everything stands at a virtual instant."""

    at: datetime
    states: Mapping[str, int]
    letters: int


def _is_terminal() -> bool:
    return sys.stderr.isatty()


@dataclass(kw_only=True)
class Progress:
    """Told of every step; shows some. Use it as a context, so that the terminal is left tidy."""

    office: Office
    definition: Definition
    span: tuple[datetime, datetime]
    terminal: bool = field(default_factory=_is_terminal)
    _live: Live | None = None
    _looked: float = 0.0
    _month: tuple[int, int] | None = None

    def __enter__(self) -> Progress:
        if self.terminal:
            # Here and not above: a pipe does without.
            from rich.console import Console
            from rich.live import Live

            self._live = Live(console=Console(stderr=True), transient=True, auto_refresh=False)
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._live.stop()

    def __call__(self, at: datetime, done: int) -> None:
        """One step at the virtual instant `at`; `done` verbs were carried out so far."""
        if self._live:
            if time.monotonic() - self._looked >= EVERY:
                self._live.update(self._drawn(self._look(at), done), refresh=True)
                self._looked = time.monotonic()
        elif (month := (at.year, at.month)) != self._month:
            self._month = month
            print(self._line(self._look(at)), file=sys.stderr, flush=True)  # noqa: T201 - progress

    def _look(self, at: datetime) -> Look:
        with self.office.read(self.definition.key, READER, at=at) as work:
            letters = count_by_state(work.connection, campaign_id=work.campaign_id)
            named = work.shape.state_by_key
            states = {say(named[key].zh, named[key].en): n for key, n in funnel(work).total.counts.items()}
        return Look(at=at, states=states, letters=letters.get("sent", 0))

    def _line(self, look: Look) -> str:
        states = say("，", ", ").join(f"{name} {n}" for name, n in look.states.items())
        told = say(f"邮件 {look.letters}", f"letters {look.letters}")
        return f"  {look.at:%Y-%m-%d}  {states or say('准备', 'preparing')}  {told}"

    def _drawn(self, look: Look, done: int) -> Any:
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        began, ended = self.span
        states = [part for name, n in look.states.items() for part in ((f"{name} ", "dim"), f"{n}   ")]
        drawn = Table.grid()
        drawn.add_row(Text(when(_to_the_minute(look.at), self.definition.zone, weekday=True), style="bold"))
        drawn.add_row(ProgressBar(total=(ended - began).total_seconds(), completed=(look.at - began).total_seconds(),
                                  width=BAR))  # fmt: skip
        drawn.add_row(Text.assemble(*states))
        drawn.add_row(
            Text(say(f"办理 {done} 件，邮件 {look.letters} 封", f"{done} acts, {look.letters} letters"), style="dim")
        )
        return drawn


def _to_the_minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)
