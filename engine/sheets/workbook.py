"""A workbook (.xlsx) → `Sheet`.

calamine reads the values; `package` and `worksheet_xml` look first, and what calamine opens is a zip of our own making
that holds only the parts they passed. With that, memory and time are bounded before any value is read: 50 MB unpacked,
550,000 cells, 16 million characters, 5,000 rows. So the reading stays in this process: a child with a memory limit
would cost 100 ms a file, work on Linux only, and guard against nothing that is not refused already.

.xls and .ods are refused with the advice to save as .xlsx: their formulas and merges could not be told by these means.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from python_calamine import CalamineError, CalamineWorkbook

from engine.sheets import answers
from engine.sheets.date_styles import date_styles
from engine.sheets.package import Package, rebuilt
from engine.sheets.safe_xml import UnsafeXmlError, walk
from engine.sheets.sheet import Blemish, Line, OddDate, Sheet, letters
from engine.sheets.worksheet_xml import Findings, scan, shared_lengths
from workflows.reasons import FileRefused, Reason

BOOK = "xl/workbook.xml"
BOOK_LINKS = "xl/_rels/workbook.xml.rels"
STRINGS = "xl/sharedStrings.xml"
STYLES = "xl/styles.xml"
TYPES = "[Content_Types].xml"
ROOT_LINKS = "_rels/.rels"
DAY_ZERO, DAY_ZERO_1904 = date(1899, 12, 30), date(1904, 1, 1)
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T00:00(?::00(?:\.0+)?)?Z?)?")  # in cells of type "d"
FIRST_DAY = date(1901, 1, 1)  # before it, serial numbers are slips; 1900 has a 29 February there
UNREAD = {
    "xl/media/": ("图片", "pictures"),
    "xl/drawings/": ("图形", "drawings"),
    "xl/externallinks/": ("外部链接", "external links"),
    "xl/embeddings/": ("嵌入的文件", "embedded files"),
    "xl/comments": ("批注", "comments"),
}

Value = str | bool | int | float | date | datetime | time | timedelta


@dataclass(kw_only=True, slots=True)
class _Contents:
    """The workbook's own list of sheets."""

    sheets: list[tuple[str, str, bool]] = field(default_factory=list)  # name, part, hidden
    day_zero: date = DAY_ZERO

    @property
    def names(self) -> list[str]:
        return [name for name, _, _ in self.sheets]


def read_workbook(content: bytes, *, sheet: str | None, most: int, limit: int) -> Sheet:
    """The sheet of that name, else the only one that holds something; more than `most` rows are more than `limit`.

    Raises FileRefused: IMP-11 (which sheet), IMP-13 (too much), IMP-14 (damaged or unsafe), IMP-15 (another kind).
    """
    package = Package(content)
    if reason := _other_kind(package):
        raise FileRefused(reason)
    try:
        contents = _contents(package)
        lengths = shared_lengths(package.part(STRINGS) or b"<sst/>")
        name, part, remarks = _chosen(package, contents, sheet)
        dates = date_styles(package.part(STYLES) or b"<styleSheet/>")
        findings = scan(_part(package, part), lengths=lengths, date_styles=dates, most=most, limit=limit)
    except UnsafeXmlError as error:
        raise FileRefused(answers.damaged("内容不合规范", str(error))) from None
    rows = _values(package, name, part)
    return Sheet(
        title=name,
        lines=tuple(_lines(rows, findings.dates, contents.day_zero)),
        line_place=lambda number: f"{name}!第{number}行",
        cell_place=lambda number, column, _: f"{name}!{letters(column)}{number}",
        remarks=(*_unread(package), *remarks),
        blemishes=tuple(_blemishes(findings)),
        day_zero=contents.day_zero,
    )


def sheet_names(content: bytes) -> tuple[str, ...]:
    """The sheets of a workbook that hold something and are not hidden, in order; none of what is no sound workbook."""
    try:
        package = Package(content)
        if _other_kind(package):
            return ()
        sheets = _contents(package).sheets
        return tuple(name for name, part, hidden in sheets if not hidden and _holds_values(package, part))
    except (FileRefused, UnsafeXmlError):
        return ()


def _other_kind(package: Package) -> Reason | None:
    """Why this zip is no plain workbook."""
    types = (package.part(TYPES) or b"").lower()
    if "xl/vbaproject.bin" in package.names or b"macroenabled" in types:
        return answers.kind_refused("带宏的工作簿（.xlsm）", "a workbook with macros (.xlsm)")
    if "xl/workbook.bin" in package.names:
        return answers.kind_refused("二进制工作簿（.xlsb）", "a binary workbook (.xlsb)")
    if "content.xml" in package.names:
        return answers.kind_refused("OpenDocument 表格（.ods）", "an OpenDocument table (.ods)")
    if BOOK not in package.names:
        return answers.kind_refused("这种压缩文件", "this kind of zip")
    return None


def _part(package: Package, name: str) -> bytes:
    content = package.part(name)
    if content is None:
        raise FileRefused(answers.damaged(f"缺少 {name}", f"{name} is missing"))
    return content


def _contents(package: Package) -> _Contents:
    """Which sheets there are and where. Raises UnsafeXmlError."""
    contents, links = _Contents(), _links(package)

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            contents.day_zero = DAY_ZERO_1904
        link = next((value for key, value in attributes.items() if key.endswith(":id")), "")
        if name == "sheet" and "worksheets/" in (part := links.get(link, "")):
            hidden = attributes.get("state", "visible") != "visible"
            contents.sheets.append((attributes.get("name", ""), part, hidden))

    walk(_part(package, BOOK), start=start, end=_ignore, text=_ignore)
    return contents


def _links(package: Package) -> dict[str, str]:
    links: dict[str, str] = {}

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            target = attributes.get("Target", "")
            links[attributes.get("Id", "")] = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")

    walk(_part(package, BOOK_LINKS), start=start, end=_ignore, text=_ignore)
    return links


def _ignore(_: str) -> None:
    """Nothing to do at this."""


def _chosen(package: Package, contents: _Contents, wanted: str | None) -> tuple[str, str, tuple[Reason, ...]]:
    """The sheet's name and part, and what is to be said of the others."""
    if wanted is not None:
        found = [(name, part) for name, part, _ in contents.sheets if name == wanted]
        if not found:
            raise FileRefused(answers.sheet_missing(wanted, contents.names))
        return *found[0], ()
    filled = [(name, part) for name, part, hidden in contents.sheets if not hidden and _holds_values(package, part)]
    if len(filled) > 1:
        raise FileRefused(answers.which_sheet([name for name, _ in filled]))
    if not filled:
        raise FileRefused(answers.no_rows())
    unread = [name for name, part, hidden in contents.sheets if hidden and _holds_values(package, part)]
    return *filled[0], (answers.sheets_unread(unread),) if unread else ()


class _Seen(Exception):
    """A cell holds something: ends a walk that has its answer."""


def _holds_values(package: Package, part: str) -> bool:
    """Whether any cell holds something; an empty second and third sheet are in many workbooks."""

    def start(name: str, _: dict[str, str]) -> None:
        if name in ("v", "is", "f"):
            raise _Seen

    try:
        walk(_part(package, part), start=start, end=_ignore, text=_ignore)
    except _Seen:
        return True
    return False


def _values(package: Package, name: str, part: str) -> list[list[Value]]:
    """Texts, truths and numbers. The styles are kept from calamine, so a date comes as the number it is."""
    needed = (ROOT_LINKS, BOOK, BOOK_LINKS, STRINGS, part)
    parts = {each: content for each in needed if (content := package.part(each)) is not None}
    try:
        with CalamineWorkbook.from_filelike(rebuilt(parts)) as book:
            return book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except CalamineError:
        raise FileRefused(answers.damaged("工作表读不出来", "the sheet can't be read")) from None


def _lines(rows: list[list[Value]], dates: Mapping[tuple[int, int], str], day_zero: date) -> Iterator[Line]:
    for number, row in enumerate(rows, start=1):
        cells = tuple(
            _day(serial, day_zero) if (serial := dates.get((number, column))) is not None else _cell(value)
            for column, value in enumerate(row, start=1)
        )
        if any(cell != "" for cell in cells):
            yield Line(number=number, cells=cells)


def _cell(value: Value) -> str | Decimal:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return Decimal(f"{value:.15g}")  # 15 digits, as the spreadsheet shows it: 0.3, not 0.30000000000000004
    return str(value)


def _day(serial: str, day_zero: date) -> date | OddDate:
    """The day a date cell holds, decided on the number as written: 45260.999999999 is not the next day."""
    try:
        if ISO_DAY.fullmatch(serial):
            return date.fromisoformat(serial[:10])
        number = float(serial)
        day = day_zero + timedelta(days=int(number))
    except (ValueError, OverflowError):
        return OddDate(serial=serial)
    return day if number == int(number) and day >= FIRST_DAY else OddDate(serial=serial)


def _blemishes(findings: Findings) -> Iterator[Blemish]:
    for area in findings.formulas:
        yield Blemish(area=area, reason=answers.formula())
    for area, text in findings.errors:
        yield Blemish(area=area, reason=answers.error_cell(text))
    for area in findings.merges:
        yield Blemish(area=area, reason=answers.cells_merged(str(area)))


def _unread(package: Package) -> tuple[Reason, ...]:
    """What the workbook holds beside tables, said so that nobody waits for it."""
    kinds = [kind for prefix, kind in UNREAD.items() if any(name.startswith(prefix) for name in package.names)]
    return (answers.parts_unread([zh for zh, _ in kinds], [en for _, en in kinds]),) if kinds else ()
