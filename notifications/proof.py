"""Templates proven when a campaign is loaded, not at three in the morning.

Every file of a letter, and every file it extends, includes or imports, is read without being run: unknown
placeholders, raw HTML, reaching into objects. What passes is then rendered with the samples.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from jinja2 import Environment, TemplateNotFound, TemplateSyntaxError, meta, nodes

from notifications.errors import TemplateRefused, shown
from notifications.rendering import FILTERS, LONGEST_SUBJECT, PARTS, Templates, syntax_refused

METHODS = frozenset({"items", "keys", "values", "cycle", "changed"})  # the last two are the loop's own
RAW_HTML = frozenset({"safe", "urlize", "xmlattr", "forceescape", "tojson"})


class Proof:
    """Proves the letters of one chain of folders; a file that several letters are made of is read once."""

    def __init__(self, templates: Templates) -> None:
        self._templates = templates
        self._files: dict[str, _File] = {}

    def of(
        self, name: str, *, samples: Sequence[Mapping[str, Any]], allowed: Collection[str]
    ) -> tuple[TemplateRefused, ...]:
        """All that is wrong with the letter `name`, empty if it is sound.

        `allowed` are the placeholders its context will have; `samples` are contexts to render it with.
        """
        found = [fault for part in PARTS for fault in self._family(f"{name}.{part}.j2", allowed)]
        if not found:
            found = [fault for sample in samples for fault in _try_on(self._templates, name, sample)]
        return tuple({(fault.code, fault.where, fault.en): fault for fault in found}.values())

    def _family(self, file: str, allowed: Collection[str]) -> Iterator[TemplateRefused]:
        """What is wrong with a file and with every file it extends, includes or imports."""
        waiting, seen = [file], {file}
        while waiting:
            one = waiting.pop()
            try:
                read = self._file(one)
            except TemplateNotFound:
                yield TemplateRefused("TPL-07", f"缺少模板文件 {one}", f"template file {one} is missing", where=file)
                continue
            except TemplateSyntaxError as error:
                yield syntax_refused(error, one)
                continue
            yield from read.faults
            for name, line in read.placeholders.items():
                if name not in allowed:
                    yield _unknown(f"{one}:{line}", name, allowed)
            waiting += sorted(read.relatives - seen)
            seen |= read.relatives

    def _file(self, file: str) -> _File:
        """Raises TemplateNotFound and TemplateSyntaxError."""
        if file not in self._files:
            self._files[file] = _read(self._templates.environment, file)
        return self._files[file]


@dataclass(frozen=True, kw_only=True, slots=True)
class _File:
    """A template file as it is read: what is wrong with it, its placeholders by line, the files it is made of."""

    faults: tuple[TemplateRefused, ...]
    placeholders: Mapping[str, int]
    relatives: frozenset[str]


def _try_on(templates: Templates, name: str, sample: Mapping[str, Any]) -> Iterator[TemplateRefused]:
    try:
        rendered = templates.render(name, sample)
    except TemplateRefused as fault:
        yield fault
        return
    if len(rendered.subject) == LONGEST_SUBJECT and rendered.subject.endswith("…"):
        yield _subject(f"{name}.subject.j2")


def _read(environment: Environment, file: str) -> _File:
    source, _, _ = environment.loader.get_source(environment, file)  # type: ignore[union-attr]
    tree = environment.parse(source, file)
    relatives = frozenset(other for other in meta.find_referenced_templates(tree) if other is not None)
    faults = [fault for node in tree.find_all(nodes.Node) for fault in _fault_of(node, file)]
    if faults:  # the compiler would stop at the first of these with an answer of its own
        return _File(faults=tuple(faults), placeholders={}, relatives=relatives)
    if file.endswith(".subject.j2") and len(source.strip().splitlines()) > 1:
        faults.append(_subject(file))
    names = sorted(meta.find_undeclared_variables(tree) - set(environment.globals))
    lines = {node.name: node.lineno for node in reversed(list(tree.find_all(nodes.Name)))}
    return _File(faults=tuple(faults), placeholders={name: lines.get(name, 1) for name in names}, relatives=relatives)


def _fault_of(node: nodes.Node, file: str) -> Iterator[TemplateRefused]:
    where = f"{file}:{node.lineno}"
    if isinstance(node, (nodes.ScopedEvalContextModifier, nodes.EvalContextModifier)):
        yield _raw_html(where, "autoescape")
    elif isinstance(node, (nodes.Filter, nodes.Test)) and node.name in RAW_HTML:
        yield _raw_html(where, f"|{node.name}")
    elif isinstance(node, nodes.Filter) and node.name in ("attr", "format", "map"):
        yield _reaching(where, f"|{node.name}")
    elif isinstance(node, nodes.Filter) and node.name not in FILTERS:
        yield TemplateRefused(
            "TPL-01",
            f"没有名为 {shown(node.name)} 的过滤器{_perhaps_zh(node.name, FILTERS)}",
            f"no filter is named {shown(node.name)}{_perhaps(node.name, FILTERS)}",
            where=where,
        )
    elif isinstance(node, nodes.Getattr) and node.attr.startswith("_"):
        yield _reaching(where, f".{node.attr}")
    elif isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr) and node.node.attr not in METHODS:
        yield _reaching(where, f".{node.node.attr}()")
    elif isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const) and str(node.arg.value).startswith("_"):
        yield _reaching(where, f"[{node.arg.value!r}]")


def _raw_html(where: str, what: str) -> TemplateRefused:
    return TemplateRefused(
        "TPL-03",
        f"不允许输出未转义的 HTML：{what}",
        f"raw HTML is not allowed: {what}",
        where=where,
    )


def _reaching(where: str, what: str) -> TemplateRefused:
    return TemplateRefused(
        "TPL-04",
        f"模板只能使用给定的值，不能触及其内部：{what}",
        f"a template uses the values it is given and nothing behind them: {what}",
        where=where,
    )


def _unknown(where: str, name: str, allowed: Collection[str]) -> TemplateRefused:
    return TemplateRefused(
        "TPL-02",
        f"占位符不存在：{shown(name)}{_perhaps_zh(name, allowed)}",
        f"unknown placeholder {shown(name)}{_perhaps(name, allowed)}",
        where=where,
    )


def _subject(file: str) -> TemplateRefused:
    return TemplateRefused(
        "TPL-06",
        f"邮件主题应为一行，不超过 {LONGEST_SUBJECT} 个字",
        f"the subject must be one line of at most {LONGEST_SUBJECT} characters",
        where=file,
    )


def _perhaps(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, sorted(known), n=1)
    return f"; did you mean {shown(near[0])}?" if near else f"; known: {', '.join(sorted(known))}"


def _perhaps_zh(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, sorted(known), n=1)
    return f"，是否想写 {shown(near[0])}？" if near else f"；可用：{'、'.join(sorted(known))}"
