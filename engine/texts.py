"""Texts that people give to verbs: one line, nothing invisible, not endless. The doors and the imports share this."""

from __future__ import annotations

import re
import unicodedata

from engine.sheets.cleaning import one_line, shown, without_invisible
from workflows.reasons import Reason, Refused

LONGEST = 300  # characters
LONGEST_REASON = 2000


# An encoded word of a mail header (RFC 2047): shown as a name it is one thing, read by a mail program quite another.
ENCODED_WORD = re.compile(r"=\?[^?\s]{1,75}\?[bq]\?", re.IGNORECASE)
_SEPARATORS = "\u2028\u2029"  # break a line for some readers and not for others, as U+000B and U+0085 do
_USUAL = "\t\n\r"


def unstorable(text: str) -> Reason | None:
    """Why a door must not let this text in at all, whatever it is for; None for what people write.

    What is invisible and harmless is let in, and taken out by whoever uses the text.
    """
    if any(char == "\x00" or "\ud800" <= char <= "\udfff" for char in text):
        return broken(text)
    if control := next(filter(_is_control, text), None):
        point = f"U+{ord(control):04X}"
        return Reason(code="API-06", zh=f"含有不能使用的控制字符 {point}，请删去：{shown(text)}",
                      en=f"holds the control character {point}; take it out: {shown(text)}")  # fmt: skip
    return _encoded(text) if ENCODED_WORD.search(text) else None


def broken(text: str) -> Reason:
    """What is said of a text with a character that was damaged on its way."""
    return Reason(code="API-02", zh=f"含有损坏的字符：{shown(text)}", en=f"holds a broken character: {shown(text)}")


def _is_control(char: str) -> bool:
    return char in _SEPARATORS or (unicodedata.category(char) == "Cc" and char not in _USUAL)


def _encoded(text: str) -> Reason:
    return Reason(code="API-06", zh=f"含有邮件编码（=?…?=），请改为文字本身：{shown(text)}",
                  en=f"holds an encoded word of mail (=?…?=); write the text itself: {shown(text)}")  # fmt: skip


def reason_of(text: str) -> str:
    """Somebody's reason for a verb, cleaned; empty when it says nothing, which the guards refuse. Raises Refused."""
    return line_of_text(text, what="理由", what_en="reason", empty=True, longest=LONGEST_REASON)


def title_of(text: str) -> str:
    """A nomination's title, cleaned. Raises Refused."""
    return line_of_text(text, what="项目名称", what_en="title")


ABOUT_APPLICANT = {
    "applicant": ("申报单位", "applicant"),
    "applicant_contact": ("申报联系人", "contact of the applicant"),
    "applicant_phones": ("申报联系电话", "phones of the applicant"),
}


def about_applicant(**texts: str) -> dict[str, str]:
    """What a draft says of its applicant, cleaned; any of it may be empty. Raises Refused."""
    return {
        name: line_of_text(text, what=ABOUT_APPLICANT[name][0], what_en=ABOUT_APPLICANT[name][1], empty=True)
        for name, text in texts.items()
    }


def line_of_text(text: str, *, what: str, what_en: str, empty: bool = False, longest: int = LONGEST) -> str:
    """The cleaned line. Raises Refused (TXT-…) when it is empty (unless `empty`), too long, or can't be stored."""
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise Refused(Reason(code="TXT-03", zh=f"{what}含有损坏的字符", en=f"{what_en} holds a broken character"))
    if ENCODED_WORD.search(text):
        raise Refused(_encoded(text))
    cleaned = one_line(without_invisible(text))
    if not cleaned and not empty:
        raise Refused(Reason(code="TXT-01", zh=f"{what}不能为空", en=f"{what_en} must not be empty"))
    if len(cleaned) > longest:
        raise Refused(
            Reason(code="TXT-02", zh=f"{what}过长（{len(cleaned)}字，至多{longest}字）",
                   en=f"{what_en} is too long ({len(cleaned)} characters, at most {longest})")
        )  # fmt: skip
    return cleaned
