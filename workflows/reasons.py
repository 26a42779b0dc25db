"""Why something may not happen, in both languages, as data.

A `Reason` is what every refusal is made of: a guard returns reasons, a loader collects them, a page and a command
print them. Nothing else in bangdan words a refusal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Fact = str | int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One refusal, warning or remark.

    `code` is stable and safe for scripts (`DLN-01`); `zh` and `en` say the same; `where` names the place
    (`file.toml:31:9`, `Sheet1!C5`), empty when there is none; `facts` are the plain values behind the words. In a text
    file, `line` and `column` are that place as numbers, counted from 1.
    """

    code: str
    zh: str
    en: str
    where: str = ""
    line: int | None = None
    column: int | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.code} {self.zh} / {self.en}"

    def at(self, where: str) -> Reason:
        """The same reason, said of a place."""
        return Reason(code=self.code, zh=self.zh, en=self.en, where=where, facts=self.facts)


class BangdanError(Exception):
    """Base of everything bangdan refuses on purpose; `reasons` is never empty.

    Remedy: show the reasons to the person who asked.
    """

    def __init__(self, reasons: Reason | Iterable[Reason]) -> None:
        self.reasons: tuple[Reason, ...] = (reasons,) if isinstance(reasons, Reason) else tuple(reasons)
        super().__init__("\n".join(str(reason) for reason in self.reasons))


class Refused(BangdanError):
    """A verb may not happen now. Nothing was stored."""


class NotFound(BangdanError):
    """No such row, or not yours: the two are never told apart."""


class FileRefused(BangdanError):
    """A file that a person gave us can't be taken; all its errors are listed, nothing was stored."""


def refuse(reasons: Iterable[Reason]) -> None:
    """Raises Refused with all of them; none, and it may be done."""
    if every := tuple(reasons):
        raise Refused(every)
