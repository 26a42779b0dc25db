"""For whom or what something in a campaign is, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bangdan.language import say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from workflows.definition import Definition, Who


def whom(it: Definition, who: Who) -> str:
    """Channels, units, tracks and attributes that are meant, in the campaign's names; empty for everybody."""
    return say("，", ", ").join(_parts(it, who))


def _parts(it: Definition, who: Who) -> Iterator[str]:
    from workflows.scopes import value_words

    if who.role:
        yield say({"applicant": "申报人", "unit": "推荐单位"}[who.role], who.role.value)
    if who.channels:
        found = [it.channel_by_key[key] for key in who.channels]
        yield _any(say(each.name, each.english or each.name) for each in found)
    if who.units:
        yield _any(who.units)
    if who.tracks:
        yield _any(_tracks(it, who.tracks))
    for key, values in who.attributes:
        attribute = it.attribute_by_key[key]
        meant = _any(say(*value_words(attribute, each)) for each in values)
        yield say(f"{attribute.name}：{meant}", f"{attribute.english}: {meant}")


def _any(words: Iterable[str]) -> str:
    """Any of several: the commas of the language are those of a list, so that the parts stand apart."""
    return say("、", " or ").join(words)


def _tracks(it: Definition, keys: Iterable[str]) -> Iterator[str]:
    """The tracks by name, all of a list by the name of the list."""
    meant = set(keys)
    for ranking in it.lists:
        own = [track for track in it.tracks.values() if track.list.key == ranking.key]
        if own and all(track.key in meant for track in own):
            yield say(ranking.name, ranking.english)
            continue
        for track in own:
            if track.key in meant:
                field = track.field
                english = f"{ranking.english}, {field.english or field.name}" if field else ranking.english
                yield say(track.name, english)
