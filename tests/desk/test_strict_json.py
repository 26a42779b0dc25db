"""JSON is taken only where nobody can read it in two ways."""

from __future__ import annotations

from typing import Any

import pytest

from bangdan.desk import strict_json
from workflows.reasons import Refused


def _refused(body: bytes) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as refused:
        strict_json.read(body)
    return [(reason.code, reason.where) for reason in refused.value.reasons]


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"null", None),
        (b'{"a": [1, 2.5, true, "\xe6\xa6\x9c"]}', {"a": [1, 2.5, True, "榜"]}),
        (b'"\\ud83c\\udfc6"', "🏆"),
        (b'"two\\nlines\\tand a tab"', "two\nlines\tand a tab"),
        (b"9007199254740991", 2**53 - 1),
        (b'"' + "李\u200b雷".encode() + b'"', "李\u200b雷"),
        (b"[" * 20 + b"]" * 20, eval("[" * 20 + "]" * 20)),  # noqa: S307 - brackets alone
    ],
)
def test_what_people_send_is_read(body: bytes, value: Any) -> None:
    assert strict_json.read(body) == value


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (rb'{"name": "\ud800"}', [("API-02", "/name")]),  # A04
        (rb'{"name": ["a\u0000b"]}', [("API-02", "/name/0")]),  # A05
        (rb'{"\u0000": 1}', [("API-02", "/")]),
        (b'{"a": 1, "b": {"c": 1, "c": 2}}', [("API-04", "")]),  # A07
        (b'{"a": 1, "\\u0061": 2}', [("API-04", "")]),
        (b'{"a": "=?utf-8?q?=0D=0ABcc=3A?="}', [("API-06", "/a")]),  # A13
        (rb'{"a/b": "\u2028", "c~d": "\u000b", "e": "\u0085", "f": "\u001b"}',  # A14
         [("API-06", "/a~1b"), ("API-06", "/c~0d"), ("API-06", "/e"), ("API-06", "/f")]),
        (b"NaN", [("API-03", "")]),
        (b"[-Infinity]", [("API-03", "")]),
        (b"1e400", [("API-03", "")]),
        (b"9007199254740992", [("API-03", "")]),
        (b"1" * 10_000, [("API-03", "")]),
        (b"", [("API-03", "")]),
        (b'{"a": 1', [("API-03", "")]),
        (b"{} {}", [("API-03", "")]),
        (b"\xef\xbb\xbf{}", [("API-03", "")]),
        ("榜".encode("gb18030"), [("API-03", "")]),
        (b'"\xed\xa0\x80"', [("API-03", "")]),
        ('{"a": 1}'.encode("utf-16"), [("API-03", "")]),
        (b"[" * 22 + b"]" * 22, [("API-03", "")]),
        (b"[" * 100_000 + b"]" * 100_000, [("API-03", "")]),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, [("API-03", "")]),
    ],
    ids=lambda value: repr(value)[:40],
)  # fmt: skip
def test_what_can_be_read_in_two_ways_or_not_stored_is_refused(body: bytes, found: list[tuple[str, str]]) -> None:
    assert _refused(body) == found


def test_a_refusal_says_where_and_what_in_both_languages() -> None:
    with pytest.raises(Refused) as refused:
        strict_json.read('{"甲": 1,\n "甲": 2}'.encode())
    (reason,) = refused.value.reasons
    assert (reason.zh, reason.en) == ("键“甲”出现了两次，只能写一次", 'the key "甲" is there twice; write it once')


def test_a_body_full_of_faults_is_answered_shortly() -> None:
    body = b"[" + b",".join([b'"\\u0000"'] * 10_000) + b"]"
    assert len(_refused(body)) == strict_json.MOST_REASONS
