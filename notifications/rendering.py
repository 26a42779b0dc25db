"""Letters from templates: sandboxed, strict, and given plain values only.

A letter is a trio in a folder: `<name>.subject.j2`, `<name>.txt.j2`, `<name>.html.j2`. Folders are searched in order,
and a campaign's own letters come before them. Nothing here reads a database or a clock, turns a bare URL into a link,
or renders what stands in a value.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import NoneType
from typing import Any

from jinja2 import (
    ChoiceLoader,
    DictLoader,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    nodes,
)
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError, UndefinedError
from jinja2.runtime import Context, Macro
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from notifications.errors import TemplateRefused, shown
from notifications.fragments import Fragment, LetterTemplate
from notifications.own import Bare, Own, sources
from notifications.unchanged import once

PARTS = ("subject", "txt", "html")
LONGEST_SUBJECT = 200  # characters

# What a letter may do to a value. Not among them: safe, attr, urlize, xmlattr, and whatever reaches into objects.
FILTERS = frozenset(
    {
        "abs",
        "batch",
        "capitalize",
        "count",
        "d",
        "default",
        "dictsort",
        "e",
        "escape",
        "first",
        "float",
        "groupby",
        "indent",
        "int",
        "items",
        "join",
        "last",
        "length",
        "list",
        "lower",
        "max",
        "min",
        "reject",
        "rejectattr",
        "replace",
        "reverse",
        "round",
        "select",
        "selectattr",
        "slice",
        "sort",
        "string",
        "sum",
        "title",
        "trim",
        "truncate",
        "unique",
        "upper",
        "wordcount",
        "wordwrap",
    }
)
GLOBALS = frozenset({"dict", "namespace"})  # no range, lipsum, cycler, joiner: nothing that makes a page of nothing


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendered:
    """A letter as the recipient will read it. `subject` is one line of at most 200 characters."""

    subject: str
    text: str
    html: str


class LetterCode(CodeGenerator):
    """What a template is compiled to: its values go through `LetterEnvironment.escaped`."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.escaped(")


class LetterEnvironment(ImmutableSandboxedEnvironment):
    """Jinja with everything taken away that a letter has no use for."""

    code_generator_class = LetterCode
    template_class = LetterTemplate
    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self, folders: Sequence[Path], own: Sequence[Own | Bare] = ()) -> None:
        written = {file: source for each in own for file, source in sources(each).items()}
        found = FileSystemLoader([str(folder) for folder in folders], followlinks=False)
        super().__init__(
            loader=ChoiceLoader([DictLoader(written), found]),
            undefined=StrictUndefined,
            autoescape=lambda name: name is None or name.endswith((".html", ".html.j2")),
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self.filters = {name: self.filters[name] for name in FILTERS}
        self.globals = {name: self.globals[name] for name in GLOBALS}
        self._known: dict[str, Template] = {}

    def get_template(self, name: str | Template, *_: Any) -> Template:
        # A letter asks for nine files: asking its loader's weak reference, a lock and a queue for each takes longer.
        key = str(name)
        if key not in self._known:
            self._known[key] = super().get_template(name)
        return self._known[key]

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return self.globals if d is None else {**self.globals, **d}  # a map of maps is slow to copy, and each part does

    def getattr(self, obj: Any, attribute: str) -> Any:
        # Values are plain, so a name is nearly always a map's key; trying an attribute first costs an exception each.
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    @staticmethod
    def escaped(value: Any) -> str:
        """A value in HTML. Half of what a letter writes is HTML of its own or a number: left as it is."""
        if type(value) is Markup:
            return value
        return str(value) if type(value) is int else escape(value)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        # A macro is a template's own, and nothing else may be called here as often: it needs none of the questions that
        # are asked of a stranger, which cost more than most macros do.
        if not isinstance(obj, (Fragment, Macro)):
            return super().call(context, obj, *args, **kwargs)
        for scope in ("_loop_vars", "_block_vars"):
            kwargs.pop(scope, None)
        return obj(context.eval_ctx, *args, **kwargs)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if not (isinstance(left, int) and isinstance(right, int)) or operator == "**":
            raise SecurityError(f"{operator} is for whole numbers")
        return super().call_binop(context, operator, left, right)


class Templates:
    """The letters of one chain of folders, compiled once. Build it with `templates_in`, which keeps it."""

    def __init__(self, folders: tuple[Path, ...], own: tuple[Own | Bare, ...] = ()) -> None:
        self.folders = folders
        self.environment = LetterEnvironment(folders, own)

    def render(self, name: str, context: Mapping[str, Any]) -> Rendered:
        """Write the letter `name`. Raises `TemplateRefused` for a context or a template that is unfit.

        A subject that its values make too long is shortened: a long project name must not cost anybody a deadline.
        """
        check_plain(context)
        subject, text, html = (self._part(f"{name}.{part}.j2", context) for part in PARTS)
        return Rendered(subject=_one_line(f"{name}.subject.j2", subject), text=text.strip() + "\n", html=html)

    def _part(self, file: str, context: Mapping[str, Any]) -> str:
        try:
            return self.environment.get_template(file).render(context)
        except SecurityError as error:
            raise TemplateRefused(
                "TPL-04",
                f"模板只能使用给定的值，不能触及其内部：{error}",
                f"a template uses the values it is given and nothing behind them: {error}",
                where=file,
            ) from error
        except UndefinedError as error:
            raise TemplateRefused(
                "TPL-02", f"占位符不存在：{error}", f"unknown placeholder: {error}", where=file
            ) from error
        except TemplateNotFound as error:
            raise TemplateRefused(
                "TPL-07", f"缺少模板文件 {error.name}", f"template file {error.name} is missing", where=file
            ) from error
        except TemplateSyntaxError as error:
            raise syntax_refused(error, file) from error
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
            raise TemplateRefused(
                "TPL-05", f"用这些值无法生成邮件：{error}", f"can't be written with these values: {error}", where=file
            ) from error


@lru_cache(maxsize=32)
def templates_in(*folders: Path, own: tuple[Own, ...] = ()) -> Templates:
    """The letters of one's `own`, then those found in these folders, the first one winning.

    Kept; `templates_in.cache_clear` forgets.
    """
    return Templates(folders, own)


def syntax_refused(error: TemplateSyntaxError, file: str) -> TemplateRefused:
    """TPL-01, with the file and line the parser stopped at."""
    return TemplateRefused(
        "TPL-01",
        f"模板语法错误：{error.message}",
        f"template syntax: {error.message}",
        where=f"{error.name or file}:{error.lineno}",
    )


def check_plain(value: object) -> None:
    """Refuse (TPL-05) a context of anything but text, whole numbers, yes/no, nothing, and lists and maps of these.

    An object in a context lets a template call what it likes, sandbox or not.
    """
    if not _is_plain(value):
        raise _not_plain(*_what_is_not(value, "context"))


def _is_plain(value: object) -> bool:
    kind = type(value)
    if kind is list or kind is tuple:
        return _are_plain(value)  # type: ignore[arg-type]  # a list or tuple, by the line above
    if kind is dict or isinstance(value, Mapping):
        return _TEXT.issuperset(map(type, value)) and _are_plain(value.values())  # type: ignore[call-overload,attr-defined]
    return kind in _PLAIN


def _are_plain(values: Collection[object]) -> bool:
    """Most maps and lists hold plain values alone, and a letter has dozens."""
    return _PLAIN.issuperset(map(type, values)) or all(type(each) in _PLAIN or once(_is_plain, each) for each in values)


def _what_is_not(value: object, where: str) -> tuple[str, object]:
    """The innermost part that is not plain, and where it stands."""
    if isinstance(value, Mapping):
        if odd := [key for key in value if type(key) is not str]:
            return where, odd[0]
        parts = [(f"{where}.{key}", item) for key, item in value.items()]
    elif isinstance(value, (list, tuple)):
        parts = [(f"{where}[{place}]", item) for place, item in enumerate(value)]
    else:
        return where, value
    return next((_what_is_not(item, place) for place, item in parts if not _is_plain(item)), (where, value))


_TEXT = frozenset({str})
_PLAIN = frozenset({str, int, bool, NoneType})


def _not_plain(where: str, value: object) -> TemplateRefused:
    kind = type(value).__name__
    return TemplateRefused(
        "TPL-05",
        f"邮件中只能使用文字、整数、是否、列表和字典，不能是 {kind}",
        f"a letter is given text, whole numbers, yes/no, lists and maps, not a {kind}",
        where=where,
    )


def _one_line(file: str, subject: str) -> str:
    line = subject.strip()
    if not line or len(line.splitlines()) > 1:
        raise TemplateRefused(
            "TPL-06", f"邮件主题应为一行：{shown(line)}", f"the subject must be one line: {shown(line)}", where=file
        )
    return line if len(line) <= LONGEST_SUBJECT else line[: LONGEST_SUBJECT - 1] + "…"
