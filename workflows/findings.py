"""What is found in one file: every error, warning and remark, each with its place."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from workflows.lines import Lines, Path, dotted
from workflows.reasons import BangdanError, Fact, Reason
from workflows.shapes import Shape

LONGEST_SHOWN = 40  # characters of what was read
MOST_ERRORS = 200  # that are told


@dataclass(kw_only=True)
class Findings:
    """What was found in one file: an error refuses it, a warning says what is hardly meant, a remark what may well be.

    A finding about a value has the place of its key. `known` are the keys that were asked for and what they may
    hold, by kind of table.
    """

    name: str
    lines: Lines = field(default_factory=Lines)
    errors: list[Reason] = field(default_factory=list)
    warnings: list[Reason] = field(default_factory=list)
    remarks: list[Reason] = field(default_factory=list)
    known: dict[str, dict[str, Shape]] = field(default_factory=dict)
    _wrong: set[Path] = field(default_factory=set)

    def error(self, code: str, path: Path, zh: str, en: str, **facts: Fact) -> None:
        """Notes an error about `path`; the texts say what was read, what is allowed and what to do."""
        self.errors.append(self._reason(code, path, zh, en, facts))
        self._wrong.add(path)

    def told(self) -> list[Reason]:
        """The errors from the top of the file to its end; of very many the first, and how many are left."""
        errors, left = in_order(self.errors), len(self.errors) - MOST_ERRORS
        if left <= 0:
            return errors
        more = Reason(code="CFG-99", zh=f"还有{left}处错误未列出", en=f"{left} more errors are not listed",
                      facts={"left": left})  # fmt: skip
        return [*errors[:MOST_ERRORS], more]

    def wrong_in(self, *sections: str | Path) -> bool:
        """Whether an error was noted within one of these, so that what follows from it need not be said too."""
        begins = [(each,) if isinstance(each, str) else each for each in sections]
        return any(path[: len(begin)] == begin for path in self._wrong for begin in begins)

    def warning(self, code: str, path: Path, zh: str, en: str, **facts: Fact) -> None:
        """Notes something that the file may say, but that is hardly meant."""
        self.warnings.append(self._reason(code, path, zh, en, facts))

    def remark(self, code: str, path: Path, zh: str, en: str, **facts: Fact) -> None:
        """Notes something that may well be meant."""
        self.remarks.append(self._reason(code, path, zh, en, facts))

    def _reason(self, code: str, path: Path, zh: str, en: str, facts: Mapping[str, Fact]) -> Reason:
        about, place = dotted(path), self.lines.place(path)
        return Reason(
            code=code, zh=f"{about}：{zh}" if about else zh, en=f"{about}: {en}" if about else en,
            where=f"{self.name}:{place.line}:{place.column}", line=place.line, column=place.column,
            facts={"path": about, **facts},
        )  # fmt: skip

    def on_line(self, path: Path, line: int, *, code: str, zh: str, en: str) -> Reason:
        """A finding about one line of the long text that stands at `path`."""
        return replace(self._reason(code, path, zh, en, {}), where=f"{self.name}:{line}:1", line=line, column=1)

    def take(self, path: Path, refusal: BangdanError) -> None:
        """Notes the reasons of a reader that refused the value at `path`."""
        for reason in refusal.reasons:
            self.error(reason.code, path, reason.zh, reason.en, **reason.facts)


def in_order(reasons: Iterable[Reason]) -> list[Reason]:
    """From the top of a file to its end."""
    return sorted(reasons, key=lambda reason: (reason.line or 0, reason.column or 0))


def shown(value: object) -> str:
    """What was read, on one line: shortened, unseen characters escaped."""
    text = value if isinstance(value, str) else _short_json(value)
    text = text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
    escaped = "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)
    return f'"{escaped}"' if isinstance(value, str) else escaped


def _short_json(value: object) -> str:
    if isinstance(value, dict):
        return "{ … }"
    if isinstance(value, list):
        return "[ … ]"
    return json.dumps(value, default=str)


def nearest(read: str, known: Collection[str]) -> str:
    """The known word most like `read`; empty when none is."""
    found = get_close_matches(read[:LONGEST_SHOWN], list(known), n=1)
    return found[0] if found else ""
