"""What the calendar says of a milestone beside its dates: for whom, after what, how long, how much is left open."""

from __future__ import annotations

from collections.abc import Iterator

from bangdan.language import Words
from workflows.definition import Definition, Length, Milestone
from workflows.scopes import scope_words


def remarks(it: Definition, each: Milestone) -> Iterator[Words]:
    """One after the other, as a notice would word them."""
    if each.of:
        parent = it.milestone_by_key[each.of]
        yield Words(f"代替“{parent.name}”", f"in place of {parent.english}")
    if not each.who.everybody:
        zh, en = scope_words(it, each.who)
        yield Words(f"适用于{zh}", f"for {en}")
    if each.to_choose:
        yield Words("择机，待选定", "date to be chosen")
    if each.to_announce:
        yield Words("另行通知", "to be announced")
    if each.after:
        yield _after(it, each, each.after)
    if each.lasts:
        yield _lasts(each, each.lasts)
    if each.before:
        later = it.milestone_by_key[each.before]
        yield Words(f"须在“{later.name}”开始前结束", f"must end before {later.english} begins")
    if each.slots:
        yield Words(f"共{len(each.slots)}个受理时段", f"{len(each.slots)} hours of reception")
    if each.ours:
        yield Words("通知未定，由我们选定", "not in the notice, our choice")


EDGES = {None: Words("", ""), "opens": Words("开始", " begins"), "closes": Words("截止", " ends")}


def _after(it: Definition, each: Milestone, key: str) -> Words:
    before, edge = it.milestone_by_key[key], EDGES[each.edge]
    if each.wait:
        wait = length_words(each.wait)
        return Words(f"“{before.name}”{edge.zh}{wait.zh}后", f"{wait.en} after {before.english}{edge.en}")
    return Words(f"在“{before.name}”{edge.zh}之后", f"after {before.english}{edge.en}")


def _lasts(each: Milestone, lasts: Length) -> Words:
    least = Words("不少于", "at least ") if each.at_least else Words("为期", "lasts ")
    counted = Words("（含首日）", " (first day counted)") if each.counted else Words("", "")
    length = length_words(lasts)
    return Words(f"{least.zh}{length.zh}{counted.zh}", f"{least.en}{length.en}{counted.en}")


def length_words(length: Length) -> Words:
    """So many days, working days, or as the file has it."""
    if length.working is not None:
        return Words(f"{length.working}个工作日", f"{length.working} working days")
    if length.days is not None:
        return Words(f"{length.days}天", f"{length.days} days")
    return Words(length.text, length.text)
