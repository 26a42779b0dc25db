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

EXPECTED: dict[KeyPath, tuple[int, int]] = {
    ("title",): (1, 1),
    ("quoted key",): (2, 1),
    ("dotted",): (3, 1),
    ("dotted", "inner"): (3, 8),
    ("dotted", "inner", "x.y"): (3, 14),
    ("dotted", "inner", "x.y", 0): (4, 5),
    ("dotted", "inner", "x.y", 1): (5, 5),
    ("dotted", "inner", "x.y", 1, "a"): (5, 7),
    ("dotted", "inner", "x.y", 1, "b"): (5, 16),
    ("dotted", "inner", "x.y", 1, "b", 0): (5, 21),
    ("dotted", "inner", "x.y", 1, "b", 1): (6, 9),
    ("table",): (9, 1),
    ("table", "text"): (10, 1),
    ("table", "raw"): (14, 1),
    ("table", "date"): (16, 1),
    ("table", "sub"): (18, 1),
    ("table", "sub", "k"): (19, 1),
    ("rows",): (20, 1),
    ("rows", 0): (20, 1),
    ("rows", 0, "k"): (21, 1),
    ("rows", 1): (22, 1),
    ("rows", 1, "k"): (23, 1),
    ("rows", 1, "deep"): (24, 1),
    ("rows", 1, "deep", "k"): (25, 1),
    ("rows", 1, "more"): (26, 1),
    ("rows", 1, "more", 0): (26, 1),
    ("rows", 1, "more", 0, "k"): (27, 1),
}


def paths_of(value: Any, path: KeyPath = ()) -> set[KeyPath]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return {path} | {inner for key, each in items for inner in paths_of(each, (*path, key))}


def test_every_key_and_element_has_its_line_and_column() -> None:
    assert index(DOCUMENT).place_of == EXPECTED


@pytest.mark.parametrize("text", [DOCUMENT, CAMPAIGN.read_text(encoding="utf-8"), "", "a = {}", "a = [[], [{}]]"])
def test_the_index_holds_the_keys_that_tomllib_reads(text: str) -> None:
    assert set(index(text).place_of) | {()} == paths_of(tomllib.loads(text))


def test_columns_count_characters_and_the_parts_of_a_dotted_key_each_have_their_own() -> None:
    places = index('"名称" = 1\n  甲 = 2\n').place_of
    assert places == {("名称",): (1, 1)}
    assert index("[a]\n  b . c = { d = '中文', e = [1, '二',\t3] }").place_of == {
        ("a",): (1, 1),
        ("a", "b"): (2, 3),
        ("a", "b", "c"): (2, 7),
        ("a", "b", "c", "d"): (2, 13),
        ("a", "b", "c", "e"): (2, 23),
        ("a", "b", "c", "e", 0): (2, 28),
        ("a", "b", "c", "e", 1): (2, 31),
        ("a", "b", "c", "e", 2): (2, 36),
    }


def test_a_line_of_many_elements_is_looked_through_once() -> None:
    text = "k = [" + "1," * 300_000 + "]"
    assert index(text).place(("k", 299_999)) == (1, 600_004)


def test_where_a_text_could_not_be_followed_is_known() -> None:
    assert (index("a = 1").lost, index("a = 1\nb = ['1' 2]").lost) == (None, (2, 10))


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
