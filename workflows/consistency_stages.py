"""What must hold between lists, stages and institutions where lists pass different stages."""

from __future__ import annotations

from workflows.definition import Definition
from workflows.findings import Findings


def check_stages(definition: Definition, findings: Findings) -> None:
    """Notes every inconsistency in `findings`."""
    if findings.wrong_in("lists", "stages"):
        return
    _none(definition, findings)
    _no_nominations(definition, findings)
    if not findings.wrong_in("institutions"):
        _outside(definition, findings)


def _none(definition: Definition, findings: Findings) -> None:
    """CFG-80: a list whose nominations would pass no stage could select nobody."""
    for each in definition.lists:
        if each.takes_nominations and not definition.stages_of(each.key):
            findings.error(
                "CFG-80", ("lists", each.key),
                f"榜单“{each.name}”没有评审阶段，请在某个阶段的 lists 中写上“{each.key}”",
                f'list "{each.key}" passes no stage; name it in the lists of one', list=each.key,
            )  # fmt: skip


def _no_nominations(definition: Definition, findings: Findings) -> None:
    """CFG-82: a list that takes no nominations here has nothing that could pass a stage."""
    for stage in definition.stages:
        for key in stage.lists:
            if not definition.list_by_key[key].takes_nominations:
                findings.error(
                    "CFG-82", ("stages", stage.key, "lists"),
                    f"榜单“{key}”不在本活动中接受申报，没有可评审的项目，请删去",
                    f'list "{key}" takes no nominations here, so none pass this stage; delete it', list=key,
                )  # fmt: skip


def _outside(definition: Definition, findings: Findings) -> None:
    """CFG-83: an institution reviews only tracks whose list passes its stage."""
    for each in definition.institutions:
        stage = definition.stage_by_key.get(each.stage)
        known = [definition.tracks[key] for key in each.tracks if key in definition.tracks]
        for track in known:
            if stage and not stage.passed_by(track.list.key):
                findings.error(
                    "CFG-83", ("institutions", each.key, "tracks"),
                    f"“{track.name}”（{track.key}）不经过阶段“{stage.name}”，不能由其机构评审",
                    f'track "{track.key}" does not pass stage "{stage.key}", so nobody reviews it there',
                    track=track.key, stage=stage.key,
                )  # fmt: skip
