"""What can be wrong with a text or a key by itself, wherever it stands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from workflows.findings import nearest, shown
from workflows.lines import Path

_SECRET = re.compile(r"pass(w|phrase|$)|secret|token|credential|api[_-]?key|^smtp", re.IGNORECASE)
_UNSEEN = {"Cc", "Cf", "Zl", "Zp", "Cs", "Co", "Cn"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Flaw:
    """A complaint without its place."""

    code: str
    zh: str
    en: str

    def before(self, path: Path) -> tuple[str, Path, str, str]:
        """As `Findings.error` takes it, said of `path`."""
        return self.code, path, self.zh, self.en


def flaw_of(text: str, longest: int) -> Flaw | None:
    """Why a text can't be one of 1 to `longest` visible characters; None if it can."""
    read = shown(text)
    if not text.strip() or len(text) > longest:
        zh = f"须为1至{longest}个字的文字，读到{len(text)}个字"
        return Flaw(code="CFG-25", zh=zh, en=f"must be a text of 1-{longest} characters; read {len(text)}: {read}")
    if unseen := next((each for each in text if unicodedata.category(each) in _UNSEEN), ""):
        name = f"U+{ord(unseen):04X}"
        zh = f"含有看不见的字符 {name}，请删除：{read}"
        return Flaw(code="CFG-29", zh=zh, en=f"holds the invisible character {name}; delete it: {read}")
    return None


def is_secret(key: str) -> bool:
    """Whether a key's name says that its value must not stand in a file that people share."""
    return bool(_SECRET.search(key))


def secret(key: str) -> Flaw:
    """CFG-30. The value is not repeated."""
    read = shown(key)
    zh = f"{read} 这类机密不写在活动文件里，请放进环境变量或权限为600的文件"
    return Flaw(
        code="CFG-30", zh=zh, en=f"{read} is a secret and must come from the environment or a file with mode 600"
    )


def unknown(key: str, known: Collection[str]) -> Flaw:
    """CFG-20, with the nearest known key."""
    meant, there = nearest(key, known), ", ".join(known)
    advice, advice_en = (f"是要写“{meant}”吗？", f'did you mean "{meant}"?') if meant else ("请删除。", "delete it")
    return Flaw(
        code="CFG-20", zh=f"没有这个键；{advice}这里可写：{there}",
        en=f"unknown key {shown(key)}; {advice_en} (known here: {there})",
    )  # fmt: skip
