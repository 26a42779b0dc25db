"""Texts that people give to verbs: one line, nothing invisible, not endless. The doors and the imports share this."""

from __future__ import annotations

from engine.sheets.cleaning import one_line, without_invisible
from workflows.reasons import Reason, Refused

LONGEST = 300  # characters


def line_of_text(text: str, *, what: str, what_en: str, empty: bool = False) -> str:
    """The cleaned line. Raises Refused (TXT-…) when it is empty (unless `empty`), too long, or can't be stored."""
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise Refused(Reason(code="TXT-03", zh=f"{what}含有损坏的字符", en=f"{what_en} holds a broken character"))
    cleaned = one_line(without_invisible(text))
    if not cleaned and not empty:
        raise Refused(Reason(code="TXT-01", zh=f"{what}不能为空", en=f"{what_en} must not be empty"))
    if len(cleaned) > LONGEST:
        raise Refused(
            Reason(code="TXT-02", zh=f"{what}过长（{len(cleaned)}字，至多{LONGEST}字）",
                   en=f"{what_en} is too long ({len(cleaned)} characters, at most {LONGEST})")
        )  # fmt: skip
    return cleaned
