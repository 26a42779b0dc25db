"""The rows by name, in the order of the table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from bench.rows import closing, fleet, looking, mail, starting, transition
from bench.running import Run

ROWS: Mapping[str, Callable[[Run], None]] = {
    transition.ROW: transition.measure,
    closing.ROW: closing.measure,
    mail.ROW: mail.measure,
    fleet.ROW: fleet.measure,
    **{row: partial(looking.measure, row=row) for row in looking.ROWS},
    starting.ROW: starting.measure,
}
