"""How many nominations a unit may make, and over what they are counted: the one reading of `[quotas.*]`.

A scope counts some tracks together. What the unit's channels give there is added up, or the most of it counts
(`Quota.stacking`); a nomination needs a place in every scope that binds its track.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from workflows.definition import Definition, Quota, Share
from workflows.matching import Subject, matches
from workflows.vocabulary import Per, Stacking

NAMED_LISTS = 3  # a pool over more of them is named by the first


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """What is counted together for one unit: at most `limit` (None: unlimited) on `tracks`, some held by `shares`."""

    name: str
    counter: str
    tracks: tuple[str, ...]
    limit: int | None
    shares: tuple[Share, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """What a share leaves to one nomination: at most `limit` of those it counts with, `used` of them there.

    With `inside` those are the share's own (`most`), else all the others (so that its `least` stays free).
    """

    share: str
    inside: bool
    limit: int
    used: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A scope as it stands: `limit` places in all (None: unlimited), `used` of them taken. `scope` is its name.

    `unit` names whose it is where that is somebody who joined the nomination; `parts` are what shares leave to it.
    """

    scope: str
    limit: int | None
    used: int
    parts: tuple[Part, ...] = ()
    unit: str = ""
    counter: str = "个"
    tracks: tuple[str, ...] = field(default=(), compare=False)

    @property
    def left(self) -> int | None:
        return None if self.limit is None else max(0, self.limit - self.used)

    @property
    def full(self) -> bool:
        return self.limit is not None and self.used >= self.limit


def binding(definition: Definition, subject: Subject, track: str) -> tuple[Scope, ...]:
    """The scopes that bind the unit on `track`, the narrowest first; none where its channels may not recommend."""
    listed = definition.tracks[track].list.key
    held = _held(definition, subject, listed)
    gifts: dict[tuple[str, ...], list[_Gift]] = {}
    for quota in definition.quotas:
        times = len(held.intersection(quota.channels))
        if times and listed in quota.lists and matches(quota.who, subject):
            gift = _Gift(quota, 1 if quota.stacking is Stacking.MOST else times, subject.unit)
            gifts.setdefault(together(definition, quota, track), []).append(gift)
    return tuple(_scope(definition, tracks, gifts[tracks]) for tracks in sorted(gifts, key=len))


def scopes(definition: Definition, subject: Subject) -> tuple[Scope, ...]:
    """Every scope that binds the unit anywhere, in the order of the lists; pools over several lists come last."""
    found: dict[tuple[str, ...], Scope] = {}
    for track in definition.tracks:
        found.update({scope.tracks: scope for scope in binding(definition, subject, track)})
    return tuple(sorted(found.values(), key=lambda scope: position(definition, scope.tracks)))


def together(definition: Definition, quota: Quota, track: str) -> tuple[str, ...]:
    """The tracks that a quota counts together with `track`."""
    if quota.per is Per.FIELD:
        return (track,)
    lists = quota.lists if quota.per is Per.POOL else (definition.tracks[track].list.key,)
    return tuple(key for key, each in definition.tracks.items() if each.list.key in lists)


def used_in(scope: Scope, taken: Mapping[str, int]) -> int:
    """How many places of a scope are used, where `taken` says how many on each track."""
    return sum(taken.get(track, 0) for track in scope.tracks)


def tightest(places: Iterable[Place]) -> Place:
    """The place of which the least is left. Raises ValueError if there is none."""
    return min(places, key=lambda place: _bound(place.left))


def widest(places: Iterable[Place]) -> list[Place]:
    """The places that stand in no other one, which count all that is counted."""
    found = sorted(places, key=lambda place: -len(place.tracks))
    return [
        place for number, place in enumerate(found)
        if not any(set(place.tracks) <= set(other.tracks) for other in found[:number])
    ]  # fmt: skip


def all_in_all(numbers: Iterable[tuple[tuple[str, ...], int | None]]) -> int | None:
    """What the numbers of overlapping scopes come to, each with its tracks; None is unlimited.

    A wider scope gives no more than the narrower ones within it.
    """
    groups: list[tuple[set[str], float]] = []
    seen = set[str]()
    for keys, number in sorted(numbers, key=lambda each: len(each[0])):
        tracks = set(keys)
        apart = seen.isdisjoint(tracks)  # as most are, of which a letter to each unit tells the sum
        seen |= tracks
        if apart:
            groups.append((tracks, _bound(number)))
            continue
        within = [group for group in groups if group[0] <= tracks]
        covered = set().union(*(group[0] for group in within)) == tracks
        inner = sum(group[1] for group in within) if covered else _bound(None)
        groups = [*(group for group in groups if group not in within), (tracks, min(inner, _bound(number)))]
    total = sum(group[1] for group in groups)
    return None if total == _bound(None) else int(total)


def _bound(number: int | None) -> float:
    return float("inf") if number is None else number


def scope_name(definition: Definition, tracks: tuple[str, ...]) -> str:
    """What a scope is called: its field, its list, or its lists."""
    if len(tracks) == 1:
        return definition.tracks[tracks[0]].name
    names = tuple(dict.fromkeys(definition.tracks[key].list.name for key in tracks))
    return "、".join(names) if len(names) <= NAMED_LISTS else f"{names[0]}等{len(names)}个榜单"


@dataclass(frozen=True, slots=True)
class _Gift:
    """What one quota gives a unit in one scope, `times` over."""

    quota: Quota
    times: int
    unit: str | None

    @property
    def own(self) -> bool:
        return any(code == self.unit for code, _ in self.quota.units)

    @property
    def limit(self) -> int | None:
        """A unit's own number is for the unit, whichever of the channels it holds."""
        if self.own:
            return next(number for code, number in self.quota.units if code == self.unit)
        return None if self.quota.limit is None else self.quota.limit * self.times

    @property
    def shares(self) -> list[Share]:
        return [each if self.own else _times(each, self.times) for each in self.quota.shares]


def _times(share: Share, times: int) -> Share:
    least, most = (None if number is None else number * times for number in (share.least, share.most))
    return replace(share, least=least, most=most)


def _held(definition: Definition, subject: Subject, list_key: str) -> set[str]:
    known = definition.channel_by_key
    return {key for key in subject.channels if key in known and list_key in known[key].lists}


def _scope(definition: Definition, tracks: tuple[str, ...], gifts: list[_Gift]) -> Scope:
    return Scope(
        name=scope_name(definition, tracks), counter=definition.tracks[tracks[0]].list.counter, tracks=tracks,
        limit=_limit(gifts), shares=tuple(share for gift in gifts for share in gift.shares),
    )  # fmt: skip


def _limit(gifts: list[_Gift]) -> int | None:
    added, best = 0, 0
    for gift in gifts:
        if gift.limit is None:
            return None
        if gift.quota.stacking is Stacking.MOST:
            best = max(best, gift.limit)
        else:
            added += gift.limit
    return added + best


def position(definition: Definition, tracks: tuple[str, ...]) -> tuple[bool, int, int, int]:
    """Where a scope stands among all of them: in the order of the lists, pools over several lists last."""
    order, keys = list(definition.list_by_key), list(definition.tracks)
    lists = {definition.tracks[key].list.key for key in tracks}
    return len(lists) > 1, order.index(definition.tracks[tracks[0]].list.key), len(tracks), keys.index(tracks[0])
