"""The questions of `bangdan new`: each with a default and an example, asked again until the answer can be taken."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import typer

from bangdan.language import say

if TYPE_CHECKING:
    from workflows.answers import Answers
    from workflows.reasons import Reason

_BETWEEN = re.compile(r"\s*[、,，;；]\s*")
NOMINEES = {"项目": "project", "单位": "organisation", "个人": "person"}
JUDGES = {"评审机构": "institution", "机构": "institution", "秘书处": "secretariat"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """One question, in both languages. `part` and `key` are where its answer goes (`workflows.answers`)."""

    part: str
    key: str
    zh: str
    en: str
    example: str = ""
    default: str = ""
    value: Callable[[str], Any] = str.strip


def ask_all(today: date) -> Answers:
    """The answers of the person at this terminal."""
    from workflows.answers import take
    from workflows.findings import Findings

    given: dict[str, Any] = {}
    _say("请回答几个问题；直接回车即采用方括号里的写法，以后都可以在文件里改。",
         "A few questions; Enter takes what is in brackets, and all of it can be changed in the file.")  # fmt: skip
    _about_campaign(given, today)
    given["lists"] = [_about_list(name) for name in _names("lists", "榜单", "lists", "技术榜、人物榜", "榜单")]
    given["channels"] = [_about_channel(name) for name in _names("channels", "推荐渠道（谁可以推荐）",
                         "who may recommend, by category", "全国学会、高等学校", "会员单位")]  # fmt: skip
    _about_collection(given)
    _about_review(given)
    office: dict[str, Any] = {}
    given["office"] = office
    _about_office(office, given["organiser"])
    return take(given, Findings(name="answers"))


def _about_campaign(given: dict[str, Any], today: date) -> None:
    _ask(Question(part="", key="edition", zh="哪一年（届）", en="which year", example="2026", default=str(today.year),
                  value=_number), given)  # fmt: skip
    year = given["edition"]
    _ask(Question(part="", key="name", zh="活动名称", en="the campaign's name", example=f"{year}年示例奖"), given)
    _ask(Question(part="", key="key", zh="活动代号（小写字母、数字、-）", en="its key", default=f"award-{year}"), given)
    _ask(Question(part="", key="organiser", zh="主办单位", en="who holds it", example="示例学会"), given)
    notice = f"关于推荐{given['name']}的通知"
    _ask(Question(part="", key="notice", zh="通知标题", en="the notice's title", default=notice), given)


def _about_list(name: str) -> dict[str, Any]:
    given: dict[str, Any] = {"name": name}
    _ask(Question(part="lists", key="nominee", zh=f"“{name}”评选什么：项目、单位、个人",
                  en="what it ranks: project, organisation, person", default="项目",
                  value=_word(NOMINEES)), given)  # fmt: skip
    _ask(Question(part="lists", key="fields", zh=f"“{name}”分哪些领域，用顿号隔开；不分则直接回车",
                  en="its fields, if any", example="电子信息、生物医药", value=_split), given)  # fmt: skip
    return given


def _about_channel(name: str) -> dict[str, Any]:
    given: dict[str, Any] = {"name": name}
    _ask(Question(part="channels", key="places", zh=f"“{name}”的每个单位，在每个榜单（有领域的，每个领域）最多推荐几个",
                  en="how many each may recommend, a list or field", default="2", value=_number), given)  # fmt: skip
    return given


def _about_collection(given: dict[str, Any]) -> None:
    year = given["edition"]
    _ask(Question(part="", key="opens", zh="征集何时开始", en="when collection opens", example=f"{year}年3月1日",
                  default=f"{year}-03-01"), given)  # fmt: skip
    _ask(Question(part="", key="closes", zh="征集何时截止", en="when it closes", example=f"{year}年4月30日24时",
                  default=f"{year}-04-30 24:00"), given)  # fmt: skip


def _about_review(given: dict[str, Any]) -> None:
    month = _last_day(given["closes"])
    names = _names("stages", "评审阶段，按先后", "stages of review, in order", "初评、终评", "评审")
    given["stages"] = []
    for name in names:
        month, stage = _next_month(month), {"name": name}
        _ask(Question(part="stages", key="judge", zh=f"“{name}”由谁评：评审机构、秘书处",
                      en="who judges: institution, secretariat", default="秘书处",
                      value=_word(JUDGES)), stage)  # fmt: skip
        _ask(Question(part="stages", key="window", zh=f"“{name}”何时进行", en="when it runs",
                      example=f"{month.year}-{month.month:02}-05/{month.year}-{month.month:02}-20",
                      default=f"{month.year}年{month.month}月"), stage)  # fmt: skip
        given["stages"].append(stage)
    month = _next_month(month)
    _ask(Question(part="", key="publication", zh="何时发布；日期待定的，写一段时间", en="when the list is published",
                  example=f"{month.year}-{month.month:02}-20 10:00",
                  default=f"{month.year}年{month.month}月"), given)  # fmt: skip


def _about_office(given: dict[str, Any], organiser: str) -> None:
    for key, zh, en, example, default in (
        ("name", "秘书处名称", "the secretariat's name", "", f"{organiser}秘书处"),
        ("contact", "联系人姓名", "its contact", "张三", ""),
        ("phone", "联系电话，没有则直接回车", "telephone, if any", "010-12345678", ""),
        ("email", "联系邮箱，没有则直接回车", "e-mail, if any", "office@example.cn", ""),
    ):
        _ask(Question(part="office", key=key, zh=zh, en=en, example=example, default=default), given)
    for key in ("phone", "email"):
        if not given[key]:
            del given[key]


def _ask(question: Question, given: dict[str, Any]) -> None:
    """Put the answer among the `given` ones, once the reader of the file would take it."""
    from workflows.answers import flaws

    while True:
        value = question.value(_typed(question))
        reasons = flaws(question.part, question.key, {**given, question.key: value})
        if not reasons:
            given[question.key] = value
            return
        _refuse(reasons)


def _names(part: str, zh: str, en: str, example: str, default: str) -> Sequence[str]:
    """Several names in one answer, none of them twice."""
    from workflows.answers import flaws
    from workflows.reasons import Reason

    question = Question(part=part, key="name", zh=f"{zh}；多个用顿号隔开", en=f"{en}; several with 、or commas",
                        example=example, default=default)  # fmt: skip
    while True:
        names = _split(_typed(question))
        reasons = [reason for name in names or [""] for reason in flaws(part, "name", {"name": name})]
        if len(set(names)) < len(names):
            reasons.append(Reason(code="CFG-44", zh="有两个名称相同", en="two of them have one name"))
        if not reasons:
            return names
        _refuse(reasons)


def _typed(question: Question) -> str:
    example = f"（例 {question.example}）" if question.example else ""
    asked = f"{question.zh}{example} / {question.en}"
    answer: str = typer.prompt(asked, default=question.default, show_default=bool(question.default), err=True)
    return answer.strip()


def _refuse(reasons: Sequence[Reason]) -> None:
    for reason in reasons:
        typer.secho(f"  {reason.code}  {say(reason.zh, reason.en)}", fg="red", err=True)


def _say(zh: str, en: str) -> None:
    typer.echo(say(zh, en), err=True)


def _number(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() else text


def _split(text: str) -> list[str]:
    return [each for each in _BETWEEN.split(text.strip()) if each]


def _word(said: Mapping[str, str]) -> Callable[[str], str]:
    return lambda text: said.get(text.strip(), text.strip())


def _last_day(closes: str) -> date:
    """The last day on which nominations are taken."""
    from workflows.answers import ZONE
    from workflows.instants import read_instant, zone_of

    read = read_instant(closes, zone=zone_of(ZONE), edge="end").instant
    return (read - timedelta(microseconds=1)).astimezone(zone_of(ZONE)).date()


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
