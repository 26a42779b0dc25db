"""The JSON Schema of campaign files, for editors: made from what the reader asks for and what the documentation says.

The schema never refuses what the reader takes; the reader refuses more (`bangdan check`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workflows.differences import SECTIONS
from workflows.differing import LABELS
from workflows.shapes import ROWS, SLUG, TABLE, Form, Known, Shape

DIALECT = "https://json-schema.org/draft/2020-12/schema"
NEEDED, NO_DEFAULT = "yes", frozenset({"yes", "no", "none"})  # of the documentation's column “needed”
EDITORS = "#:schema"  # how the first line of a file names its schema to an editor

Node = dict[str, Any]

# What the tables and keys are called that are no part of a definition under the same name.
TABLES = {
    "campaign": "活动", "calendar": "日程", "office": "秘书处", "words": "用语",
    **{name: zh for name, (zh, *_) in SECTIONS.items()},
}  # fmt: skip
KEYS = {
    **{name: zh for name, (zh, _) in LABELS.items()},
    "wording": "通知原文", "ours": "通知未定，由我们选定", "english": "英文名称", "group": "类别", "list": "榜单",
    "laureates": "往届入选者", "attachments": "附件", "requirements": "要求", "phones": "电话", "email": "邮箱",
    "organisation": "所在单位", "of": "属于谁", "lists": "榜单", "where": "限于", "key": "代号",
    "role": "由谁办理", "classes": "分类期限", "for": "适用于",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """One key as the documentation has it: `needed` is “yes”, or what stands where it is left out."""

    needed: str
    meaning: str


Docs = Mapping[str, Mapping[str, Row]]
"""The rows of docs/campaign-file.md, by kind of table and key."""


def read_docs(text: str) -> Docs:
    """The tables of keys in the documentation, whose headings name the kinds (`[lists.*]`, `[[office.contacts]]`)."""
    parts = re.split(r"^### (.+)$", text, flags=re.MULTILINE)[1:]
    sections = zip(parts[::2], parts[1::2], strict=True)
    return {_kind(heading): _rows(section.partition("\n## ")[0]) for heading, section in sections}


def _kind(heading: str) -> str:
    name = heading.strip("`")
    return (name.strip("[]") + ("[]" if name.startswith("[[") else "")) if "[" in name else ""


def _rows(section: str) -> dict[str, Row]:
    found = re.findall(r"^\| `([^`|]+)` \| ([^|]+?) \| (.+?) \|$", section, flags=re.MULTILINE)
    return {key: Row(needed=needed, meaning=meaning) for key, needed, meaning in found}


def schema(known: Known, docs: Docs) -> Node:
    """The schema of a campaign file. A table that is not in the documentation has keys that a file itself defines."""
    return {"$schema": DIALECT, "title": "bangdan 榜单活动文件 / campaign file", **_Maker(known, docs).table("")}


class _Maker:
    def __init__(self, known: Known, docs: Docs) -> None:
        self.known = known
        self.docs = docs

    def table(self, kind: str) -> Node:
        """A table with the keys of its kind; where the kind is one of entries, a table of them."""
        if self.known.get(kind) and self.docs.get(kind):
            return self._closed(kind)
        if f"{kind}.*" in self.known:
            return {"type": "object", "propertyNames": dict(SLUG), "additionalProperties": self.table(f"{kind}.*")}
        return {"type": "object"}

    def _closed(self, kind: str) -> Node:
        asked, told = self.known[kind], self.docs[kind]
        keys = {
            key: asked[key] for key in (*(key for key in told if key in asked), *sorted(asked.keys() - told.keys()))
        }
        needed = [key for key, shape in keys.items() if self._needed(kind, key, shape)]
        made: Node = {"type": "object", "additionalProperties": False}
        made["properties"] = {key: self._key(kind, key, shape) for key, shape in keys.items()}
        return {**made, "required": needed} if needed else made

    def _needed(self, kind: str, key: str, shape: Shape) -> bool:
        row = self.docs[kind].get(key)
        return shape.needed and row is not None and row.needed == NEEDED

    def _key(self, kind: str, key: str, shape: Shape) -> Node:
        nodes = [self._node(form) for form in shape.forms]
        told = {"description": self._described(kind, key)}
        return {**told, **nodes[0]} if len(nodes) == 1 else {**told, "anyOf": nodes} if nodes else told

    def _node(self, form: Form) -> Node:
        if TABLE in form:
            return self.table(form[TABLE])
        if ROWS in form:
            return {"type": "array", "items": self.table(form[ROWS])}
        return dict(form)

    def _described(self, kind: str, key: str) -> str:
        """Chinese first, then English; `key` itself where it has no Chinese name."""
        zh, row = (TABLES if not kind else KEYS).get(key, ""), self.docs[kind].get(key)
        if row is None:
            return zh or key
        meaning = row.meaning.replace(", as below", "").replace(f" ({zh})", "").replace("`", "")
        default = "" if row.needed in NO_DEFAULT else f" (default: {row.needed.replace('`', '')})"
        return (f"{zh}：" if zh else "") + meaning + default
