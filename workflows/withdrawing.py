"""Why nobody may take a nomination back, where a campaign says so (`nomination.WITHDRAWN_FROM` says until when)."""

from __future__ import annotations

from workflows.calling import called
from workflows.definition import Definition
from workflows.nomination import FIXED_ARROWS, Role, Shape
from workflows.reasons import Reason
from workflows.vocabulary import Withdrawal

TAKES_BACK = {arrow.verb: arrow.zh for arrow in FIXED_ARROWS if arrow.verb in ("withdraw", "recall")}


def no_way_back(verb: str, state: str, shape: Shape, definition: Definition) -> Reason | None:
    """STM-03: units of this campaign can't withdraw, or not once review has begun, and that is why it can't be done."""
    if definition.withdrawal is Withdrawal.NEVER and verb in TAKES_BACK:
        when, when_en = "一经提交", "once it is submitted"
    elif definition.withdrawal is Withdrawal.UNTIL_REVIEW and verb == "withdraw" and state in shape.stages:
        when, when_en = "进入评审后", "once review has begun"
    else:
        return None
    office = called(definition, Role.SECRETARIAT)
    advice, advice_en = f"有误的，请联系{office.zh}", f"if something is wrong with it, ask the {office.en}"
    if state == shape.initial:
        advice, advice_en = "草稿不提交即可", "a draft is simply not submitted"
    return Reason(
        code="STM-03",
        zh=f"本次活动规定，{when}不得{TAKES_BACK[verb]}；{advice}",
        en=f"this campaign lets nobody {verb} a nomination {when_en}; {advice_en}",
        facts={"state": state, "verb": verb},
    )
