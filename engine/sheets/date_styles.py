"""Which cell styles of a workbook make a number a date or a time."""

from __future__ import annotations

import re

from engine.sheets.safe_xml import walk

# Numbers of built-in formats; 27-36 and 50-58 are dates in Chinese programs, such as 31: yyyy"年"m"月"d"日".
BUILT_IN = frozenset(
    str(number) for first, last in ((14, 22), (27, 36), (45, 47), (50, 58)) for number in range(first, last + 1)
)
# What a format code says literally or about colour and locale; [h], [mm] and [ss] are durations and stay.
LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
DATE_LETTER = re.compile("[ymdhsYMDHS]")


def is_date_format(code: str) -> bool:
    """Whether numbers under this format code are shown as a date or time. "General" is no date."""
    return code.lower() != "general" and DATE_LETTER.search(LITERAL.sub("", code)) is not None


def date_styles(content: bytes) -> frozenset[str]:
    """The `s` values of date cells, from the styles part. Raises UnsafeXmlError."""
    formats: dict[str, str] = {}
    used: list[str] = []  # the format of each cell style, in the order in which cells refer to them
    inside = False

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal inside
        inside = inside or name == "cellXfs"
        if name == "numFmt":
            formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "xf" and inside:
            used.append(attributes.get("numFmtId", "0"))

    def end(name: str) -> None:
        nonlocal inside
        inside = inside and name != "cellXfs"

    walk(content, start=start, end=end, text=lambda _: None)
    dates = {number for number, code in formats.items() if is_date_format(code)} | (BUILT_IN - formats.keys())
    return frozenset(str(style) for style, number in enumerate(used) if number in dates)
