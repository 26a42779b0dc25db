"""What must hold between stages and the winners of the lists that pass them."""

from __future__ import annotations

from workflows.definition import Definition, RankingList, Stage
from workflows.findings import Findings


def check_shortlists(definition: Definition, findings: Findings) -> None:
    """CFG-98: a multiple of the winners needs their number on each list that passes the stage."""
    for stage in definition.stages:
        open_ended = [each.key for each in _passing(definition, stage) if each.winners is None]
        if stage.shortlist and stage.shortlist.times and open_ended:
            findings.error(
                "CFG-98", ("stages", stage.key, "shortlist"),
                f"按入榜总数的倍数计算，但榜单 {'、'.join(open_ended)} 没有写 winners（入榜总数）",
                f"is a multiple of the winners, but lists {', '.join(open_ended)} don't say how many they have",
                lists=", ".join(open_ended),
            )  # fmt: skip


def _passing(definition: Definition, stage: Stage) -> list[RankingList]:
    lists = [each for each in definition.lists if each.takes_nominations]
    return [each for each in lists if not stage.lists or each.key in stage.lists]
