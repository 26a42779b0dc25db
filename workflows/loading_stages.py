"""What a campaign file says of stages beyond their names: which lists pass them, and until when results are due."""

from __future__ import annotations

from collections.abc import Sequence

from workflows.definition import RankingList
from workflows.loading_lists import chosen_lists
from workflows.loading_who import MILESTONE
from workflows.reading import Table
from workflows.vocabulary import Judge, Withdrawal


def read_passing(table: Table, lists: Sequence[RankingList]) -> tuple[str, ...]:
    """`lists`: the keys of the lists whose nominations pass the stage, “all” that take any if it is not said."""
    every = tuple(each.key for each in lists if each.takes_nominations)
    return chosen_lists(table, lists) if table.has("lists") else every


def read_due(table: Table, judge: Judge, window: str, milestones: Sequence[str]) -> str:
    """`due`; a stage that the clock judges has no results, so it is over with its window."""
    if judge is not Judge.CLOCK:
        return table.reference("due", MILESTONE, milestones)
    if table.has("due") and table.reference("due", MILESTONE, milestones) != window:
        zh, en = "自动通过的阶段不报送结果，请删去 due", "a stage that the clock judges has no results; delete due"
        table.error("CFG-81", "due", zh, en)
    return window


def read_withdrawal(campaign: Table) -> Withdrawal:
    """`[campaign] withdrawal`: until when a nomination may be withdrawn."""
    return campaign.word("withdrawal", Withdrawal) if campaign.has("withdrawal") else Withdrawal.UNTIL_PUBLICATION
