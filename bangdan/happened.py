"""The history in words: who did what to which thing, and what came of it. For every door that shows it.

`engine.queries.story` says what happened; here its keys become what people call them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from bangdan.language import Words
from engine.exports.history import Tell
from engine.exports.sheet import Say
from engine.office import Work
from engine.queries.occasions import EDGES, occasion_words
from engine.queries.story import SUBJECTS, VERBS, Happened
from workflows.calling import ROLES
from workflows.definition import Definition
from workflows.instants import show, show_en, zone_of
from workflows.nomination import Role
from workflows.vocabulary import Edge

DETAILS: Mapping[str, Words] = {
    "title": Words("名称", "title"),
    "name": Words("名称", "name"),
    "track": Words("榜单", "list"),
    "reason": Words("理由", "reason"),
    "changed": Words("改动", "changed"),
    "attributes": Words("属性", "declared"),
    "waiver": Words("豁免", "waiver"),
    "rules": Words("规定", "rules"),
    "materials": Words("材料", "material"),
    "applicant": Words("申报单位", "applicant"),
    "applicant_contact": Words("申报联系人", "their contact"),
    "applicant_phones": Words("电话", "phones"),
    "applicant_email": Words("邮箱", "e-mail"),
    "phones": Words("电话", "phones"),
    "email": Words("邮箱", "e-mail"),
    "active": Words("启用", "active"),
    "code": Words("代码", "code"),
    "was": Words("原为", "was"),
    "now": Words("现为", "now"),
    "quota": Words("名额规定", "quota"),
    "unit": Words("单位", "unit"),
    "limit": Words("名额", "places"),
    "before": Words("原名额", "places before"),
    "milestone": Words("时间节点", "milestone"),
    "edge": Words("起止", "edge"),
    "revision": Words("第几次公布", "announcement"),
    "planned": Words("预定", "planned"),
    "opens": Words("开始", "begins"),
    "closes": Words("截止", "ends"),
    "chosen": Words("选定", "chosen"),
    "due": Words("应发", "was due"),
    "occasion": Words("事由", "occasion"),
    "letters": Words("邮件", "letters"),
    "calls": Words("电话", "calls"),
    "lapsed": Words("逾期失效", "lapsed"),
    "begun": Words("进入评审", "entered review"),
    "count": Words("数量", "count"),
    "digest": Words("文件摘要", "digest"),
    "file": Words("文件", "file"),
    "version": Words("第几版", "version"),
    "instead_of": Words("原文件摘要", "in place of"),
    "changes": Words("改动", "changes"),
    "changes_en": Words("改动", "changes"),
    "kind": Words("事项", "duty"),
    "score": Words("得分", "score"),
    "rank": Words("名次", "rank"),
    "note": Words("备注", "note"),
    "proposal": Words("复核编号", "proposal"),
    "what": Words("事项", "what"),
    "by": Words("提交人", "proposed by"),
    "to": Words("收件人", "to"),
    "decision": Words("处理", "decision"),
    "of": Words("单位", "of"),
    "url": Words("网址", "URL"),
    "role": Words("身份", "role"),
    "reach": Words("范围", "reach"),
    "scopes": Words("权限", "scopes"),
    "ends": Words("有效期至", "ends"),
    "since": Words("静音自", "muted since"),
    "waiting": Words("到期邮件", "letters due"),
    "new": Words("新增", "new"),
    "there": Words("现有", "there are"),
    "minimum": Words("至少", "at least"),
    "list": Words("名单", "list"),
    "objection": Words("异议", "objection"),
    "upheld": Words("成立", "upheld"),
    "clock_wall": Words("时钟存疑：系统时间", "clock in doubt: system time"),
    "clock_carried": Words("推算时间", "carried on"),
    "doubted": Words("存疑自", "in doubt since"),
}
YES = {True: Words("是", "yes"), False: Words("否", "no")}
INSTANTS = ("opens", "closes", "chosen", "was", "planned", "due")  # details of the campaign's events
CLOCKS = ("clock_wall", "clock_carried", "doubted")  # instants to the second, of any event


def who(line: Happened) -> Words:
    """The role and the name; for whom, where it was somebody else's business."""
    zh, en = ROLES[line.role].zh, ROLES[line.role].en
    if line.role is not Role.ENGINE:
        zh, en = f"{zh}：{line.actor}", f"{en}: {line.actor}"
    return Words(f"{zh}（代{line.behalf}）", f"{en} (for {line.behalf})") if line.behalf else Words(zh, en)


def what(line: Happened) -> Words:
    """The thing that it happened to."""
    zh, en = SUBJECTS[line.subject]
    return Words(zh, en) if line.subject == "campaign" else Words(f"{zh}：{line.name}", f"{en}: {line.name}")


def telling(say: Say) -> Tell:
    """What tells the outcome in one language: how an export is handed the words."""

    def told(work: Work, line: Happened) -> str:
        words = outcome(work, line)
        return say(words.zh, words.en)

    return told


def outcome(work: Work, line: Happened) -> Words:
    """The state that it led to, and the details."""
    moved = line.target and line.target != line.source
    zh, en = ([f"→{line.target_zh}"], [f"→{line.target_en}"]) if moved else ([], [])
    for key, value in line.details.items():
        if _worth_telling(key, value):
            told = _detail(work, line, key, value)
            zh += [] if key == "changes_en" else [told.zh]
            en += [] if key == "changes" else [told.en]
    return Words("；".join(zh), "; ".join(en))


def _worth_telling(key: str, value: object) -> bool:
    return key != "marks" and value not in (None, "") and not (key == "revision" and value == 1)


def _detail(work: Work, line: Happened, key: str, value: object) -> Words:
    label = DETAILS.get(key, Words(key, key))
    told = YES[value] if isinstance(value, bool) else _told(work, line, key, str(value))
    return Words(f"{label.zh}：{told.zh}", f"{label.en}: {told.en}")


def _told(work: Work, line: Happened, key: str, text: str) -> Words:
    it = work.definition
    if key in CLOCKS:
        at, zone = datetime.fromisoformat(text).replace(microsecond=0), zone_of(it.zone)
        return Words(show(at, zone=zone, edge="start"), show_en(at, zone=zone, edge="start", name_zone=False))
    if line.subject == "campaign" and (found := _of_campaign(it, line, key, text)):
        return found
    if key == "reach" and " / " in text:
        return Words(*text.split(" / ", 1))
    if key == "occasion":
        return Words(*occasion_words(it, work.shape, text))
    if key == "role":
        return Words(ROLES[Role(text)].zh, ROLES[Role(text)].en) if text in list(Role) else Words(text, text)
        return Words(*ROLES[Role(text)]) if text in list(Role) else Words(text, text)
    if line.subject == "duty" and key == "kind" and text in it.duty_by_key:
        return Words(it.duty_by_key[text].name, it.duty_by_key[text].english)
    if key == "track" and text in it.tracks:
        return Words(it.tracks[text].name, it.tracks[text].name)
    if key == "changed":
        return changed(text)
    if line.verb == "channels":
        named = {each.key: Words(each.name, each.name) for each in it.channels}
        return _listed(named.get(each, Words(each, each)) for each in text.split("、"))
    return Words(text, text)


def changed(text: str) -> Words:
    """The names of what was changed."""
    return _listed(DETAILS.get(each, Words(each, each)) for each in text.split("、"))


def _of_campaign(it: Definition, line: Happened, key: str, text: str) -> Words | None:
    """A detail of what happened to the campaign: milestones and letters by name, instants as people read them."""
    if key == "milestone" and text in it.milestone_by_key:
        return Words(it.milestone_by_key[text].name, it.milestone_by_key[text].english)
    if key == "edge":
        return Words(*EDGES[Edge(text)]) if text in list(Edge) else None
    if key == "what" and text in VERBS:
        return Words(*VERBS[text])
    if key in INSTANTS:
        at, zone = datetime.fromisoformat(text).replace(microsecond=0), zone_of(it.zone)
        begins = key in ("opens", "due") or (key == "planned" and line.details.get("edge") == "opens")
        edge: Any = "start" if begins else "end"
        return Words(show(at, zone=zone, edge=edge), show_en(at, zone=zone, edge=edge, name_zone=False))
    return None


def _listed(words: Iterator[Words]) -> Words:
    every = list(words)
    return Words("、".join(each.zh for each in every), ", ".join(each.en for each in every))
