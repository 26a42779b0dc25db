"""The way of the nominations as a picture, in numbers: who stands where, and how many ever came so far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import Select, distinct, func, select
from sqlmodel import col

from bangdan.language import Words
from bangdan.report.nominations import Step, steps_of
from engine.access import visible
from engine.office import Work
from engine.queries.funnel import Line, funnel
from engine.tables import Event

WIDTH, HEIGHT = 1180.0, 300.0
TOP, BASE = 58.0, 242.0
BAR = 76.0  # width of a column at most
TONES = 8  # colours of lists; with more lists they come again


@dataclass(frozen=True, kw_only=True, slots=True)
class Piece:
    """The nominations of one list that stand at one step."""

    id: str
    tone: int
    y: float
    height: float
    title: Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One step. `n` stand here now, `reached` ever came here; `from_x` is where they come from."""

    id: str
    x: float
    width: float
    words: Words
    n: int
    reached: int
    crest: float
    pieces: tuple[Piece, ...]

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 1)

    @property
    def above(self) -> float:
        """Where the number stands."""
        return round(self.crest - 13, 1)

    @property
    def weight(self) -> str:
        """How the number is set: one that says nothing yet is faint."""
        return "n" if self.n or self.reached else "n none"


@dataclass(frozen=True, kw_only=True, slots=True)
class Out:
    """A state beside the way."""

    id: str
    words: Words
    n: int


@dataclass(frozen=True, kw_only=True, slots=True)
class River:
    """The picture. `bed` is the outline of all who ever came so far."""

    width: float
    height: float
    base: float
    bed: str
    columns: tuple[Column, ...]
    outs: tuple[Out, ...]
    lists: tuple[Words, ...]


def river(work: Work, *, most: int) -> River:
    """As it stands; `most` nominations would fill the height."""
    steps, lists = steps_of(work), funnel(work).lists
    reached = _reached(work)
    scale = (BASE - TOP) / max(most, reached["drafted"], 1)
    columns = tuple(_columns(work, steps, lists, reached, scale))
    named = [state for state in work.shape.states if state.key not in {step.key for step in steps}]
    outs = tuple(
        Out(id=f"out-{state.key}", words=Words(state.zh, state.en), n=_in(lists, state.key)) for state in named
    )
    return River(width=WIDTH, height=HEIGHT, base=BASE, bed=_bed(columns), columns=columns, outs=outs,
                 lists=tuple(Words(each.name, each.english) for each in lists))  # fmt: skip


def _columns(
    work: Work, steps: Sequence[Step], lists: Sequence[Line], reached: Counter[str], scale: float
) -> Iterator[Column]:
    slot = WIDTH / len(steps)
    bar = min(BAR, slot * 0.5)
    for place, step in enumerate(steps):
        state = work.shape.state_by_key[step.key]
        yield Column(
            id=f"at-{step.key}", x=round(place * slot + (slot - bar) / 2, 1), width=bar,
            words=Words(state.zh, state.en), n=_in(lists, step.key), reached=reached[step.key],
            crest=round(BASE - reached[step.key] * scale, 1), pieces=tuple(_pieces(step.key, lists, scale)),
        )  # fmt: skip


def _in(lists: Sequence[Line], state: str) -> int:
    return sum(each.counts.get(state, 0) for each in lists)


def _pieces(key: str, lists: Sequence[Line], scale: float) -> Iterator[Piece]:
    """One on the other, the first list at the bottom."""
    y = BASE
    for place, each in enumerate(lists):
        n = each.counts.get(key, 0)
        y -= n * scale
        yield Piece(id=f"at-{key}-{place}", tone=place % TONES, y=round(y, 1), height=round(n * scale, 1),
                    title=Words(f"{each.name} {n:,}", f"{each.english} {n:,}"))  # fmt: skip


def _bed(columns: Sequence[Column]) -> str:
    """From crest to crest in gentle curves, and back along the base."""
    first, last = columns[0], columns[-1]
    path = [f"M{first.x} {BASE}L{first.x} {first.crest}L{first.x + first.width} {first.crest}"]
    for one, other in pairwise(columns):
        half = round((one.x + one.width + other.x) / 2, 1)
        path.append(
            f"C{half} {one.crest} {half} {other.crest} {other.x} {other.crest}L{other.x + other.width} {other.crest}"
        )
    path.append(f"L{last.x + last.width} {BASE}Z")
    return "".join(path)


def _reached(work: Work) -> Counter[str]:
    """How many nominations ever came to each state."""
    query: Select[*tuple[Any, ...]] = (
        select(col(Event.to_state), func.count(distinct(col(Event.subject_id))))
        .where(col(Event.campaign_id) == work.campaign_id, col(Event.subject) == "nomination")
        .where(col(Event.to_state).is_not(None))
        .group_by(col(Event.to_state))
    )
    rows: Any = work.connection.execute(visible(query, Event, work.actor, work.definition))
    return Counter(dict(rows.all()))


def parts(it: River) -> Mapping[str, Mapping[str, Any]]:
    """What of the picture moves, by element: attributes, and `text` for words."""
    moving: dict[str, dict[str, Any]] = {"bed": {"d": it.bed}}
    for column in it.columns:
        moving[f"{column.id}-n"] = {"text": f"{column.n:,}", "y": column.above, "class": column.weight}
        moving[f"{column.id}-ever"] = {"text": f"{column.reached:,}"}
        moving |= {piece.id: {"y": piece.y, "height": piece.height} for piece in column.pieces}
    return moving | {f"{out.id}-n": {"text": f"{out.n:,}"} for out in it.outs}
