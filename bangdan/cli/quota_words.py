"""How many may be recommended, in words: a number or 不限, and what each quota gives a channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bangdan.cli.printing import NUMBER, table
from bangdan.cli.whom import whom
from bangdan.language import say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.table import Table

    from workflows.definition import Definition, Quota
    from workflows.places import Place


def number_words(number: int | None) -> str:
    """A number of places; None is no limit."""
    return say("不限", "unlimited") if number is None else str(number)


def of_channel(it: Definition, list_key: str, channel: str) -> str:
    """What a unit in one channel may recommend for one list, by each quota that speaks of it."""
    rules = [quota for quota in it.quotas if list_key in quota.lists and channel in quota.channels]
    return say("；", "; ").join(_words(it, quota, list_key) for quota in rules) or "—"


def quota_words(it: Definition, quota: Quota) -> str:
    """What a quota gives a unit in one of its channels."""
    return _words(it, quota, quota.lists[0])


def places_table(places: Iterable[Place]) -> Table:
    """How many places a unit has, and how many of them are used."""
    made = table(
        say("名额", "Places"), (say("共", "Of"), NUMBER), (say("已用", "Used"), NUMBER), (say("余", "Left"), NUMBER)
    )
    for place in places:
        made.add_row(place.scope, number_words(place.limit), str(place.used), number_words(place.left))
    return made


def _words(it: Definition, quota: Quota, list_key: str) -> str:
    named = whom(it, quota.who)
    return _number(it, quota, list_key) + (say(f"（{named}）", f" ({named})") if named else "") + _singly(quota)


def _number(it: Definition, quota: Quota, list_key: str) -> str:
    many = number_words(quota.limit)
    if quota.per == "field" and len(it.list_by_key[list_key].fields) > 1:
        return say(f"每领域{many}", f"{many} a field")
    if quota.per == "pool" and len(quota.lists) > 1:
        return say(f"{len(quota.lists)}个榜单合计{many}", f"{many} over {len(quota.lists)} lists")
    return many


def _singly(quota: Quota) -> str:
    return say(f"，另有{len(quota.units)}个单位单列", f", {len(quota.units)} units by name") if quota.units else ""
