"""What a key of a campaign file may hold, as JSON Schema has it; the reader notes one for each key it asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

Form = Mapping[str, Any]

ANYTHING: Form = {}
FLAG: Form = {"type": "boolean"}
TABLE, ROWS = "$table", "$rows"  # the kind of a table, or of the tables of a list; `workflows.schema` puts it in


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """What one key may hold: one of `forms`. It is `needed` if it was never asked whether it is there."""

    needed: bool
    forms: tuple[Form, ...] = ()

    def also(self, other: Shape) -> Shape:
        """What holds where the key was asked for in both ways."""
        return Shape(needed=self.needed and other.needed, forms=joined((*self.forms, *other.forms)))


Known = Mapping[str, Mapping[str, Shape]]
"""The shape of every key, by kind of table (`lists.*`)."""


def text(longest: int, **more: Any) -> Form:
    """A text that isn't empty."""
    return {"type": "string", "minLength": 1, "maxLength": longest, **more}


def words(allowed: Iterable[str]) -> Form:
    """One of a few words."""
    return {"type": "string", "enum": list(allowed)}


def texts(each: Form, most: int, *, needed: bool = False) -> Form:
    """A list of texts, with at least one of them if it is `needed`."""
    return {"type": "array", "items": each, "minItems": 1 if needed else 0, "maxItems": most}


def whole(low: int, high: int) -> Form:
    """A whole number within its limits."""
    return {"type": "integer", "minimum": low, "maximum": high}


def together(several: Iterable[Known]) -> dict[str, dict[str, Shape]]:
    """What several files together show of the language: a key that no file has keeps its shape to itself."""
    found: dict[str, dict[str, Shape]] = {}
    for known in several:
        for kind, keys in known.items():
            there = found.setdefault(kind, {})
            for key, shape in keys.items():
                there[key] = there[key].also(shape) if key in there else shape
    return found


def joined(forms: Sequence[Form]) -> tuple[Form, ...]:
    """The alternatives without repetition: two of one type are one that takes what either takes."""
    if ANYTHING in forms:
        return (ANYTHING,)
    by_type: dict[object, list[Form]] = {}
    for form in forms:
        by_type.setdefault(form.get("type") or str(form), []).append(form)
    return tuple(reduce(_either, alike) for alike in by_type.values())


def _either(one: Form, other: Form) -> Form:
    if one == other or "type" not in one:
        return one
    return _EITHER[one["type"]](one, other)


def _texts_either(one: Form, other: Form) -> Form:
    if "enum" in one and "enum" in other:
        return words(dict.fromkeys((*one["enum"], *other["enum"])))
    free = [each for each in (one, other) if "enum" not in each]
    return text(max(each["maxLength"] for each in free))


def _numbers_either(one: Form, other: Form) -> Form:
    return whole(min(one["minimum"], other["minimum"]), max(one["maximum"], other["maximum"]))


def _lists_either(one: Form, other: Form) -> Form:
    (each,) = joined((one["items"], other["items"]))  # texts, both of them
    return {"type": "array", "items": each, "minItems": min(one["minItems"], other["minItems"]),
            "maxItems": max(one["maxItems"], other["maxItems"])}  # fmt: skip


_EITHER: Mapping[str, Callable[[Form, Form], Form]] = {
    "string": _texts_either,
    "integer": _numbers_either,
    "array": _lists_either,
}
