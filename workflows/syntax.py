"""From the bytes of a campaign file to a TOML document, with what people get wrong put in their words.

A value that TOML itself refuses (`24:00` without quotes, `010`, `True`) and a key given twice are mended after being
noted, so that the rest of the file is still read and its errors are told at the same time.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from workflows.findings import Findings
from workflows.flaws import is_secret
from workflows.lines import Lines, Path, Place, Twice, dotted, index, place_at
from workflows.unquoted import flaw_of_unquoted, harmless, is_toml, read_of

Edit = tuple[int, int, str]  # from where to where a text is replaced, and by what

LARGEST = 1_000_000  # bytes
MOST_MENDED = 200  # second definitions, and refused values; more of them are not told one by one
# tomllib takes quadratic time over a dotted key, so a key of thousands of parts would never end.
_MANY_DOTS = re.compile(r"(?:[\"']?[A-Za-z0-9_-]{1,80}[\"']?[ \t]{0,8}\.[ \t]{0,8}){12}")
_PLACE = re.compile(r"\s*\(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)")
_MEANING = {
    r"Illegal character '\n'": "引号没有成对",
    "Unterminated string": "引号没有成对",
    'Expected "\'"': "引号没有成对",
    "Expected ']": "表头的方括号没有成对",
    "Unclosed array": "方括号没有成对，或少了逗号",
    "Unclosed inline table": "花括号没有成对，或少了逗号",
    "Expected '=' after a key": "键的后面少了“=”",
    "Illegal character": "含有控制字符",
    "Expected newline": "一行里多写了内容，或少了引号、逗号",
    "Unescaped": "文字里的“\\”要写两个",
    "Invalid value": "值的写法不对",
    "Invalid statement": "这里应写 键 = 值 或 [表]，键只用英文字母、数字、“-”和“_”",
    "Invalid initial character": "这里应写键（花括号里不能换行），键只用英文字母、数字、“-”和“_”",
    "Cannot declare": "同一个表写了两次",
    "Cannot mutate": "同一个表写了两次",
    "Cannot redefine": "同一个表写了两次",
    "Cannot overwrite": "同一个键写了两次",
}


def parse(data: str | bytes, findings: Findings) -> dict[str, object] | None:
    """The document, and its places in `findings`. None if it can't be read at all, which is noted."""
    text = _text(data, findings)
    if text is None:
        return None
    findings.lines = index(text)
    try:
        return tomllib.loads(text)
    except RecursionError:
        _nested_too_deep(findings)
        return None
    except ValueError:
        edits = _mends(text, findings)
    try:
        return tomllib.loads(_edited(text, edits))
    except RecursionError:
        _nested_too_deep(findings)
        return None
    except ValueError as error:
        twice = findings.lines.twice
        if len(twice) <= MOST_MENDED and all(each.span for each in twice):
            _not_toml(str(error), text, edits, findings)
        return None


def _text(data: str | bytes, findings: Findings) -> str | None:
    raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    if len(raw) > LARGEST:
        findings.error(
            "CFG-40", (), f"文件有{len(raw)}字节，最多{LARGEST}字节（1 MB）",
            f"the file has {len(raw)} bytes, at most {LARGEST} (1 MB)", bytes=len(raw),
        )  # fmt: skip
        return None
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        before = error.object[: error.start].decode()  # a byte order mark is no part of it
        place = place_at(before, len(before))
        findings.lines = Lines(place_of={(): place})
        findings.error(
            "CFG-41",
            (),
            f"第{place.line}行不是 UTF-8 编码，请另存为 UTF-8",
            f"line {place.line} is not UTF-8; save the file as UTF-8",
        )
        return None
    if dots := _MANY_DOTS.search(text):
        findings.lines = Lines(lost=place_at(text, dots.start()))
        _nested_too_deep(findings)
        return None
    return text


def _nested_too_deep(findings: Findings) -> None:
    findings.lines = replace(findings.lines, place_of={(): findings.lines.lost or Place()})
    findings.error("CFG-42", (), "嵌套太深，读不了", "nested too deeply to be read")


def _mends(text: str, findings: Findings) -> list[Edit]:
    """What makes refused values harmless and blanks second definitions, each of them noted; from the top."""
    twice = findings.lines.twice[:MOST_MENDED]
    tables = [each.path for each in twice if each.span is None]
    for each in twice:
        if not any(each.path[: len(table)] == table for table in tables if table != each.path):
            _note_twice(each, findings)
    blanked = [each.span for each in twice if each.span]
    edits: list[Edit] = [(start, end, re.sub(r"[^\n]", " ", text[start:end])) for start, end in blanked]
    for path, start, end in islice(_refused_values(text, findings.lines), MOST_MENDED):
        if not any(begin <= start < stop for begin, stop in blanked):
            edits.append((start, end, _harmless(path, text[start:end], findings)))
    return sorted(edits)


def _edited(text: str, edits: Sequence[Edit]) -> str:
    for start, end, better in reversed(edits):
        text = text[:start] + better + text[end:]
    return text


def _before(edits: Sequence[Edit], at: int) -> int:
    """The offset in the text as it was of an offset in the edited text."""
    for start, end, better in edits:
        if at > start:
            at = max(start, at - len(better) + end - start)
    return at


def _refused_values(text: str, lines: Lines) -> Iterator[tuple[Path, int, int]]:
    return ((path, start, end) for path, start, end in lines.bare if not is_toml(text[start:end]))


def _harmless(path: Path, value: str, findings: Findings) -> str:
    """Notes what is wrong with an unquoted value, and gives one that TOML accepts."""
    read = "…" if is_secret(str(path[-1])) else read_of(value)
    findings.error(*flaw_of_unquoted(value, read).before(path), read=read)
    return harmless(value)


def _note_twice(twice: Twice, findings: Findings) -> None:
    name, first, again = dotted(twice.path), twice.first, twice.again
    lines, lines_en = f"第{first}、{again}行", f"lines {first}, {again}"
    if first == again:
        lines, lines_en = f"都在第{first}行", f"both on line {first}"
    findings.error(
        "CFG-21", twice.path, f"“{name}”写了两次（{lines}），请删去一个",
        f'key "{name}" twice ({lines_en}); delete one', first=first, again=again,
    )  # fmt: skip


def _not_toml(message: str, text: str, edits: Sequence[Edit], findings: Findings) -> None:
    place = _stopped(message, text, edits) or findings.lines.lost or place_at(text, len(text.rstrip("\n")))
    said = _PLACE.sub("", message)
    meaning = next((zh for begin, zh in _MEANING.items() if said.startswith(begin)), "写法不符合 TOML")
    opened = findings.lines.opened
    if said.startswith("Unclosed") and opened:
        meaning, said = f"{meaning}（第{opened.line}行开始）", f"{said} (opened on line {opened.line})"
    findings.lines = Lines(place_of={**findings.lines.place_of, (): place})
    zh, en = f"第{place.line}行：{meaning}", f"line {place.line} is not TOML: {said}"
    findings.error("CFG-42", (), zh, en, line=place.line)


def _stopped(message: str, text: str, edits: Sequence[Edit]) -> Place | None:
    """Where `tomllib` says that it stopped; None if that is only the end of the text."""
    found = _PLACE.search(message)
    if not found or not found["line"]:
        return None
    edited, start = _edited(text, edits), 0
    for _ in range(int(found["line"]) - 1):
        start = edited.index("\n", start) + 1
    return place_at(text, _before(edits, start + int(found["column"]) - 1))
