"""Whom a circular is for, as plain values that are kept with it, and what is wrong with what was chosen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from engine.office import Work
from workflows.definition import Who
from workflows.reasons import Reason
from workflows.vocabulary import Bearer


class To(StrEnum):
    """Which people a circular goes to."""

    UNITS = "units"
    APPLICANTS = "applicants"
    INSTITUTIONS = "institutions"
    CONTACTS = "contacts"


WORDS: Mapping[To, tuple[str, str]] = {
    To.UNITS: ("推荐单位联系人", "contacts of units"),
    To.APPLICANTS: ("申报单位（申报人）", "applicants"),
    To.INSTITUTIONS: ("评审机构联系人", "contacts of institutions"),
    To.CONTACTS: ("指定的联系人", "chosen contacts"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Aim:
    """Whom a circular is for: `to`, narrowed by everything that is given; within each, any of its values does.

    `units` are codes, `tracks` and `states` keys, `attributes` pairs of key and value, `contacts` public ids.
    `unsubmitted`: who has a draft, or something to correct, that is not submitted yet.
    """

    to: To
    tracks: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()
    states: tuple[str, ...] = ()
    unsubmitted: bool = False
    units: tuple[str, ...] = ()
    institutions: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()

    @property
    def who(self) -> Who:
        """The same as a predicate on units and nominations."""
        keys = dict.fromkeys(key for key, _ in self.attributes)
        values = {key: tuple(value for name, value in self.attributes if name == key) for key in keys}
        return Who(channels=self.channels, units=self.units, tracks=self.tracks, attributes=tuple(values.items()))


FITS: Mapping[To, frozenset[str]] = {
    To.UNITS: frozenset({"tracks", "channels", "attributes", "states", "unsubmitted", "units"}),
    To.APPLICANTS: frozenset({"tracks", "channels", "attributes", "states", "unsubmitted", "units"}),
    To.INSTITUTIONS: frozenset({"tracks", "institutions"}),
    To.CONTACTS: frozenset({"contacts"}),
}
"""What may narrow each kind of readers."""

_LISTS = ("tracks", "channels", "states", "units", "institutions", "contacts")


def as_plain(aim: Aim) -> dict[str, Any]:
    """As it is kept."""
    lists = {name: list(getattr(aim, name)) for name in _LISTS}
    pairs = [list(pair) for pair in aim.attributes]
    return {"to": aim.to.value, "unsubmitted": aim.unsubmitted, "attributes": pairs, **lists}


def from_plain(kept: Mapping[str, Any]) -> Aim:
    """From what was kept."""
    lists = {name: tuple(kept[name]) for name in _LISTS}
    pairs = tuple((key, value) for key, value in kept["attributes"])
    return Aim(to=To(kept["to"]), unsubmitted=kept["unsubmitted"], attributes=pairs, **lists)


def faults(work: Work, aim: Aim) -> Iterator[Reason]:
    """What is chosen and does not exist in the campaign, or does not go with these readers."""
    definition = work.definition
    known: dict[str, Mapping[str, Any]] = {
        "tracks": definition.tracks,
        "channels": definition.channel_by_key,
        "states": work.shape.state_by_key,
        "institutions": definition.institution_by_key,
    }
    for name, keys in known.items():
        yield from (_unknown(name, key, keys) for key in getattr(aim, name) if key not in keys)
    yield from (_unknown("attributes", key, definition.attribute_by_key) for key, _ in aim.attributes
                if key not in definition.attribute_by_key)  # fmt: skip
    for name in ("tracks", "channels", "attributes", "states", "unsubmitted", "units", "institutions", "contacts"):
        if getattr(aim, name) and name not in FITS[aim.to]:
            yield _misplaced(name, aim.to)
    if aim.to is To.CONTACTS and not aim.contacts:
        yield Reason(code="CIR-02", where="contacts", zh="请至少选一位联系人", en="choose at least one contact")


def asks_nominees(work: Work, aim: Aim) -> bool:
    """Whether something is asked that only nominations have."""
    attributes = work.definition.attribute_by_key
    of_nominees = any(attributes[key].of is Bearer.NOMINEE for key, _ in aim.attributes)
    return bool(aim.states) or aim.unsubmitted or of_nominees


NAMES: Mapping[str, tuple[str, str]] = {
    "tracks": ("榜单或领域", "list or field"),
    "channels": ("推荐渠道", "channel"),
    "attributes": ("属性", "attribute"),
    "states": ("项目状态", "state"),
    "unsubmitted": ("有未提交的草稿", "has unsubmitted drafts"),
    "units": ("推荐单位", "unit"),
    "institutions": ("评审机构", "institution"),
    "contacts": ("联系人", "contact"),
}
"""What each way of narrowing is called."""


def _unknown(name: str, key: str, keys: Mapping[str, Any]) -> Reason:
    zh, en = NAMES[name]
    return Reason(
        code="FLT-01", where=name, zh=f"没有这个{zh}：{key[:60]!r}；可用：{'、'.join(keys)}",
        en=f"no such {en}: {key[:60]!r}; known: {', '.join(keys)}",
    )  # fmt: skip


def _misplaced(name: str, to: To) -> Reason:
    (zh, en), (to_zh, to_en) = NAMES[name], WORDS[to]
    return Reason(
        code="CIR-05", where=name, zh=f"收件人为“{to_zh}”时，不能按“{zh}”筛选；请去掉此条件",
        en=f"{to_en} can't be narrowed by {en}; take that away",
    )  # fmt: skip
