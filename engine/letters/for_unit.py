"""The letter to a unit for which the secretariat has acted: who did what, so that nothing is done behind its back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta

from engine.letters import addressees
from engine.letters.correspondence import Sent, send
from engine.letters.letterhead import letterhead, message, when
from engine.office import Work

TEMPLATE = "done-for-unit"
USEFUL = timedelta(days=30)


@dataclass(frozen=True, kw_only=True, slots=True)
class Deed:
    """One thing that was done, and to what."""

    zh: str
    en: str
    name: str


def tell(work: Work, unit_id: int, deeds: Sequence[Deed], *, by: str, number: int) -> Sent:
    """Write to the unit's contacts what `by` has done for it; `number` is that of the first line in the history."""
    head = {**letterhead(work), "by": by, "at": when(work, work.at), "done": [asdict(deed) for deed in deeds]}
    people = addressees.of_units(work, units=[unit_id])[unit_id]
    return send(work, [message(head, to) for to in people], template=TEMPLATE, occasion=f"{TEMPLATE}/{number}",
                until=work.at + USEFUL)  # fmt: skip
