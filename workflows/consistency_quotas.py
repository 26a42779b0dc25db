"""What must hold between channels and quotas, so that for every unit it is plain how many it may recommend.

| code         | about                                                                     |
|--------------|---------------------------------------------------------------------------|
| CFG-50, 51   | a channel without a number on one of its lists, or with one elsewhere     |
| CFG-52, 53   | two numbers for one thing, or places of one unit that can't be added up   |
| CFG-111      | a share that holds more than there is                                     |
| CFG-112      | remark: a pool with fewer places than its lists and fields                |
| CFG-113      | a channel that excludes itself                                            |
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from workflows.definition import EVERYBODY, Channel, Definition, Quota, Who
from workflows.findings import Findings
from workflows.places import together
from workflows.vocabulary import Per, Stacking


def check_quotas(definition: Definition, findings: Findings) -> None:
    """Notes what contradicts itself in `[channels.*]` and `[quotas.*]`."""
    for each in definition.lists:
        rules = [quota for quota in definition.quotas if each.key in quota.lists]
        if each.takes_nominations:
            _no_quota(each.key, rules, definition, findings)
        _no_right(each.key, rules, definition, findings)
    for quota in definition.quotas:
        _per_field(definition, quota, findings)
        _shares(quota, findings)
    for channel in definition.channels:
        _excludes_itself(channel, findings)
    if not findings.wrong_in("quotas"):
        _counted_twice(definition, findings)
        _counted_apart(definition, findings)
    if not findings.wrong_in("quotas"):
        _small_pools(definition, findings)


def _no_quota(list_key: str, rules: Sequence[Quota], definition: Definition, findings: Findings) -> None:
    given = {channel for rule in rules for channel in rule.channels}
    without = [each.key for each in definition.channels if list_key in each.lists and each.key not in given]
    if without:
        findings.error(
            "CFG-50", ("lists", list_key), f"渠道 {'、'.join(without)} 可推荐，但没有名额规定，请在 [quotas] 写明",
            f"channels {', '.join(without)} may recommend, but no quota says how many; add one",
            channels=", ".join(without),
        )  # fmt: skip


def _no_right(list_key: str, rules: Sequence[Quota], definition: Definition, findings: Findings) -> None:
    may = {each.key: each.lists for each in definition.channels}
    for rule in rules:
        for channel in rule.channels:
            # Of a pool a channel may use a part; elsewhere it has places on each of the lists.
            useful = may[channel] if rule.per is Per.POOL and not set(rule.lists).isdisjoint(may[channel]) else ()
            if list_key not in may[channel] and not useful:
                findings.error(
                    "CFG-51", ("quotas", rule.key, "channels"), f"渠道“{channel}”不能推荐榜单“{list_key}”，不应有名额",
                    f'channel "{channel}" may not recommend for list "{list_key}"', channel=channel, list=list_key,
                )  # fmt: skip


def _per_field(definition: Definition, quota: Quota, findings: Findings) -> None:
    for key in quota.lists:
        if quota.per is Per.FIELD and not definition.list_by_key[key].fields:
            findings.error(
                "CFG-53", ("quotas", quota.key, "per"), f"榜单“{key}”不分领域，请写 per = \"list\"",
                f'list "{key}" has no fields; write per = "list"', list=key,
            )  # fmt: skip


def _counted_twice(definition: Definition, findings: Findings) -> None:
    """CFG-52: two quotas over the same tracks for the same channel; which of them would hold?"""
    told: set[tuple[str, str]] = set()
    for track in definition.tracks:
        for one, other in combinations(_on(definition, track), 2):
            both = [channel for channel in one.channels if channel in other.channels]
            same = together(definition, one, track) == together(definition, other, track)
            if both and same and overlap(one.who, other.who) and (one.key, other.key) not in told:
                told.add((one.key, other.key))
                _two_quotas(definition.tracks[track].list.key, both, one, other, findings)


def _two_quotas(list_key: str, both: Sequence[str], one: Quota, other: Quota, findings: Findings) -> None:
    line = findings.lines.line(("quotas", one.key))
    findings.error(
        "CFG-52", ("quotas", other.key),
        f"渠道 {'、'.join(both)} 在榜单“{list_key}”上已有名额规定“{one.key}”（第{line}行），"
        "同一计数范围须只有一条",
        f'channels {", ".join(both)} have quota "{one.key}" (line {line}) over the same range on list "{list_key}"'
        " already; there must be one",
        list=list_key, first=one.key,
    )  # fmt: skip


def _counted_apart(definition: Definition, findings: Findings) -> None:
    """CFG-53: of a unit in two channels, places on one list are counted over the same, or they can't be added up."""
    told: set[tuple[str, str]] = set()
    for track, each in definition.tracks.items():
        rules = _on(definition, track)
        for channel, other in _held_together(definition, each.list.key):
            for pair in _apart(definition, rules, (channel, other), track):
                if pair not in told:
                    told.add(pair)
                    _not_to_add(each.list.key, pair, (channel, other), findings)


def _apart(
    definition: Definition, rules: Sequence[Quota], channels: tuple[str, str], track: str
) -> Iterator[tuple[str, str]]:
    """Pairs of quotas, one of each channel, of which one counts over what the other channel does not."""
    for who in dict.fromkeys((EVERYBODY, *(rule.who for rule in rules))):
        fitting = [rule for rule in rules if overlap(rule.who, who)]
        first, second = ([rule for rule in fitting if channel in rule.channels] for channel in channels)
        if first and second:
            for mine, theirs in ((first, second), (second, first)):
                counted = {together(definition, rule, track) for rule in theirs}
                odd = [rule for rule in mine if together(definition, rule, track) not in counted]
                yield from (_in_order(definition, odd_one, theirs[0]) for odd_one in odd)


def _in_order(definition: Definition, one: Quota, other: Quota) -> tuple[str, str]:
    keys = definition.quota_keys
    first, second = sorted((one.key, other.key), key=keys.index)
    return first, second


def _not_to_add(list_key: str, quotas: tuple[str, str], channels: tuple[str, str], findings: Findings) -> None:
    first, second = quotas
    findings.error(
        "CFG-53", ("quotas", second, "per"),
        f"榜单“{list_key}”上，渠道“{channels[0]}”与“{channels[1]}”的名额计数范围不同（另见“{first}”），一个单位同属两者时无法相加；"
        "请统一 per，或在渠道中写 excludes",
        f'on list "{list_key}" channels "{channels[0]}" and "{channels[1]}" count their places over different things'
        f' (see "{first}" too), so those of a unit in both can\'t be added up; make `per` agree, or let one exclude'
        " the other",
        list=list_key, first=first,
    )  # fmt: skip


def _held_together(definition: Definition, list_key: str) -> Iterator[tuple[str, str]]:
    """The pairs of channels for a list that one unit may hold."""
    may = [each for each in definition.channels if list_key in each.lists]
    for one, other in combinations(may, 2):
        excluded = other.key in one.excludes or one.key in other.excludes
        if one.person == other.person and not excluded and overlap(one.who, other.who):
            yield one.key, other.key


def overlap(one: Who, other: Who) -> bool:
    """Whether some unit may fit both; they say something of attributes only."""
    wanted = dict(other.attributes)
    return all(not set(values).isdisjoint(wanted.get(key, values)) for key, values in one.attributes)


def _on(definition: Definition, track: str) -> list[Quota]:
    return [quota for quota in definition.quotas if definition.tracks[track].list.key in quota.lists]


def _shares(quota: Quota, findings: Findings) -> None:
    """CFG-111: a share holds places of every number that the quota gives."""
    numbers = [*([] if quota.units and quota.limit == 0 else [quota.limit]), *(number for _, number in quota.units)]
    given = [number for number in numbers if number is not None]
    for share in quota.shares:
        path = ("quotas", quota.key, "shares", share.key, "least")
        if share.least is not None and len(given) < len(numbers):
            findings.error(
                "CFG-111", path, f"名额不限，谈不上为“{share.name}”留出{share.least}个，请写明 limit 或删去 least",
                f'the places are unlimited, so none can be held for "{share.key}"; give a limit, or leave least out',
                least=share.least,
            )  # fmt: skip
        elif share.least is not None and share.least > min(given):
            findings.error(
                "CFG-111", path, f"“{share.name}”至少{share.least}个，多于全部名额{min(given)}个",
                f'at least {share.least} for "{share.key}" is more than the {min(given)} places there are',
                least=share.least, limit=min(given),
            )  # fmt: skip


def _excludes_itself(channel: Channel, findings: Findings) -> None:
    if channel.key in channel.excludes:
        findings.error(
            "CFG-113", ("channels", channel.key, "excludes"), "渠道不能与自己互斥，请删去",
            "a channel can't exclude itself; leave it out",
        )  # fmt: skip


def _small_pools(definition: Definition, findings: Findings) -> None:
    """CFG-112: with one channel, a wider scope that has fewer places than the narrower ones within it."""
    for quota in definition.quotas:
        if quota.per is Per.FIELD or quota.limit is None or quota.stacking is Stacking.MOST:
            continue
        for channel in quota.channels:
            narrow = _within(definition, quota, channel)
            if narrow is not None and narrow > quota.limit:
                findings.remark(
                    "CFG-112", ("quotas", quota.key, "limit"),
                    f"合计{quota.limit}个，少于其中各榜单、各领域的名额之和{narrow}个，不能全部用满",
                    f"{quota.limit} in all is less than the {narrow} of its lists and fields together: not all of"
                    " them can be used",
                    limit=quota.limit, sum=narrow,
                )  # fmt: skip
                break


def _within(definition: Definition, quota: Quota, channel: str) -> int | None:
    """How many places narrower quotas give the channel within this one's lists; None if they don't cover them."""
    total = 0
    for key in quota.lists:
        tracks = [each for each in definition.tracks.values() if each.list.key == key]
        narrower = [
            (rule, len(tracks) if rule.per is Per.FIELD else 1)
            for rule in definition.quotas
            if key in rule.lists and channel in rule.channels and rule.per is not Per.POOL and rule.per is not quota.per
        ]
        if not narrower or any(rule.limit is None for rule, _ in narrower):
            return None
        total += min((rule.limit or 0) * times for rule, times in narrower)
    return total
