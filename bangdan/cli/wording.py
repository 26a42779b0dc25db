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
ROLES: Mapping[str, str] = {
    "secretariat": say("秘书处", "secretariat"),
    "unit": say("推荐单位", "unit"),
    "institution": say("初评机构", "institution"),
    "auditor": say("监督人员", "auditor"),
    "engine": say("系统", "engine"),
}
