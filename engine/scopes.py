"""For whom a date is moved while the campaign runs: which `Who` is allowed, and the class that holds it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sqlalchemy import select
from sqlmodel import col

from engine import classes
from engine.office import Work
from engine.tables import Unit
from workflows.definition import Milestone, Who
from workflows.reasons import Reason, Refused
from workflows.scopes import scope_words
from workflows.targets import classes_of
from workflows.timeline import InForce
from workflows.vocabulary import Bearer

NEW = ""  # the key of a class that is not kept yet


def narrowed(work: Work, announced: Milestone, who: Who) -> tuple[InForce, Milestone]:
    """The class of `announced` for `who`, and how its date stands now.

    The newest class of just these is moved on; else there is to be a new one, which `begin` makes. Raises Refused
    (EXT-08, EXT-09).
    """
    if announced.key != work.definition.collection:
        raise Refused(_only_the_collection(work, announced))
    _check(work, who)
    newest = next((each for each in classes_of(work.definition, announced.key) if not _own(each)), None)
    if newest is not None and newest.who == who and newest not in work.filed.milestones:
        return work.calendar[newest.key], newest
    zh, en = scope_words(work.definition, who)
    made = Milestone(key=NEW, name=f"{announced.name}（{zh}）", english=f"{announced.english} ({en})",
                     of=announced.key, who=who)  # fmt: skip
    return work.calendar[announced.key], made


def _own(milestone: Milestone) -> bool:
    return milestone.key.startswith(f"{milestone.of}/{classes.OWN}")


def begin(work: Work, made: Milestone) -> InForce:
    """Keep the class that `narrowed` proposed; it has no date of its own before it is announced."""
    parent = work.definition.milestone_by_key[made.of or ""]
    return unannounced(work, classes.add(work, parent, made.who), parent)


def unannounced(work: Work, key: str, parent: Milestone) -> InForce:
    """How a new class stands: it follows its parent, whose announcement counts as its first one.

    So its first date of its own is a date that was moved, and reminders that this puts in the past stay unsent.
    """
    return InForce(milestone=key, opens=work.calendar[parent.key].opens, opens_of=parent.key)


def _only_the_collection(work: Work, announced: Milestone) -> Reason:
    collection = work.definition.milestone_by_key[work.definition.collection]
    return Reason(
        code="EXT-08",
        zh=f"只有“{collection.name}”可以只对一部分对象调整，“{announced.name}”只能整体调整",
        en=f'only "{collection.english}" can be moved for some; "{announced.english}" is moved for all',
    )


def _check(work: Work, who: Who) -> None:
    """EXT-09: whom the campaign does not know."""
    unknown = list(_unknown(work, who))
    if unknown:
        named, known = "、".join(name for name, _ in unknown), "、".join(unknown[0][1])
        zh, en = (f"；可用：{known}", f"; defined: {known}") if known else ("", "")
        raise Refused(Reason(code="EXT-09", zh=f"本次活动中没有：{named[:60]}{zh}",
                             en=f"not in this campaign: {named[:60]}{en}"))  # fmt: skip


def _unknown(work: Work, who: Who) -> Iterator[tuple[str, Collection[str]]]:
    definition = work.definition
    of_units = {each.key: each for each in definition.attributes if each.of is Bearer.UNIT}
    lines: tuple[tuple[Collection[str], Collection[str]], ...] = (
        (who.tracks, definition.tracks), (who.channels, definition.channel_by_key),
        (who.units, _codes(work, who.units)), ([key for key, _ in who.attributes], of_units),
    )  # fmt: skip
    for given, known in lines:
        yield from ((name, list(known)) for name in given if name not in known)
    for key, values in who.attributes:
        choices = of_units[key].values if key in of_units else ()
        yield from ((value, choices) for value in values if choices and value not in choices)


def _codes(work: Work, codes: Collection[str]) -> list[str]:
    if not codes:
        return []
    query = select(col(Unit.code)).where(col(Unit.campaign_id) == work.campaign_id, col(Unit.code).in_(codes))
    return list(work.connection.execute(query).scalars())
