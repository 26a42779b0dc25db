"""docs/campaign-file.md says what the loader knows: every key, word and code, and no others."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

import pytest

from workflows import nomination, vocabulary
from workflows.loading import load

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs" / "campaign-file.md").read_text(encoding="utf-8")
CAMPAIGNS = sorted((ROOT / "config" / "campaigns").glob("*.toml"))
EVERY_KEY = Path(__file__).parent / "every-key.toml"  # what no notice on file needs


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


def test_every_code_of_the_loader_is_documented_and_no_other() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "workflows").glob("*.py"))
    in_code = set(re.findall(r'"(CFG-\d{2,3})"', sources))
    in_docs = re.findall(r"^\| (CFG-\d{2,3}) \|", DOCS, flags=re.MULTILINE)
    assert sorted(in_code, key=_number) == in_docs


def _number(code: str) -> int:
    return int(code.removeprefix("CFG-"))


def test_the_states_that_no_stage_may_be_named_after_are_documented() -> None:
    (sentence,) = re.findall(r"it is none of (.+?)\.\n", DOCS, flags=re.DOTALL)
    assert set(re.findall(r"`([a-z]+)`", sentence)) == {state.key for state in nomination.FIXED_STATES}


def examples() -> list[str]:
    return re.findall(r"```toml\n(.+?)```", DOCS, flags=re.DOTALL)


def test_the_duties_of_the_documentation_load() -> None:
    (duties,) = (each for each in examples() if each.startswith("[duties."))
    beside = """
[attributes.secret]
name = "涉密"
of = "unit"
kind = "flag"
[milestones.post]
name = "寄送"
closes = "2030-04-28"
[milestones.hand-in]
name = "送达"
closes = "2030-04-28 16:30"
"""
    loaded = load(examples()[0] + beside + duties, name="example.toml")
    assert [(kind.key, kind.each, kind.gate) for kind in loaded.definition.duties] == [
        ("recommendation", "unit", "review"), ("secret", "nomination", "review"), ("code", "unit", "submit"),
    ]  # fmt: skip


def test_the_small_campaign_of_the_documentation_loads() -> None:
    example = examples()[0]
    loaded = load(example, name="example.toml")
    assert (loaded.definition.key, loaded.warnings, loaded.remarks) == ("prize-2030", (), ())


def test_the_lists_of_the_documentation_load() -> None:
    example, *parts = re.findall(r"```toml\n(.+?)```", DOCS, flags=re.DOTALL)
    lists = "\n".join(part for part in parts if part.startswith("[lists."))
    loaded = load(example.replace('lists = ["prize"]', 'lists = "all"') + lists, name="example.toml")
    assert list(loaded.definition.tracks) == ["prize", "youth", "papers"]
