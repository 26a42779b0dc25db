"""What may be asked of a campaign as a whole, as plain values: what a desk, an API and a proposal carry out.

Which of it one person may not do alone is declared here and nowhere else: publishing, and whatever leaves somebody less
time than was announced. The verbs themselves know no second person: whoever has the command line owns the machine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine import amending, batches, campaigns
from engine.classes import who_of
from engine.effects import Effect, watched
from engine.moving import Moved, words
from engine.office import Work
from engine.queries.amended import plain_amendment
from engine.queries.explanation import Words
from engine.queries.moved import plain_move, plain_shift
from engine.queries.publishing import to_publish
from engine.queries.story import VERBS
from workflows.reasons import Reason, Refused
from workflows.vocabulary import Edge

Arguments = Mapping[str, Any]  # texts, numbers, lists of them; an instant in ISO 8601


@dataclass(frozen=True, kw_only=True, slots=True)
class Performed:
    """What a verb did, as plain values, and why one person may not do it alone; `about` is what it was done to."""

    plain: dict[str, Any]
    needs: tuple[Words, ...]
    about: Any


def perform(work: Work, verb: str, arguments: Arguments) -> Performed:
    """Do it, in a transaction that is `alone`. Raises Refused with whatever the verb has against it."""
    if verb not in DONE:
        known = "、".join(DONE)
        raise Refused(Reason(code="APR-09", zh=f"没有这项操作：{verb[:60]!r}；可用：{known}",
                             en=f"no such verb: {verb[:60]!r}; known: {known}"))  # fmt: skip
    return DONE[verb](work, arguments)


def verb_words(verb: str) -> Words:
    """What a verb is called."""
    zh, en = VERBS[verb]
    return Words(zh=zh, en=en)


def _extend(work: Work, asked: Arguments) -> Moved:
    who = who_of(asked["who"]) if asked.get("who") else None
    closes = _instant(asked, "closes") or work.at
    return campaigns.extend(work, asked["milestone"], closes=closes, opens=_instant(asked, "opens"),
                            reason=asked["reason"], reopen=asked.get("reopen", True), who=who)  # fmt: skip


def _suspend(work: Work, asked: Arguments) -> Moved:
    return campaigns.suspend(work, asked["milestone"], reason=asked["reason"], reopen=asked.get("reopen", True))


def _announce(work: Work, asked: Arguments) -> Moved:
    return campaigns.announce(work, asked["milestone"], opens=_instant(asked, "opens"),
                              closes=_instant(asked, "closes"), reason=asked.get("reason", ""))  # fmt: skip


def _choose(work: Work, asked: Arguments) -> Moved:
    return campaigns.choose_date(work, asked["milestone"], date=_instant(asked, "date") or work.at,
                                 reason=asked.get("reason", ""))  # fmt: skip


def _instant(asked: Arguments, name: str) -> datetime | None:
    return datetime.fromisoformat(asked[name]) if asked.get(name) else None


def _date(move: Callable[[Work, Arguments], Moved]) -> Callable[[Work, Arguments], Performed]:
    """A verb that moves a date."""

    def do(work: Work, asked: Arguments) -> Performed:
        effect = watched(work, lambda: move(work, asked))
        return Performed(plain=plain_move(work, effect), needs=tuple(_less_time(work, effect)),
                         about=_dates(effect))  # fmt: skip

    return do


def _amend(work: Work, asked: Arguments) -> Performed:
    effect = watched(work, lambda: amending.amend(
        work, asked["source"], name=asked["name"], reason=asked["reason"], reopen=asked.get("reopen", True),
        keep=asked.get("keep", False)))  # fmt: skip
    return Performed(plain=plain_amendment(work, effect), needs=tuple(_less_time(work, effect)), about=_dates(effect))


def _publish(work: Work, asked: Arguments) -> Performed:
    ids: Sequence[str] | None = asked.get("ids")
    lists = to_publish(work, ids)
    count = batches.publish(work, ids)
    plain = {
        "published": count, "at": work.at.isoformat(), "zone": work.definition.zone,
        "lists": [{"list": each.list.key, "name": each.list.name, "english": each.list.english,
                   "count": len(each.selected), "most": each.most} for each in lists if each.selected],
    }  # fmt: skip
    about = sorted((one.id, one.level.key if one.level else "") for each in lists for one in each.selected)
    return Performed(plain=plain, needs=(PUBLISHING,), about=about)


PUBLISHING = Words(zh="发布榜单", en="publishing a list")


def _dates(effect: Effect[Any]) -> list[dict[str, Any]]:
    return [plain_shift(each) for each in effect.shifts]


def _less_time(work: Work, effect: Effect[Any]) -> Iterator[Words]:
    for each in effect.shifts:
        if each.earlier and each.new:
            zh, en = words(work, each.new, edge="end" if each.edge is Edge.CLOSES else "start")
            yield Words(zh=f"“{each.name}”的截止提前到{zh}", en=f'"{each.english}" would end earlier, at {en}')


DONE: Mapping[str, Callable[[Work, Arguments], Performed]] = {
    "extend": _date(_extend), "suspend": _date(_suspend), "announce": _date(_announce), "choose": _date(_choose),
    "amend": _amend, "publish": _publish,
}  # fmt: skip
