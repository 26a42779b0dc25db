"""Texts that people give: what no door lets in, and what the verbs make of the rest."""

from __future__ import annotations

import pytest

from engine import texts
from workflows.reasons import Refused


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("李雷", None),
        ("两行\n和\t制表", None),
        ("O'Neill & 公司 <研发>", None),
        ("{{7*7}} ${7*7} {0.__class__} %(x)s", None),  # A17: printed as they are
        ("零宽\u200b字符由各处自行去掉", None),
        ("a=?b", None),
        ("半\ud800", "API-02"),
        ("空\x00", "API-02"),
        ("\u2028", "API-06"),
        ("\u2029", "API-06"),
        ("\x85", "API-06"),
        ("\x0b", "API-06"),
        ("\x7f", "API-06"),
        ("\x9b31m", "API-06"),
        ("=?utf-8?q?=0D=0ABcc=3Aeve=40example.cn?=", "API-06"),
        ("甲=?UTF-8?B?5p2O?=乙", "API-06"),
        ("=?gb2312?Q?unfinished", "API-06"),
    ],
)
def test_no_door_lets_in_what_can_not_be_stored_or_shown_as_it_is(text: str, code: str | None) -> None:
    reason = texts.unstorable(text)
    assert (reason.code if reason else None) == code


def test_a_name_with_an_encoded_word_gets_past_no_verb() -> None:
    """A13: also from a file, where control characters are only taken out."""
    with pytest.raises(Refused) as refused:
        texts.title_of("=?utf-8?q?=0D=0ABcc=3Aeve=40example.cn?=")
    assert [reason.code for reason in refused.value.reasons] == ["API-06"]
    assert texts.title_of("甲\x0b\u2028乙") == "甲 乙"
