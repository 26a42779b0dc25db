"""A letter in somebody's own words: written once as text, told as text and HTML on the house's frame."""

from __future__ import annotations

from pathlib import Path

import pytest

from notifications.errors import TemplateRefused
from notifications.own import Own
from notifications.proof import Proof
from notifications.rendering import templates_in

LETTERS = Path(__file__).parents[2] / "templates" / "letters"
CONTEXT = {
    "campaign": {"name": "示例奖", "english": "Prize", "notice": "", "organiser": "", "platform": ""},
    "office": {"name": "办公室", "english": "Office"}, "consultation": [], "technical": [],
    "written": {"zh": "1月1日", "en": "1 January"}, "to": {"name": "张三", "of": "甲"},
    "items": [{"title": "<b>粗</b>"}, {"title": "乙"}],
}  # fmt: skip


def _own(text: str = "A & B\n{% for one in items %}\n- {{ one.title }}\n{% endfor %}\n", subject: str = "主题") -> Own:
    return Own(name="ours", subject=subject, title="标题", text=text, english="English")


def test_its_lines_and_values_are_in_both_parts_and_nothing_becomes_markup() -> None:
    letter = templates_in(LETTERS, own=(_own(),)).render("ours", CONTEXT)
    assert "A & B\n- <b>粗</b>\n- 乙" in letter.text
    assert "A &amp; B<br>" in letter.html
    assert "- &lt;b&gt;粗&lt;/b&gt;<br>" in letter.html
    assert "<b>粗</b>" not in letter.html


def test_it_stands_on_the_frame_of_every_letter() -> None:
    letter = templates_in(LETTERS, own=(_own(),)).render("ours", CONTEXT)
    assert letter.subject == "主题"
    assert "尊敬的张三老师：" in letter.text
    assert "尊敬的张三老师：" in letter.html


def test_it_comes_before_the_letter_of_that_name_in_a_folder() -> None:
    own = Own(name="published", subject="我们的主题", title="标题", text="正文", english="English")
    assert templates_in(LETTERS, own=(own,)).render("published", CONTEXT).subject == "我们的主题"


@pytest.mark.parametrize(
    ("own", "code", "where"),
    [
        (_own(text="一\n二{{ nothing }}"), "TPL-02", "ours.txt.j2:2"),
        (_own(text="一\n{% if %}"), "TPL-01", "ours.txt.j2:2"),
        (_own(text="{{ to.name|safe }}"), "TPL-03", "ours.txt.j2:1"),
        (_own(text="{{ to.__class__ }}"), "TPL-04", "ours.txt.j2:1"),
        (_own(subject="一\n二"), "TPL-06", "ours.subject.j2"),
    ],
)
def test_what_is_wrong_with_it_is_told_with_its_line(own: Own, code: str, where: str) -> None:
    faults: tuple[TemplateRefused, ...] = Proof(templates_in(LETTERS, own=(own,))).of(
        "ours", samples=[CONTEXT], allowed=set(CONTEXT)
    )
    assert (code, where) in [(fault.code, fault.where) for fault in faults]
