"""A unit's first page, whom it nominates jointly with, and its own deadline for its applicants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import Field
from starlette.responses import Response

from bangdan.desk.fields import DeskForm
from bangdan.desk.problems import status_for
from bangdan.desk.sides import Side, Sided, SidedPages
from bangdan.language import Words
from engine import classes, endorsing, given, own_deadlines
from engine.endorsing import Joined
from engine.queries import mine
from workflows.reasons import Reason, Refused
from workflows.vocabulary import Edge

sided = SidedPages()
pages = sided.pages


class JoinForm(DeskForm):
    """Another unit's nomination, by the id that it told."""

    nomination: str = Field(max_length=64)


class DeadlineForm(DeskForm):
    """A unit's own deadline for its applicants, as it is written; empty drops it."""

    closes: str = Field(default="", max_length=40)


@sided.get("", name="mine")
def home(side: Sided, after: str | None = None) -> Response:
    """Everything that the unit has to do, and what it has."""
    with side.read() as work:
        return side.page("mine/home.html.j2", home=mine.home(work, after=after), after=after)


@sided.post("/join", name="my-join")
def join(side: Sided) -> Response:
    """Nominate jointly what another unit began."""
    return _jointly(side, "my-join", endorsing.join, Words("已加入共同提名", "joined"))


@sided.post("/leave", name="my-leave")
def leave(side: Sided) -> Response:
    """Nominate it jointly no longer."""
    return _jointly(side, "my-leave", endorsing.leave, Words("已退出共同提名", "left"))


def _jointly(side: Side, verb: str, do: Callable[..., Joined], done: Words) -> Response:
    form = side.visit.form(JoinForm)
    with side.write() as work:
        unit_id = mine.unit_row(work).id

        def act() -> dict[str, Any]:
            return {"title": do(work, form.nomination, unit_id=unit_id).title}

        title = side.visit.once(work, {"verb": verb, **form.asked()}, act)["title"]
    return side.go("mine", said=Words(f"{done.zh}：{title}", f"{done.en}: {title}"))


@sided.get("/deadline", name="my-deadline")
def my_deadline(side: Sided) -> Response:
    """Until when the unit's applicants write, and until when it submits."""
    return _deadline(side)


def _deadline(side: Side, *, reasons: tuple[Reason, ...] = (), status: int = 200) -> Response:
    with side.read() as work:
        unit = mine.unit_row(work)
        key = classes.own_of(work, unit.id)
        own = work.calendar[key].edge(Edge.CLOSES) if key and not work.calendar[key].closes_of else None
        windows = tuple(mine.windows(work, unit.id))
    return side.page("mine/deadline.html.j2", status=status, unit=unit, own=own, windows=windows, reasons=reasons,
                     typed=side.visit.fields)  # fmt: skip


@sided.post("/deadline", name="my-deadline-set")
def set_deadline(side: Sided) -> Response:
    """Set, change or drop a deadline of the unit's own for those who write its drafts."""
    try:
        form = side.visit.form(DeadlineForm)
        with side.write(alone=True) as work:
            closes = given.instant(work, form.closes) if form.closes else None
            own_deadlines.own_deadline(work, mine.unit_row(work).id, closes=closes)
    except Refused as refused:
        reasons = tuple(reason.at("closes") for reason in refused.reasons)
        return _deadline(side, reasons=reasons, status=status_for(refused.reasons))
    set_, dropped = Words("已设定本单位的内部截止", "your deadline is set"), Words("已取消内部截止", "it is dropped")
    return side.go("my-deadline", said=set_ if closes else dropped)
