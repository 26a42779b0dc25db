"""What a unit still owes and what that holds up (`Guard.DUTIES`): one reason for each unsettled duty."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from workflows.definition import DutyKind, Institution
from workflows.duty import OWING
from workflows.instants import show, show_en
from workflows.reasons import Reason
from workflows.vocabulary import Fulfilment


@dataclass(frozen=True, kw_only=True, slots=True)
class Unsettled:
    """A duty that is not settled yet: its state, by when it is due, and who can settle it beside the secretariat."""

    kind: DutyKind
    state: str
    due: datetime | None = None
    confirmer: Institution | None = None


def held_up(owing: Iterable[Unsettled], zone: tzinfo) -> tuple[Reason, ...]:
    """DUT-07: what must be settled before this may happen."""
    return tuple(_reason(each, zone) for each in owing)


def _reason(one: Unsettled, zone: tzinfo) -> Reason:
    by = f"期限{show(one.due, zone=zone, edge='end')}" if one.due else "未定期限"
    by_en = f"due {show_en(one.due, zone=zone, edge='end')}" if one.due else "no date set"
    zh, en = _who_settles(one)
    filed = one.state not in OWING
    return Reason(
        code="DUT-07",
        zh=f"须先办结“{one.kind.name}”（{by}，由{zh}）" + ("，现已报送，尚待备案" if filed else ""),
        en=f'"{one.kind.english}" must be settled first ({by_en}; {en})'
        + (": it is filed and not accepted yet" if filed else ""),
        facts={"duty": one.kind.key, "due": one.due.isoformat() if one.due else None},
    )  # fmt: skip


def _who_settles(one: Unsettled) -> tuple[str, str]:
    if one.kind.fulfilment is not Fulfilment.RECEIPT:
        return "秘书处备案", "the secretariat accepts it"
    if one.confirmer is None:
        return "秘书处确认收到", "the secretariat confirms receipt"
    name, english = one.confirmer.name, one.confirmer.english or one.confirmer.name
    return f"秘书处或{name}确认收到", f"the secretariat or {english} confirms receipt"
