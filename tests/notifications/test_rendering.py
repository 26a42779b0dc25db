from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from notifications.errors import TemplateRefused
from notifications.proof import Proof
from notifications.rendering import Rendered, Templates, templates_in

CONTEXT: dict[str, Any] = {
    "name": "郑伯龙",
    "deadline": "2023年11月30日24:00",
    "days": 3,
    "drafts": [{"title": "感知平台", "missing": ["推荐函"]}],
}


def _folder(path: Path, **parts: str) -> Templates:
    """A letter `r3` of three good parts, some replaced."""
    path.mkdir(exist_ok=True)
    good = {
        "subject": "距截止还有 {{ days }} 天",
        "txt": "{% extends '_base.txt.j2' %}{% block body %}{{ name }}：{{ deadline }} 截止。{% endblock %}",
        "html": "{% extends '_base.html.j2' %}{% block body %}<p>{{ name }}</p>{% endblock %}",
    }
    for part, source in (good | parts).items():
        (path / f"r3.{part}.j2").write_text(source)
    (path / "_base.txt.j2").write_text("{% block body %}{% endblock %}\n\n秘书处\n")
    (path / "_base.html.j2").write_text("<html><body>{% block body %}{% endblock %}</body></html>")
    return Templates((path,))


def _faults(templates: Templates, context: Mapping[str, Any] = CONTEXT) -> list[tuple[str, str]]:
    return [(fault.code, fault.where) for fault in Proof(templates).of("r3", samples=[context], allowed=CONTEXT)]


def test_a_letter_is_rendered_in_its_three_parts(tmp_path: Path) -> None:
    assert _folder(tmp_path).render("r3", CONTEXT) == Rendered(
        subject="距截止还有 3 天",
        text="郑伯龙：2023年11月30日24:00 截止。\n秘书处\n",
        html="<html><body><p>郑伯龙</p></body></html>",
    )


def test_a_sound_letter_has_no_faults(tmp_path: Path) -> None:
    assert _faults(_folder(tmp_path)) == []


def test_a_campaigns_own_folder_comes_before_the_default_one(tmp_path: Path) -> None:
    _folder(tmp_path / "default")
    own = tmp_path / "own"
    own.mkdir()
    (own / "r3.subject.j2").write_text("本届专用主题")
    assert templates_in(own, tmp_path / "default").render("r3", CONTEXT).subject == "本届专用主题"


def test_the_same_folders_share_one_compiled_environment(tmp_path: Path) -> None:
    _folder(tmp_path)
    assert templates_in(tmp_path) is templates_in(tmp_path)


@pytest.mark.parametrize(
    ("part", "source", "fault"),
    [
        ("txt", "一\n{% if days %}\n二", ("TPL-01", "r3.txt.j2:3")),
        ("txt", "{{ name|reverze }}", ("TPL-01", "r3.txt.j2:1")),
        ("txt", "一\n{{ deadlin }}", ("TPL-02", "r3.txt.j2:2")),
        ("txt", "{{ drafts[0].titel }}", ("TPL-02", "r3.txt.j2")),
        ("html", "{{ name|safe }}", ("TPL-03", "r3.html.j2:1")),
        ("html", "{{ name|urlize }}", ("TPL-03", "r3.html.j2:1")),
        ("html", "{% autoescape false %}{{ name }}{% endautoescape %}", ("TPL-03", "r3.html.j2:1")),
        ("html", "{% filter safe %}{{ name }}{% endfilter %}", ("TPL-03", "r3.html.j2:1")),
        ("txt", "{{ name.__class__ }}", ("TPL-04", "r3.txt.j2:1")),
        ("txt", "{{ name['__class__'] }}", ("TPL-04", "r3.txt.j2:1")),
        ("txt", "{{ name|attr('format') }}", ("TPL-04", "r3.txt.j2:1")),
        ("txt", "{{ '{0.__class__}'.format(name) }}", ("TPL-04", "r3.txt.j2:1")),
        ("txt", "{{ name.delete() }}", ("TPL-04", "r3.txt.j2:1")),
        ("txt", "{{ name * 1000000 }}", ("TPL-04", "r3.txt.j2")),
        ("txt", "{{ '%9999999d' % days }}", ("TPL-04", "r3.txt.j2")),
        ("txt", "{% for a in range(9) %}{% endfor %}", ("TPL-02", "r3.txt.j2:1")),
        ("txt", "{{ days // 0 }}", ("TPL-05", "r3.txt.j2")),
        ("subject", "一\n二", ("TPL-06", "r3.subject.j2")),
        ("subject", "长" * 201, ("TPL-06", "r3.subject.j2")),
        ("subject", "{{ '' }}", ("TPL-06", "r3.subject.j2")),
        ("html", "{% extends '_bas.html.j2' %}", ("TPL-07", "r3.html.j2")),
    ],
)
def test_a_fault_is_found_when_the_letter_is_loaded(
    tmp_path: Path, part: str, source: str, fault: tuple[str, str]
) -> None:
    assert _faults(_folder(tmp_path, **{part: source})) == [fault]


def test_a_fault_of_the_base_is_found_through_the_letter(tmp_path: Path) -> None:
    templates = _folder(tmp_path)
    (tmp_path / "_base.html.j2").write_text("<p>\n{{ ofice }}</p>")
    assert _faults(templates) == [("TPL-02", "_base.html.j2:2")]


def test_a_missing_part_is_named(tmp_path: Path) -> None:
    templates = _folder(tmp_path)
    (tmp_path / "r3.txt.j2").unlink()
    assert _faults(templates) == [("TPL-07", "r3.txt.j2")]


def test_all_faults_of_a_letter_are_reported_at_once(tmp_path: Path) -> None:
    templates = _folder(tmp_path, subject="{{ dais }}", txt="{{ naem }}", html="{{ name|safe }}")
    assert [code for code, _ in _faults(templates)] == ["TPL-02", "TPL-02", "TPL-03"]


def test_an_unknown_placeholder_suggests_the_one_that_was_meant(tmp_path: Path) -> None:
    [fault] = Proof(_folder(tmp_path, txt="{{ deadlin }}")).of("r3", samples=[], allowed=CONTEXT)
    assert (fault.zh, fault.en) == (
        "占位符不存在：“deadlin”，是否想写 “deadline”？",
        "unknown placeholder “deadlin”; did you mean “deadline”?",
    )


def test_a_placeholder_missing_from_a_context_is_refused_and_never_left_empty(tmp_path: Path) -> None:
    with pytest.raises(TemplateRefused, match="TPL-02"):
        _folder(tmp_path).render("r3", {"days": 3})


@pytest.mark.parametrize(
    "value", [object(), 2.5, b"x", {1, 2}, datetime(2023, 1, 1, tzinfo=UTC), {"a": [object()]}, {1: "a"}]
)
def test_a_context_holds_plain_values_only(tmp_path: Path, value: object) -> None:
    with pytest.raises(TemplateRefused, match="TPL-05"):
        _folder(tmp_path).render("r3", CONTEXT | {"name": value})


@pytest.mark.parametrize(
    "name", ["{{7*7}}", "${7*7}", "{0.__class__}", "%(x)s", "https://evil.example", "[x](https://evil.example)"]
)
def test_what_stands_in_a_value_is_printed_and_nothing_else(tmp_path: Path, name: str) -> None:
    rendered = _folder(tmp_path).render("r3", CONTEXT | {"name": name})
    assert (rendered.text.startswith(f"{name}："), f"<p>{name}</p>" in rendered.html) == (True, True)


def test_html_in_a_value_is_escaped_in_html_and_left_in_text(tmp_path: Path) -> None:
    rendered = _folder(tmp_path).render("r3", CONTEXT | {"name": "<b>&"})
    assert ("<p>&lt;b&gt;&amp;</p>" in rendered.html, rendered.text[:4]) == (True, "<b>&")


def test_a_subject_that_its_values_make_too_long_is_shortened(tmp_path: Path) -> None:
    subject = _folder(tmp_path, subject="项目：{{ name }}").render("r3", CONTEXT | {"name": "长" * 300}).subject
    assert subject == "项目：" + "长" * 196 + "…"


def test_a_line_end_in_a_subject_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateRefused, match="TPL-06"):
        _folder(tmp_path, subject="项目：{{ name }}").render("r3", CONTEXT | {"name": "a\r\nBcc: x"})


def test_a_template_outside_the_folders_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    templates = _folder(tmp_path / "letters", txt="{% include '../secret.txt' %}")
    assert _faults(templates) == [("TPL-07", "r3.txt.j2")]
