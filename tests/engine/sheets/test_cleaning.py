"""What is done to a text before anything is decided on it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.sheets.cleaning import half_width, invisible_in, match_key, one_line, shown, without_invisible


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Café", "Cafe\u0301"),
        ("中国 科协", "中国科协"),
        ("丁　波", "丁波"),
        ("ＡＢＣ学会", "abc学会"),
        ("Straße", "STRASSE"),
        ("学\u200b会", "学会"),
    ],
)
def test_two_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert match_key(one) == match_key(other)


def test_two_names_have_two_keys() -> None:
    assert match_key("先导技术榜") != match_key("新锐企业榜")


@given(st.text(max_size=30))
def test_a_key_is_its_own_key_in_every_normal_form(text: str) -> None:
    key = match_key(text)
    assert {match_key(key), match_key(unicodedata.normalize("NFD", text)), match_key(text.upper().lower())} >= {key}
    assert match_key(unicodedata.normalize("NFD", text)) == key


def test_only_what_nobody_can_see_is_taken_out() -> None:
    assert without_invisible("李\u200b四\u202e\x07\u3164 \ufeffA") == "李四 A"


def test_invisible_characters_are_named_once_each() -> None:
    assert invisible_in("a\u200bb\u200b\u202ec\n") == ("U+200B", "U+202E")


def test_line_breaks_and_runs_of_blanks_become_one_blank() -> None:
    assert one_line(" 丁\u3000 波\u2028\r\n博士\x85") == "丁 波 博士"


def test_full_width_becomes_half_width_and_nothing_else_changes() -> None:
    assert half_width("Ａ１２－（＠）　²Ⅷ①é丁") == "A12-(@) ²Ⅷ①é丁"


def test_a_quoted_text_is_short_and_shows_what_is_hidden() -> None:
    assert shown("a\u202eb\n") == "a\\u202eb\\u000a"
    assert shown("x" * 50) == "x" * 39 + "…"
