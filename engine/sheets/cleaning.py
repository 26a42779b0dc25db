"""What happens to a text before anything is decided on it: blanks, invisible characters, full-width forms.

A name keeps the characters its owner typed; only what nobody can see is taken out. Ids, numbers, telephone numbers and
addresses are folded to half-width, which is the part of NFKC that a Chinese input method makes necessary: the rest of
NFKC would turn "10²" into "102" and "Ⅷ" into "VIII", so those stay as they are and are refused as not ASCII.
"""

from __future__ import annotations

import re
import unicodedata

BLANKS = re.compile(r"\s+")
# White space that is no blank in a table: separators of the old telex, treated like other control characters.
TELEX = "\x1c\x1d\x1e\x1f"
# Letters and symbols by their Unicode category, and yet nothing is to be seen: Hangul fillers, the empty Braille cell.
FILLERS = "\u115f\u1160\u2800\u3164\uffa0"
SHOWN = 40  # characters of a text that an answer quotes


def is_invisible(char: str) -> bool:
    """Whether nobody can see this character and it separates nothing."""
    if char in TELEX or char in FILLERS:
        return True
    return unicodedata.category(char) in ("Cc", "Cf") and not char.isspace()


def without_invisible(text: str) -> str:
    """The text without zero-width, direction-changing and control characters; blanks stay."""
    return text if text.isascii() and text.isprintable() else "".join(c for c in text if not is_invisible(c))


def invisible_in(text: str) -> tuple[str, ...]:
    """The invisible characters of a text as code points ("U+200B"), each once, in order of appearance."""
    return tuple(f"U+{ord(char):04X}" for char in dict.fromkeys(text) if is_invisible(char))


def one_line(text: str) -> str:
    """Every run of white space (also U+2028, U+0085, line breaks) as one blank, none at the ends."""
    return BLANKS.sub(" ", text).strip()


def half_width(text: str) -> str:
    """Full-width letters, digits and signs as ASCII, half-width kana as usual ones; nothing else changes."""
    return "".join(_narrow(char) for char in text)


def _narrow(char: str) -> str:
    folds = unicodedata.decomposition(char).startswith(("<wide>", "<narrow>"))
    return unicodedata.normalize("NFKC", char) if folds else char


def match_key(text: str) -> str:
    """The form in which two spellings of one name are equal: NFKC, casefold, no blanks, nothing invisible."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKD", folded).casefold())
    return BLANKS.sub("", without_invisible(folded))


def shown(text: str) -> str:
    """A text as an answer quotes it: shortened, and with what can't be seen written as an escape."""
    short = text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
    return "".join(c if c.isprintable() and c not in FILLERS else f"\\u{ord(c):04x}" for c in short)
