"""What the mail room refuses, in both languages.

Every refusal is a `MailError`; the class says the kind, the docstring the remedy. The caller turns one into its own
kind of reason: `code` is stable and safe for scripts, `zh` and `en` say the same.
"""

from __future__ import annotations

import unicodedata

LONGEST_SHOWN = 60  # characters of somebody's input that a message repeats


class MailError(Exception):
    """Base of all refusals of this package. `where` names the place (`closing.html.j2:7`), empty when there is none."""

    def __init__(self, code: str, zh: str, en: str, *, where: str = "") -> None:
        self.code, self.zh, self.en, self.where = code, zh, en, where
        place = f"{where}: " if where else ""
        super().__init__(f"{place}{code} {zh} / {en}")


class AddressRefused(MailError):
    """Not one mail address (ADR-01, ADR-02), or one this server can't reach (ADR-03). Remedy: ask the person."""


class TemplateRefused(MailError):
    """A letter template or its context is unfit (TPL-01 to TPL-07). Remedy: correct the file named in `where`."""


class MessageRefused(MailError):
    """A value can't stand in a mail header (MSG-01), or the built bytes say something else (MSG-02).

    Remedy: correct the name or subject. MSG-02 is a defect of ours; the letter is not sent.
    """


class SettingsRefused(MailError):
    """The mail settings contradict themselves (MTA-01 and on). Remedy: correct the settings."""


class OutboxRefused(MailError):
    """An operation does not fit the letter's state (OUT-01). Nothing was stored."""


def shown(text: str) -> str:
    """Somebody's input as a message may repeat it: quoted, shortened, nothing invisible left invisible."""
    cut = text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
    return "“" + "".join(_visible(char) for char in cut) + "”"


def _visible(char: str) -> str:
    hidden = unicodedata.category(char)[0] == "C" or unicodedata.category(char) in ("Zl", "Zp")
    return char.encode("unicode_escape").decode("ascii") if hidden else char
