"""Parts of letters that are written once for all letters that have them in common.

A macro that a letter imports is given everything it writes, and sees nothing else: the same values make the same words.
So what it wrote for one letter is remembered for the next, by the values themselves: whom to ask, the places of a unit,
a table's head are the same in thousands of letters.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from jinja2 import Environment, Template
from jinja2.environment import TemplateModule
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, Macro

from notifications.unchanged import once

KEPT = 128  # of each macro, in each environment
_ALONE = frozenset({str, int, float, bool, type(None)})


class Fragment:
    """A macro that remembers what it wrote of plain values."""

    def __init__(self, macro: Macro, environment: Environment) -> None:
        self._macro, self._environment = macro, environment
        self._remembered: dict[Hashable, str] = {}

    def __call__(self, context: EvalContext, *args: Any, **named: Any) -> str:
        """What the macro writes of these values."""
        try:
            key = (context.autoescape, *map(_plain, args), *((name, _plain(value)) for name, value in named.items()))
        except TypeError:
            return self._macro(context, *args, **named)
        known = self._remembered.get(key)
        if known is None:
            if len(self._remembered) >= KEPT:
                self._remembered.clear()
            known = self._remembered[key] = self._macro(context, *args, **named)
        return known


def _plain(value: Any) -> Hashable:
    """What values that are alike, and of one type, have in common.

    Raises TypeError for one that is more than its content, such as what is missing, or a part in HTML.
    """
    kind = type(value)
    return (kind, value) if kind in _ALONE else once(_looked_through, value)


def _looked_through(value: Any) -> Hashable:
    kind = type(value)
    if kind is tuple or kind is list:
        return kind, *map(_plain, value)
    if kind is dict:
        kinds = tuple(map(type, value.values()))
        if _ALONE.issuperset(kinds):  # as in nearly every row of a table
            return *value.items(), kinds
        return kind, *((name, _plain(each)) for name, each in value.items())
    raise TypeError(kind)


class LetterTemplate(Template):
    """A template whose macros are remembered when others import them."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:
        del ctx  # whose globals would be other than ours only if a letter was given some of its own
        if self._module is None:
            self._module = self.make_module()
            for name, value in vars(self._module).items():
                if type(value) is Macro:
                    setattr(self._module, name, Fragment(value, self.environment))
        return self._module
