"""The two languages, and which of them a person reads: Chinese, unless the locale or BANGDAN_LANG says English.

Help texts are chosen once, when the command line is imported, because a command's help is part of its declaration;
so the choice is read here, at import, and from nothing heavier than the environment.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Language = Literal["zh", "en"]

VARIABLES = ("BANGDAN_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
"""In the order in which they are asked; the first that is set decides."""

CATALOGS = Path(__file__).parent / "locale"


def chosen(environment: Mapping[str, str]) -> Language:
    """English for `en…`; Chinese for everything else, also for the C locale of a bare machine."""
    told = next((environment[name] for name in VARIABLES if environment.get(name)), "")
    return "en" if told.lower().startswith("en") else "zh"


LANGUAGE: Language = chosen(os.environ)


@dataclass(frozen=True, slots=True)
class Words:
    """The same in Chinese and in English."""

    zh: str
    en: str


def say(zh: str, en: str) -> str:
    """The text in the reader's language."""
    return zh if LANGUAGE == "zh" else en


def teach_the_framework() -> None:
    """Point typer's own words (panel titles, "required", …) at our catalog; before its help is first rendered.

    gettext finds its language in the environment alone, and a bare machine's says nothing.
    """
    os.environ["LANGUAGE"] = "zh_CN" if LANGUAGE == "zh" else "en"
    gettext.bindtextdomain("bangdan", CATALOGS)
    gettext.textdomain("bangdan")
