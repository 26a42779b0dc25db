"""What pydantic finds wrong with what was sent, in both languages. Forms and the API have the same words for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic_core import ErrorDetails

# By pydantic's type of error; in braces what it tells of the limit.
_WORDS: Mapping[str, tuple[str, str]] = {
    "missing": ("此项必填", "this is required"),
    "extra_forbidden": ("没有这一项", "there is no such field"),
    "string_type": ("应为文字", "must be a text"),
    "string_too_long": ("最多 {max_length} 个字", "{max_length} characters at most"),
    "string_too_short": ("至少 {min_length} 个字", "{min_length} characters at least"),
    "string_pattern_mismatch": ("格式不符：{pattern}", "must be of the form {pattern}"),
    "int_type": ("应为整数", "must be a whole number"),
    "int_parsing": ("应为整数", "must be a whole number"),
    "int_parsing_size": ("整数过大", "the number is too large"),
    "int_from_float": ("应为整数", "must be a whole number"),
    "float_type": ("应为数字", "must be a number"),
    "float_parsing": ("应为数字", "must be a number"),
    "finite_number": ("应为有限的数字", "must be a finite number"),
    "greater_than_equal": ("不得小于 {ge}", "must be {ge} or more"),
    "greater_than": ("须大于 {gt}", "must be more than {gt}"),
    "less_than_equal": ("不得大于 {le}", "must be {le} or less"),
    "less_than": ("须小于 {lt}", "must be less than {lt}"),
    "bool_type": ("应为 true 或 false", "must be true or false"),
    "bool_parsing": ("应为是或否", "must be yes or no"),
    "literal_error": ("只能是 {expected}", "must be {expected}"),
    "enum": ("只能是 {expected}", "must be {expected}"),
    "list_type": ("应为列表", "must be a list"),
    "tuple_type": ("应为列表", "must be a list"),
    "dict_type": ("应为对象", "must be an object"),
    "model_type": ("应为对象", "must be an object"),
    "model_attributes_type": ("应为对象", "must be an object"),
    "too_long": ("最多 {max_length} 项", "{max_length} items at most"),
    "too_short": ("至少 {min_length} 项", "{min_length} items at least"),
    "none_required": ("此项应为空", "must be null"),
}


def wanted(error: ErrorDetails) -> tuple[str, str]:
    """What is wanted there instead, in Chinese and in English. A validator of ours says both: “中文 / English”."""
    limits: dict[str, Any] = error.get("ctx", {})
    if error["type"] == "value_error":
        zh, _, en = str(limits["error"]).partition(" / ")
        return zh, en or zh
    zh, en = _WORDS.get(error["type"], (f"不符合要求：{error['msg']}", error["msg"]))
    return (zh.format_map(limits), en.format_map(limits)) if error["type"] in _WORDS else (zh, en)
