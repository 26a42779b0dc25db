"""A letter in somebody's own words as the three templates of a letter: subject, text and HTML, on the house's frame.

The HTML is made from the text, so that nobody has to write it: literal characters are escaped, lines stay lines, and
values are escaped when the letter is written, as in every HTML template. `Bare` is the same without a frame and without
HTML: words to be filled in for each reader, which then are values of a letter and never a template again.
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Bare:
    """Jinja sources: a subject and a plain text, which extend, include and import nothing."""

    name: str
    subject: str
    text: str


def sources(own: Own | Bare) -> dict[str, str]:
    """The templates of the letter by file name, as `notifications.rendering` looks them up."""
    if isinstance(own, Bare):
        return {f"{own.name}.subject.j2": own.subject, f"{own.name}.txt.j2": own.text, f"{own.name}.html.j2": ""}
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
