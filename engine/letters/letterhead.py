"""What every letter carries: whose campaign, who writes, whom to ask, and instants worded in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from engine.letters.correspondence import Addressee, Message
from engine.office import Work
from workflows.calling import called
from workflows.definition import Definition, Person
from workflows.instants import iso, remaining, remaining_en, show, show_en, zone_of
from workflows.nomination import Role
from workflows.vocabulary import Edge

TO_BE_ANNOUNCED = {"zh": "另行通知", "en": "to be announced", "iso": ""}


def letterhead(work: Work) -> dict[str, Any]:
    """The part of a context that is the same for every reader."""
    known = work.memory.letterheads
    if work.digest not in known:
        known[work.digest] = _of_the_file(work)
    return {**known[work.digest], "written": _day(work), "sealed": work.sealed}


def _of_the_file(work: Work) -> dict[str, Any]:
    definition = work.definition
    return {
        "campaign": {
            "name": definition.name, "english": definition.english, "notice": definition.notice,
            "organiser": definition.organiser, "platform": definition.platform,
        },
        "office": {"name": definition.office.name, "english": definition.office.english},
        "roles": {role.value: _role(definition, role) for role in (Role.UNIT, Role.INSTITUTION, Role.SECRETARIAT)},
        "recall": bool(work.shape.sources("recall")),
        "consultation": _people(definition.office.consultation),
        "technical": _people(definition.office.technical),
    }  # fmt: skip


def _role(definition: Definition, role: Role) -> dict[str, str]:
    term = called(definition, role)
    return {"name": term.zh, "english": term.en}


def _people(people: Sequence[Person]) -> list[dict[str, str]]:
    return [{"name": one.name, "of": one.organisation, "phones": "、".join(one.phones)} for one in people]


def _day(work: Work) -> dict[str, str]:
    local = work.at.astimezone(zone_of(work.definition.zone))
    return {"zh": f"{local.year}年{local.month}月{local.day}日", "en": local.date().isoformat()}


def message(head: Mapping[str, Any], to: Addressee, **values: Any) -> Message:
    """A letter to `to` under the letterhead `head`."""
    return Message(to=to, context={**head, "to": {"name": to.name, "of": to.of}, **values})


def when(work: Work, instant: datetime | None, edge: Edge = Edge.OPENS) -> dict[str, str]:
    """An instant in words, with its weekday; as the end of a window it may be 24:00. No instant: to be announced."""
    if instant is None:
        return TO_BE_ANNOUNCED
    zone = zone_of(work.definition.zone)
    which: Literal["start", "end"] = "end" if edge is Edge.CLOSES else "start"
    return {
        "zh": show(instant, zone=zone, edge=which, weekday=True),
        "en": show_en(instant, zone=zone, edge=which, weekday=True),
        "iso": iso(instant),
    }


def time_left(work: Work, until: datetime | None) -> dict[str, str]:
    """How far `until` is from now, in words; empty when there is none."""
    if until is None:
        return {"zh": "", "en": ""}
    return {"zh": remaining(work.at, until), "en": remaining_en(work.at, until)}


def milestone_words(work: Work, key: str) -> dict[str, str]:
    """What the calendar calls a milestone."""
    milestone = work.definition.milestone_by_key[key]
    return {"name": milestone.name, "english": milestone.english}
