"""What a letter is to say, as it lies in the outbox: text, until somebody looks into it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any


class Stored(Mapping[str, Any]):
    """The context of a letter as it was put, read when somebody asks: of reminders nobody does, they are derived anew.

    Kilobytes of it would cost more to read than all else that is asked of a letter when it is claimed.
    """

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _values(self) -> dict[str, Any]:
        values: dict[str, Any] = json.loads(self._text)
        return values

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)
