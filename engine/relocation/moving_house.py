"""Moving the house: held still, copied, compared, proven; then left for good, and only then opened elsewhere.

Whatever cuts this off, saying the same again goes on. At no moment two houses accept anything or let a letter out: the
one that is left does not from `hold` on, and the other one does only when the first has noted that it was left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, Table

from engine.access import Actor, may_office
from engine.database import Database
from engine.office import Office
from engine.proving import prove
from engine.relocation import arriving, leaving
from engine.relocation.comparing import compare
from engine.relocation.copying import copy
from engine.relocation.cut_off import told_as_ours
from engine.relocation.rows import count, moved_tables
from engine.relocation.standing import MOVED, Move
from engine.turn import campaigns
from workflows.reasons import Reason, Refused

Phase = Literal["hold", "letters", "copy", "compare", "prove", "open"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """How far a phase is: `done` of `total` rows of a table. Of letters under way `total` says how many those are."""

    phase: Phase
    what: str = ""
    done: int = 0
    total: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Relocated:
    """What was moved: rows by table, and the newest seal of each campaign, as they were compared and proven.

    Both are empty where only the last step was left to do. `letters` are due now, None where the house stays muted.
    """

    place: str
    rows: dict[str, int]
    heads: dict[str, str]
    letters: int | None
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Mover:
    """Moves the house of `office` to `target`. `pause` waits a moment, for letters under way."""

    office: Office
    target: Database
    actor: Actor
    tell: Callable[[Step], None]
    pause: Callable[[], None]

    def __call__(self) -> Relocated:
        """Move it, or go on with that. Raises Refused: MOV-10 to MOV-20, SCH-01 to SCH-03."""
        may_office(self.actor)
        office, rows, heads = self.office, dict[str, int](), dict[str, str]()
        place = arriving.place_of(self.target.url)
        with told_as_ours(), arriving.alone(self.target) as connection:
            there = arriving.known_there(connection, leaving.tokens(office.database))
            move = leaving.begin(office, self.actor, place=place, there=there, at=office.clock())
            if move.outcome != MOVED:
                self._hold(move)
                arriving.prepare(self.target, connection, move, there=there, at=office.clock())
                rows = self._filled(connection)
                heads = dict(self._proven(key) for key in campaigns(office))
                leaving.leave(office.database, move, at=office.clock())
                self.tell(Step(phase="open"))
            elif there != move.token:
                raise Refused(_lost(move.place))
            at = office.clock()
            letters = arriving.open_up(Office(database=self.target), connection, move, self.actor, at=at)
        return Relocated(place=place, rows=rows, heads=heads, letters=letters, at=at)

    def _hold(self, move: Move) -> None:
        """Letters that a server has at this moment first: a house that is held could not note what became of them."""
        office = self.office
        self.tell(Step(phase="hold"))
        while waiting := leaving.letters_on_their_way(office.database, at=office.clock()):
            self.tell(Step(phase="letters", total=waiting))
            self.pause()
        leaving.hold(office.database, move, at=office.clock())

    def _filled(self, connection: Connection) -> dict[str, int]:
        """Every row there, and the same. Returns how many, by table."""
        with self.office.database.read() as source:
            for table in moved_tables():
                copy(source, connection, table, tell=self._teller("copy", table, source))
        arriving.settle(connection)
        with self.office.database.read() as source, self.target.read() as target:
            return {
                table.name: compare(source, target, table, tell=self._teller("compare", table, source))
                for table in moved_tables()
            }

    def _teller(self, phase: Phase, table: Table, source: Connection) -> Callable[[int], None]:
        done, total = 0, count(source, table)

        def tell(more: int) -> None:
            nonlocal done
            done += more
            self.tell(Step(phase=phase, what=table.name, done=done, total=total))

        return tell

    def _proven(self, campaign: str) -> tuple[str, str]:
        """The newest seal of a campaign, whose history stands in the target. Raises Refused (MOV-18)."""
        self.tell(Step(phase="prove", what=campaign))
        copied = Office(database=self.target, workdays=self.office.workdays)
        found = prove(copied, campaign, at=self.office.clock())
        if found.faults:
            raise Refused(_broken(campaign, found.faults[0]))
        return campaign, found.head


def _broken(campaign: str, fault: str) -> Reason:
    return Reason(
        code="MOV-18",
        zh=f"各行都已一致，但活动 {campaign} 的历史未通过核验：{fault}。原系统里就是如此；"
        "请先 bangdan migrate-to --abandon，再 bangdan audit verify 查明",
        en=f"every row is the same, and yet the history of {campaign} does not stand: {fault}. So it was in the old "
        "house: `bangdan migrate-to --abandon`, then find out by `bangdan audit verify`",
        facts={"campaign": campaign},
    )


def _lost(place: str) -> Reason:
    return Reason(
        code="MOV-19",
        zh=f"系统已迁到 {place}，但所给的目标库里没有它；请核对地址。若那个数据库已丢失，只能由备份恢复",
        en=f"the house was moved to {place}, and the target that was named does not hold it; check the address. If "
        "that database is lost, only a backup brings it back",
        facts={"place": place},
    )
