"""The schema that editors use is the reader's own knowledge: shipped as made, and no file that is good breaks it."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.campaign_schema import CAMPAIGNS, SHIPPED, drafted
from tests.json_schema import faults
from workflows.schema import Row, read_docs, schema
from workflows.shapes import ANYTHING, FLAG, TABLE, Shape, joined, text, texts, together, whole, words

ROOT = Path(__file__).parents[2]
SMALL = ROOT / "tests" / "scenario" / "small.toml"
SCHEMA: Any = json.loads(SHIPPED.read_text(encoding="utf-8"))


def test_the_shipped_schema_is_the_one_that_would_be_made_now() -> None:
    assert SHIPPED.read_text(encoding="utf-8") == drafted(), "run: make schema"


@pytest.mark.parametrize("path", [*CAMPAIGNS, SMALL], ids=lambda path: path.name)
def test_a_good_file_keeps_to_the_schema(path: Path) -> None:
    assert faults(SCHEMA, tomllib.loads(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("old", "new", "broken"),
    [
        ('organiser = "示例学会"', "", "campaign.organiser required"),
        ('organiser = "示例学会"', 'organizer = "示例学会"', "campaign.organizer unknown"),
        ("edition = 2025", 'edition = "2025"', "campaign.edition type"),
        ("edition = 2025", "edition = 25", "campaign.edition minimum"),
        ('nominee = "project"', 'nominee = "projects"', "lists.inventions.nominee enum"),
        ("[lists.people]", "[lists.People]", "lists.People pattern"),
        ('lists = ["people"]\nwaivable', "lists = []\nwaivable", "exclusions.persons.lists anyOf"),
        ("waivable = false", 'waivable = "no"', "exclusions.persons.waivable type"),
        ('key = "small-2025"', 'key = "small 2025"', "campaign.key pattern"),
        ('name = "钱学"', "", "institutions.academy.contacts[0].name required"),
        ('name = "水"', 'nam = "水"', "lists.inventions.fields.water.nam unknown"),
    ],
)
def test_a_wrong_file_breaks_the_schema(old: str, new: str, broken: str) -> None:
    good = SMALL.read_text(encoding="utf-8")
    assert old in good
    wrong = good.replace(f"{{ {old}, ", "{ ", 1) if not new and f"{{ {old}, " in good else good.replace(old, new, 1)
    assert broken in faults(SCHEMA, tomllib.loads(wrong))


def test_every_key_has_help_from_the_documentation() -> None:
    assert [key for key, told in _helped(SCHEMA) if told == key] == []


def test_help_is_chinese_first_where_the_key_has_a_chinese_name() -> None:
    assert SCHEMA["properties"]["lists"]["description"] == "榜单：what is ranked; at least one"
    assert SCHEMA["properties"]["calendar"]["properties"]["settle"]["description"] == (
        "截止后等待：length: how long after a deadline the closing waits for requests that were on their way "
        '(default: "2分钟")'
    )


def _helped(node: Any) -> list[tuple[str, str]]:
    """Every key of every table with its help."""
    if not isinstance(node, dict):
        return []
    keys = node.get("properties", {})
    inner = [node.get("additionalProperties"), node.get("items"), *keys.values()]
    return [
        *((key, each["description"]) for key, each in keys.items()),
        *(one for each in inner for one in _helped(each)),
    ]


@pytest.mark.parametrize(
    ("forms", "one"),
    [
        ((text(40, pattern="^a"), text(40, pattern="^a")), (text(40, pattern="^a"),)),
        ((text(40, pattern="^a"), text(300)), (text(300),)),
        ((words(["a"]), words(["b", "a"])), (words(["a", "b"]),)),
        ((words(["a"]), text(300)), (text(300),)),
        ((whole(1, 5), whole(3, 9)), (whole(1, 9),)),
        ((texts(text(9), 5, needed=True), texts(text(9), 7)), (texts(text(9), 7),)),
        ((text(9), FLAG, FLAG), (text(9), FLAG)),
        ((text(9), ANYTHING), (ANYTHING,)),
    ],
)
def test_two_ways_to_ask_for_a_key_are_one_that_takes_both(forms: tuple[Any, ...], one: tuple[Any, ...]) -> None:
    assert joined(forms) == one


def test_a_key_is_needed_only_if_no_file_may_leave_it_out() -> None:
    known = together([{"": {"a": Shape(needed=True)}}, {"": {"a": Shape(needed=False), "b": Shape(needed=True)}}])
    made = schema(known, {"": {"a": Row(needed="yes", meaning="x"), "b": Row(needed="yes", meaning="y")}})
    assert made["required"] == ["b"]


def test_a_table_whose_keys_a_file_defines_takes_any() -> None:
    known = {"": {"where": Shape(needed=False, forms=({TABLE: "where"},))}, "where": {"region": Shape(needed=False)}}
    made = schema(known, {"": {"where": Row(needed="none", meaning="of whom")}})
    assert faults(made, {"where": {"region": ["west"], "size": "small"}}) == []


def test_headings_of_the_documentation_name_the_kinds_of_tables() -> None:
    docs = read_docs(
        "### The tables of a file\n### `[lists.*]`\n\n| `name` | yes | its name |\n### `[[a.b]]`\n\n## End\n"
    )
    assert docs == {"": {}, "lists.*": {"name": Row(needed="yes", meaning="its name")}, "a.b[]": {}}
