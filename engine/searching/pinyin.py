"""How a Chinese name is typed by sound: the initials of its syllables, or the syllables themselves.

Which reading a character has in a word is pypinyin's knowledge. Where a word decides nothing, or the name is cut
otherwise than the dictionary cuts it, a character of `OTHERWISE` is also found by its other common reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice, product

Reading = tuple[str, ...]  # one syllable after the other
MOST_READINGS = 8  # of one name, taken together; the likeliest first
ORDERED = 120  # letters that decide the order; what is alike for so long stands in the order it came

# Characters that two readings are common of, in names of people, places and techniques.
OTHERWISE = {
    "参": ("can", "shen"), "藏": ("cang", "zang"), "曾": ("ceng", "zeng"), "差": ("cha", "chai"),
    "查": ("cha", "zha"), "长": ("chang", "zhang"), "朝": ("chao", "zhao"), "车": ("che", "ju"),
    "盛": ("cheng", "sheng"), "传": ("chuan", "zhuan"), "单": ("dan", "shan"), "调": ("diao", "tiao"),
    "都": ("dou", "du"), "行": ("hang", "xing"), "会": ("hui", "kuai"),
    "降": ("jiang", "xiang"), "校": ("jiao", "xiao"), "角": ("jiao", "jue"), "解": ("jie", "xie"),
    "卡": ("ka", "qia"), "乐": ("le", "yue"), "率": ("lv", "shuai"), "秘": ("mi", "bi"), "区": ("qu", "ou"),
    "仇": ("chou", "qiu"), "厦": ("sha", "xia"), "覃": ("qin", "tan"), "系": ("xi", "ji"), "血": ("xue", "xie"),
    "翟": ("di", "zhai"), "重": ("chong", "zhong"), "提": ("ti", "di"), "石": ("shi", "dan"),
}  # fmt: skip


def readings(text: str) -> list[Reading]:
    """The likely readings of a match key, by syllable; what has no sound stands for itself, signs are left out."""
    # Here and not above: its dictionaries take 0.1 s and some 20 MB, and most commands write no name.
    from pypinyin import lazy_pinyin  # noqa: PLC0415

    said = lazy_pinyin(text, errors=_by_itself)  # type: ignore[arg-type]  # a list is as good
    written = list(filter(str.isalnum, text))
    if len(said) != len(written):  # a character that the dictionary reads as none, or as two
        written = [""] * len(said)
    choices = [_choices(char, sound) for char, sound in zip(written, said, strict=True)]
    return list(islice(product(*choices), MOST_READINGS))


def _by_itself(other: str) -> list[str]:
    """What is no Chinese: letters and digits, each for itself."""
    return list(filter(str.isalnum, other))


def _choices(char: str, sound: str) -> Sequence[str]:
    others = [other for other in OTHERWISE.get(char, ()) if other != sound]
    return (sound, *others)


def initials(heard: Iterable[Reading]) -> str:
    """The first letters of every reading, each on a line."""
    return "\n".join(dict.fromkeys("".join(syllable[:1] for syllable in reading) for reading in heard))


def sounds(heard: Iterable[Reading]) -> str:
    """Every reading in full, each on a line."""
    return "\n".join(dict.fromkeys("".join(reading) for reading in heard))


def order(heard: Sequence[Reading]) -> str:
    """What sorts a name as a dictionary does: by the sound of its first character, then of its second, and so on."""
    return " ".join(heard[0])[:ORDERED]
