"""The part of a campaign file that says how many may be recommended: who, over what, how many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from workflows.definition import Attribute, Channel, Quota, RankingList
from workflows.findings import shown
from workflows.lines import Path
from workflows.loading_for import read_for
from workflows.loading_lists import chosen_lists
from workflows.loading_matching import CHANNEL, Known
from workflows.loading_shares import read_shares
from workflows.reading import Table
from workflows.shapes import whole, words
from workflows.vocabulary import Per, Stacking

EVERY = "all"
UNITS, PERSONS = "units", "persons"
UNLIMITED = "unlimited"
MOST_PLACES = 10_000


def read_quotas(
    root: Table, lists: Sequence[RankingList], channels: Sequence[Channel], attributes: Mapping[str, Attribute]
) -> tuple[Quota, ...]:
    """`[quotas.*]`, each resolved to the channels that it gives places."""
    tables = root.entries("quotas", needed=True)
    return tuple(quota for table in tables for quota in _quota(table, lists, channels, attributes))


def _quota(
    table: Table, lists: Sequence[RankingList], channels: Sequence[Channel], attributes: Mapping[str, Attribute]
) -> list[Quota]:
    groups = {
        UNITS: tuple(each.key for each in channels if not each.person),
        PERSONS: tuple(each.key for each in channels if each.person),
        EVERY: tuple(each.key for each in channels),
    }
    read = Quota(
        key=table.key,
        lists=chosen_lists(table, lists),
        channels=table.some("channels", CHANNEL, groups[EVERY], groups),
        per=table.word("per", Per),
        limit=_limit(table),
        units=_units(table),
        who=read_for(table, Known(attributes=attributes)),
        stacking=table.word("stacking", Stacking) if table.has("stacking") else Stacking.ADD,
        shares=read_shares(table, attributes, most=MOST_PLACES) if table.has("shares") else (),
        wording=table.wording(),
    )
    whole_group = isinstance(table.values.get("channels"), str)
    table.done()
    return _by_right(table, read, channels) if whole_group else [read]


def _by_right(table: Table, quota: Quota, channels: Sequence[Channel]) -> list[Quota]:
    """“各单位” means each unit that may recommend for the list at all; a channel named by its key must be one.

    The lists with the same channels stay together. A pool is one for all of them, whichever list each may use of it.
    """
    may = {each.key: each.lists for each in channels}
    by_holders: dict[tuple[str, ...], list[str]] = {}
    for key in quota.lists:
        by_holders.setdefault(tuple(each for each in quota.channels if key in may[each]), []).append(key)
    found = [replace(quota, lists=tuple(keys), channels=held) for held, keys in by_holders.items() if held]
    if found and quota.per is Per.POOL:
        lists = tuple(key for key in quota.lists if any(key in each.lists for each in found))
        held = tuple(each for each in quota.channels if not set(lists).isdisjoint(may[each]))
        return [replace(quota, lists=lists, channels=held)]
    if not found and quota.lists and not table.findings.wrong_in(table.path):
        table.error(
            "CFG-110", "channels", "这些渠道都不能推荐这些榜单，此名额无人可用",
            "none of these channels may recommend for these lists: nobody has these places",
        )  # fmt: skip
    return found


def _limit(table: Table) -> int | None:
    """The number for everybody; 0 where it is left out and single units have their own."""
    forms = whole(0, MOST_PLACES), words([UNLIMITED])
    value = table.value("limit", *forms, needed="units" not in table.values)
    return 0 if value is None else _number(table, (*table.path, "limit"), value)


def _units(table: Table) -> tuple[tuple[str, int | None], ...]:
    """`[quotas.*.units]`: single units' own numbers, by their codes."""
    if not table.has("units"):
        return ()
    inner = table.table("units")
    return tuple((code, _number(table, (*inner.path, code), value)) for code, value in inner.values.items())


def _number(table: Table, path: Path, value: object) -> int | None:
    """A whole number, or None for “不限”; true is none."""
    if value == UNLIMITED:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MOST_PLACES:
        return value
    table.findings.error(
        "CFG-26", path,
        f'须为0至{MOST_PLACES}的整数（不加引号、不补零），不限则写 "{UNLIMITED}"，读到 {shown(value)}',
        f'must be a whole number 0-{MOST_PLACES}, or "{UNLIMITED}"; read {shown(value)}', read=shown(value),
        low=0, high=MOST_PLACES,
    )  # fmt: skip
    return 0
