"""A value without quotes that TOML refuses (`24:00`, `010`, `True`): what is wrong, and what to read instead."""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata

from workflows.findings import shown
from workflows.flaws import Flaw

_TIME = re.compile(r"[0-9]{1,4}\s*[:/年月.-]\s*[0-9]")
_NUMBER = re.compile(r"[+-]?[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9]+)?")
_CURLY = "“”‘’「」『』＂＇"  # quotes of a text, not of TOML
_FLAGS = {**dict.fromkeys(("true", "yes", "on"), "true"), **dict.fromkeys(("false", "no", "off"), "false")}


def is_toml(value: str) -> bool:
    """Whether TOML takes the value."""
    try:
        tomllib.loads(f"value = {value}")
    except ValueError:
        return False
    return True


def read_of(value: str) -> str:
    """What is told of the value; of what follows on its line only the first key, for a secret may be there."""
    return shown(value.partition("=")[0].strip())


def flaw_of_unquoted(value: str, read: str) -> Flaw:
    """What is wrong with a value; `read` is what may be told of it."""
    if _is_number(value):
        zh = f"须为半角、不补零、不超长的数字，读到 {read}"
        en = f"must be a number in 0-9 without leading zeros and of sensible length; read {read}"
        return Flaw(code="CFG-26", zh=zh, en=en)
    if value.startswith(tuple(_CURLY)):
        zh, en = f'引号要用英文的 "，读到 {read}', f'quotes must be straight ("); read {read}'
    elif "=" in value:
        zh = f"一行只写一项，各项之间不能少了换行或逗号；读到 {read}"
        en = f"one key a line, or a comma between them; read {read}"
    elif _TIME.match(value):
        return Flaw(code="CFG-04", zh=f"时间要加引号：{read}", en=f"put the time in quotes: {read}")
    else:
        zh = f"文字要加引号；是非写 true、false；读到 {read}"
        en = f"a text needs quotes, yes and no are true and false; read {read}"
    return Flaw(code="CFG-42", zh=zh, en=en)


def harmless(value: str) -> str:
    """What TOML accepts and is most likely meant, so that the rest of the file is read and nothing is told twice."""
    if _is_number(value):
        return "1"
    first = value.partition(" ")[0]
    if "=" in value and is_toml(first):
        return first
    return _FLAGS.get(value.casefold()) or json.dumps(value.strip(_CURLY), ensure_ascii=False)


def _is_number(value: str) -> bool:
    return bool(_NUMBER.fullmatch(unicodedata.normalize("NFKC", value)))
