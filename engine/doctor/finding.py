"""What an examination says: one line for each thing that was looked at.

| code   | about                       | code   | about                               |
|--------|-----------------------------|--------|-------------------------------------|
| DOC-01 | opening the database        | DOC-30 | the mail server, step by step       |
| DOC-02 | its tables                  | DOC-31 | the mail server's certificate       |
| DOC-03 | the SQLite library          | DOC-32 | whether letters may leave           |
| DOC-04 | damage to the database      | DOC-40 | the sender's SPF                    |
| DOC-05 | room in the database file   | DOC-41 | the sender's DMARC                  |
| DOC-06 | the line to a server        | DOC-42 | where answers and bounces go        |
| DOC-07 | a move to another database  | DOC-50 | next year's holidays                |
| DOC-10 | the clock                   | DOC-81 | the key of this host                |
| DOC-20 | room on the disks           |        |                                     |
| DOC-60 | the letters' templates      | DOC-61 | the campaign's file                 |
| DOC-62 | the engine's last turn      | DOC-63 | the workers of a fleet              |
| DOC-70 | versions                    | DOC-80 | files that others can read          |
| TZ-01  | dates that the zone data read anew  |  |                                     |
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How it stands with one thing."""

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"
    UNKNOWN = "unknown"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One thing and how it stands; `todo` is what to do about it, in both languages, empty where nothing is."""

    code: str
    status: Status
    zh: str
    en: str
    todo: tuple[str, str] = ("", "")


def ok(code: str, zh: str, en: str) -> Finding:
    """All is well."""
    return Finding(code=code, status=Status.OK, zh=zh, en=en)


def warning(code: str, zh: str, en: str, *todo: str) -> Finding:
    """It goes on, and somebody should see to it."""
    return Finding(code=code, status=Status.WARNING, zh=zh, en=en, todo=_pair(todo))


def error(code: str, zh: str, en: str, *todo: str) -> Finding:
    """It does not work."""
    return Finding(code=code, status=Status.ERROR, zh=zh, en=en, todo=_pair(todo))


def unknown(code: str, zh: str, en: str, *todo: str) -> Finding:
    """Nobody here can tell."""
    return Finding(code=code, status=Status.UNKNOWN, zh=zh, en=en, todo=_pair(todo))


def _pair(todo: tuple[str, ...]) -> tuple[str, str]:
    zh, en = todo or ("", "")
    return zh, en


def bad(findings: Iterable[Finding]) -> bool:
    """Whether something does not work."""
    return any(each.status is Status.ERROR for each in findings)
