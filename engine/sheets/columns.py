"""What the columns of a roster are called and hold: an untyped cell → a typed value, or the reasons why not.

| kind   | value                    | empty | how it is read                                                         |
|--------|--------------------------|-------|------------------------------------------------------------------------|
| text   | str                      | ""    | as typed, on one line, without what is invisible                       |
| id     | str                      | ""    | half-width ASCII; anything invisible is refused                        |
| email  | str                      | ""    | `notifications.letter.check_address`; the domain as A-labels           |
| phones | tuple[str, ...]          | ()    | text, never a number: 13800138000.0 is "13800138000", zeros stay       |
| number | Decimal                  | None  | half-width ASCII digits, at most 15                                    |
| date   | date                     | None  | a date cell, 2023-11-30 or 2023年11月30日                              |
| choice | str, with `many` a tuple | "", ()| the value that `choices` gives for the name, whatever its punctuation  |
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from engine.sheets import answers
from engine.sheets.cleaning import half_width, invisible_in, match_key, one_line, without_invisible
from engine.sheets.sheet import Cell, OddDate
from notifications.errors import AddressRefused
from notifications.letter import check_address
from workflows.reasons import FileRefused, Reason

Kind = Literal["text", "id", "email", "phones", "number", "date", "choice"]
Choices = tuple[tuple[str, str], ...]  # accepted name, value
Value = str | tuple[str, ...] | Decimal | date | None

LONGEST_NAME = 200  # characters
MOST_DIGITS = 15  # a spreadsheet keeps no more of a number
SPLIT = re.compile(r"[、;,；，\r\n]+")
SPLIT_PHONES = re.compile(r"[、;,；，/\r\n]+")  # the notice writes 010-68767227/13801237788
DASHES = re.compile("[\u2010-\u2015\u2212\u30fc]")
ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
PHONE = re.compile(r"[+(]?[0-9][0-9 ()-]*(?: ?(?:转|ext\.?|x|#) ?[0-9]+)?")
PHONE_DIGITS = range(3, 21)
FLOAT_TAIL = re.compile(r"(?<=[0-9]{5})\.0+$")  # what a program leaves that took a telephone number for a float
SCIENTIFIC = re.compile(r"[+-]?[0-9](?:\.[0-9]+)?[Ee][+]?[0-9]+")
NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?")
ISO_DATE = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
CHINESE_DATE = re.compile(r"([0-9]{4}) ?年 ?([0-9]{1,2}) ?月 ?([0-9]{1,2}) ?日")
# "姓名*", "姓名（必填）" and "姓名：" are "姓名".
TITLE_MARKS = re.compile(r"[(（](?:必填|选填|required|optional)[)）]|[*＊:：]", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Column:
    """One column. The first of `titles` is the Chinese one that templates carry; the others are accepted too.

    `required`: the column must be there and no cell of it empty. `choices`: accepted name → value. `many`: several
    values in one cell. `longest` is in characters; `whole` and `least` are for numbers.
    """

    key: str
    titles: tuple[str, ...]
    kind: Kind = "text"
    required: bool = False
    choices: Mapping[str, str] | None = None
    many: bool = False
    longest: int = LONGEST_NAME
    whole: bool = False
    least: int | None = None

    @property
    def title(self) -> str:
        return self.titles[0]

    @property
    def empty(self) -> Value:
        """What an empty cell, or a column that is not there, gives."""
        if self.many or self.kind == "phones":
            return ()
        return None if self.kind in ("number", "date") else ""


def choice_names(column: Column) -> tuple[str, ...]:
    """One name for each value that may stand in the column, as answers list them; none where anything may."""
    return _one_name_each(tuple((column.choices or {}).items()))


def title_key(title: str) -> str:
    """The form in which a header of a file and a title of a column are compared."""
    return match_key(TITLE_MARKS.sub("", title))


def is_empty(cell: Cell) -> bool:
    """Whether nothing can be seen in the cell."""
    return isinstance(cell, str) and not one_line(without_invisible(cell))


def read_cell(column: Column, cell: Cell, *, day_zero: date | None, remark: Callable[[Reason], None]) -> Value:
    """The cell as the column's kind of value. `remark` is told what was changed on the way.

    Raises FileRefused with the reasons, which do not know their place yet.
    """
    if column.kind == "date":
        return _date(cell, day_zero)
    if isinstance(cell, date | OddDate):
        raise FileRefused(answers.became_date(cell.serial if isinstance(cell, OddDate) else cell.isoformat()))
    if column.kind == "number":
        return _number(column, cell)
    text = as_text(cell)
    match column.kind:
        case "id":
            return _id(text)
        case "email":
            return _email(text)
        case "phones":
            return _phones(text)
        case "choice":
            return _choices(column, text)
        case "text":
            return _many_texts(column, text, remark) if column.many else _text(column, text, remark)


def as_text(cell: str | Decimal) -> str:
    """A number as it would have been typed: no exponent, no ".0". Raises FileRefused where digits are lost."""
    if isinstance(cell, str):
        return cell
    if abs(cell) >= 10**MOST_DIGITS:
        raise FileRefused(answers.digits_lost(str(cell)))
    return f"{cell.normalize():f}"


def _text(column: Column, text: str, remark: Callable[[Reason], None]) -> str:
    if points := invisible_in(text):
        remark(answers.invisible_removed(points))
    clean = one_line(without_invisible(text))
    if len(clean) > column.longest:
        raise FileRefused(answers.too_long(len(clean), column.longest))
    return clean


def _many_texts(column: Column, text: str, remark: Callable[[Reason], None]) -> tuple[str, ...]:
    every = (_text(column, part, remark) for part in SPLIT.split(text))
    return tuple(dict.fromkeys(each for each in every if each))


def _visible(text: str) -> str:
    """The text in half-width, blanks at its ends taken off. Raises FileRefused for anything invisible in it."""
    if points := invisible_in(text):
        raise FileRefused(answers.invisible_refused(points))
    return half_width(text).strip(" \u00a0\u3000")


def _id(text: str) -> str:
    plain = _visible(text).strip()
    if SCIENTIFIC.fullmatch(plain):
        raise FileRefused(answers.digits_lost(plain))
    if not ID.fullmatch(plain):
        raise FileRefused(answers.not_an_id(text))
    return plain


def _email(text: str) -> str:
    try:
        return str(check_address(_visible(text)))
    except AddressRefused as refused:
        raise FileRefused(Reason(code=refused.code, zh=refused.zh, en=refused.en)) from None


def _phones(text: str) -> tuple[str, ...]:
    parts = (one_line(part) for part in SPLIT_PHONES.split(DASHES.sub("-", _visible(text))))
    return tuple(dict.fromkeys(_phone(part) for part in parts if part))


def _phone(part: str) -> str:
    if SCIENTIFIC.fullmatch(part):
        raise FileRefused(answers.digits_lost(part))
    plain = FLOAT_TAIL.sub("", part)
    if not PHONE.fullmatch(plain) or sum(char.isdigit() for char in plain) not in PHONE_DIGITS:
        raise FileRefused(answers.not_a_phone(part))
    return plain


def _number(column: Column, cell: str | Decimal) -> Decimal:
    text = as_text(cell)
    plain = _visible(text).strip()
    if not NUMBER.fullmatch(plain):
        raise FileRefused(answers.not_a_number(text))
    number = Decimal(plain)
    if column.whole and number != number.to_integral_value():
        raise FileRefused(answers.not_whole(plain))
    if column.least is not None and number < column.least:
        raise FileRefused(answers.too_small(plain, column.least))
    return number


def _date(cell: Cell, day_zero: date | None) -> date:
    if isinstance(cell, date):
        return cell
    if isinstance(cell, OddDate):
        raise FileRefused(answers.serial_unusable(cell.serial))
    if isinstance(cell, Decimal):
        raise FileRefused(answers.serial_number(str(cell), _would_be(cell, day_zero)))
    text = _visible(cell).strip()
    match = ISO_DATE.fullmatch(text) or CHINESE_DATE.fullmatch(text)
    try:
        return date(*(int(part) for part in match.groups())) if match else _refuse_date(cell)
    except ValueError:  # 2023-02-30
        return _refuse_date(cell)


def _refuse_date(text: str) -> date:
    raise FileRefused(answers.date_ambiguous(text))


def _would_be(serial: Decimal, day_zero: date | None) -> date | None:
    """The day a spreadsheet would show for this number; None where it is no whole day between 1901 and 2199."""
    if day_zero is None or serial != serial.to_integral_value() or not 367 <= serial <= 109_574:
        return None
    return day_zero + timedelta(days=int(serial))


def _choices(column: Column, text: str) -> str | tuple[str, ...]:
    """The values meant. Names may hold the separator themselves (“全国学会、协会、研究会”): the longest name wins."""
    choices = tuple((column.choices or {}).items())
    accepted = _by_form(choices)
    if (whole := _find(accepted, text)) is not None:
        return (whole,) if column.many else whole
    parts = [part for part in SPLIT.split(text) if not is_empty(part)] if column.many else [text]
    found: list[str] = []
    while parts:
        value, used = _longest(accepted, parts)
        if value is None:
            raise FileRefused(answers.choice_unknown(parts[0], _one_name_each(choices)))
        found.append(value)
        parts = parts[used:]
    return tuple(dict.fromkeys(found)) if column.many else found[0]


def _longest(accepted: _Accepted, parts: list[str]) -> tuple[str | None, int]:
    for used in range(len(parts), 0, -1):
        if (value := _find(accepted, "、".join(parts[:used]))) is not None:
            return value, used
    return None, 0


def _find(accepted: _Accepted, text: str) -> str | None:
    exact = accepted.exact.get(match_key(text))
    return exact if exact is not None else accepted.loose.get(_loose(text))


def _one_name_each(choices: Choices) -> tuple[str, ...]:
    """The first name of each value, as an answer lists them; the value itself only where it has no other."""
    names = {value: value for _, value in choices}
    return tuple((names | {value: name for name, value in reversed(choices) if name != value}).values())


class _Accepted(NamedTuple):
    exact: dict[str, str]
    loose: dict[str, str]


@lru_cache(maxsize=64)
def _by_form(choices: Choices) -> _Accepted:
    """Value by every form of its names; a loose form that two values share is left out."""
    loose: dict[str, set[str]] = {}
    for name, value in choices:
        loose.setdefault(_loose(name), set()).add(value)
    return _Accepted(
        exact={match_key(name): value for name, value in choices},
        loose={form: min(values) for form, values in loose.items() if form and len(values) == 1},
    )


def _loose(text: str) -> str:
    """Letters and digits only: quotation marks and brackets are typed in many ways."""
    return "".join(char for char in match_key(text) if char.isalnum())
