"""Words that several commands print for the engine's keys."""

from __future__ import annotations

from collections.abc import Mapping

from bangdan.language import say

AUDIENCES: Mapping[str, str] = {
    "units": say("推荐单位", "units"),
    "units-collecting": say("尚可提交的单位", "units with something left to do"),
    "institutions": say("初评机构", "institutions"),
    "units-owing": say("尚未交材料的单位", "units that owe"),
    "applicants": say("草稿未提交的申报单位", "applicants with drafts"),
    "institutions-owing": say("尚未报送的机构", "institutions that owe"),
    "secretariat": say("秘书处", "secretariat"),
    "secretariat-if-owed": say("秘书处（有欠报时）", "secretariat, if something is owed"),
}
EDGES: Mapping[str, str] = {"opens": say("开始", "begins"), "closes": say("截止", "ends")}


def role_words(role: str) -> str:
    """What a role is called."""
    from workflows.calling import ROLES
    from workflows.nomination import Role

    return say(ROLES[Role(role)].zh, ROLES[Role(role)].en)
