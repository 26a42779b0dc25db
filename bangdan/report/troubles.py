"""What went wrong in short, each with who would have had to act, how, and by when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bangdan.language import Words
from bangdan.report.gathering import Findings
from bangdan.report.lapsed import CAUSES
from bangdan.report.words import lateness, own_words
from workflows.definition import Definition

OFFICE = Words("秘书处", "the secretariat")


@dataclass(frozen=True, kw_only=True, slots=True)
class Trouble:
    """One thing. `by` is the last instant at which acting would have helped, in words; `grave` comes first."""

    what: Words
    who: Words
    act: Words
    by: Words
    grave: bool = False


def troubles(found: Findings) -> tuple[Trouble, ...]:
    """The grave ones in front."""
    listed = [*_late(found), *_lapsed(found), *_refused(found), *_reach(found), *_places(found), *_post(found)]
    told = [_in_own_words(found.definition, each) for each in listed]
    return tuple(sorted(told, key=lambda each: not each.grave))


def _in_own_words(definition: Definition, it: Trouble) -> Trouble:
    what, who, act = (own_words(definition, words) for words in (it.what, it.who, it.act))
    return replace(it, what=what, who=who, act=act)


def _late(found: Findings) -> Iterator[Trouble]:
    for each in found.late:
        said = lateness(each.late)
        missing = each.done is None
        what = Words(
            f"{each.owner.zh}的{each.what.zh}" + ("至今未报" if missing else f"迟报{said.zh}"),
            f"{each.owner.en}: {each.what.en} " + ("never came" if missing else f"came {said.en} late"),
        )
        yield Trouble(
            what=what,
            who=Words(f"{each.owner.zh} {each.people}", f"{each.owner.en} ({each.people})"),
            grave=True,
            act=Words("按期报送；逾期后由秘书处催办", "hand in on time; the secretariat presses after the date"),
            by=found.dial.minute(each.due, end=True),
        )


def _lapsed(found: Findings) -> Iterator[Trouble]:
    by = found.dial.minute(found.flow.closes, end=True)
    for cause, (what, who, act) in CAUSES.items():
        if n := found.lapses.causes.get(cause, 0):
            yield Trouble(
                what=Words(f"{n}项逾期失效：{what.zh}", f"{n} lapsed: {what.en}"),
                who=who,
                act=act,
                by=by,
                grave=cause == "waiver",
            )


def _refused(found: Findings) -> Iterator[Trouble]:
    by = found.dial.minute(found.flow.closes, end=True)
    for group in found.refused:
        said = Words(
            f"{group.count}次“{group.verb.zh}”被拒：{group.remedy.what.zh}",
            f"{group.count} × {group.verb.en} refused: {group.remedy.what.en}",
        )
        yield Trouble(what=said, who=group.remedy.who, act=group.remedy.act, by=by)


def _reach(found: Findings) -> Iterator[Trouble]:
    reach, begins = found.reach, found.dial.minute(found.flow.opens)
    if reach.without_email:
        yield Trouble(
            what=Words(
                f"{reach.contacts}名联系人中{reach.without_email}名没有邮箱，只能电话通知（共{found.calls.calls}次）",
                f"{reach.without_email} of {reach.contacts} contacts have no e-mail: {found.calls.calls} calls",
            ),
            who=OFFICE,
            act=Words("征集开始前补登邮箱，或安排专人致电", "collect addresses, or have somebody call"),
            by=begins,
        )
    if reach.lonely:
        n = len(reach.lonely)
        yield Trouble(
            what=Words(f"{n}个单位没有任何联系人：{'、'.join(reach.lonely[:5])}", f"{n} units without any contact"),
            who=OFFICE,
            act=Words("补登联系人", "find a contact"),
            by=begins,
            grave=True,
        )


def _places(found: Findings) -> Iterator[Trouble]:
    silent = len(found.places.silent)
    if silent:
        yield Trouble(
            what=Words(f"{silent}个单位有名额而没有推荐任何项目", f"{silent} units had places and nominated nothing"),
            who=Words("秘书处、有关单位", "the secretariat and those units"),
            act=Words("中期动员时重点联系", "approach them in the middle of the collection"),
            by=found.dial.minute(found.flow.closes, end=True),
        )


def _post(found: Findings) -> Iterator[Trouble]:
    for state, what in (
        ("failed", Words("封邮件寄送失败", "letters could not be delivered")),
        ("parked", Words("封邮件不知是否寄达", "letters whose outcome is unknown")),
    ):
        if n := found.post.states.get(state, 0):
            yield Trouble(
                what=Words(f"{n}{what.zh}", f"{n} {what.en}"),
                who=OFFICE,
                grave=True,
                act=Words("逐封处理（bangdan outbox）", "settle each (bangdan outbox)"),
                by=Words("", ""),
            )
