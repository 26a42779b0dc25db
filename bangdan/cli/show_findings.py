"""What was found in a file: for people with the line it stands on, for programs as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bangdan.cli.excerpt import excerpt
from bangdan.cli.printing import indented, styled
from bangdan.cli.refusing import as_plain
from bangdan.language import say

if TYPE_CHECKING:
    from rich.console import Console

    from workflows.reasons import Reason

GUTTER = 9  # cells before a quoted line; a line number has at most four digits in a readable file
WIDEST = 160  # cells of a line that is quoted; a pipe has no width of its own

_STYLES = {"error": "red", "warning": "yellow", "remark": "cyan"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What there is to say of a file, each kind in the order of the file.

    `errors` are those that are told; `error_count` is how many there are. `lines` are the lines of the file.
    """

    lines: Sequence[str]
    errors: Sequence[Reason]
    error_count: int
    warnings: Sequence[Reason]
    remarks: Sequence[Reason]

    def each(self) -> Iterator[tuple[str, Reason]]:
        """Every finding with its severity, what refuses the file first."""
        yield from (("error", reason) for reason in self.errors)
        yield from (("warning", reason) for reason in self.warnings)
        yield from (("remark", reason) for reason in self.remarks)


def findings_as_plain(found: Found) -> dict[str, list[dict[str, Any]]]:
    """The findings as JSON has them, by severity."""
    plain: dict[str, list[dict[str, Any]]] = {"errors": [], "warnings": [], "remarks": []}
    for severity, reason in found.each():
        facts = {name: fact for name, fact in reason.facts.items() if name != "path"}
        plain[f"{severity}s"].append({
            "severity": severity, **as_plain(reason), "path": reason.facts.get("path"), "line": reason.line,
            "column": reason.column, "facts": facts,
        })  # fmt: skip
    return plain


def print_findings(found: Found, screen: Console) -> None:
    """Each finding on lines of its own, and how many there are."""
    for severity, reason in found.each():
        _print_one(found, severity, reason, screen)
    if counted := say("，", ", ").join(_counts(found)):
        screen.print(styled(counted, "bold"))


def _print_one(found: Found, severity: str, reason: Reason, screen: Console) -> None:
    from rich.text import Text

    style, place = _STYLES[severity], f"{reason.where}  " if reason.where else ""
    screen.print(Text.assemble((place, "bold"), (f"{_word(severity)} {reason.code}", style)))
    screen.print(indented(say(reason.zh, reason.en)))
    for gutter, quoted, look in _quoted(found.lines, reason, min(screen.width, WIDEST), style):
        screen.print(Text.assemble((f"  {gutter:>4} │ ", "dim"), (quoted, look)), no_wrap=True)
    screen.print()


def _quoted(lines: Sequence[str], reason: Reason, width: int, style: str) -> list[tuple[int | str, str, str]]:
    """The line that a finding is about, with its number, and the mark below; nothing where no line is to blame."""
    if reason.line is None or reason.column is None:
        return []
    line = lines[reason.line - 1]
    if not line.strip() or (line.startswith("#") and reason.column == 1):  # the file's first line, for what is missing
        return []
    shown, mark = excerpt(line, reason.column, width - GUTTER)
    return [(reason.line, shown, "dim"), ("", mark, style)]


def _word(severity: str) -> str:
    return {"error": say("错误", "error"), "warning": say("警告", "warning"), "remark": say("备注", "remark")}[severity]


def _counts(found: Found) -> Iterator[str]:
    numbers = {"error": found.error_count, "warning": len(found.warnings), "remark": len(found.remarks)}
    for severity, number in numbers.items():
        if number:
            yield say(f"{number}处{_word(severity)}", f"{number} {severity}" + ("s" if number > 1 else ""))
