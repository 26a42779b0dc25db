"""How many may pass a stage, as a file says it: “30%” of those who entered, “1.5倍” of the winners, “20个”."""

from __future__ import annotations

import re
import unicodedata

from workflows.definition import Shortlist
from workflows.reasons import BangdanError, Reason

_SHARE = re.compile(r"(?P<percent>[1-9][0-9]?|100)\s*%")
_MULTIPLE = re.compile(r"(?P<times>[1-9][0-9]?(\.[0-9]{1,2})?)\s*(倍|times)")
_NUMBER = re.compile(r"(?P<number>[1-9][0-9]{0,3})\s*(个|项|人|家|entries)")


class ShortlistRefused(BangdanError):
    """A shortlist can't be read. Remedy: write it as the reason says."""


def read_shortlist(text: str) -> Shortlist:
    """“30%”, “1.5倍”, “20个”. Raises `ShortlistRefused` (CFG-97)."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if found := _SHARE.fullmatch(plain):
        return Shortlist(text=text, percent=int(found["percent"]))
    if found := _MULTIPLE.fullmatch(plain):
        return Shortlist(text=text, times=float(found["times"]))
    if found := _NUMBER.fullmatch(plain):
        return Shortlist(text=text, number=int(found["number"]))
    raise ShortlistRefused(
        Reason(
            code="CFG-97", zh='看不懂，可写 "30%"（进入者的比例）、"1.5倍"（入榜总数的倍数）或 "20个"（每个赛道）',
            en='no valid shortlist; write "30%" (of those who entered), "1.5 times" (the winners) '
               'or "20 entries" (on each track)',
        )
    )  # fmt: skip
