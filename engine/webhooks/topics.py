"""Of what somebody may be told: everything, everything about one kind of thing, or one verb of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy import ColumnElement, and_, or_, true
from sqlmodel import col

from engine.queries.story import words as verb_words
from engine.tables import Event
from workflows import distinction
from workflows.duty import SHAPE as DUTY_SHAPE
from workflows.nomination import Shape
from workflows.reasons import Reason, Refused

EVERYTHING = "*"
Words = tuple[str, str]  # Chinese, English

SUBJECTS: Mapping[str, Words] = {
    "nomination": ("申报项目", "nominations"),
    "duty": ("报送、备案事项", "duties"),
    "campaign": ("活动与日程", "the campaign and its calendar"),
    "unit": ("推荐单位", "units"),
    "contact": ("联系人", "contacts"),
}
_OF_OTHERS: Mapping[str, tuple[str, ...]] = {
    "campaign": ("open", "amend", "extend", "suspend", "announce", "choose", "reach", "remind", "close", "publish",
                 "proceed", "quota"),
    "unit": ("add", "change", "channels", "declare"),
    "contact": ("add", "change"),
}  # fmt: skip
_OF_NOMINATIONS = ("draft", *distinction.WORDS, "join", "leave", "object", "settle")


def known(shape: Shape) -> dict[str, Words]:
    """Every topic of a campaign with that shape, in the order in which people choose."""
    verbs: dict[str, Iterable[str]] = {
        "nomination": (*(arrow.verb for arrow in shape.arrows), *_OF_NOMINATIONS),
        "duty": [arrow.verb for arrow in DUTY_SHAPE.arrows],
        **_OF_OTHERS,
    }
    found: dict[str, Words] = {EVERYTHING: ("全部事件", "everything")}
    for subject, (zh, en) in SUBJECTS.items():
        found[f"{subject}.*"] = (f"{zh}：全部", f"{en}: everything")
        for verb in dict.fromkeys(verbs[subject]):
            of = DUTY_SHAPE if subject == "duty" else shape
            found[f"{subject}.{verb}"] = verb_words(of, subject, verb)
    return found


def checked(shape: Shape, topics: Sequence[str]) -> list[str]:
    """The topics, each once. Raises Refused (WHK-03) for none and for one that does not exist."""
    there = known(shape)
    wrong = [each for each in topics if each not in there]
    if wrong or not topics:
        raise Refused(_unknown(wrong[0]) if wrong else _none())
    return list(dict.fromkeys(topics))


def events_of(topics: Iterable[str]) -> ColumnElement[bool]:
    """The same as a condition on events. What the post itself does is told to nobody."""
    return or_(*_each(topics))


def _each(topics: Iterable[str]) -> Iterator[ColumnElement[bool]]:
    for topic in topics:
        subject, _, verb = topic.partition(".")
        if topic == EVERYTHING:
            yield col(Event.subject).in_(SUBJECTS)
        else:
            yield and_(col(Event.subject) == subject, true() if verb == "*" else col(Event.verb) == verb)


def _none() -> Reason:
    return Reason(code="WHK-03", where="topics", zh="请至少选一类事件", en="choose at least one kind of event")


def _unknown(topic: str) -> Reason:
    return Reason(
        code="WHK-03", where="topics", zh=f"没有这类事件：{topic[:60]!r}；写法如 nomination.submit、nomination.*、*",
        en=f"no such kind of event: {topic[:60]!r}; write it like nomination.submit, nomination.* or *",
    )  # fmt: skip
