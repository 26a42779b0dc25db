"""Why something needs, or can't have, a second person's word: APR-01 … APR-08."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from engine.moving import words
from engine.office import Work
from engine.queries.explanation import Words
from workflows.reasons import Reason


def needs_another(verb: Words, needs: Sequence[Words]) -> Reason:
    """APR-01: one person may not do it alone."""
    zh, en = "；".join(each.zh for each in needs), "; ".join(each.en for each in needs)
    return Reason(code="APR-01", zh=f"“{verb.zh}”须由另一人复核后才能办理（{zh}）；请提交复核",
                  en=f"a second person has to confirm this ({en}); propose it instead")  # fmt: skip


def needs_nobody(verb: Words) -> Reason:
    """APR-02: one person will do."""
    return Reason(code="APR-02", zh=f"这次“{verb.zh}”无须复核，可直接办理",
                  en="nobody has to confirm this; it can be done at once")  # fmt: skip


def waits_already(work: Work, row: Row[Any]) -> Reason:
    """APR-03: the same was proposed."""
    at, at_en = words(work, row.proposed_at, edge="start")
    return Reason(code="APR-03", zh=f"同样的内容已由{row.proposed_by}于{at}提交，正在等待复核",
                  en=f"the same was proposed by {row.proposed_by} at {at_en} and waits for its confirmation",
                  facts={"proposal": row.public_id})  # fmt: skip


def own() -> Reason:
    """APR-04: nobody is the second person of what they proposed themselves."""
    return Reason(code="APR-04", zh="提交人不能复核自己提交的内容，须由另一人复核；如不再需要，可以撤回",
                  en="who proposed it can't decide about it: that is for another; you may take it back")  # fmt: skip


def decided(work: Work, row: Row[Any]) -> Reason:
    """APR-05: it was decided before."""
    zh, en = STATES[row.state].zh, STATES[row.state].en
    at, at_en = words(work, row.decided_at, edge="start")
    return Reason(code="APR-05", zh=f"这项内容{zh}（{row.decided_by}，{at}），不能再办理",
                  en=f"this was {en} by {row.decided_by} at {at_en}; nothing can be done with it any more")  # fmt: skip


def too_old(work: Work, row: Row[Any]) -> Reason:
    """APR-06: nobody decided in time."""
    at, at_en = words(work, row.expires_at)
    return Reason(code="APR-06", zh=f"这项内容到{at}无人复核，已经失效；请重新提交",
                  en=f"nobody decided about this until {at_en}; propose it anew")  # fmt: skip


def changed() -> Reason:
    """APR-07: it would do something else by now."""
    return Reason(code="APR-07", zh="提交之后情况有变，现在办理的结果与提交时所列的不同；请撤回，核对后重新提交",
                  en="it would change something else by now than what was proposed; propose it anew")  # fmt: skip


def anothers(row: Row[Any]) -> Reason:
    """APR-08: only who proposed it takes it back."""
    return Reason(code="APR-08", zh=f"只有提交人{row.proposed_by}可以撤回；您可以复核或不予同意",
                  en=f"only {row.proposed_by} may take it back, who proposed it; confirm or decline it")  # fmt: skip


def reasonless() -> Reason:
    """RSN-01 of a refusal."""
    return Reason(code="RSN-01", zh="须说明理由", en="a reason must be given")


STATES = {
    "open": Words(zh="待复核", en="waiting"),
    "confirmed": Words(zh="已复核办理", en="confirmed"),
    "declined": Words(zh="未获同意", en="declined"),
    "taken-back": Words(zh="已撤回", en="taken back"),
    "expired": Words(zh="已失效", en="expired"),
}
