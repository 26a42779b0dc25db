"""The duty's states and arrows: what an institution owes, and how it is settled.

`overdue` is no state: a duty is overdue when its date has passed and it is not yet settled, which the clock shows by
itself.
"""

from __future__ import annotations

from workflows.nomination import CLOCK, OFFICE, Arrow, Guard, Role, Shape, State

INSTITUTION_SIDE = (Role.INSTITUTION, Role.SECRETARIAT)

STATES = (
    State(key="owed", zh="待报送", en="owed"),
    State(key="filed", zh="已报送", en="filed"),
    State(key="sent-back", zh="退回补正", en="sent back"),
    State(key="accepted", zh="已备案", en="accepted", final=True),
)

ARROWS = (
    # the clock files too: a track on which nothing was nominated owes no results
    Arrow(verb="file", zh="报送", en="file", sources=("owed", "sent-back"), target="filed",
          roles=(*INSTITUTION_SIDE, *CLOCK)),
    Arrow(verb="accept", zh="备案", en="accept", sources=("filed",), target="accepted", roles=OFFICE),
    Arrow(verb="send-back", zh="退回补正", en="send back", sources=("filed", "accepted"), target="sent-back",
          roles=OFFICE, guards=(Guard.REASON,)),
)  # fmt: skip

OWING = ("owed", "sent-back")


class DutyShape(Shape):
    """The same kind of machine, beginning at `owed`."""

    initial = "owed"


SHAPE = DutyShape(states=STATES, arrows=ARROWS, stages=())
