"""How many may be recommended, in words: a number or 不限, and what each quota gives a channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bangdan.language import say

if TYPE_CHECKING:
    from workflows.definition import Definition, Quota


def number_words(number: int | None) -> str:
    """A number of places; None is no limit."""
    return say("不限", "unlimited") if number is None else str(number)


def of_channel(it: Definition, list_key: str, channel: str) -> str:
    """What a unit in one channel may recommend for one list, by each quota that speaks of it."""
    rules = [quota for quota in it.quotas if list_key in quota.lists and channel in quota.channels]
    return say("；", "; ").join(_words(it, quota, list_key) for quota in rules) or "—"


def _words(it: Definition, quota: Quota, list_key: str) -> str:
    return _number(it, quota, list_key) + _whom(it, quota) + _singly(quota)


def _number(it: Definition, quota: Quota, list_key: str) -> str:
    many = number_words(quota.limit)
    if quota.per == "field" and len(it.list_by_key[list_key].fields) > 1:
        return say(f"每领域{many}", f"{many} a field")
    if quota.per == "pool" and len(quota.lists) > 1:
        return say(f"{len(quota.lists)}个榜单合计{many}", f"{many} over {len(quota.lists)} lists")
    return many


def _whom(it: Definition, quota: Quota) -> str:
    named = [f"{it.attribute_by_key[key].name}：{'、'.join(values)}" for key, values in quota.who.attributes]
    return f"（{'，'.join(named)}）" if named else ""


def _singly(quota: Quota) -> str:
    return say(f"，另有{len(quota.units)}个单位单列", f", {len(quota.units)} units by name") if quota.units else ""
