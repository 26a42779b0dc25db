"""A letter in somebody's own words as the three templates of a letter: subject, text and HTML, on the house's frame.

The HTML is made from the text, so that nobody has to write it: literal characters are escaped, lines stay lines, and
values are escaped when the letter is written, as in every HTML template.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from jinja2 import Environment, TemplateSyntaxError


@dataclass(frozen=True, kw_only=True, slots=True)
class Own:
    """Jinja sources: the subject, the heading, what stands between greeting and signature, and its English."""

    name: str
    subject: str
    title: str
    text: str
    english: str


def sources(own: Own) -> dict[str, str]:
    """The templates of the letter by file name, as `notifications.rendering` looks them up."""
    return {
        f"{own.name}.subject.j2": own.subject,
        f"{own.name}.txt.j2": _on_frame("_base.txt.j2", own.title, own.text, own.english),
        f"{own.name}.html.j2": _on_frame("_base.html.j2", *map(_as_html, (own.title, own.text, own.english))),
    }


def _on_frame(frame: str, title: str, body: str, english: str) -> str:
    # No line of its own before the body: a fault in it is told with the line that its writer sees.
    return (
        f'{{% extends "{frame}" %}}{{% block body %}}{body}\n{{% endblock %}}'
        f"{{% block title %}}{title}{{% endblock %}}{{% block english %}}{english}\n{{% endblock %}}"
    )


def _as_html(source: str) -> str:
    try:
        tokens = list(Environment(autoescape=True).lex(source))
    except TemplateSyntaxError:
        return source  # the text part says what is wrong with it
    return "".join(_html(value) if kind == "data" else value for _, kind, value in tokens)


def _html(literal: str) -> str:
    return escape(literal).replace("\n", "<br>\n")
