"""What is remembered of one letter for the next is told apart by all that could make a difference."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from notifications.errors import TemplateRefused
from notifications.rendering import Templates

PARTS = """
{% macro said(value, more='') %}[{{ value }}{{ more }}]{% endmacro %}
{% macro listed(rows) %}{% for row in rows %}{{ row.title }}；{% endfor %}{% endmacro %}
{% macro framed() %}<{{ caller() }}>{% endmacro %}
"""


def _letter(folder: Path, source: str) -> Templates:
    (folder / "_parts.html.j2").write_text(PARTS)
    body = f"{{% from '_parts.html.j2' import said, listed, framed %}}{source}"
    for part, text in (("subject", "主题"), ("txt", body), ("html", body)):
        (folder / f"one.{part}.j2").write_text(text)
    return Templates((folder,))


def _html(templates: Templates, *values: Any) -> list[str]:
    return [templates.render("one", {"value": value}).html for value in values]


def test_values_that_compare_equal_and_read_differently_are_told_apart(tmp_path: Path) -> None:
    templates = _letter(tmp_path, "{{ said(value) }}")
    assert _html(templates, 1, True, "1", 1) == ["[1]", "[True]", "[1]", "[1]"]


def test_what_was_written_into_a_text_is_escaped_once_in_html_too(tmp_path: Path) -> None:
    written = _letter(tmp_path, "{{ said(value) }}").render("one", {"value": "<b>"})
    assert (written.text, written.html) == ("[&lt;b&gt;]\n", "[&lt;b&gt;]")


def test_a_part_in_html_is_no_text_that_reads_alike(tmp_path: Path) -> None:
    templates = _letter(tmp_path, "{% set bold %}<b>{% endset %}{{ said(bold) }}{{ said('<b>') }}{{ said(bold) }}")
    assert _html(templates, 1) == ["[<b>][&lt;b&gt;][<b>]"]


def test_a_list_that_has_one_row_more_is_another_list(tmp_path: Path) -> None:
    templates, rows = _letter(tmp_path, "{{ listed(value) }}"), [{"title": "甲"}]
    first = _html(templates, rows)
    rows.append({"title": "乙"})
    assert [*first, *_html(templates, rows)] == ["甲；", "甲；乙；"]


def test_what_is_wrapped_is_wrapped_anew_each_time(tmp_path: Path) -> None:
    templates = _letter(tmp_path, "{% call framed() %}{{ value }}{% endcall %}{{ said(value, more='!') }}")
    assert _html(templates, "甲", "乙") == ["<甲>[甲!]", "<乙>[乙!]"]


def test_what_is_missing_is_missing_in_every_letter(tmp_path: Path) -> None:
    templates = _letter(tmp_path, "{{ listed(value) }}")
    for _ in range(2):
        with pytest.raises(TemplateRefused, match="TPL-02"):
            templates.render("one", {"value": [{"name": "甲"}]})
