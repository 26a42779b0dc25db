"""What an import says of rows that can be read and yet not stored as they are. The codes follow `engine.sheets`.

| code   | about                                   | code   | about                                    |
|--------|-----------------------------------------|--------|------------------------------------------|
| IMP-18 | more rows than places                   | IMP-34 | a name that is there under another code  |
| IMP-29 | another file than the one previewed     | IMP-35 | a title that is there in other letters   |
| IMP-30 | two rows that contradict each other     | IMP-36 | a nomination that has ended              |
| IMP-31 | a unit that is not there                | IMP-37 | an id and a title that don't fit         |
| IMP-32 | a row that is there twice               | IMP-38 | an edition that is no earlier one        |
| IMP-33 | a field missing, or not of that list    | IMP-39 | a row outside the track that is reported |
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.sheets.answers import listed
from engine.sheets.cleaning import shown
from workflows.reasons import Reason


def another_file(confirmed: str, found: str) -> Reason:
    return Reason(
        code="IMP-29",
        zh=f"文件与预览时不同（预览 {shown(confirmed[:12])}…，现在 {found[:12]}…），请重新预览",
        en=f"not the file that was previewed (previewed {shown(confirmed[:12])}…, now {found[:12]}…); preview it again",
        facts={"confirmed": confirmed, "found": found},
    )


def for_rows(reason: Reason, rows: int) -> Reason:
    """The same reason, said of that many rows."""
    return Reason(
        code=reason.code, zh=f"{reason.zh}（{rows}行，整个文件未导入）",
        en=f"{reason.en} ({rows} rows; nothing of the file is stored)", facts={**reason.facts, "rows": rows},
    )  # fmt: skip


def too_few_places(unit: str, name: str, scope: str, *, rows: Sequence[int], limit: int, taken: int) -> Reason:
    numbers = [str(number) for number in rows]
    before, before_en = (f"，已用{taken}个", f", {taken} used before") if taken else ("", "")
    return Reason(
        code="IMP-18",
        zh=f"单位{unit}（{shown(name)}）{scope}：{len(rows)}行，名额{limit}个{before}；第{listed(numbers)}行",
        en=f"unit {unit}, {scope}: {len(rows)} rows, {limit} places{before_en}; rows {', '.join(numbers)}",
        facts={"unit": unit, "scope": scope, "rows": len(rows), "limit": limit, "taken": taken},
    )


def contradiction(title: str, first: str) -> Reason:
    return Reason(
        code="IMP-30",
        zh=f"“{title}”与{first}不一致，请改成一致",
        en=f"“{title}” differs from {first}; make them agree",
        facts={"column": title, "first": first},
    )


def no_such_unit(code: str) -> Reason:
    return Reason(
        code="IMP-31",
        zh=f"没有编号为“{shown(code)}”的推荐单位，或您无权查看；请先导入单位",
        en=f"no unit “{shown(code)}”, or not yours; import the units first",
        facts={"unit": code},
    )


def stands_twice(first: str) -> Reason:
    return Reason(
        code="IMP-32", zh=f"与{first}相同，只计一次", en=f"the same as {first}; counted once", facts={"first": first}
    )


def field_missing(list_name: str, fields: Sequence[str]) -> Reason:
    return Reason(
        code="IMP-33",
        zh=f"“{list_name}”须填写领域：{listed(fields)}",
        en=f"“{list_name}” needs a field: {listed(fields)}",
    )


def field_not_of_list(list_name: str, field: str, fields: Sequence[str]) -> Reason:
    known, known_en = (f"可选：{listed(fields)}", listed(fields)) if fields else ("该榜单不分领域，请留空", "none")
    return Reason(
        code="IMP-33",
        zh=f"“{list_name}”没有“{field}”领域；{known}",
        en=f"“{list_name}” has no field “{field}”; it has: {known_en}",
    )


def name_there(name: str, code: str) -> Reason:
    return Reason(
        code="IMP-34",
        zh=f"“{shown(name)}”与单位{code}同名，请确认不是同一单位",
        en=f"“{shown(name)}” is also the name of unit {code}; make sure that they are two",
        facts={"unit": code},
    )


def other_spelling(title: str, there: str) -> Reason:
    return Reason(
        code="IMP-35",
        zh=f"“{shown(title)}”已登记为“{shown(there)}”，写法以已登记的为准",
        en=f"“{shown(title)}” is there as “{shown(there)}”, which stays",
    )


def has_ended(title: str, state_zh: str, state_en: str, nomination: str) -> Reason:
    return Reason(
        code="IMP-36",
        zh=f"“{shown(title)}”{state_zh}（编号 {nomination}），未重新登记；需要时请用“恢复”",
        en=f"“{shown(title)}” is {state_en} (id {nomination}) and was left so; reinstate it if that is meant",
        facts={"id": nomination},
    )


def other_title(there: str) -> Reason:
    return Reason(
        code="IMP-37",
        zh=f"此编号的项目是“{shown(there)}”，与本行名称不符",
        en=f"the nomination of this id is “{shown(there)}”, not what the row says",
        facts={"title": there},
    )


def not_earlier(edition: int, ours: int) -> Reason:
    return Reason(
        code="IMP-38",
        zh=f"{edition}年不早于本届（{ours}年）",
        en=f"{edition} is not earlier than this edition ({ours})",
        facts={"edition": edition},
    )


def outside_track(track: str, wanted: Sequence[str]) -> Reason:
    return Reason(
        code="IMP-39",
        zh=f"本项目属于“{track}”，不在本次报送范围：{listed(wanted)}",
        en=f"this nomination is in “{track}”, outside what is reported here: {listed(wanted)}",
    )
