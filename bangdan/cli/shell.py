"""What every command needs: who acts, the instant it was asked, the campaign it means, and its transaction.

A reading command is `with reading(campaign) as work:`, a writing one `with writing(campaign) as work:`. The clock is
read once, when the command begins; a command that takes a file reads the file first and passes `at=received()`.
"""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from bangdan.cli.refusing import note_stored
from bangdan.language import say

if TYPE_CHECKING:
    from engine.access import Actor
    from engine.office import Office, Work

CampaignOption = Annotated[
    str | None,
    typer.Option("--campaign", "-c", metavar="KEY",
                 help=say("活动代号；只有一个活动时不必写", "The campaign's key; needless when there is one.")),
]  # fmt: skip
OrganiserOption = Annotated[
    str | None,
    typer.Option("--organiser", metavar="KEY",
                 help=say("主办方代号；只有一个主办方时不必写", "The organiser's key; needless when there is one.")),
]  # fmt: skip
JsonOption = Annotated[bool, typer.Option("--json", help=say("输出 JSON，供程序使用", "Print JSON, for programs."))]
ReasonOption = Annotated[
    str,
    typer.Option(
        "--reason", "-r", metavar=say("理由", "WORDS"), help=say("理由，记入历史", "Why; kept in the history.")
    ),
]

TrackOption = Annotated[
    str | None,
    typer.Option("--list", "-l", metavar=say("榜单", "LIST"), help=say("只看一个榜单或领域", "One list or field.")),
]
ChannelOption = Annotated[
    str | None,
    typer.Option("--channel", metavar=say("渠道", "CHANNEL"), help=say("只看一个推荐渠道", "One channel only.")),
]
LimitOption = Annotated[
    int, typer.Option("--limit", "-n", metavar="N", min=1, max=1000, help=say("最多几行", "How many rows at most."))
]


def received() -> datetime:
    """When what is being asked had fully arrived, by the wall clock; call it once. The office reckons with it."""
    from engine import clock

    return clock.now()


_called: ContextVar[str | None] = ContextVar("called", default=None)


def sit_down(name: str | None) -> None:
    """Note by what name the person at this terminal acts."""
    _called.set(name)


def actor() -> Actor:
    """Who sits at this terminal: the secretariat, by the name given with `--as`, else the system's."""
    from engine.access import Actor
    from workflows.nomination import Role

    return Actor(role=Role.SECRETARIAT, name=_called.get() or getpass.getuser())


@contextmanager
def office(*, mover: bool = False) -> Iterator[Office]:
    """The house, its database brought up to date; closed afterwards. For the `mover` also one that was left."""
    from sqlalchemy import event

    from bangdan import wiring

    opened = wiring.office(wiring.settings(), mover=mover)
    event.listen(opened.database.engine, "commit", note_stored)
    try:
        yield opened
    finally:
        opened.database.dispose()


@contextmanager
def reading(campaign: str | None = None, *, at: datetime | None = None) -> Iterator[Work]:
    """A consistent look at one campaign."""
    at = at or received()
    with office() as opened, opened.read(which(opened, campaign), actor(), at=opened.reckoned(at)) as work:
        yield work


@contextmanager
def writing(campaign: str | None = None, *, at: datetime | None = None, alone: bool = False) -> Iterator[Work]:
    """One transaction on one campaign; it commits when the block ends well. `alone` for moving a milestone."""
    at = at or received()
    with office() as opened:
        at = opened.reckoned(at)
        with opened.write(which(opened, campaign), actor(), at=at, alone=alone) as work:
            yield work


def which(opened: Office, campaign: str | None) -> str:
    """The campaign that is meant: the one named, or the only one. Raises NotFound, Refused (CMP-03)."""
    from sqlalchemy import select
    from sqlmodel import col

    from engine.tables import Campaign
    from workflows.reasons import NotFound, Reason, Refused

    if campaign is not None:
        return campaign
    with opened.database.read() as connection:
        keys = list(connection.execute(select(col(Campaign.key)).order_by(col(Campaign.id))).scalars())
    if not keys:
        raise NotFound(Reason(code="CMP-02", zh="还没有启动任何活动；请先 bangdan open 活动文件",
                              en="no campaign is open yet; begin with: bangdan open FILE"))  # fmt: skip
    if len(keys) > 1:
        raise Refused(Reason(code="CMP-03", zh=f"有多个活动，请用 --campaign 指明：{'、'.join(keys)}",
                             en=f"several campaigns are open; say which: --campaign {'|'.join(keys)}"))  # fmt: skip
    return keys[0]
