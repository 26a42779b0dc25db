"""A commented starting file from an author's answers: everything a campaign needs, and what else could stand there."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from workflows.answers import ZONE, Answers, ListAnswer, StageAnswer, is_instant
from workflows.renewing import FIRST_LINE
from workflows.vocabulary import Judge

DOCS = "docs/campaign-file.md"
TO_FILL_IN = "# 待填："
_REVIEWED = Judge.INSTITUTION


def start(answers: Answers) -> str:
    """The file's text."""
    parts = (_head, _lists, _channels, _quotas, _milestones, _stages, _institutions, _office, _reminders)
    return FIRST_LINE + "\n\n".join("\n".join(part(answers)) for part in parts) + "\n"


def _said(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _pairs(**values: object) -> Iterator[str]:
    for key, value in values.items():
        yield f"{key} = {_said(value)}"


def _rule(zh: str, en: str) -> str:
    return f"\n# {zh} {'-' * 30} {en}"


def _keyed(word: str, several: Sequence[object]) -> list[str]:
    return [f"{word}-{number}" for number in range(1, len(several) + 1)]


def _head(answers: Answers) -> Iterator[str]:
    yield f"# {answers.name}"
    yield "# 每个键能写什么，见 " + DOCS + " ；写完请运行 bangdan check"
    yield f"# What each key can hold: {DOCS}; when done, run `bangdan check`"
    yield "#"
    yield "# wording = 通知原文     可以写在任何一段里，供人对照   the notice's own words; any table may have them"
    yield "# 方括号里的代号（list-1）可以改成看得懂的英文，引用处一并改；活动启动后不再改"
    yield "# Rename the keys in brackets (list-1) as you like, wherever they are referred to, before the campaign opens"
    yield ""
    yield "[campaign]"
    yield from _pairs(key=answers.key, name=answers.name, edition=answers.edition, notice=answers.notice,
                      organiser=answers.organiser)  # fmt: skip
    yield '# english = "…"           英文名称 / the English name'
    yield '# platform = "…"          申报平台 / where applications are filled in'
    yield '# attachments = ["…"]     通知的附件 / what is annexed to the notice'
    yield ""
    yield "[calendar]"
    yield from _pairs(zone=ZONE)
    yield 'collection = "collection"       # 征集：在此期间填报、提交 / when nominations are written and submitted'
    yield 'publication = "publication"     # 发布 / publication'
    yield 'promotion = "promotion"         # 发布后的推介 / promotion after it'


def _lists(answers: Answers) -> Iterator[str]:
    yield _rule("榜单：评选什么", "lists: what is ranked")
    yield "# nominee: project 项目    organisation 单位    person 个人"
    for key, each in zip(_keyed("list", answers.lists), answers.lists, strict=True):
        yield ""
        yield f"[lists.{key}]"
        yield from _pairs(name=each.name, nominee=each.nominee.value)
        yield 'materials = ["application"]'
        if each.fields:
            yield f"[lists.{key}.fields]"
            yield from (f"{field} = {{ name = {_said(name)} }}"
                        for field, name in zip(_keyed("field", each.fields), each.fields, strict=True))  # fmt: skip
    yield ""
    yield "# 申报材料：缺了就不能提交 / without which nothing can be submitted"
    yield "[materials.application]"
    yield 'name = "申报材料"'


def _channels(answers: Answers) -> Iterator[str]:
    yield _rule("推荐渠道：谁可以推荐", "channels: who may recommend")
    yield '# lists: "all" 全部榜单，或 ["list-1"] / all lists, or some'
    for key, each in zip(_keyed("channel", answers.channels), answers.channels, strict=True):
        yield ""
        yield f"[channels.{key}]"
        yield from _pairs(name=each.name, lists="all")


def _quotas(answers: Answers) -> Iterator[str]:
    yield _rule("推荐名额：每个单位最多推荐几个", "quotas: how many a unit may recommend")
    yield '# per: "list" 每个榜单    "field" 每个领域（榜单有领域时）/ for each list, or each of its fields'
    for channel, each in zip(_keyed("channel", answers.channels), answers.channels, strict=True):
        for per, chosen in _by_per(answers.lists).items():
            yield ""
            yield f"[quotas.{channel}-by-{per}]"
            yield from _pairs(lists=chosen, channels=[channel], per=per, limit=each.places)


def _by_per(lists: Sequence[ListAnswer]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, each in zip(_keyed("list", lists), lists, strict=True):
        found.setdefault("field" if each.fields else "list", []).append(key)
    return found


def _milestones(answers: Answers) -> Iterator[str]:
    yield _rule("时间节点", "milestones")
    yield '# 日期时间加引号："2024-11-30 24:00"、"2024年12月"；只写日期的截止指当日24:00'
    yield '# Times are quoted: "2024-11-30 24:00", "2024年12月"; an end without a time is the end of that day'
    yield "# opens 开始    closes 截止    window 起止    to_choose 日期待选定    after 在何事之后"
    yield ""
    yield "[milestones.collection]"
    yield from _pairs(name="征集", english="Collection", opens=answers.opens, closes=answers.closes)
    for key, each in zip(_keyed("stage", answers.stages), answers.stages, strict=True):
        yield ""
        yield f"[milestones.{key}]"
        yield from _pairs(name=each.name, window=each.window)
    yield ""
    yield "[milestones.publication]"
    yield from _pairs(name="发布", english="Publication")
    if is_instant(answers.publication):
        yield from _pairs(opens=answers.publication)
    else:
        yield from _pairs(window=answers.publication)
        yield "to_choose = true        # 择机：秘书处在此期间内选定 / the secretariat chooses a date in this window"
    yield ""
    yield "[milestones.promotion]"
    yield from _pairs(name="推介", english="Promotion", after="publication")


def _stages(answers: Answers) -> Iterator[str]:
    yield _rule("评审阶段，按先后排列", "the stages of review, in their order")
    yield "# judge: institution 由评审机构评    secretariat 由秘书处评    window 起止的节点    due 结果期限的节点"
    for key, each in zip(_keyed("stage", answers.stages), answers.stages, strict=True):
        yield ""
        yield f"[stages.{key}]"
        yield from _pairs(name=each.name, judge=each.judge.value, window=key, due=key)
        if each.judge is _REVIEWED:
            yield ""
            yield f"[duties.{key}-results]"
            yield from _pairs(name=f"{each.name}结果", stage=key, fulfilment="results", due=key)


def _institutions(answers: Answers) -> Iterator[str]:
    judged = [(key, each) for key, each in zip(_keyed("stage", answers.stages), answers.stages, strict=True)
              if each.judge is _REVIEWED]  # fmt: skip
    if not judged:
        yield "\n# 评审机构：没有由机构评的阶段，不需要 / no institutions, for none judges a stage"
        return
    yield _rule("评审机构：每个榜单（或领域）在每个阶段恰有一个", "institutions: one for each list or field")
    for key, stage in judged:
        for list_key, each in zip(_keyed("list", answers.lists), answers.lists, strict=True):
            yield from _institution(answers, (key, stage), (list_key, each))


def _institution(answers: Answers, stage: tuple[str, StageAnswer], of: tuple[str, ListAnswer]) -> Iterator[str]:
    key, each = of
    tracks = [f"{key}/{field}" for field in _keyed("field", each.fields)] or [key]
    yield ""
    yield f"[institutions.{stage[0]}-{key}]"
    yield f"{TO_FILL_IN}机构名称和联系人，暂写秘书处的 / its name and people, the secretariat's for now"
    yield from _pairs(name=f"{each.name}{stage[1].name}机构", stage=stage[0], tracks=tracks)
    yield f"contacts = [{_person(answers)}]"


def _person(answers: Answers) -> str:
    return f"{{ {', '.join(_pairs(**_reached(answers)))} }}"


def _reached(answers: Answers) -> dict[str, object]:
    phones = {"phones": [answers.office.phone]} if answers.office.phone else {}
    email = {"email": answers.office.email} if answers.office.email else {}
    return {"name": answers.office.contact, **phones, **email}


def _office(answers: Answers) -> Iterator[str]:
    yield _rule("秘书处", "the secretariat")
    yield "# for: office 秘书处人员    consultation 工作咨询    technical 技术咨询；没有邮箱的人列入待电话通知名单"
    yield "# Who has no e-mail address is put on the call sheet"
    yield ""
    yield "[office]"
    yield from _pairs(name=answers.office.name)
    yield "[[office.contacts]]"
    yield from _pairs(**_reached(answers), **{"for": ["office", "consultation"]})


def _reminders(answers: Answers) -> Iterator[str]:
    yield _rule("提醒邮件：自行选定，可增减", "reminders: our choice, change them freely")
    yield "# offsets 距开始（opens）或截止（closes）多久    useful 迟到多久仍值得发出 / how late it may still go out"
    opened, closing, ahead = ["当天"], ["14天前", "7天前", "3天前", "1天前", "3小时前"], ["7天前", "1天前"]
    yield from _reminder("collection-opens", ("collection", "opens"), "units", opened)
    yield from _reminder("collection-closes", ("collection", "closes"), "units-collecting", closing)
    for key, each in zip(_keyed("stage", answers.stages), answers.stages, strict=True):
        if each.judge is _REVIEWED:
            yield from _reminder("review-ready", (key, "opens"), "institutions", opened)
            yield from _reminder("duties-due", (key, "closes"), "institutions-owing", ahead)
        elif each.judge is Judge.SECRETARIAT:
            yield from _reminder("stage-opens", (key, "opens"), "secretariat", opened)
    yield from _reminder("publication-due", ("publication", "opens"), "secretariat", ahead)


def _reminder(letter: str, edge: tuple[str, str], audience: str, offsets: Iterable[str]) -> Iterator[str]:
    milestone, end = edge
    yield ""
    yield f"[reminders.{letter if letter.startswith(milestone) else f'{milestone}-{letter}'}]"
    yield from _pairs(milestone=milestone, edge=end, offsets=list(offsets), audience=audience, letter=letter,
                      useful="3天", ours=True)  # fmt: skip
