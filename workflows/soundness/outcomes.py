"""Numbers of winners that can hold together: levels, shortlists, lists drawn from others."""

from __future__ import annotations

from workflows.definition import Definition, RankingList
from workflows.findings import Findings
from workflows.soundness.order import stages_of


def prove(definition: Definition, findings: Findings) -> None:
    """SND-60, 62 and 63."""
    for each in definition.lists:
        _levels(each, findings)
        _shortlists(definition, each, findings)
        _drawn(definition, each, findings)


def _levels(each: RankingList, findings: Findings) -> None:
    capped = [level.winners for level in each.levels if level.winners is not None]
    if each.winners is not None and sum(capped) > each.winners:
        findings.error(
            "SND-60", ("lists", each.key, "levels"),
            f"各等级名额之和{sum(capped)}超过榜单的入选名额{each.winners}；请改其中之一",
            f"the levels have {sum(capped)} places, the list has {each.winners}; change one of them",
        )  # fmt: skip


def _shortlists(definition: Definition, each: RankingList, findings: Findings) -> None:
    for stage in stages_of(definition, each) if each.takes_nominations else ():
        most = stage.shortlist.number if stage.shortlist else None
        tracks = len(each.fields) or 1
        if most is not None and each.winners is not None and most * tracks < each.winners:
            findings.warning(
                "SND-62", ("stages", stage.key, "shortlist"),
                f"“{stage.name}”最多通过{most * tracks}个，少于“{each.name}”的入选名额{each.winners}",
                f'at most {most * tracks} pass, fewer than the {each.winners} winners of list "{each.key}"',
            )  # fmt: skip


def _drawn(definition: Definition, each: RankingList, findings: Findings) -> None:
    base = definition.list_by_key.get(each.drawn_from or "")
    if base and base.winners is not None and each.winners is not None and each.winners > base.winners:
        findings.error(
            "SND-63", ("lists", each.key, "winners"),
            f"从“{base.name}”的{base.winners}个入选者中选不出{each.winners}个；请改其中之一",
            f'{each.winners} can\'t be drawn from the {base.winners} winners of list "{base.key}"; change one of them',
        )  # fmt: skip
