"""The page: values into the templates of `templates/report`. Everything from people is escaped; nothing is loaded.

The page's own policy forbids every request and every script but its one filter, whatever a name or a letter holds.
"""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bangdan import ROOT
from bangdan.language import Words
from bangdan.rehearsing import Performance
from bangdan.report.gantt import gantt
from bangdan.report.gathering import Findings
from bangdan.report.lapsed import CAUSES
from bangdan.report.story import story
from bangdan.report.strip import strip
from bangdan.report.troubles import troubles
from bangdan.report.verdict import verdict
from bangdan.report.words import lateness, own_words
from workflows.definition import Definition

TEMPLATES = ROOT / "templates" / "report"
HEED = 6  # troubles at the top of the page, and every grave one


def environment(folder: Path = TEMPLATES) -> Environment:
    """Strict and escaping: a name that is a script is shown as text."""
    return Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip


def render(found: Findings, done: Performance) -> str:
    """The whole page as one self-contained text."""
    script = (TEMPLATES / "filter.js").read_text(encoding="utf-8").strip()
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    listed = troubles(found)
    return environment().get_template("report.html.j2").render(
        found=found, done=done, dial=found.dial, verdict=verdict(found), story=story(found), troubles=listed,
        first=max(HEED, sum(each.grave for each in listed)),
        units=own_words(found.definition, Words("推荐单位", "units")),
        gantt=gantt(found), strip=strip(found), causes=_causes(found.definition), lateness=lateness,
        style=_own(TEMPLATES / "style.css"), script=Markup(script), script_digest=digest,  # noqa: S704 - our own file
    )  # fmt: skip


def _causes(definition: Definition) -> dict[str, tuple[Words, ...]]:
    """Why nominations lapse, with the campaign's own word for who nominates."""
    return {cause: tuple(own_words(definition, words) for words in told) for cause, told in CAUSES.items()}


def _own(path: Path) -> Markup:
    """A file of ours, put into the page as it is."""
    return Markup(path.read_text(encoding="utf-8"))  # noqa: S704 - our own file
