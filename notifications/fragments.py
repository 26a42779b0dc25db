"""Parts of letters that are written once for all letters that have them in common.

A macro that a letter imports is given everything it writes, and sees nothing else: the same values make the same words.
So what it wrote for one letter is remembered for the next, by the values themselves: whom to ask, the places of a unit,
a table's head are the same in thousands of letters.
"""

from __future__ import annotations

import marshal
from functools import lru_cache
from typing import Any

from jinja2 import Environment, Template
from jinja2.environment import TemplateModule
from jinja2.nodes import EvalContext
from jinja2.runtime import Context, Macro

KEPT = 128  # of each macro, in each environment
VALUES_ALONE = 2  # the way of writing values that knows nothing of which of them are one and the same object


class Fragment:
    """A macro that remembers what it wrote of plain values."""

    def __init__(self, macro: Macro, environment: Environment) -> None:
        self._macro, self._environment = macro, environment
        self._remembered = lru_cache(maxsize=KEPT)(self._write)

    def __call__(self, context: EvalContext, *args: Any, **named: Any) -> str:
        """What the macro writes of these values."""
        try:
            values = marshal.dumps((args, named), VALUES_ALONE)
        except ValueError:  # a value that is more than its content, such as what is missing, or a part in HTML
            return self._macro(context, *args, **named)
        return self._remembered(context.autoescape, values)

    def _write(self, autoescape: bool, values: bytes) -> str:
        args, named = marshal.loads(values)  # noqa: S302  # our own, of a moment ago
        context = EvalContext(self._environment)
        context.autoescape = autoescape
        return self._macro(context, *args, **named)


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
