"""docs/campaign-file.md says what the loader knows: every key, word and code, and no others."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest

from tests.definitions import text_of
from workflows import nomination, vocabulary
from workflows.findings import Findings
from workflows.loading import examine, load

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "campaign-file.md").read_text(encoding="utf-8")
CAMPAIGNS = sorted((ROOT / "config" / "campaigns").glob("*.toml"))
EVERY_KEY = Path(__file__).parent / "every-key.toml"  # what no notice on file needs


def examples() -> list[str]:
    """The blocks of TOML that are parts of a campaign file; the first is a whole one."""
    return re.findall(r"^```toml\n(.+?)^```", DOCS, flags=re.DOTALL | re.MULTILINE)


def is_enumeration(each: object) -> bool:
    return isinstance(each, type) and issubclass(each, StrEnum) and each is not StrEnum


def sections() -> dict[str, str]:
    """The text below each heading about a table, by kind of table (`lists.*`, `office.contacts[]`)."""
    parts = re.split(r"^### (.+)$", DOCS, flags=re.MULTILINE)[1:]
    return {_kind(heading): text for heading, text in zip(parts[::2], parts[1::2], strict=True)}


def _kind(heading: str) -> str:
    if heading == "The tables of a file":
        return ""
    name = heading.strip("`")
    return name.strip("[]") + ("[]" if name.startswith("[[") else "")


def rows(text: str) -> Iterable[str]:
    return re.findall(r"^\| `([^`|]+)` \|", text, flags=re.MULTILINE)


def test_every_key_the_loader_knows_is_documented_and_no_other() -> None:
    known: dict[str, set[str]] = {}
    for path in (EVERY_KEY, *CAMPAIGNS):
        for kind, keys in load(path.read_bytes(), name=path.name).known.items():
            known.setdefault(kind, set()).update(keys)
    documented = {kind: set(rows(text.partition("\n## ")[0])) for kind, text in sections().items()}
    assert documented == known


@pytest.mark.parametrize("words", [each for each in vars(vocabulary).values() if is_enumeration(each)])
def test_every_word_of_an_enumeration_is_documented(words: type[StrEnum]) -> None:
    assert [word.value for word in words if f'`"{word.value}"`' not in DOCS] == []


@pytest.mark.parametrize(("floor", "kind"), [("workflows", "CFG"), ("notifications", "TPL")])
def test_every_code_of_the_loader_and_of_letters_is_documented_and_no_other(floor: str, kind: str) -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / floor).glob("*.py"))
    in_code = set(re.findall(rf'"({kind}-\d{{2,3}})"', sources))
    in_docs = re.findall(rf"^\| ({kind}-\d{{2,3}}) \|", DOCS, flags=re.MULTILINE)
    assert sorted(in_code, key=_number) == in_docs


def _number(code: str) -> int:
    return int(code.partition("-")[2])


def test_the_states_that_no_stage_may_be_named_after_are_documented() -> None:
    (sentence,) = re.findall(r"it is none of (.+?)\.\n", DOCS, flags=re.DOTALL)
    assert set(re.findall(r"`([a-z]+)`", sentence)) == {state.key for state in nomination.FIXED_STATES}


def test_the_small_campaign_of_the_documentation_loads() -> None:
    loaded = load(examples()[0], name="example.toml")
    assert (loaded.definition.key, loaded.warnings, loaded.remarks) == ("prize-2030", (), ())


@pytest.mark.parametrize("example", examples()[1:], ids=lambda text: text.partition("]")[0].strip("[\n"))
def test_every_example_is_read_as_it_stands(example: str) -> None:
    parts = tomllib.loads(example)
    findings = Findings(name="example.toml")
    examine(text_of(_together(WORLD, parts)), findings)
    own = tuple(f"{section}.{key}" for section, entries in parts.items() for key in entries)
    told = [each for each in findings.errors if str(each.facts["path"]).startswith(own)]
    # How many may be recommended for a list is said in another part than the list.
    assert [str(each) for each in told if each.code != "CFG-50"] == []


def _together(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Both tables in one; where both say something, the other's holds."""
    both = dict(one)
    for key, value in other.items():
        inner = both.get(key)
        both[key] = _together(inner, value) if isinstance(inner, dict) and isinstance(value, dict) else value
    return both


# What the examples refer to, beside the small campaign.
_LISTS = ("technologies", "natural-sciences", "inventions", "progress", "supreme", "international", "talents", "young",
          "people")  # fmt: skip
_FIELDS = {"technologies": {"electronics": {"name": "电子"}}}
_CHANNELS = ("association", "provinces", "recommenders", "academicians")
WORLD = _together(
    tomllib.loads(examples()[0]),
    {
        "lists": {
            key: {"name": key, "nominee": "project", **({"fields": _FIELDS[key]} if key in _FIELDS else {})}
            for key in _LISTS
        },
        "channels": {key: {"name": key, "lists": "all"} for key in _CHANNELS},
        "attributes": {
            "direct": {"name": "可直接提名", "of": "unit", "kind": "flag"},
            "secret": {"name": "涉密", "of": "nominee", "kind": "flag"},
            "region": {"name": "地区", "of": "unit", "kind": "word", "values": ["east", "west"]},
            "gender": {"name": "性别", "of": "nominee", "kind": "word", "values": ["男", "女"]},
            "born": {"name": "出生日期", "of": "nominee", "kind": "date"},
            "discipline": {"name": "学部", "of": "unit", "kind": "word", "values": ["electronics", "water"]},
        },
        "milestones": {
            "post": {"name": "寄送", "closes": "2030-04-28"},
            "hand-in": {"name": "送达", "closes": "2030-04-28 16:30"},
            "code": {"name": "领号", "opens": "2030-04-21", "closes": "2030-04-28 12:00"},
        },
    },
)
