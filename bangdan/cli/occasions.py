"""What letters, and the times at which they go out, are called on the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bangdan.language import say

if TYPE_CHECKING:
    from workflows.definition import Definition


def letter_words(letter: str) -> str:
    """What a kind of letter is called."""
    # Here and not above: the report's words bring the calendar's arithmetic along, which help does without.
    from bangdan.report.words import letter_name

    name = letter_name(letter)
    return say(name.zh, name.en)


def offset_words(it: Definition, chain: str, offset: str) -> str:
    """When a reminder of a chain goes out; the file says it in Chinese. A daily letter's day stays as it is."""
    from bangdan.report.words import offset_words as worded

    known = {each.text: each for one in it.reminders if one.key == chain for each in one.offsets}
    return worded(known[offset]).en if offset in known and say("zh", "en") == "en" else offset
