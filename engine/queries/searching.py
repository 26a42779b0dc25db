"""Which nominations and units a text finds: by a part of title, applicant or unit, in characters or in pinyin."""

from __future__ import annotations

import re

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlmodel import col

from engine.office import Work
from engine.searching.tables import NominationKey, UnitKey
from engine.sheets.cleaning import match_key
from engine.tables import Unit
from workflows.reasons import Reason, Refused

LONGEST_SEARCH = 100  # characters
MOST_WORDS = 8
_SOUND = re.compile(r"[a-z0-9]+")
_VOWEL = re.compile(r"[aeiouv]")


def words_of(text: str) -> list[str]:
    """What is looked for, each in a form of its own: all of them must be found. Raises Refused (SEA-01)."""
    words = [key for word in text.split() if (key := match_key(word))]
    if len(text) > LONGEST_SEARCH or len(words) > MOST_WORDS:
        raise Refused(
            Reason(code="SEA-01", zh=f"检索词过长：至多{LONGEST_SEARCH}字、{MOST_WORDS}个词",
                   en=f"this is too long to look for: at most {LONGEST_SEARCH} characters and {MOST_WORDS} words")
        )  # fmt: skip
    return words


def finds_nomination(work: Work, words: list[str]) -> ColumnElement[bool]:
    """Of `NominationKey`: every word stands in its title, its applicant or its unit's name."""
    return and_(true(), *[_is_about(work, word) for word in words])


def _is_about(work: Work, word: str) -> ColumnElement[bool]:
    there, units = _holds(NominationKey, word), _units(work, word)
    return there | col(NominationKey.unit_id).in_(units) if units else there


def _units(work: Work, word: str) -> list[int]:
    """Units are few, and their nominations many: so the units are looked up first."""
    query = select(col(UnitKey.unit_id)).join(Unit, col(Unit.id) == col(UnitKey.unit_id))
    found = work.connection.execute(query.where(col(UnitKey.campaign_id) == work.campaign_id, finds_unit([word])))
    return [row_id for row_id in found.scalars() if row_id]


def finds_unit(words: list[str]) -> ColumnElement[bool]:
    """Of `UnitKey` joined with `Unit`: every word stands in its name, or is its code."""
    return and_(true(), *[or_(_holds(UnitKey, word), func.lower(col(Unit.code)) == word) for word in words])


def _holds(keys: type[NominationKey | UnitKey], word: str) -> ColumnElement[bool]:
    """What is typed in letters may be a name in letters, the initials of one, or its sound.

    A word of consonants only is no sound: in full sounds it would be found across two syllables.
    """
    there = [col(keys.words).contains(word, autoescape=True)]
    if _SOUND.fullmatch(word):
        there.append(col(keys.initials).contains(word, autoescape=True))
        if _VOWEL.search(word):
            there.append(col(keys.sounds).contains(word, autoescape=True))
    return or_(*there)
