"""The line index agrees with tomllib about which keys there are, and knows where each stands."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from workflows.lines import Path as KeyPath
from workflows.lines import dotted, index

CAMPAIGN = Path(__file__).parents[2] / "config" / "campaigns" / "kczg-2023.toml"

DOCUMENT = '''\
title = "a # b"  # c
"quoted key" = 1
dotted.inner."x.y" = [
    1,  # one
    { a = "}", b = [2,
        3] },
]

[table]
text = """
not = "a key"
[nor.a.table]
"""
raw = \'\'\'
x = 1\'\'\'\'\'
date = 2023-11-30 10:00:00

[table.sub]
k = 'v'
[[rows]]
k = 1
[[rows]]
k = 2
[rows.deep]
k = 3
[[rows.more]]
k = 4
'''

EXPECTED: dict[KeyPath, int] = {
    ("title",): 1,
    ("quoted key",): 2,
    ("dotted",): 3,
    ("dotted", "inner"): 3,
    ("dotted", "inner", "x.y"): 3,
    ("dotted", "inner", "x.y", 0): 4,
    ("dotted", "inner", "x.y", 1): 5,
    ("dotted", "inner", "x.y", 1, "a"): 5,
    ("dotted", "inner", "x.y", 1, "b"): 5,
    ("dotted", "inner", "x.y", 1, "b", 0): 5,
    ("dotted", "inner", "x.y", 1, "b", 1): 6,
    ("table",): 9,
    ("table", "text"): 10,
    ("table", "raw"): 14,
    ("table", "date"): 16,
    ("table", "sub"): 18,
    ("table", "sub", "k"): 19,
    ("rows",): 20,
    ("rows", 0): 20,
    ("rows", 0, "k"): 21,
    ("rows", 1): 22,
    ("rows", 1, "k"): 23,
    ("rows", 1, "deep"): 24,
    ("rows", 1, "deep", "k"): 25,
    ("rows", 1, "more"): 26,
    ("rows", 1, "more", 0): 26,
    ("rows", 1, "more", 0, "k"): 27,
}


def paths_of(value: Any, path: KeyPath = ()) -> set[KeyPath]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {path} | {inner for key, each in items for inner in paths_of(each, (*path, key))}


def test_every_key_and_element_has_its_line() -> None:
    assert index(DOCUMENT).line_of == EXPECTED


@pytest.mark.parametrize("text", [DOCUMENT, CAMPAIGN.read_text(encoding="utf-8"), "", "a = {}", "a = [[], [{}]]"])
def test_the_index_holds_the_keys_that_tomllib_reads(text: str) -> None:
    assert set(index(text).line_of) | {()} == paths_of(tomllib.loads(text))


def test_a_key_that_is_absent_has_the_line_of_the_table_around_it() -> None:
    lines = index(DOCUMENT)
    assert lines.line(("table", "sub", "absent", "deeper")) == 18
    assert lines.line(("nowhere",)) == 1


@pytest.mark.parametrize(
    ("text", "twice"),
    [
        ("a = 1\nb = 2\na = [\n3]\n", [("a", 1, 3, "a = [\n3]")]),
        ("[t]\nx.y = 1\nx.y = 2\n", [("t.x.y", 2, 3, "x.y = 2")]),
        ("[t]\n[u]\n[t]\n", [("t", 1, 3, None)]),
        ("[[t]]\nk = 1\n[[t]]\nk = 1\n", []),
        ("t = { a = 1, a = 2 }\n", [("t.a", 1, 1, None)]),
        ("a = 24:00\n\n\na = 25:00", [("a", 1, 4, "a = 25:00")]),
    ],
)
def test_a_key_given_twice_is_found_with_both_lines(text: str, twice: list[tuple[str, int, int, str | None]]) -> None:
    found = [
        (dotted(each.path), each.first, each.again, text[slice(*each.span)] if each.span else None)
        for each in index(text).twice
    ]
    assert found == twice


@pytest.mark.parametrize(
    "text", ["[", "a", "a =", 'a = "', "a = [", "a = {", "]", "= 1", "a = [1 2]", "[" * 9000, "a = " + "[" * 9000]
)
def test_a_text_that_is_not_toml_is_indexed_as_far_as_it_goes(text: str) -> None:
    assert index("first = 1\n" + text).line(("first",)) == 1


def test_a_path_is_shown_with_elements_counted_from_one() -> None:
    assert dotted(("office", "contacts", 0, "name")) == "office.contacts[1].name"
    assert dotted(("a\u202eb\n",)) == r"'a\u202eb\n'"
