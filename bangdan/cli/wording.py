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
SUBJECTS: Mapping[str, str] = {
    "campaign": say("活动", "campaign"),
    "unit": say("单位", "unit"),
    "contact": say("联系人", "contact"),
    "nomination": say("项目", "nomination"),
    "duty": say("报送事项", "duty"),
    "letter": say("邮件", "letter"),
    "call": say("电话通知", "call"),
}
DETAILS: Mapping[str, str] = {
    "title": say("名称", "title"),
    "name": say("名称", "name"),
    "track": say("榜单", "list"),
    "reason": say("理由", "reason"),
    "changed": say("改动", "changed"),
    "attributes": say("属性", "declared"),
    "waiver": say("豁免", "waiver"),
    "rules": say("规定", "rules"),
    "materials": say("材料", "material"),
    "applicant": say("申报单位", "applicant"),
    "applicant_contact": say("申报联系人", "their contact"),
    "applicant_phones": say("电话", "phones"),
    "applicant_email": say("邮箱", "e-mail"),
    "phones": say("电话", "phones"),
    "email": say("邮箱", "e-mail"),
    "active": say("启用", "active"),
    "code": say("代码", "code"),
    "was": say("原为", "was"),
    "now": say("现为", "now"),
    "quota": say("名额规定", "quota"),
    "unit": say("单位", "unit"),
    "limit": say("名额", "places"),
    "before": say("原名额", "places before"),
    "milestone": say("时间节点", "milestone"),
    "edge": say("何端", "edge"),
    "revision": say("第几次公布", "announcement"),
    "planned": say("预定", "planned"),
    "opens": say("开始", "begins"),
    "closes": say("截止", "ends"),
    "chosen": say("选定", "chosen"),
    "due": say("应发", "was due"),
    "occasion": say("事由", "occasion"),
    "letters": say("邮件", "letters"),
    "calls": say("电话", "calls"),
    "lapsed": say("逾期失效", "lapsed"),
    "begun": say("进入评审", "entered review"),
    "count": say("数量", "count"),
    "digest": say("文件摘要", "digest"),
    "file": say("文件", "file"),
    "version": say("第几版", "version"),
    "instead_of": say("原文件摘要", "in place of"),
    "changes": say("改动", "changes"),
    "changes_en": say("改动", "changes"),
    "kind": say("事项", "duty"),
    "score": say("得分", "score"),
    "rank": say("名次", "rank"),
    "note": say("备注", "note"),
    "proposal": say("复核编号", "proposal"),
    "what": say("事项", "what"),
    "by": say("提交人", "proposed by"),
}
