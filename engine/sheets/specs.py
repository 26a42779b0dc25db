"""The columns of every roster a campaign takes in. Which lists, fields and channels there are, the caller says.

Where a parameter is a mapping, it is key → Chinese name, as in the campaign file; a file may write either.
"""

from __future__ import annotations

from collections.abc import Mapping

from engine.sheets.columns import Column

LONGEST_COMMENT = 2_000  # characters

YES, NO = "yes", "no"
PASS, FAIL = "pass", "fail"

YES_NO = {
    **dict.fromkeys(("是", "yes", "y", "true", "1", "√", "✓", "✔"), YES),
    **dict.fromkeys(("否", "no", "n", "false", "0", "×"), NO),
}
_COMPLETE = YES_NO | {"齐全": YES, "齐": YES, "complete": YES, "不齐全": NO, "不齐": NO, "incomplete": NO}
_PASSED = {"通过": PASS, "pass": PASS, "passed": PASS, "不通过": FAIL, "未通过": FAIL, "fail": FAIL, "failed": FAIL}
_LISTED = {"入榜": PASS, "入选": PASS, "listed": PASS, "不入榜": FAIL, "未入榜": FAIL, "落选": FAIL, "not listed": FAIL}

_UNIT = Column(key="unit", titles=("单位编号", "unit", "unit id", "unit code"), kind="id", required=True)
_TITLE = Column(key="title", titles=("项目名称", "候选人", "title", "project"), required=True)
_NOMINATION = Column(key="nomination", titles=("申报编号", "nomination", "nomination id"), kind="id", required=True)
_PHONES = Column(key="phones", titles=("手机", "电话", "联系方式", "联系电话", "phone", "phones"), kind="phones")
_EMAIL = Column(key="email", titles=("邮箱", "电子邮箱", "email", "e-mail"), kind="email")
_PERSON = Column(key="person", titles=("个人", "是否个人", "person"), kind="choice", choices=YES_NO)
_CONTACT = ("联系人", "contact")


def by_key_or_name(names: Mapping[str, str]) -> dict[str, str]:
    """`choices` for a column that takes keys and names: accepted name → key. `names` is key → name."""
    return {key: key for key in names} | {name: key for key, name in names.items()}


def units(channels: Mapping[str, str]) -> tuple[Column, ...]:
    """Recommending units; a unit with several contacts stands in several rows."""
    return (
        _UNIT,
        Column(key="name", titles=("推荐单位", "单位名称", "name", "recommending unit"), required=True),
        Column(
            key="channels",
            titles=("推荐渠道", "channels", "channel"),
            kind="choice",
            required=True,
            many=True,
            choices=by_key_or_name(channels),
        ),
        _PERSON,
        Column(key="contact", titles=_CONTACT),
        _PHONES,
        _EMAIL,
    )


def nominations(lists: Mapping[str, str], fields: Mapping[str, str]) -> tuple[Column, ...]:
    """Nominations of units. The field is empty where the list has none; whether it must be, the importer says."""
    return (
        _UNIT,
        _list(lists),
        Column(key="field", titles=("领域", "field"), kind="choice", choices=by_key_or_name(fields)),
        _TITLE,
        Column(key="applicant", titles=("申报单位", "applicant")),
        Column(key="contact", titles=(*_CONTACT, "申报人")),
        _PHONES,
        _EMAIL,
        Column(key="complete", titles=("材料齐全", "材料是否齐全", "complete"), kind="choice", choices=_COMPLETE),
    )


def laureates(lists: Mapping[str, str], awards: Mapping[str, str]) -> tuple[Column, ...]:
    """Entries of earlier editions. `lists` holds the lists of all editions that the file may name.

    `awards` are the other awards whose winners count; this one's have no name.
    """
    return (
        Column(
            key="year", titles=("年度", "年份", "year", "edition"), kind="number", required=True, whole=True, least=1900
        ),
        _list(lists),
        Column(key="name", titles=("名称", "入选名称", "name"), required=True),
        Column(key="applicant", titles=("申报单位", "applicant")),
        _PERSON,
        Column(key="award", titles=("奖项", "award"), kind="choice", choices=awards),
    )


def _list(lists: Mapping[str, str]) -> Column:
    return Column(key="list", titles=("榜单", "list"), kind="choice", required=True, choices=by_key_or_name(lists))


# What an institution reports of the preliminary stage.
RESULTS: tuple[Column, ...] = (
    _NOMINATION,
    _TITLE,
    Column(key="verdict", titles=("结论", "verdict", "result"), kind="choice", required=True, choices=_PASSED),
    Column(key="score", titles=("得分", "分数", "score"), kind="number", least=0),
    Column(key="comment", titles=("评语", "备注", "comment"), longest=LONGEST_COMMENT),
)

# What the secretariat decides in the final stage.
DECISIONS: tuple[Column, ...] = (
    _NOMINATION,
    _TITLE,
    Column(key="verdict", titles=("结论", "verdict", "decision"), kind="choice", required=True, choices=_LISTED),
    Column(key="rank", titles=("名次", "rank"), kind="number", whole=True, least=1),
)

# Which level of the award it is on, in campaigns that have levels; what a level is called, each list says.
LEVEL = Column(key="level", titles=("等级", "level"))

# Who answers the telephone at an institution.
CONTACTS: tuple[Column, ...] = (
    Column(key="institution", titles=("机构编号", "institution", "institution id"), kind="id", required=True),
    Column(key="contact", titles=_CONTACT, required=True),
    _PHONES,
    _EMAIL,
)
