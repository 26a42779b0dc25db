"""What the parts draw with, and how the drawn tables are written as TOML."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")
Tables = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Dice:
    """Hypothesis' `draw` in the few words that the parts need; it shrinks to the first option, to no, to the least."""

    draw: Callable[[Any], Any]

    def one(self, *options: T) -> T:
        chosen: T = self.draw(st.sampled_from(options))
        return chosen

    def number(self, least: int, most: int) -> int:
        return int(self.draw(st.integers(least, most)))

    def rarely(self, of: int = 4) -> bool:
        """Once in `of` times."""
        return self.number(0, of - 1) == of - 1

    def often(self) -> bool:
        return self.number(0, 1) == 1

    def some(self, options: Sequence[T], *, least: int = 1) -> list[T]:
        """A few of the options, in their order."""
        chosen = self.draw(st.sets(st.sampled_from(range(len(options))), min_size=least)) if options else set()
        return [options[place] for place in sorted(chosen)]


class Inline(Mapping[str, Any]):
    """A table on one line; None leaves a key out."""

    def __init__(self, **values: Any) -> None:
        self._values = {key.rstrip("_"): value for key, value in values.items() if value is not None}

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def text_of(tables: Mapping[str, Any], path: tuple[str, ...] = ()) -> str:
    """The tables as TOML: values first, then the tables within; `Inline` ones stay on their line."""
    inner = {key: value for key, value in tables.items() if isinstance(value, dict)}
    values = {key: value for key, value in tables.items() if key not in inner}
    head = [f"[{'.'.join(path)}]"] if path and (values or not inner) else []
    lines = [f"{_key(key)} = {_value(value)}" for key, value in values.items()]
    return "\n".join([*head, *lines, *(text_of(value, (*path, _key(key))) for key, value in inner.items())])


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("-", "").isalnum() else json.dumps(key, ensure_ascii=False)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    return json.dumps(value, ensure_ascii=False)
