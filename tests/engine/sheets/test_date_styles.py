"""Which numbers are dates."""

from __future__ import annotations

import pytest

from engine.sheets.date_styles import date_styles, is_date_format


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("General", False),
        ("0.00", False),
        ("#,##0_);[Red](#,##0)", False),
        ('0"day"', False),
        (r"0\d", False),
        ("[$-804]0.0", False),
        ("yyyy-mm-dd", True),
        ('yyyy"年"m"月"d"日";@', True),
        ("[$-804]aaaa d", True),
        ("h:mm", True),
        ("[h]:mm", True),
        ("[ss]", True),
    ],
)
def test_a_format_code_says_whether_it_shows_a_date(code: str, expected: bool) -> None:
    assert is_date_format(code) is expected


def test_cells_refer_to_styles_by_their_order_and_built_in_formats_count() -> None:
    styles = (
        b'<styleSheet><numFmts><numFmt numFmtId="200" formatCode="yyyy"/></numFmts>'
        b'<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
        b'<cellXfs><xf numFmtId="0"/><xf numFmtId="31"/><xf/><xf numFmtId="200"/><xf numFmtId="49"/></cellXfs>'
        b"</styleSheet>"
    )
    assert date_styles(styles) == {"1", "3"}
