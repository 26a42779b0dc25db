"""A unit's own deadline for those who write its drafts, over the API."""

from __future__ import annotations

from datetime import datetime

from starlette.responses import Response

from bangdan.desk.api.call import Calling
from bangdan.desk.api.routing import CAMPAIGN, Calls
from bangdan.desk.api.shapes import Asked, Code, Line, Reason, Told, say
from engine import given, own_deadlines, units
from engine.accounts.tokens import Scope
from engine.office import Work
from workflows.nomination import Role

calls = Calls("单位的内部截止", "A unit's own deadline")


class OwnDeadline(Asked):
    """Until when its applicants write; null drops it."""

    closes: Line | None = say("内部截止，空则取消", "when it ends; null drops it", "2023-11-20 24:00")
    reason: Reason = say("说明", "a note", "", default="")


class OwnDeadlineTold(Told):
    """What holds for the unit's applicants now."""

    unit: str = say("单位编号", "the unit's code", "EE")
    closes: datetime | None = say("内部截止", "when it ends", "2023-11-20T16:00:00Z")
    letters: int = say("已去信更正", "letters of correction", 0)
    calls: int = say("待电话更正", "calls of correction", 0)


@calls.post(f"{CAMPAIGN}/units/{{unit}}/deadline", name="set_own_deadline", allow=(Role.SECRETARIAT, Role.UNIT),
            scope=Scope.NOMINATE, answers=OwnDeadlineTold, zh="设定、更改或取消单位的内部截止",
            en="Set, change or drop a unit's own deadline for its applicants")  # fmt: skip
def set_own_deadline(call: Calling, unit: Code, body: OwnDeadline) -> Response:
    def do(work: Work) -> OwnDeadlineTold:
        unit_id = units.find(work, unit).id
        closes = given.instant(work, body.closes, where="/closes") if body.closes else None
        moved = own_deadlines.own_deadline(work, unit_id, closes=closes, reason=body.reason)
        return OwnDeadlineTold(unit=unit, closes=closes, letters=moved.told.letters, calls=moved.told.calls)

    behalf = unit if call.actor.role is Role.SECRETARIAT else None
    return call.change(do, for_unit=behalf, alone=True)
