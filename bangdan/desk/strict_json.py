"""JSON as the API takes it: what RFC 8259 leaves open is refused here, before anybody can read it in two ways.

The standard reader takes the last of two equal keys, NaN, half of a surrogate pair, and whole numbers without end.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any, NoReturn

from engine.sheets.cleaning import shown
from engine.texts import unstorable
from workflows.reasons import Reason, Refused, refuse

DEEPEST = 20  # levels of objects and lists
LARGEST = 2**53 - 1  # what every reader of JSON reads as the same whole number
LONGEST_NUMBER = 40  # characters
MOST_REASONS = 50


def read(body: bytes) -> Any:
    """The value. Raises Refused: API-02 broken characters, API-03 no such JSON, API-04 a key twice; API-06 signs."""
    try:
        value = json.loads(
            body.decode("utf-8"), object_pairs_hook=_once_each, parse_constant=_no_number,
            parse_int=_whole_number, parse_float=_number,
        )  # fmt: skip
    except UnicodeDecodeError as error:
        raise _no_json("须为 UTF-8 编码", "it must be UTF-8", f"{error.start}") from None
    except json.JSONDecodeError as error:
        raise _no_json("语法有误", error.msg, f"{error.lineno}:{error.colno}") from None
    except RecursionError:
        raise _too_deep() from None
    refuse(list(_found(value))[:MOST_REASONS])
    return value


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for key, value in pairs:
        if key in known:
            raise Refused(
                Reason(code="API-04", zh=f"键“{shown(key)}”出现了两次，只能写一次",
                       en=f'the key "{shown(key)}" is there twice; write it once', facts={"key": shown(key)})
            )  # fmt: skip
        known[key] = value
    return known


def _no_number(text: str) -> NoReturn:
    raise _no_json(f"{text} 不是 JSON 数字", f"{text} is not a number of JSON")


def _whole_number(text: str) -> int:
    if len(text) > LONGEST_NUMBER or abs(number := int(text)) > LARGEST:
        raise _no_json(f"整数不得超过 {LARGEST}", f"a whole number may not be beyond {LARGEST}")
    return number


def _number(text: str) -> float:
    if not math.isfinite(number := float(text)):
        raise _no_json(f"数字过大：{text[:LONGEST_NUMBER]}", f"number too large: {text[:LONGEST_NUMBER]}")
    return number


def _found(value: Any) -> Iterator[Reason]:
    """What can't be stored or shown of the texts in it, each with its place; keys are texts too."""
    left = [("", value, 0)]
    while left:
        place, each, depth = left.pop()
        if depth > DEEPEST:
            raise _too_deep()
        if isinstance(each, str) and (reason := unstorable(each)):
            yield reason.at(place or "/")
        elif isinstance(each, dict):
            left += [(f"{place}/{escaped(key)}", inner, depth + 1) for key, inner in reversed(each.items())]
            yield from (reason.at(place or "/") for key in each if (reason := unstorable(key)))
        elif isinstance(each, list):
            left += [(f"{place}/{number}", inner, depth + 1) for number, inner in reversed(list(enumerate(each)))]


def escaped(step: object) -> str:
    """One step of a JSON pointer (RFC 6901), and safe to store in an answer whatever the key was."""
    plain = str(step).replace("~", "~0").replace("/", "~1")
    return shown(plain)


def _no_json(zh: str, en: str, place: str = "") -> Refused:
    zh_at, en_at = (f"（位置 {place}）", f" (at {place})") if place else ("", "")
    return Refused(Reason(code="API-03", zh=f"内容不是可以接受的 JSON：{zh}{zh_at}",
                          en=f"the body is no JSON that is accepted: {en}{en_at}"))  # fmt: skip


def _too_deep() -> Refused:
    return _no_json(f"嵌套不得超过 {DEEPEST} 层", f"nested no deeper than {DEEPEST} levels")
