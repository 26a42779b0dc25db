"""What people call things in a filter: keys of the file, or the names that the file gives them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import TypeVar

from workflows.definition import Definition
from workflows.elsewhere import takes_none
from workflows.nomination import Shape
from workflows.reasons import Reason, Refused

T = TypeVar("T")


def tracks_named(definition: Definition, text: str) -> tuple[str, ...]:
    """The tracks of a list, or one track, by key or by Chinese name. Raises Refused (FLT-01, NOM-03)."""
    if none := takes_none(definition, text):
        raise Refused(none)
    found: dict[str, list[str]] = {}
    for key, track in definition.tracks.items():
        names = {track.list.key, track.list.name, key, track.name}
        if track.field:
            names |= {track.field.key, track.field.name}
        for name in names:
            found.setdefault(name, []).append(key)
    return tuple(one_of(found, text, "榜单或领域", "list or field", definition.tracks))


def channel_named(definition: Definition, text: str) -> str:
    """The channel with that key or Chinese name. Raises Refused (FLT-01)."""
    known = {**{each.name: each.key for each in definition.channels}, **{key: key for key in definition.channel_by_key}}
    return one_of(known, text, "推荐渠道", "channel", definition.channel_by_key)


def state_named(shape: Shape, text: str) -> str:
    """The state with that key or Chinese name. Raises Refused (FLT-01)."""
    known = {**{state.zh: state.key for state in shape.states}, **{key: key for key in shape.state_by_key}}
    return one_of(known, text, "状态", "state", shape.state_by_key)


def one_of(known: Mapping[str, T], text: str, what: str, what_en: str, keys: Iterable[str]) -> T:
    """What `known` has under that name. Raises Refused (FLT-01) with the nearest, and with what there is."""
    if text in known:
        return known[text]
    near = get_close_matches(text[:40], list(known), n=1)
    zh, en = (f"（您是否要找 {near[0]}？）", f"; did you mean {near[0]}?") if near else ("", "")
    listed = ", ".join(keys)
    raise Refused(
        Reason(code="FLT-01", zh=f"没有这个{what}：{text[:60]!r}{zh}；可用：{listed}",
               en=f"no such {what_en}: {text[:60]!r}{en} known: {listed}")
    )  # fmt: skip
