"""Letters go to those for whom they are written, and speak of the date that their reminder is about."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bangdan.checking import letters
from tests.builders import LETTERS
from tests.owing import TEXT
from workflows import soundness
from workflows.findings import Findings
from workflows.loading import examine
from workflows.readers import READERS
from workflows.vocabulary import Audience
from workflows.workdays import Workdays

DOCS = (Path(__file__).parents[2] / "docs" / "campaign-file.md").read_text(encoding="utf-8")
APPLICANTS = 'audience = "applicants"\nletter = "applicant-drafts"'
OWN = """
[milestones.county]
name = "县级推荐"
closes = "2025-03-10"
[reminders.county]
milestone = "county"
edge = "closes"
offsets = ["3天前"]
audience = "{audience}"
letter = "county"
useful = "1天"
[letters.county]
subject = "县级推荐"
title = "县级推荐"
text = "{text}"
english = "County"
"""


def told(text: str) -> list[tuple[str, str, str]]:
    """Errors and warnings about letters: code, Chinese, English."""
    findings = Findings(name="a.toml")
    definition = examine(text, findings, letters=letters(LETTERS))
    if definition:
        soundness.prove(definition, findings, Workdays())
    return [(each.code, each.zh, each.en) for each in (*findings.errors, *findings.warnings)
            if each.code in ("CFG-64", "SND-39")]  # fmt: skip


def test_what_is_said_of_the_letters_that_come_with_the_program_is_true_of_each() -> None:
    rows = re.findall(
        r"^\| `([a-z-]+)` \| .+ \| (`[a-z, `-]+`) \|$", DOCS.partition("## The letters that")[2], re.MULTILINE
    )
    said = {letter: tuple(Audience(each.strip("`")) for each in whom.split(", ")) for letter, whom in rows}

    assert said == dict(READERS)
    assert set(READERS) <= set(letters(LETTERS))
    assert {audience for readers in READERS.values() for audience in readers} == set(Audience)


def test_a_letter_for_others_is_refused_with_those_that_fit() -> None:
    zh = (
        "邮件“collection-closes”写给 units、units-collecting，不能写给 applicants；"
        "可用：applicant-drafts，或在 [letters.名称] 里自拟"
    )
    en = (
        'letter "collection-closes" is for units, units-collecting, not for applicants;'
        " use applicant-drafts, or write your own in [letters.name]"
    )
    place = "reminders.applicants.letter"

    assert told(TEXT.replace(APPLICANTS, APPLICANTS.replace("applicant-drafts", "collection-closes"))) == [
        ("CFG-64", f"{place}：{zh}", f"{place}: {en}"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("audience", "text", "codes"),
    [
        ("units", "请于{{ deadline.zh }}前办理", ["SND-39"]),
        ("units", "请于{{ milestone.date.zh }}前办理", []),
        ("units", "{{ milestone.date.zh }}前办理，{{ deadline.zh }}截止", []),
        ("secretariat", "{{ deadline.zh }}", []),
    ],
)
def test_a_letter_of_another_date_that_names_the_end_of_the_collection_deserves_a_look(
    audience: str, text: str, codes: list[str]
) -> None:
    assert [code for code, _, _ in told(TEXT + OWN.replace("{audience}", audience).replace("{text}", text))] == codes
