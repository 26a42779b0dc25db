"""The rehearsal beside a live desk: a marked copy under `/rehearsal`, for those who see the whole.

There is one at a time for each organiser, so that none learns of another's or ends it. Its data is thrown away with it.
It plays in the desk's own process, so it leaves the machine to the desk half the time.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from bangdan.cli.campaign_file import CampaignFile
from bangdan.desk.house import Desk
from bangdan.desk.staged import desk_of
from bangdan.desk.visiting import who_asks
from bangdan.stage.house import Stage
from engine.access import not_found, sees_all
from engine.accounts.rights import Seat
from engine.accounts.sessions import Signed
from engine.rehearsal.play import Size
from engine.rehearsal.population import UnitPlan

MOUNT = "/rehearsal"
BREATH = 0.1  # seconds that the desk gets after each slice of a jump


@dataclass(frozen=True, kw_only=True)
class Running:
    """A copy that plays: of which campaign of the desk, by whom."""

    campaign: str
    by: str
    stage: Stage
    app: FastAPI

    @property
    def key(self) -> str:
        """The key of the campaign that is played, which another file may have given."""
        return self.stage.pacing.played.campaign


class Copy:
    """ASGI app: the desk of the rehearsal that is on for an organiser of the visitor's, and nothing while none is."""

    def __init__(self, desk: Desk, make: Callable[[Desk], FastAPI]) -> None:
        self._desk, self._make = desk, make
        self._changing = threading.Lock()
        self.running: dict[int, Running] = {}  # by organiser

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        signed = (await who_asks(Request(scope))).signed  # also where nothing is on: the answer is the same
        mine = [each for each in tuple(self.running.values()) if self._may_look(signed, each.campaign)]
        running = min(mine, key=lambda each: f"{MOUNT}/c/{each.key}/" not in scope["path"], default=None)
        if running is None:
            scope["root_path"] = scope["app_root_path"]  # the page that says no is one of the desk outside
            raise not_found(scope["path"])
        await running.app(scope, receive, send)

    def begin(self, seat: Seat, by: str, file: CampaignFile, *, size: Size, roster: Sequence[UnitPlan] | None) -> Stage:
        """Put a rehearsal on in the place of the one that is on for that organiser. Raises FileRefused; then that one
        goes on.
        """
        stage = Stage(
            file=file, folder=Path(tempfile.mkdtemp(prefix="bangdan-rehearsal-")), roster=roster, breath=BREATH
        )
        try:
            stage.put_on(size)
        except Exception:
            stage.take_down()
            raise
        with self._changing:
            earlier = self.running.get(seat.organiser)
            running = Running(campaign=seat.campaign, by=by, stage=stage, app=self._app(stage))
            self.running[seat.organiser] = running
        if earlier is not None:
            earlier.stage.take_down()
        return stage

    def end_of(self, organiser: int) -> None:
        """Take down what is on for that organiser, if anything is."""
        with self._changing:
            earlier = self.running.pop(organiser, None)
        if earlier is not None:
            earlier.stage.take_down()

    def end(self) -> None:
        """Take down whatever is on."""
        for organiser in tuple(self.running):
            self.end_of(organiser)

    def _may_look(self, signed: Signed | None, campaign: str) -> bool:
        """Whether the visitor of the live desk sees the whole of the campaign that is rehearsed."""
        if signed is None or (self._desk.second_factor and not signed.second):
            return False
        return any(seat.campaign == campaign and sees_all(seat.role) for seat in signed.seats)

    def _app(self, stage: Stage) -> FastAPI:
        return self._make(desk_of(stage, address=self._desk.address, lang=self._desk.lang))
