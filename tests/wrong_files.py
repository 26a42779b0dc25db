"""Tables of wrong campaign files: each is a good file with some lines replaced, and has exactly the answers it gets.

A table is a text: `== name`, then lines to replace (`- `) with others (`+ `), then the answers as they are told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from workflows.findings import Findings

DATA = Path(__file__).parent / "data"


@dataclass(kw_only=True)
class Wrong:
    """A wrong file: the lines that are replaced, and the answers as three lines each."""

    name: str
    good: str
    edits: list[tuple[list[str], list[str]]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        text = f"\n{self.good}"
        for old, new in self.edits:
            lines = "\n".join(["", *old, ""])
            assert text.count(lines) == 1, lines
            text = text.replace(lines, "\n".join(["", *new, ""]))
        return text.removeprefix("\n")

    def take(self, line: str) -> None:
        """Adds one line of the table."""
        if line.startswith("- "):
            if not self.edits or self.edits[-1][1]:
                self.edits.append(([], []))
            self.edits[-1][0].append(line[2:])
        elif line.startswith("+ "):
            self.edits[-1][1].append(line[2:])
        else:
            self.answers.append(line)


def table(name: str, good: str) -> list[Wrong]:
    """The wrong files of the table tests/data/`name`, each made from the text of a good one."""
    return list(_read((DATA / name).read_text(encoding="utf-8").splitlines(), good))


def _read(lines: list[str], good: str) -> Iterator[Wrong]:
    found: Wrong | None = None
    for line in lines:
        if line.startswith("== "):
            found = Wrong(name=line[3:], good=good)
            yield found
        elif found and line and not line.startswith("#"):
            found.take(line)


def told(findings: Findings) -> list[str]:
    """All that is said of a file: errors, then warnings, then remarks, each as its head and its words."""
    kinds = {"error": findings.told(), "warning": findings.warnings, "remark": findings.remarks}
    return [
        line
        for severity, reasons in kinds.items()
        for each in reasons
        for line in (f"{severity} {each.where} {each.code}", f"  {each.zh}", f"  {each.en}")
    ]
