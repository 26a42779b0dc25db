"""What a document breaks of a JSON Schema: the few words of that language that ours uses, and no others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Node = Mapping[str, Any]

TYPES: Mapping[str, type | tuple[type, ...]] = {
    "object": dict, "array": list, "string": str, "boolean": bool, "integer": int,
}  # fmt: skip


def faults(schema: Node, value: Any, where: str = "") -> list[str]:
    """Each place where the value breaks the schema, with the word that it breaks: `lists.a.name maxLength`."""
    if unknown := schema.keys() - CHECKS.keys() - {"$schema", "title", "description"}:
        raise ValueError(f"{where}: {unknown}")
    return [
        fault for word, told in schema.items() if word in CHECKS for fault in CHECKS[word](schema, told, value, where)
    ]


def _broken(word: str, holds: Callable[[Any, Any], bool]) -> Callable[..., Iterator[str]]:
    def check(_: Node, told: Any, value: Any, where: str) -> Iterator[str]:
        if not holds(value, told):
            yield f"{where} {word}".strip()

    return check


def _typed(value: Any, name: str) -> bool:
    return isinstance(value, TYPES[name]) and not (name == "integer" and isinstance(value, bool))


def _properties(_: Node, told: Mapping[str, Node], value: Any, where: str) -> Iterator[str]:
    for key in told.keys() & (value.keys() if isinstance(value, dict) else set()):
        yield from faults(told[key], value[key], _within(where, key))


def _others(schema: Node, told: bool | Node, value: Any, where: str) -> Iterator[str]:
    others = value.keys() - schema.get("properties", {}).keys() if isinstance(value, dict) else ()
    for key in sorted(others):
        if told is False:
            yield f"{_within(where, key)} unknown"
        elif isinstance(told, dict):
            yield from faults(told, value[key], _within(where, key))


def _names(_: Node, told: Node, value: Any, where: str) -> Iterator[str]:
    for key in value if isinstance(value, dict) else ():
        yield from faults(told, key, _within(where, key))


def _items(_: Node, told: Node, value: Any, where: str) -> Iterator[str]:
    for place, each in enumerate(value if isinstance(value, list) else ()):
        yield from faults(told, each, f"{where}[{place}]")


def _one_of(_: Node, told: list[Node], value: Any, where: str) -> Iterator[str]:
    if all(faults(each, value) for each in told):
        yield f"{where} anyOf"


def _required(_: Node, told: list[str], value: Any, where: str) -> Iterator[str]:
    yield from (f"{_within(where, key)} required" for key in told if isinstance(value, dict) and key not in value)


def _within(where: str, key: str) -> str:
    return f"{where}.{key}".removeprefix(".")


CHECKS: Mapping[str, Callable[..., Iterator[str]]] = {
    "type": _broken("type", _typed),
    "enum": _broken("enum", lambda value, words: value in words),
    "pattern": _broken("pattern", lambda value, told: not isinstance(value, str) or bool(re.search(told, value))),
    "minLength": _broken("minLength", lambda value, least: not isinstance(value, str) or len(value) >= least),
    "maxLength": _broken("maxLength", lambda value, most: not isinstance(value, str) or len(value) <= most),
    "minItems": _broken("minItems", lambda value, least: not isinstance(value, list) or len(value) >= least),
    "maxItems": _broken("maxItems", lambda value, most: not isinstance(value, list) or len(value) <= most),
    "minimum": _broken("minimum", lambda value, least: not isinstance(value, int) or value >= least),
    "maximum": _broken("maximum", lambda value, most: not isinstance(value, int) or value <= most),
    "required": _required, "properties": _properties, "additionalProperties": _others, "propertyNames": _names,
    "items": _items, "anyOf": _one_of,
}  # fmt: skip
