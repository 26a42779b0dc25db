"""What changes for whom between two campaign files, in words: last year's and this year's, or a running one amended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from workflows.definition import Definition
from workflows.differing import label, told_en, told_zh

# The parts of a campaign, by field of the definition: what an entry is called, and whom a change concerns.
SECTIONS: Mapping[str, tuple[str, str, str, str]] = {
    "lists": ("榜单", "list", "推荐单位、申报人", "units and applicants"),
    "attributes": ("属性", "attribute", "推荐单位、申报人", "units and applicants"),
    "materials": ("申报材料", "material", "申报人", "applicants"),
    "channels": ("推荐渠道", "channel", "推荐单位", "units"),
    "quotas": ("推荐名额", "quota", "推荐单位", "units"),
    "exclusions": ("排除规则", "exclusion", "推荐单位、申报人", "units and applicants"),
    "rules": ("申报条件", "rule", "推荐单位、申报人", "units and applicants"),
    "milestones": ("时间节点", "milestone", "", ""),
    "stages": ("评审阶段", "stage", "评审机构、秘书处", "institutions and the secretariat"),
    "duties": ("报送、备案事项", "duty", "", ""),
    "institutions": ("评审机构", "institution", "评审机构", "institutions"),
    "reminders": ("提醒", "reminder", "", ""),
    "dailies": ("每日邮件", "daily letter", "", ""),
    "letters": ("自拟邮件", "own letter", "收件人", "its readers"),
}
OWN = ("key", "name", "edition", "zone", "notice", "organiser", "platform", "settle", "letters_at", "withdrawal",
       "collection", "publication", "promotion", "states", "roles")  # fmt: skip
SILENT = frozenset({"key", "of", "wording", "english", "ours"})  # words that bind nobody, and what is said anyway


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One thing that differs. `kind` is added, dropped or changed; `whom` says in both languages whom it concerns."""

    section: str
    key: str
    kind: str
    whom: tuple[str, str]
    zh: str
    en: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """Where something differs, and whom it concerns."""

    section: str
    key: str
    whom: tuple[str, str]

    def told(self, kind: str, zh: str, en: str) -> Difference:
        return Difference(section=self.section, key=self.key, kind=kind, whom=self.whom, zh=zh, en=en)


EVERYBODY = ("所有人", "everybody")


def differences(old: Definition, new: Definition) -> tuple[Difference, ...]:
    """What is different in `new`, part by part in the order of a file; empty if nothing that binds anybody is."""
    return (*_own(old, new), *(one for section in SECTIONS for one in _section(section, old, new)), *_office(old, new))


def _own(old: Definition, new: Definition) -> Iterator[Difference]:
    for name in OWN:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            there = Mark(section="campaign", key=name, whom=EVERYBODY)
            yield _changed(there, ("活动", "campaign"), [(name, before, after)], old, new)


def _office(old: Definition, new: Definition) -> Iterator[Difference]:
    changes = _changes(old.office, new.office)
    if changes:
        there = Mark(section="office", key="office", whom=EVERYBODY)
        yield _changed(there, ("秘书处", "secretariat"), changes, old, new)


def _section(section: str, old: Definition, new: Definition) -> Iterator[Difference]:
    before, after = _entries(old, section), _entries(new, section)
    for key in dict.fromkeys((*before, *after)):
        was, now = before.get(key), after.get(key)
        there = Mark(section=section, key=key, whom=_whom(section, now or was, new if now else old))
        what = SECTIONS[section][:2]
        if was is None:
            yield _whole(there, "added", what, now, new)
        elif now is None:
            yield _whole(there, "dropped", what, was, old)
        elif changes := _changes(was, now):
            named = (f"{what[0]}“{_name(now, key)}”", f'{what[1]} "{key}"')
            yield _changed(there, named, changes, old, new)


def _entries(definition: Definition, section: str) -> dict[str, Any]:
    """The entries of a part by key. One quota of the file may stand several times: for each of its holders."""
    found: dict[str, Any] = {}
    for each in getattr(definition, section):
        key, number = each.name if section == "letters" else each.key, 2
        while key in found:
            key, number = f"{key.partition('#')[0]}#{number}", number + 1
        found[key] = each
    return found


def _changes(was: Any, now: Any) -> list[tuple[str, Any, Any]]:
    """The fields in which two entries differ, with both values."""
    named = [each.name for each in fields(now) if each.name not in SILENT]
    return [
        (name, getattr(was, name), getattr(now, name)) for name in named if getattr(was, name) != getattr(now, name)
    ]


def _changed(
    there: Mark, what: tuple[str, str], changes: Sequence[tuple[str, Any, Any]], old: Definition, new: Definition
) -> Difference:  # fmt: skip
    zh, en = [], []
    for name, before, after in changes:
        named, named_en = label(name)
        zh.append(f"{named}由{told_zh(name, before, old)}改为{told_zh(name, after, new)}")
        en.append(f"{named_en} {told_en(name, before, old)} -> {told_en(name, after, new)}")
    return there.told("changed", f"{what[0]}：{'；'.join(zh)}", f"{what[1]}: {'; '.join(en)}")


def _whole(there: Mark, kind: str, what: tuple[str, str], one: Any, definition: Definition) -> Difference:
    told = [each.name for each in fields(one) if each.name not in SILENT | {"name"}]
    values = [(name, getattr(one, name)) for name in told if getattr(one, name) != _default(one, name)]
    zh = "，".join(f"{label(name)[0]}{told_zh(name, value, definition)}" for name, value in values)
    en = ", ".join(f"{label(name)[1]} {told_en(name, value, definition)}" for name, value in values)
    verb, verb_en = ("新增", "new") if kind == "added" else ("取消", "dropped")
    whole, whole_en = f"{verb}{what[0]}“{_name(one, there.key)}”", f'{verb_en} {what[1]} "{there.key}"'
    return there.told(kind, f"{whole}：{zh}" if zh else whole, f"{whole_en}: {en}" if en else whole_en)


def _default(one: Any, name: str) -> Any:
    return next(each.default for each in fields(one) if each.name == name)


def _name(one: Any, key: str) -> str:
    return str(getattr(one, "name", "") or key)


def _whom(section: str, one: Any, definition: Definition) -> tuple[str, str]:
    """Whom a change of an entry concerns, read from the entry where the part alone does not say it."""
    if section == "milestones":
        return _watched(one.of or one.key, definition)
    if section == "duties":
        return ("推荐单位", "units") if one.owed_by == "unit" else ("评审机构", "institutions")
    if section in ("reminders", "dailies"):
        return _READERS[one.audience.partition("-")[0]]
    return SECTIONS[section][2:]


_READERS = {
    "units": ("推荐单位", "units"), "applicants": ("申报人", "applicants"),
    "institutions": ("评审机构", "institutions"), "secretariat": ("秘书处", "the secretariat"),
}  # fmt: skip


def _watched(milestone: str, definition: Definition) -> tuple[str, str]:
    """Who has to keep a date: whoever a stage, a duty or the collection asks to."""
    if milestone == definition.collection:
        return "推荐单位、申报人", "units and applicants"
    owners = {duty.owed_by.value for duty in definition.duties if duty.due == milestone}
    judges = {stage.judge.value for stage in definition.stages if milestone in (stage.window, stage.due)}
    who = [_READERS[f"{word}s" if word in ("unit", "institution") else word] for word in sorted(owners | judges)
           if word != "clock"]  # fmt: skip
    if milestone in (definition.publication, definition.promotion) or not who:
        return EVERYBODY
    return "、".join(zh for zh, _ in who), " and ".join(en for _, en in who)
