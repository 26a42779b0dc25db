"""A strict cursor over a parsed TOML document: it reads what is asked for and complains about everything else.

A `Table` is one table of the file. Each getter names a key, so the table knows which keys exist and what they may hold
(`workflows.shapes`); `done` refuses the others, with the nearest known one. Nothing is raised: complaints are collected
in `Findings`, and a getter that could not read gives a harmless stand-in, so that one look finds all errors. Whoever
began the reading asks `Findings` in the end whether there were any, and then uses nothing of what was read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from enum import StrEnum
from typing import TypeVar

from workflows import shapes
from workflows.findings import Findings, nearest, shown
from workflows.flaws import flaw_of, is_secret, secret, unknown
from workflows.lines import Path, dotted
from workflows.reasons import BangdanError, Fact
from workflows.shapes import ANYTHING, FLAG, ROWS, TABLE, Form, Shape

Value = TypeVar("Value")
Word = TypeVar("Word", bound=StrEnum)

LONGEST_TEXT, LONGEST_WORDING = 300, 5000  # characters
LONGEST_KEY = 40
MOST_TEXTS = 500  # of one list
KEY = re.compile(r"[a-z][a-z0-9-]*")
TEXT = shapes.text(LONGEST_TEXT)
TEXTS = shapes.texts(TEXT, MOST_TEXTS)
SLUG = shapes.text(LONGEST_KEY, pattern=f"^{KEY.pattern}$")


class Table:
    """One table. `kind` is its place with the names of entries left out (`lists.*.fields.*`), for the documentation."""

    def __init__(self, findings: Findings, path: Path, kind: str, values: object) -> None:
        self.findings = findings
        self.path = path
        self.kind = kind
        # What is no table, or absent, was refused already; its keys are then not asked for one by one.
        self.there = isinstance(values, dict)
        self.values: Mapping[str, object] = values if isinstance(values, dict) else {}
        self._asked = findings.known.setdefault(kind, {})

    @property
    def key(self) -> str:
        """The entry's own name."""
        return str(self.path[-1])

    def has(self, key: str) -> bool:
        """Whether the key is given."""
        self.expects(key, needed=False)
        return key in self.values

    def expects(self, key: str, *forms: Form, needed: bool = True) -> None:
        """Notes what a key may hold: one of the forms."""
        shape = Shape(needed=needed, forms=forms)
        self._asked[key] = self._asked[key].also(shape) if key in self._asked else shape

    def error(self, code: str, key: str, zh: str, en: str, **facts: Fact) -> None:
        """Notes an error about one key of this table."""
        self.findings.error(code, (*self.path, key), zh, en, **facts)

    def value(self, key: str, *forms: Form, needed: bool = True, allowed: str = "") -> object | None:
        """The raw value, of one of the forms; None if it is absent, which is CFG-22 if it is `needed`."""
        self.expects(key, *(forms or (ANYTHING,)), needed=needed)
        if key in self.values:
            return self.values[key]
        if needed and self.there:
            why, why_en = (f"，可写 {allowed}", f"; write one of {allowed}") if allowed else ("", "")
            facts: dict[str, Fact] = {"allowed": allowed} if allowed else {}
            self.error("CFG-22", key, f"缺少这一项{why}", f"is missing{why_en}", **facts)
        return None

    def text(self, key: str, *, default: str | None = None, longest: int = LONGEST_TEXT) -> str:
        """One line of text that isn't blank; `default` if it is absent."""
        value = self.value(key, shapes.text(longest), needed=default is None)
        return (default or "") if value is None else self._text((*self.path, key), value, longest)

    def _text(self, path: Path, value: object, longest: int = LONGEST_TEXT) -> str:
        if not isinstance(value, str):
            self._wrong_type(path, value, "加引号的文字", "a text in quotes")
        elif flaw := flaw_of(value, longest):
            self.findings.error(*flaw.before(path), read=shown(value))
        else:
            return value.strip()
        return ""

    def prose(self, key: str, longest: int) -> str:
        """A text of several lines, at most `longest` characters in all."""
        path, value = (*self.path, key), self.value(key, shapes.text(longest))
        if not isinstance(value, str) or not value.strip() or len(value) > longest:
            return "" if value is None else self._text(path, value, longest)
        flawed = next((flaw for line in value.splitlines() if line.strip() and (flaw := flaw_of(line, longest))), None)
        if flawed:
            self.findings.error(*flawed.before(path), read=shown(value))
        return "" if flawed else value.rstrip("\n")

    def texts(self, key: str, *, needed: bool = False) -> tuple[str, ...]:
        """A list of texts; empty if it is absent."""
        return tuple(text for _, text in self._placed_texts(key, needed=needed))

    def _placed_texts(self, key: str, *, needed: bool) -> list[tuple[Path, str]]:
        value = self.value(key, shapes.texts(TEXT, MOST_TEXTS, needed=needed), needed=needed)
        if value is None:
            return []
        if not isinstance(value, list) or (needed and not value) or len(value) > MOST_TEXTS:
            zh, en = f"列表（最多{MOST_TEXTS}项）", f"a list (at most {MOST_TEXTS} texts)"
            self._wrong_type((*self.path, key), value, f'{zh}，例如 ["a", "b"]', f'{en}, e.g. ["a", "b"]')
            return []
        read = [((*self.path, key, place), each) for place, each in enumerate(value)]
        return [(path, text) for path, each in read if (text := self._text(path, each))]

    def wording(self) -> str:
        """The notice's own words (`wording`): a text or a list of texts, one a line."""
        value = self.value("wording", shapes.text(LONGEST_WORDING), TEXTS, needed=False)
        if isinstance(value, str):
            return self._text((*self.path, "wording"), value, longest=LONGEST_WORDING)
        return "\n".join(self.texts("wording"))

    def english(self, name: str) -> str:
        """The English name, for which the Chinese one stands in."""
        return self.text("english", default=name)

    def flag(self, key: str, *, default: bool = False) -> bool:
        """true or false."""
        value = self.value(key, FLAG, needed=False)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self._wrong_type((*self.path, key), value, " true 或 false（不加引号）", "true or false, without quotes")
        return default

    def whole(self, key: str, *, low: int, high: int) -> int:
        """A whole number from `low` to `high`; true is none."""
        value = self.value(key, shapes.whole(low, high))
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        if value is not None:
            self.error(
                "CFG-26", key, f"须为{low}至{high}的整数（不加引号、不补零），读到 {shown(value)}",
                f"must be a whole number {low}-{high}; read {shown(value)}", read=shown(value), low=low, high=high,
            )  # fmt: skip
        return low

    def word(self, key: str, words: type[Word]) -> Word:
        """One of the words of an enumeration."""
        allowed = [each.value for each in words]
        value = self.value(key, shapes.words(allowed), allowed=", ".join(allowed))
        if isinstance(value, str) and value in allowed:
            return words(value)
        if value is not None:
            meant = nearest(str(value), allowed)
            self.error(
                "CFG-28", key,
                f"只能是 {'、'.join(allowed)}，读到 {shown(value)}" + (f"；是要写“{meant}”吗？" if meant else ""),
                f"must be one of {', '.join(allowed)}; read {shown(value)}"
                + (f'; did you mean "{meant}"?' if meant else ""),
                read=shown(value), allowed=", ".join(allowed), meant=meant,
            )  # fmt: skip
        return next(iter(words))

    def parsed(self, key: str, reader: Callable[[str], Value], default: str | None = None) -> Value | None:
        """A text as `reader` understands it; its refusal becomes an error. None if it can't be read."""
        text = self.text(key, default=default)
        return self._parse((*self.path, key), text, reader) if text else None

    def all_parsed(self, key: str, reader: Callable[[str], Value]) -> tuple[Value, ...]:
        """A list of texts, each as `reader` understands it."""
        read = [self._parse(path, text, reader) for path, text in self._placed_texts(key, needed=True)]
        return tuple(each for each in read if each is not None)

    def _parse(self, path: Path, text: str, reader: Callable[[str], Value]) -> Value | None:
        try:
            return reader(text)
        except BangdanError as refusal:
            for reason in refusal.reasons:
                read = shown(text)
                self.findings.error(
                    reason.code, path, f"{reason.zh}；读到 {read}", f"{reason.en}; read {read}", read=read
                )
            return None

    def reference(self, key: str, what: tuple[str, str], defined: Collection[str]) -> str:
        """The key of something else that the file defines; `what` names its kind in Chinese and English."""
        return self._known((*self.path, key), self.text(key), what, defined)

    def references(self, key: str, what: tuple[str, str], defined: Collection[str]) -> tuple[str, ...]:
        """A list of keys of other things that the file defines, none of them twice."""
        placed = self._placed_texts(key, needed=True)
        for path, text in placed:
            self._known(path, text, what, defined)
        texts = tuple(text for _, text in placed)
        self.once(key, texts)
        return texts

    def once(self, key: str, texts: Sequence[str]) -> None:
        """Refuses what a list says more than once."""
        for text, times in Counter(texts).items():
            if times > 1:
                read = shown(text)
                zh, en = f"{read} 写了{times}次，请只留一个", f"{read} stands {times} times; keep one"
                self.error("CFG-55", key, zh, en, read=read)

    def some(
        self, key: str, what: tuple[str, str], defined: Collection[str], words: Mapping[str, tuple[str, ...]]
    ) -> tuple[str, ...]:
        """Keys of other things: listed, or one of `words` that stands for many of them."""
        value = self.value(key, shapes.words(words), shapes.texts(TEXT, MOST_TEXTS, needed=True))
        if not isinstance(value, str):
            return () if value is None else self.references(key, what, defined)
        if value not in words:
            allowed = "、".join(f'"{each}"' for each in words)
            self.error(
                "CFG-28", key, f"须为 {allowed} 或列表，读到 {shown(value)}",
                f"must be {allowed.replace('、', ', ')} or a list; read {shown(value)}", read=shown(value),
                allowed=", ".join(words),
            )  # fmt: skip
        return words.get(value, ())

    def _known(self, path: Path, read: str, what: tuple[str, str], defined: Collection[str]) -> str:
        if read and read not in defined:
            zh, en = what
            known, meant = ", ".join(defined) or "—", nearest(read, defined)
            self.findings.error(
                "CFG-23", path,
                f"没有名为 {shown(read)} 的{zh}；已定义：{known}" + (f"；是要写“{meant}”吗？" if meant else ""),
                f"names {en} {shown(read)}, defined: {known}" + (f'; did you mean "{meant}"?' if meant else ""),
                read=shown(read), allowed=", ".join(defined), meant=meant,
            )  # fmt: skip
        return read

    def table(self, key: str, *, needed: bool = True) -> Table:
        """A table within this one; an empty one if it is absent or no table."""
        value = self.value(key, {TABLE: self._kind(key)}, needed=needed)
        if value is not None and not isinstance(value, dict):
            self._wrong_type((*self.path, key), value, f"表，写作 [{key}]", f"a table, written [{key}]")
        return Table(self.findings, (*self.path, key), self._kind(key), value)

    def entries(self, key: str, *, needed: bool = False) -> list[Table]:
        """The tables `[key.name]`, in the order of the file; their names are checked. At least one if `needed`."""
        around = self.table(key, needed=needed)
        self.findings.known.pop(around.kind, None)
        if needed and self.has(key) and not around.values:
            zh, en = f"至少一项，写作 [{key}.名称]", f"at least one, written [{key}.name]"
            self._wrong_type((*self.path, key), {}, zh, en)
        return [self._entry(around, name, value) for name, value in around.values.items()]

    def _entry(self, around: Table, name: str, value: object) -> Table:
        path = (*around.path, name)
        self._check_slug(path, name)
        if not isinstance(value, dict):
            self._wrong_type(path, value, f"表，写作 [{dotted(path)}]", f"a table, written [{dotted(path)}]")
        return Table(self.findings, path, f"{around.kind}.*", value)

    def slug(self, key: str) -> str:
        """A name for machines, as the names of entries are."""
        path, value = (*self.path, key), self.value(key, SLUG)
        text = "" if value is None else self._text(path, value)
        if text:
            self._check_slug(path, text)
        return text

    def _check_slug(self, path: Path, name: str) -> None:
        if KEY.fullmatch(name) and len(name) <= LONGEST_KEY:
            return
        self.findings.error(
            "CFG-43", path,
            f"名称 {shown(name)} 须以小写字母开头，由小写字母、数字和“-”组成，不超过{LONGEST_KEY}个字符",
            f"the key {shown(name)} must begin with a-z and hold a-z, 0-9 and -, at most {LONGEST_KEY} characters",
            read=shown(name),
        )  # fmt: skip

    def rows(self, key: str, *, needed: bool = False) -> list[Table]:
        """The tables `[[key]]`, or a list of inline tables."""
        kind = self._kind(key) + "[]"
        value = self.value(key, {ROWS: kind}, needed=needed)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value) or (needed and not value):
            zh, en = f"一组表，写作 [[{key}]]", f"a list of tables, written [[{key}]]"
            self._wrong_type((*self.path, key), value, zh, en)
            return []
        return [Table(self.findings, (*self.path, key, place), kind, each) for place, each in enumerate(value)]

    def done(self) -> None:
        """Refuses the keys that nobody asked for."""
        for key in self.values:
            if key in self._asked:
                continue
            path, read = (*self.path, key), shown(key)
            if is_secret(key):
                self.findings.error(*secret(key).before(path), read=read)
            else:
                meant, allowed = nearest(key, self._asked), ", ".join(self._asked)
                self.findings.error(*unknown(key, self._asked).before(path), read=read, allowed=allowed, meant=meant)

    def _kind(self, key: str) -> str:
        return f"{self.kind}.{key}" if self.kind else key

    def _wrong_type(self, path: Path, value: object, zh: str, en: str) -> None:
        self.findings.error(
            "CFG-25", path, f"须为{zh}，读到 {shown(value)}", f"must be {en}; read {shown(value)}", read=shown(value)
        )
