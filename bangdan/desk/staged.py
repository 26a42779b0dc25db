"""The desk of a rehearsal: over the rehearsal's office and its virtual clock; a cookie names the seat."""

from __future__ import annotations

from bangdan.desk.house import Desk
from bangdan.language import Language
from bangdan.stage.house import Stage


def desk_of(stage: Stage, *, address: str, lang: Language) -> Desk:
    """What the app is made over, for a stage on which a rehearsal was put on."""
    return Desk(office=stage.office, clock=stage.now, address=address, lang=lang, nudge=stage.touch, rehearsal=stage,
                who=stage.seats.who)  # fmt: skip
