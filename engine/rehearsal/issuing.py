"""What is issued from a certain day on, and nobody can draft or submit without, in a rehearsal: that takes two days."""

from __future__ import annotations

from datetime import datetime, timedelta

from workflows.definition import Definition, DutyKind
from workflows.timeline import Calendar
from workflows.vocabulary import Gate, Owner

ISSUING = timedelta(days=2)


def issued_by(definition: Definition, calendar: Calendar, kind: DutyKind) -> datetime | None:
    """By when everybody has it; None of what is issued before the collection opens, or is not needed for it."""
    opens = calendar[kind.due].opens if kind.due else None
    first = calendar[definition.collection].opens
    gated = kind.owed_by is Owner.UNIT and kind.gate in (Gate.DRAFT, Gate.SUBMIT)
    return opens + ISSUING if gated and opens and first and opens >= first else None


def all_issued(definition: Definition, calendar: Calendar, *gates: Gate) -> datetime | None:
    """By when everything is that any of these gates waits for."""
    found = (issued_by(definition, calendar, kind) for kind in definition.duties if kind.gate in gates)
    return max((each for each in found if each), default=None)
