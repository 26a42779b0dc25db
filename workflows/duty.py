"""The duty's states and arrows: what an institution or a unit owes, and how it is settled.

`overdue` is no state: a duty is overdue when its date has passed and it is not yet settled, which the clock shows by
itself.
"""

from __future__ import annotations

from workflows.nomination import CLOCK, OFFICE, Arrow, Guard, Role, Shape, State

OWNERS = (Role.INSTITUTION, Role.SECRETARIAT, Role.UNIT)

STATES = (
    State(key="owed", zh="待报送", en="owed"),
    State(key="filed", zh="已报送", en="filed"),
    State(key="sent-back", zh="退回补正", en="sent back"),
    State(key="accepted", zh="已备案", en="accepted", final=True),
    State(key="received", zh="已收到", en="received", final=True),
    State(key="void", zh="无须办理", en="not owed any more", final=True),
)

ARROWS = (
    # the clock files too: a track on which nothing was nominated owes no results
    Arrow(verb="file", zh="报送", en="file", sources=("owed", "sent-back"), target="filed",
          roles=(*OWNERS, *CLOCK)),
    Arrow(verb="accept", zh="备案", en="accept", sources=("filed",), target="accepted", roles=OFFICE),
    Arrow(verb="confirm", zh="确认收到", en="confirm receipt", sources=("owed", "sent-back"), target="received",
          roles=(*OFFICE, Role.INSTITUTION)),
    Arrow(verb="send-back", zh="退回补正", en="send back", sources=("filed", "accepted", "received"),
          target="sent-back", roles=OFFICE, guards=(Guard.REASON,)),
    # whoever withdraws a nomination ends what is owed for it, and reinstating it brings that back
    Arrow(verb="void", zh="不再需要", en="void", sources=("owed", "filed", "sent-back"), target="void", roles=CLOCK),
    Arrow(verb="renew", zh="恢复应办", en="renew", sources=("void",), target="owed", roles=CLOCK),
)  # fmt: skip

OWING = ("owed", "sent-back")
UNSETTLED = (*OWING, "filed")


class DutyShape(Shape):
    """The same kind of machine, beginning at `owed`."""

    initial = "owed"


SHAPE = DutyShape(states=STATES, arrows=ARROWS, stages=())
