"""The page: values into the templates of `templates/report`. Everything from people is escaped; nothing is loaded."""

from __future__ import annotations

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bangdan import ROOT
from bangdan.rehearsing import Performance
from bangdan.report.gathering import Findings
from bangdan.report.story import story
from bangdan.report.troubles import troubles
from bangdan.report.verdict import verdict

TEMPLATES = ROOT / "templates" / "report"


def environment() -> Environment:
    """Strict and escaping: a name that is a script is shown as text."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip


def render(found: Findings, done: Performance) -> str:
    """The whole page as one self-contained text."""
    return environment().get_template("report.html.j2").render(
        found=found, done=done, verdict=verdict(found), story=story(found), troubles=troubles(found), dial=found.dial,
    )  # fmt: skip
