"""Tables that people take away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sheets.cleaning import one_line, without_invisible
from engine.sheets.columns import Column
from engine.sheets.reading import read_table, template_csv
from engine.sheets.writing import guarded, unguarded, write_csv
from tests.engine.sheets.making import HEADER, PEOPLE

HOSTILE = st.text(
    alphabet=st.one_of(
        st.sampled_from(list("=+-@'\"\t\r\n,;，＝＋－＠| \u200b\ufeff\u2028\x85")),
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
    ),
    max_size=30,
)


@pytest.mark.parametrize(
    "text", ["=1+1", "+86", "-1", "@cmd", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "'=1", "\u3000=1"]
)
def test_a_text_that_a_spreadsheet_would_compute_gets_an_apostrophe(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "丁波", "a=b", "'丁", "1-2", "13800138000"])
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert guarded(text) == text


@given(HOSTILE)
def test_the_guard_comes_off_again(text: str) -> None:
    assert unguarded(guarded(text)) == text


def test_a_table_is_utf8_with_a_mark_quoted_and_numbers_stay_numbers() -> None:
    content = write_csv([["=HYPERLINK(1)", 3, None], ['说"好"', -2.5, "x"]], ["名称", "数", "注"])
    assert content == (
        b"\xef\xbb\xbf" + '"名称","数","注"\r\n"\'=HYPERLINK(1)",3,""\r\n"说""好""",-2.5,"x"\r\n'.encode()
    )


@given(st.lists(st.tuples(HOSTILE, HOSTILE), min_size=1, max_size=8))
def test_what_is_written_is_read_back_but_for_what_nobody_sees(texts: list[tuple[str, str]]) -> None:
    columns = (
        Column(key="id", titles=("编号",), kind="id", required=True),
        Column(key="one", titles=("甲",)),
        Column(key="two", titles=("乙",)),
    )
    content = write_csv(([f"r{n}", *pair] for n, pair in enumerate(texts)), ["编号", "甲", "乙"])
    table = read_table(content, name="t.csv", columns=columns)
    assert [(row.text("one"), row.text("two")) for row in table.rows] == [
        (one_line(without_invisible(one)), one_line(without_invisible(two))) for one, two in texts
    ]


def test_a_template_has_the_header_and_nothing_else() -> None:
    assert template_csv(PEOPLE).decode("utf-8-sig") == ",".join(f'"{title}"' for title in HEADER) + "\r\n"
