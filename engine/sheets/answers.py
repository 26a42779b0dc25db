"""Every answer this room gives, worded once: a stable code, Chinese, English.

| code   | about                                | code   | about                                  |
|--------|--------------------------------------|--------|----------------------------------------|
| IMP-01 | a column or the header is missing    | IMP-15 | a kind of file that is not taken       |
| IMP-02 | a column nobody asked for            | IMP-16 | a cell that must not be empty          |
| IMP-03 | merged cells                         | IMP-17 | invisible characters                   |
| IMP-04 | where the header was found           | IMP-18 | places used up (said by the importer)  |
| IMP-05 | one column given twice               | IMP-19 | a number                               |
| IMP-06 | a quote                              | IMP-20 | a choice                               |
| IMP-07 | bytes that are no text               | IMP-21 | a telephone number                     |
| IMP-08 | how the text was read                | IMP-22 | a text that is too long                |
| IMP-09 | a date that is only a serial number  | IMP-23 | an id                                  |
| IMP-10 | a date written ambiguously           | IMP-24 | parts of a workbook that are not read  |
| IMP-11 | which sheet                          | IMP-25 | more cells than the header has         |
| IMP-12 | a formula or a cell with an error    | IMP-26 | a code that became a date              |
| IMP-13 | too much                             | IMP-27 | more errors than are listed            |
| IMP-14 | a damaged or unsafe file             | IMP-28 | a table without rows                   |

ADR-01 to ADR-03 are about addresses. They are refusals in `FileRefused` and remarks in `Table.remarks`; the code says
the subject, not which of the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from engine.sheets.cleaning import shown
from workflows.reasons import Reason

NAMED = 20  # names that one answer lists before it says "…"


def listed(names: Iterable[str]) -> str:
    """Names for a sentence: each shortened and escaped, quoted where it holds the separator, the first 20."""
    every = list(names)
    quoted = any("、" in name for name in every)
    tail = "、…" if len(every) > NAMED else ""
    return "、".join(f"“{shown(name)}”" if quoted else shown(name) for name in every[:NAMED]) + tail


# The table as a whole


def column_missing(title: str, row: int, found: Sequence[str]) -> Reason:
    return Reason(
        code="IMP-01",
        zh=f"第 {row} 行没有“{title}”列；现有：{listed(found)}",
        en=f"column “{title}” not found in row {row}; found: {listed(found)}",
        facts={"column": title, "row": row},
    )


def header_missing(titles: Sequence[str], rows: int) -> Reason:
    return Reason(
        code="IMP-01",
        zh=f"前 {rows} 行里找不到表头；表头应有：{listed(titles)}",
        en=f"no header in the first {rows} rows; expected: {listed(titles)}",
    )


def column_unknown(title: str, *, refused: bool) -> Reason:
    zh, en = ("请删去", "please remove it") if refused else ("未读取", "not read")
    text = shown(title)
    return Reason(code="IMP-02", zh=f"多出“{text}”列，{zh}", en=f"extra column “{text}”: {en}", facts={"column": text})


def column_untitled(letter: str, *, refused: bool) -> Reason:
    zh, en = ("请补上表头或删去", "name or remove it") if refused else ("未读取", "not read")
    return Reason(code="IMP-02", zh=f"{letter} 列有内容而没有表头，{zh}", en=f"column {letter} has no title: {en}")


def cells_merged(area: str) -> Reason:
    return Reason(
        code="IMP-03",
        zh=f"{area} 是合并单元格，请取消合并后逐格填写",
        en=f"merged cells {area}; please unmerge and fill each cell",
    )


def header_found(row: int) -> Reason:
    return Reason(
        code="IMP-04",
        zh=f"表头在第 {row} 行，以上各行未读取",
        en=f"the header is row {row}; the rows above are not read",
        facts={"row": row},
    )


def column_twice(title: str, places: Sequence[str]) -> Reason:
    return Reason(
        code="IMP-05",
        zh=f"“{title}”列出现了两次（{'、'.join(places)}），请只留一列",
        en=f"column “{title}” is given twice ({', '.join(places)}); keep one",
    )


def no_rows() -> Reason:
    return Reason(code="IMP-28", zh="表头下面没有内容", en="there are no rows below the header")


def more_errors(count: int) -> Reason:
    return Reason(
        code="IMP-27",
        zh=f"另有 {count} 处错误未列出，请先改正以上各处",
        en=f"{count} more errors are not listed; correct these first",
        facts={"count": count},
    )


# The file


def quote_open(line: int) -> Reason:
    return Reason(
        code="IMP-06",
        zh=f"第 {line} 行的引号没有闭合",
        en=f"quote opened in line {line} never closed",
        facts={"line": line},
    )


def quote_inside(line: int) -> Reason:
    return Reason(
        code="IMP-06",
        zh=f"第 {line} 行：引号之后还有文字；字段里的引号要写成两个",
        en=f"line {line}: text after a closing quote; write a quote inside a field twice",
        facts={"line": line},
    )


def not_text() -> Reason:
    return Reason(
        code="IMP-07",
        zh="文件不是可读的文本；请另存为 .xlsx 或 UTF-8 编码的 CSV",
        en="this is no readable text; save it as .xlsx or as CSV in UTF-8",
    )


def read_as(encoding: str) -> Reason:
    return Reason(
        code="IMP-08",
        zh=f"按 {encoding} 编码读取，请核对文字是否正确",
        en=f"read as {encoding}; please check that the text is right",
        facts={"encoding": encoding},
    )


def separated_by(name_zh: str, name_en: str) -> Reason:
    return Reason(code="IMP-08", zh=f"以{name_zh}分列", en=f"columns are separated by {name_en}")


def which_sheet(names: Sequence[str]) -> Reason:
    return Reason(
        code="IMP-11",
        zh=f"工作簿有 {len(names)} 张有内容的工作表，请指明读取哪一张：{listed(names)}",
        en=f"{len(names)} sheets hold something; say which one to read: {listed(names)}",
        facts={"sheets": listed(names)},
    )


def sheet_missing(name: str, names: Sequence[str]) -> Reason:
    return Reason(
        code="IMP-11",
        zh=f"没有名为“{shown(name)}”的工作表；现有：{listed(names)}",
        en=f"no sheet “{shown(name)}”; there are: {listed(names)}",
    )


def no_sheets_in_text(name: str) -> Reason:
    return Reason(
        code="IMP-11",
        zh=f"文本文件没有工作表，不能指定“{shown(name)}”",
        en=f"a text file has no sheets; “{shown(name)}” can't be asked for",
    )


def sheets_unread(names: Sequence[str]) -> Reason:
    return Reason(code="IMP-11", zh=f"未读取的工作表：{listed(names)}", en=f"sheets not read: {listed(names)}")


def formula() -> Reason:
    return Reason(code="IMP-12", zh="单元格是公式，请粘贴为数值", en="a formula; paste as values")


def error_cell(text: str) -> Reason:
    return Reason(
        code="IMP-12",
        zh=f"单元格是错误值 {shown(text)}，请改成实际内容",
        en=f"the cell holds the error {shown(text)}; put the value itself",
    )


def too_many_rows(limit: int) -> Reason:
    return Reason(
        code="IMP-13",
        zh=f"文件超过 {limit:,} 行，请分成几个文件",
        en=f"file has more than {limit:,} rows; split it",
        facts={"limit": limit},
    )


def too_large(size_mb: int, limit_mb: int) -> Reason:
    return Reason(
        code="IMP-13",
        zh=f"内容有 {size_mb} MB，超过 {limit_mb} MB；请只留需要的行和列",
        en=f"it holds {size_mb} MB, the limit is {limit_mb} MB; keep only the rows and columns needed",
        facts={"size_mb": size_mb, "limit_mb": limit_mb},
    )


def too_wide(cell: str) -> Reason:
    return Reason(
        code="IMP-13",
        zh=f"{cell} 离表格太远，请删去表格以外的内容",
        en=f"{cell} is far outside the table; remove what is outside it",
    )


def damaged(detail_zh: str, detail_en: str) -> Reason:
    return Reason(
        code="IMP-14",
        zh=f"文件已损坏或不安全（{detail_zh}）；请用 Excel 或 WPS 打开后另存为 .xlsx",
        en=f"file is damaged or unsafe ({detail_en}); open it in Excel or WPS and save it as .xlsx",
    )


def kind_refused(kind_zh: str, kind_en: str) -> Reason:
    return Reason(
        code="IMP-15",
        zh=f"不接受{kind_zh}；请另存为 .xlsx 或 UTF-8 编码的 CSV",
        en=f"{kind_en} is not accepted; save it as .xlsx or as CSV in UTF-8",
    )


def parts_unread(names_zh: Sequence[str], names_en: Sequence[str]) -> Reason:
    return Reason(code="IMP-24", zh=f"未读取：{'、'.join(names_zh)}", en=f"not read: {', '.join(names_en)}")


# One cell


def cell_empty(title: str) -> Reason:
    return Reason(code="IMP-16", zh=f"“{title}”必须填写", en=f"“{title}” must be filled in", facts={"column": title})


def invisible_removed(points: Sequence[str]) -> Reason:
    every = ", ".join(points)
    return Reason(code="IMP-17", zh=f"已去掉看不见的字符 {every}", en=f"invisible characters removed: {every}")


def invisible_refused(points: Sequence[str]) -> Reason:
    every = ", ".join(points)
    return Reason(
        code="IMP-17", zh=f"有看不见的字符 {every}，请重新输入", en=f"invisible characters {every}; type it again"
    )


def serial_number(serial: str, day: date | None) -> Reason:
    zh, en = (f"（应为 {day.isoformat()}）", f" (would be {day.isoformat()})") if day else ("", "")
    return Reason(
        code="IMP-09",
        zh=f"单元格是数字 {shown(serial)}，请设为日期格式{zh}",
        en=f"the cell holds {shown(serial)}; format the column as date{en}",
        facts={"serial": shown(serial)},
    )


def serial_unusable(serial: str) -> Reason:
    return Reason(
        code="IMP-09",
        zh=f"单元格的日期序号 {shown(serial)} 不是某一天，请写成 2023-11-30 的样子",
        en=f"the date serial {shown(serial)} is no whole day of our times; write it like 2023-11-30",
        facts={"serial": shown(serial)},
    )


def date_ambiguous(text: str) -> Reason:
    return Reason(
        code="IMP-10",
        zh=f"日期“{shown(text)}”写法不明确，请写成 2023-11-30 的样子",
        en=f"ambiguous date “{shown(text)}”; write it like 2023-11-30",
        facts={"text": shown(text)},
    )


def became_date(text: str) -> Reason:
    return Reason(
        code="IMP-26",
        zh=f"单元格是日期 {shown(text)}；如原为编号或文字，请设为文本格式后重新输入",
        en=f"the cell is a date, {shown(text)}; format it as text and type it again",
    )


def not_a_number(text: str) -> Reason:
    return Reason(
        code="IMP-19",
        zh=f"“{shown(text)}”不是数字；请只写数字，例如 92.5",
        en=f"“{shown(text)}” is no number; write digits only, such as 92.5",
        facts={"text": shown(text)},
    )


def not_whole(text: str) -> Reason:
    return Reason(
        code="IMP-19", zh=f"“{shown(text)}”应为整数", en=f"“{shown(text)}” must be whole", facts={"text": shown(text)}
    )


def too_small(text: str, least: int) -> Reason:
    return Reason(
        code="IMP-19",
        zh=f"“{shown(text)}”不得小于 {least}",
        en=f"“{shown(text)}” must be at least {least}",
        facts={"text": shown(text), "least": least},
    )


def digits_lost(text: str) -> Reason:
    return Reason(
        code="IMP-19",
        zh=f"“{shown(text)}”已丢失部分数字；请设为文本格式后重新输入",
        en=f"“{shown(text)}” has lost digits; format the column as text and type it again",
        facts={"text": shown(text)},
    )


def choice_unknown(text: str, choices: Sequence[str]) -> Reason:
    return Reason(
        code="IMP-20",
        zh=f"“{shown(text)}”不在可选范围：{listed(choices)}",
        en=f"“{shown(text)}” is not one of: {listed(choices)}",
        facts={"text": shown(text)},
    )


def not_a_phone(text: str) -> Reason:
    return Reason(
        code="IMP-21",
        zh=f"“{shown(text)}”不是电话号码；多个号码用“、”分开",
        en=f"“{shown(text)}” is no telephone number; separate several with “、”",
        facts={"text": shown(text)},
    )


def too_long(length: int, limit: int) -> Reason:
    return Reason(
        code="IMP-22",
        zh=f"有 {length} 个字，最多 {limit} 个",
        en=f"{length} characters, at most {limit}",
        facts={"length": length, "limit": limit},
    )


def not_an_id(text: str) -> Reason:
    return Reason(
        code="IMP-23",
        zh=f"编号“{shown(text)}”只能用英文字母、数字和 . _ -，最多 64 个",
        en=f"id “{shown(text)}” may hold ASCII letters, digits and . _ - only, at most 64",
        facts={"text": shown(text)},
    )


def row_too_wide(cells: int, titles: int) -> Reason:
    return Reason(
        code="IMP-25",
        zh=f"这一行有 {cells} 格，表头只有 {titles} 格；文字里有分隔符时请加引号",
        en=f"{cells} cells in this row, {titles} in the header; quote a text that holds the separator",
        facts={"cells": cells, "titles": titles},
    )
