"""The desk of a rehearsal: the same app, over the rehearsal's office and its virtual clock; a cookie names the seat."""

from __future__ import annotations

from fastapi import FastAPI

from bangdan.desk.app import make_app
from bangdan.desk.house import Desk
from bangdan.language import Language
from bangdan.stage.house import Stage


def app_of(stage: Stage, *, address: str, lang: Language) -> FastAPI:
    """The app over a stage on which a rehearsal was put on."""
    return make_app(
        Desk(office=stage.office, clock=stage.now, address=address, lang=lang, nudge=stage.touch, rehearsal=stage,
             who=stage.seats.who)
    )  # fmt: skip
