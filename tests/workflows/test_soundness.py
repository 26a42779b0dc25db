"""Campaign files that are well written and can't work, or deserve a look: each gets exactly its findings.

The table is tests/data/unsound-files.txt; each of its files is tests/scenario/small.toml with a few lines replaced.
What the small campaign itself is told is not repeated there.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.wrong_files import Wrong, table, told
from workflows import soundness
from workflows.findings import Findings
from workflows.loading import examine
from workflows.workdays import Workdays

ROOT = Path(__file__).parents[2]
GOOD = (ROOT / "tests" / "scenario" / "small.toml").read_text(encoding="utf-8")
TABLE = table("unsound-files.txt", GOOD)
DOCS = (ROOT / "docs" / "campaign-file.md").read_text(encoding="utf-8")


def proven(text: str) -> list[list[str]]:
    """What is found in a file that is well written, three lines each: head, Chinese, English."""
    findings = Findings(name="a.toml")
    definition = examine(text, findings)
    assert definition, told(findings)
    soundness.prove(definition, findings, Workdays())
    lines = told(findings)
    return [lines[start : start + 3] for start in range(0, len(lines), 3)]


def _words(found: list[str]) -> list[str]:
    """A finding without its place, which moves with the lines above it."""
    head, zh, en = found
    return [head.rpartition(" ")[2], zh, en]


OF_THE_GOOD_ONE = [_words(found) for found in proven(GOOD)]


def news(text: str) -> list[str]:
    """What is found in a file, and not in the good one."""
    return [line for found in proven(text) if _words(found) not in OF_THE_GOOD_ONE for line in found]


def test_the_small_campaign_is_sound() -> None:
    assert [head for head, _, _ in proven(GOOD) if head.startswith("error")] == []


@pytest.mark.parametrize("wrong", TABLE, ids=[each.name for each in TABLE])
def test_what_can_not_work_gets_exactly_its_findings(wrong: Wrong) -> None:
    assert news(wrong.text) == wrong.answers


def test_every_finding_is_in_the_documentation_and_told_in_a_test() -> None:
    rooms = (ROOT / "workflows" / "soundness").glob("*.py")
    in_code = set(re.findall(r'"(SND-\d\d)"', "".join(path.read_text(encoding="utf-8") for path in rooms)))
    in_docs = re.findall(r"^\| (SND-\d\d) \|", DOCS, flags=re.MULTILINE)
    in_tests = "\n".join(line for each in TABLE for line in each.answers) + "\n".join(map(str, OF_THE_GOOD_ONE))
    assert in_docs == sorted(in_code)
    assert [code for code in sorted(in_code) if code not in in_tests] == []
