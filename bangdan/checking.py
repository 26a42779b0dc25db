"""A campaign file examined: whether it can be read, whether it is sound, whether its letters can be written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.letters.samples import prove_letters
from workflows import soundness
from workflows.definition import Definition
from workflows.findings import Findings
from workflows.loading import examine
from workflows.reasons import Reason
from workflows.workdays import Workdays


@dataclass(frozen=True, kw_only=True, slots=True)
class Examined:
    """What there is to say of a file; `definition` is there as far as it could be read, sound or not."""

    definition: Definition | None
    findings: Findings
    lines: tuple[str, ...]
    faults: tuple[Reason, ...]

    @property
    def errors(self) -> tuple[Reason, ...]:
        """Everything that has to be mended, as far as it is told."""
        return (*self.findings.told(), *self.faults)


def examined(source: bytes, name: str, workdays: Workdays, *, templates: Path) -> Examined:
    """The file, its calendar and workflow proven, and every letter tried out with samples."""
    findings = Findings(name=name)
    definition = examine(source, findings, letters=letters(templates))
    if definition:
        soundness.prove(definition, findings, workdays)
    lines = tuple(source.decode("utf-8-sig", "replace").replace("\r\n", "\n").split("\n"))
    faults = _faults(definition, findings, lines, templates) if definition else ()
    return Examined(definition=definition, findings=findings, lines=lines, faults=faults)


def letters(templates: Path) -> list[str]:
    """The names of the letters there are templates for; a campaign file may name no other."""
    return sorted(path.name.removesuffix(".subject.j2") for path in templates.glob("*.subject.j2"))


def _faults(
    definition: Definition, findings: Findings, lines: Sequence[str], templates: Path
) -> tuple[Reason, ...]:  # fmt: skip
    """What is wrong with the campaign's letters, those in its own words at their lines in the file."""
    own = {each.name for each in definition.letters}
    found = []
    for each in prove_letters(definition, templates):
        name, _, rest = each.where.partition(".")
        if name in own:
            part, _, row = rest.partition(".j2:")
            path = ("letters", name, "subject" if part.startswith("subject") else "text")
            line = _line(lines, findings.lines.line(path), int(row or 1))
            found.append(findings.on_line(path, line, code=each.code, zh=each.zh, en=each.en))
        else:
            found.append(Reason(code=each.code, zh=each.zh, en=each.en, where=each.where))
    return tuple({(each.code, each.where, each.zh): each for each in found}.values())  # text and HTML have one source


def _line(lines: Sequence[str], key: int, row: int) -> int:
    """On which line of the file a row of the text stands whose key is on line `key`, both counted from 1."""
    written = lines[key - 1].rstrip()
    if not re.search(r"=\s*(\"{3}|'{3})", written):
        return key
    return key + row - (0 if written.endswith(('"""', "'''")) else 1)
