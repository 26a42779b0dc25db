"""The words of a circular: which placeholders they may hold, what is wrong with them, and how they read filled in.

They are a template of their writer's and nobody else's: sandboxed, strict, without frame, HTML or files. What comes out
is a value of the letter `circular`, so a name that looks like a placeholder is printed as it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from engine.circulars.aim import To
from engine.sheets.cleaning import without_invisible
from engine.texts import line_of_text
from notifications.errors import TemplateRefused
from notifications.own import Bare
from notifications.proof import Proof
from notifications.rendering import Templates
from workflows.reasons import Reason, Refused

LONGEST_SUBJECT = 120  # characters; the campaign's name stands before it
LONGEST_BODY = 10_000
LONGEST_WRITTEN = 40_000  # with its placeholders filled in

Placeholders = Mapping[str, tuple[str, str]]

_ALL: Placeholders = {
    "姓名": ("收件人姓名（未登记时为单位名称）", "the reader's name"),
    "单位": ("收件人所属单位", "whose contact the reader is"),
    "活动": ("活动名称", "the campaign"),
    "办公室": ("秘书处名称", "the office"),
    "平台": ("申报平台", "the platform"),
    "日期": ("发出当日", "the day it is sent"),
}
_OF_NOMINATIONS: Placeholders = {
    "截止时间": ("对其适用的提交截止时间", "the deadline that holds for the reader"),
    "剩余时间": ("距截止的时间，如“还有2天3小时”", "how long it is until then"),
    "项目": ("符合筛选条件的项目名称", "the nominations that the filter finds, by title"),
    "项目数": ("上述项目的数量", "how many they are"),
}
_TEMPLATE = "circular"
_SAMPLE: Mapping[str, str | int] = {"项目数": 2}


def placeholders(to: To) -> Placeholders:
    """What may stand between {{ and }} in a circular to such readers, and what it says."""
    return {**_ALL, **_OF_NOMINATIONS} if to in (To.UNITS, To.APPLICANTS) else _ALL


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """A circular as it is written, or as one reader reads it: one line, and a text of several."""

    subject: str
    body: str

    @property
    def paragraphs(self) -> list[list[str]]:
        """The text as letters print it: an empty line parts paragraphs, and a line stays a line."""
        blocks = self.body.split("\n\n")
        return [block.strip("\n").split("\n") for block in blocks if block.strip()]


def cleaned(subject: str, body: str) -> Words:
    """What somebody typed, without what nobody can see. Raises Refused (TXT-…)."""
    line = line_of_text(subject, what="主题", what_en="subject", longest=LONGEST_SUBJECT)
    ends = body.replace("\r\n", "\n").replace("\r", "\n")
    lines = [
        line_of_text(each, what="正文", what_en="text", empty=True, longest=LONGEST_BODY) for each in ends.split("\n")
    ]
    text = "\n".join(lines).strip()
    if len(text) > LONGEST_BODY:
        raise Refused(_too_long(len(text), LONGEST_BODY))
    return Words(subject=line, body=text)


def faults(words: Words, to: To) -> Iterator[Reason]:
    """All that keeps the words from being sent, each with its place (`body:3`); none if they are sound."""
    if not words.body:
        yield Reason(code="TXT-01", where="body", zh="正文不能为空", en="the text must not be empty")
    allowed = placeholders(to)
    sample = {name: _SAMPLE.get(name, name) for name in allowed}
    found = Proof(_templates(words)).of(_TEMPLATE, samples=[sample], allowed=allowed.keys())
    yield from map(_reason, found)


class Pen:
    """Fills in the placeholders for one reader after the other. Raises Refused (TPL-…) where that can't be done."""

    def __init__(self, words: Words) -> None:
        self._templates = _templates(words)

    def write(self, values: Mapping[str, Any]) -> Words:
        """The words as that reader reads them."""
        try:
            rendered = self._templates.render(_TEMPLATE, values)
        except TemplateRefused as fault:
            raise Refused(_reason(fault)) from fault
        if len(rendered.text) > LONGEST_WRITTEN:
            raise Refused(_too_long(len(rendered.text), LONGEST_WRITTEN))
        return Words(subject=rendered.subject, body=_without_controls(rendered.text).strip())


def _without_controls(text: str) -> str:
    """A name may bring a line end of its own; what nobody sees never gets into a letter."""
    return without_invisible(text.replace("\u2028", "\n").replace("\u2029", "\n"))


def _templates(words: Words) -> Templates:
    return Templates((), own=(Bare(name=_TEMPLATE, subject=words.subject, text=words.body),))


def _reason(fault: TemplateRefused) -> Reason:
    """The same fault, at a place that the writer sees."""
    file, _, line = fault.where.partition(":")
    part = "subject" if file.endswith(".subject.j2") else "body"
    return Reason(code=fault.code, zh=fault.zh, en=fault.en, where=f"{part}:{line}" if line else part)


def _too_long(length: int, most: int) -> Reason:
    return Reason(
        code="TXT-02", where="body", zh=f"正文过长（{length}字，至多{most}字）",
        en=f"the text is too long ({length} characters, at most {most})",
    )  # fmt: skip
