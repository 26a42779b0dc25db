"""The cursor reads what it is asked for, complains about the rest, and never raises."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from enum import StrEnum
from typing import Any

import pytest

from workflows.findings import Findings, nearest, shown
from workflows.lines import index
from workflows.reading import Table
from workflows.reasons import FileRefused, Reason


class Colour(StrEnum):
    RED = "red"
    DARK_BLUE = "dark-blue"


def table_of(text: str) -> Table:
    findings = Findings(name="x.toml", lines=index(text))
    return Table(findings, (), "", tomllib.loads(text))


def complaints(table: Table) -> list[str]:
    return [f"{reason.where} {reason.code} {reason.en}" for reason in table.findings.errors]


def number(text: str) -> int:
    if not text.isdigit():
        raise FileRefused(Reason(code="NUM-01", zh="不是数字", en="no number"))
    return int(text)


READ: list[tuple[str, Callable[[Table], Any], Any]] = [
    ('k = " a "', lambda table: table.text("k"), "a"),
    ("", lambda table: table.text("k", default="d"), "d"),
    ('k = ["a", "b"]', lambda table: table.texts("k"), ("a", "b")),
    ("", lambda table: table.texts("k"), ()),
    ("k = true", lambda table: table.flag("k"), True),
    ("", lambda table: table.flag("k"), False),
    ("k = 3", lambda table: table.whole("k", low=0, high=3), 3),
    ('k = "dark-blue"', lambda table: table.word("k", Colour), Colour.DARK_BLUE),
    ('k = "7"', lambda table: table.parsed("k", number), 7),
    ('k = ["7", "8"]', lambda table: table.all_parsed("k", number), (7, 8)),
    ('k = "a"', lambda table: table.reference("k", ("物", "thing"), ["a", "b"]), "a"),
    ('k = ["b", "a"]', lambda table: table.references("k", ("物", "thing"), ["a", "b"]), ("b", "a")),
    ('k = "all"', lambda table: table.some("k", ("物", "thing"), ["a", "b"], {"all": ("a", "b")}), ("a", "b")),
    ('k = ["b"]', lambda table: table.some("k", ("物", "thing"), ["a", "b"], {"all": ("a", "b")}), ("b",)),
    ('wording = ["一", "二"]', lambda table: table.wording(), "一\n二"),
    ('wording = "一"', lambda table: table.wording(), "一"),
    ("[k.b]\n[k.a]\n", lambda table: [each.key for each in table.entries("k")], ["b", "a"]),
    ("[[k]]\nx = 1\n[[k]]\nx = 2", lambda table: [each.whole("x", low=0, high=9) for each in table.rows("k")], [1, 2]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "ask", "answer"), READ)
def test_a_good_value_is_read_without_complaint(text: str, ask: Callable[[Table], Any], answer: object) -> None:
    table = table_of(text)
    assert ask(table) == answer
    table.done()
    assert complaints(table) == []


WRONG: list[tuple[str, Callable[[Table], Any], str]] = [
    ("", lambda table: table.text("k"), "x.toml:1:1 CFG-22 k: is missing"),
    ("\nk = 1", lambda table: table.text("k"), "x.toml:2:1 CFG-25 k: must be a text in quotes; read 1"),
    ("k = ''", lambda table: table.text("k"), 'x.toml:1:1 CFG-25 k: must be a text of 1-300 characters; read 0: ""'),
    ('k = "a\\u200bb"', lambda table: table.text("k"),
     'x.toml:1:1 CFG-29 k: holds the invisible character U+200B; delete it: "a\\u200bb"'),
    ('k = "a"', lambda table: table.texts("k"),
     'x.toml:1:1 CFG-25 k: must be a list (at most 500 texts), e.g. ["a", "b"]; read "a"'),
    ('k = ["a",\n1]', lambda table: table.texts("k"), "x.toml:2:1 CFG-25 k[2]: must be a text in quotes; read 1"),
    ("k = 1", lambda table: table.flag("k"), "x.toml:1:1 CFG-25 k: must be true or false, without quotes; read 1"),
    ("k = true", lambda table: table.whole("k", low=0, high=9),
     "x.toml:1:1 CFG-26 k: must be a whole number 0-9; read true"),
    ("k = 1.0", lambda table: table.whole("k", low=0, high=9),
     "x.toml:1:1 CFG-26 k: must be a whole number 0-9; read 1.0"),
    ("", lambda table: table.word("k", Colour), "x.toml:1:1 CFG-22 k: is missing; write one of red, dark-blue"),
    ('k = "dark blue"', lambda table: table.word("k", Colour),
     'x.toml:1:1 CFG-28 k: must be one of red, dark-blue; read "dark blue"; did you mean "dark-blue"?'),
    ('k = "x"', lambda table: table.parsed("k", number), 'x.toml:1:1 NUM-01 k: no number; read "x"'),
    ('k = ["1",\n"x"]', lambda table: table.all_parsed("k", number), 'x.toml:2:1 NUM-01 k[2]: no number; read "x"'),
    ('k = "deans"', lambda table: table.reference("k", ("物", "thing"), ["dean", "b"]),
     'x.toml:1:1 CFG-23 k: names thing "deans", defined: dean, b; did you mean "dean"?'),
    ('k = "x"', lambda table: table.reference("k", ("物", "thing"), []),
     'x.toml:1:1 CFG-23 k: names thing "x", defined: —'),
    ('k = ["a", "a"]', lambda table: table.references("k", ("物", "thing"), ["a"]),
     'x.toml:1:1 CFG-55 k: "a" stands 2 times; keep one'),
    ('k = "any"', lambda table: table.some("k", ("物", "thing"), ["a"], {"all": ("a",)}),
     'x.toml:1:1 CFG-28 k: must be "all" or a list; read "any"'),
    ("k = 1", lambda table: table.entries("k"), "x.toml:1:1 CFG-25 k: must be a table, written [k]; read 1"),
    ("[k]", lambda table: table.entries("k", needed=True),
     "x.toml:1:1 CFG-25 k: must be at least one, written [k.name]; read { … }"),
    ("[k]\na = 1", lambda table: table.entries("k"), "x.toml:2:1 CFG-25 k.a: must be a table, written [k.a]; read 1"),
    ("[k.A_b]", lambda table: table.entries("k"),
     'x.toml:1:1 CFG-43 k.A_b: the key "A_b" must begin with a-z and hold a-z, 0-9 and -, at most 40 characters'),
    ("k = [1]", lambda table: table.rows("k"),
     "x.toml:1:1 CFG-25 k: must be a list of tables, written [[k]]; read [ … ]"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "ask", "complaint"), WRONG)
def test_a_wrong_value_is_one_complaint_with_its_place(text: str, ask: Callable[[Table], Any], complaint: str) -> None:
    table = table_of(text)
    ask(table)
    assert complaints(table) == [complaint]


def test_keys_that_nobody_asked_for_are_refused_with_those_that_are_known() -> None:
    table = table_of('name = "a"\nnmae = "b"\n"x\\u202e" = 1\n')
    table.text("name")
    table.done()
    assert complaints(table) == [
        'x.toml:2:1 CFG-20 nmae: unknown key "nmae"; did you mean "name"? (known here: name)',
        "x.toml:3:1 CFG-20 'x\\u202e': unknown key \"x\\u202e\"; delete it (known here: name)",
    ]


def test_what_was_read_allowed_and_meant_are_facts() -> None:
    table = table_of('nmae = "b"\ncolour = "rde"\n')
    table.text("name", default="")
    table.word("colour", Colour)
    table.word("shade", Colour)
    table.done()
    facts = {reason.code: {**reason.facts} for reason in table.findings.errors}
    assert facts == {
        "CFG-28": {"path": "colour", "read": '"rde"', "allowed": "red, dark-blue", "meant": "red"},
        "CFG-22": {"path": "shade", "allowed": "red, dark-blue"},
        "CFG-20": {"path": "nmae", "read": '"nmae"', "allowed": "name, colour, shade", "meant": "name"},
    }


def test_a_table_that_is_absent_is_one_complaint_and_not_one_for_each_of_its_keys() -> None:
    table = table_of("")
    inner = table.table("k")
    assert (inner.text("a"), inner.whole("b", low=1, high=2), inner.rows("c", needed=True)) == ("", 1, [])
    assert complaints(table) == ["x.toml:1:1 CFG-22 k: is missing"]


def test_the_keys_that_were_asked_for_are_known_by_kind_of_table() -> None:
    table = table_of("[k.a]\nx = 1\n[k.b]\n[[r]]\ny = 1\n")
    for each in table.entries("k"):
        each.flag("x")
    for row in table.rows("r"):
        row.has("y")
    known = {kind: list(keys) for kind, keys in table.findings.known.items()}
    assert known == {"": ["k", "r"], "k.*": ["x"], "r[]": ["y"]}


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a\nb", '"a\\nb"'),
        ("长" * 50, '"' + "长" * 39 + '…"'),
        (True, "true"),
        (1.5, "1.5"),
        ([1], "[ … ]"),
        ({"a": 1}, "{ … }"),
        (10**60, "1" + "0" * 38 + "…"),
    ],
)
def test_what_was_read_is_shown_short_and_on_one_line(value: object, text: str) -> None:
    assert shown(value) == text


def test_the_nearest_word_is_found_if_there_is_one() -> None:
    assert [nearest(word, ["limit", "lists"]) for word in ("limitt", "list", "zzz", "l" * 10_000)] == [
        "limit",
        "lists",
        "",
        "",
    ]
