"""The parts of a campaign file that say how this campaign speaks: names of states and roles, letters of its own."""

from __future__ import annotations

from collections.abc import Sequence

from workflows.definition import OwnLetter, Stage, Term
from workflows.findings import shown
from workflows.flaws import unknown
from workflows.nomination import FIXED_STATES, Role
from workflows.reading import Table

LONGEST_LETTER = 5000  # characters of a letter's own text
_SPOKEN = (Role.SECRETARIAT, Role.UNIT, Role.INSTITUTION, Role.AUDITOR)

Terms = tuple[tuple[str, Term], ...]


def read_words(root: Table, stages: Sequence[Stage]) -> tuple[Terms, Terms]:
    """`[words]`: what the campaign calls its states (each stage is one) and its roles."""
    table = root.table("words", needed=False)
    states = [*(state.key for state in FIXED_STATES), *(stage.key for stage in stages)]
    named = _terms(table, "states", states), _terms(table, "roles", [role.value for role in _SPOKEN])
    table.done()
    return named


def _terms(table: Table, key: str, known: Sequence[str]) -> Terms:
    return tuple((each.key, _term(each, known)) for each in table.entries(key))


def _term(table: Table, known: Sequence[str]) -> Term:
    if table.key not in known:
        table.findings.error(*unknown(table.key, known).before(table.path), read=shown(table.key))
    name = table.text("name")
    read = Term(zh=name, en=table.english(name))
    table.done()
    return read


def read_letters(root: Table) -> tuple[OwnLetter, ...]:
    """`[letters.*]`: letters in the campaign's own words; whether they can be written is proven with samples."""
    return tuple(_letter(table) for table in root.entries("letters"))


def _letter(table: Table) -> OwnLetter:
    read = OwnLetter(
        name=table.key, subject=table.text("subject"), title=table.text("title"),
        text=table.prose("text", LONGEST_LETTER), english=table.prose("english", LONGEST_LETTER),
    )  # fmt: skip
    table.done()
    return read
