"""Who may win, counted: the caps of a list, of its levels and of its shares, and how many may pass a stage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from workflows.definition import Level, RankingList, Share, Shortlist, Stage
from workflows.matching import Subject, matches
from workflows.reasons import Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Winner:
    """One who is to be on the list: on which level, and what is declared of them and their unit."""

    level: str | None = None
    attributes: Mapping[str, str]


def reasons_against_winners(ranking: RankingList, winners: Sequence[Winner]) -> tuple[Reason, ...]:
    """WIN-01 … WIN-04: why these can't be the winners of a list together; empty means that they can."""
    found = [_too_many(ranking, len(winners)), *_levels(ranking, winners), *_shares(ranking, winners)]
    return tuple(reason for reason in found if reason)


def level_named(ranking: RankingList, text: str) -> Level | None:
    """The level with that key or name."""
    return next((level for level in ranking.levels if text in (level.key, level.name, level.english)), None)


def reasons_against_level(ranking: RankingList, text: str | None, *, passed: bool) -> tuple[Reason, ...]:
    """WIN-06 … WIN-08: why a decision can't name this level; `text` is its key or name, None if it names none."""
    known, known_en = "、".join(each.name for each in ranking.levels), ", ".join(each.key for each in ranking.levels)
    facts = {"list": ranking.key, "level": text}
    if text and not passed:
        zh, en = f"不入榜的不写等级，请删去“{text[:40]}”", f"what is not listed has no level; delete {text[:40]!r}"
        return (Reason(code="WIN-08", zh=zh, en=en, facts=facts),)
    if text and not ranking.levels:
        zh, en = f"{ranking.name}不分等级，请留空", f"{ranking.english} has no levels; leave it empty"
        return (Reason(code="WIN-06", zh=zh, en=en, facts=facts),)
    if text and not level_named(ranking, text):
        zh = f"{ranking.name}没有等级“{text[:40]}”；可写：{known}"
        en = f"{ranking.english} has no level {text[:40]!r}; it has: {known_en}"
        return (Reason(code="WIN-06", zh=zh, en=en, facts=facts),)
    if passed and ranking.levels and not text:
        zh, en = f"{ranking.name}分等级，请写明：{known}", f"{ranking.english} has levels; name one: {known_en}"
        return (Reason(code="WIN-07", zh=zh, en=en, facts=facts),)
    return ()


def _too_many(ranking: RankingList, number: int) -> Reason | None:
    if ranking.winners is None or number <= ranking.winners:
        return None
    limit, word = ranking.winners, ranking.counter
    return Reason(
        code="WIN-01", zh=f"{ranking.name}最多{limit}{word}，这样会有{number}{word}，请减去{number - limit}{word}",
        en=f"{ranking.english} has at most {limit} winners; these would make {number}: {number - limit} too many",
        facts={"list": ranking.key, "limit": limit, "number": number},
    )  # fmt: skip


def _levels(ranking: RankingList, winners: Sequence[Winner]) -> Iterator[Reason]:
    for level in ranking.levels:
        number = sum(winner.level == level.key for winner in winners)
        if level.winners is not None and number > level.winners:
            yield Reason(
                code="WIN-02",
                zh=f"{ranking.name}“{level.name}”最多{level.winners}{ranking.counter}，这样会有{number}{ranking.counter}",
                en=f"{ranking.english}, {level.english}: at most {level.winners}; these would make {number}",
                facts={"list": ranking.key, "level": level.key, "limit": level.winners, "number": number},
            )  # fmt: skip


def _shares(ranking: RankingList, winners: Sequence[Winner]) -> Iterator[Reason]:
    held = held_by(ranking, winners)
    left = None if ranking.winners is None else ranking.winners - len(winners)
    missing = asked_together(ranking.shares, held)
    if left is not None and 0 <= left < missing:  # more than the cap is told by the cap
        asked = [share for share in ranking.shares if share.least and held[share.key] < share.least]
        yield Reason(
            code="WIN-03",
            zh=f"{ranking.name}还剩{left}个位置，而"
            + "，".join(f"“{share.name}”至少{share.least}个、现有{held[share.key]}个" for share in asked)
            + "，已无法满足",
            en=f"{ranking.english} has {left} places left, but "
            + ", ".join(f'"{share.name}" asks for at least {share.least} and has {held[share.key]}' for share in asked)
            + ": that can't be met any more",
            facts={"list": ranking.key, "left": left, "missing": missing},
        )
    for share in ranking.shares:
        if share.most is not None and held[share.key] > share.most:
            yield Reason(
                code="WIN-04", zh=f"{ranking.name}“{share.name}”最多{share.most}个，这样会有{held[share.key]}个",
                en=f'{ranking.english}, "{share.name}": at most {share.most}; these would make {held[share.key]}',
                facts={"list": ranking.key, "share": share.key, "limit": share.most, "number": held[share.key]},
            )  # fmt: skip


def held_by(ranking: RankingList, winners: Sequence[Winner]) -> Mapping[str, int]:
    """How many of the winners each share has, by its key."""
    return {share.key: sum(_fits(share, winner) for winner in winners) for share in ranking.shares}


def _fits(share: Share, winner: Winner) -> bool:
    return matches(share.who, Subject(attributes=winner.attributes))


def asked_together(shares: Iterable[Share], held: Mapping[str, int] | None = None) -> int:
    """How many places the shares' `least` still ask for at the very least: no winner counts for two that are apart."""
    needs = [(max(0, (share.least or 0) - (held or {}).get(share.key, 0)), share) for share in shares]
    needs.sort(key=lambda need: -need[0])
    return max((_with_all_apart(first, needs) for first in needs), default=0)


def _with_all_apart(first: tuple[int, Share], needs: Sequence[tuple[int, Share]]) -> int:
    taken = [first]
    for need in needs:
        if all(_apart(need[1], other) for _, other in taken):
            taken.append(need)
    return sum(number for number, _ in taken)


def _apart(one: Share, other: Share) -> bool:
    """Whether nobody fits both: some attribute is asked for with values that differ."""
    asked = dict(other.who.attributes)
    return any(key in asked and set(values).isdisjoint(asked[key]) for key, values in one.who.attributes)


def may_pass(shortlist: Shortlist, *, entered: int, winners: int | None) -> int:
    """How many may pass: rounded up, of those who `entered` the stage, or as a multiple of the list's `winners`."""
    if shortlist.number is not None:
        return shortlist.number
    if shortlist.percent is not None:
        return -(-entered * shortlist.percent // 100)
    times = Decimal(str(shortlist.times)) * (winners or 0)
    return int(times.to_integral_value(rounding=ROUND_CEILING))


def too_many_pass(stage: Stage, of: str, of_en: str, *, limit: int, entered: int, number: int) -> Reason:
    """WIN-05: more would pass a stage than its shortlist lets; `of` names the track or list that is counted."""
    text = stage.shortlist.text if stage.shortlist else ""
    return Reason(
        code="WIN-05",
        zh=f"{of}：{stage.name}最多通过{limit}个（{text}，进入{entered}个），这样会有{number}个",
        en=f"{of_en}: at most {limit} may pass {stage.english} ({text}; {entered} entered); these would make {number}",
        facts={"stage": stage.key, "limit": limit, "entered": entered, "number": number},
    )
