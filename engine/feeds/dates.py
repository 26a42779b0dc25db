"""Which dates concern somebody: all for who sees all, their own deadlines for a unit, its stage for an institution.

An entry says what happens when, and nothing of anybody: names of nominations and people stay at the desk.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from engine.access import sees_all
from engine.calendars import revisions
from engine.classes import OWN
from engine.dues import Dues, kind_of
from engine.office import Work
from engine.queries.objections import corrections, objections
from engine.queries.owed import duties
from engine.subjects import subject_of
from engine.tables import Campaign
from notifications.feed import Entry
from workflows.classes import window_for
from workflows.definition import Milestone
from workflows.nomination import Role
from workflows.reach import tracks_open_to
from workflows.timeline import InForce
from workflows.vocabulary import Edge, Party

Mine = tuple[str, Edge]  # a milestone and one of its edges

WORDS = {Edge.OPENS: ("开始", "begins"), Edge.CLOSES: ("截止", "ends")}
BOUNDS = {Edge.OPENS: ("最早", "at the earliest"), Edge.CLOSES: ("最迟", "at the latest")}


def dates(work: Work) -> tuple[Entry, ...]:
    """The dates that concern the actor, in order of time; at one instant what ends comes before what begins."""
    found = {entry.uid: entry for each in dict.fromkeys(_concerning(work)) for entry in _entries(work, *each)}
    for entry in (*_dues(work), *_waiting(work)):
        found.setdefault(entry.uid, entry)
    return tuple(sorted(found.values(), key=lambda entry: (entry.at, not entry.ends, entry.uid)))


def _concerning(work: Work) -> Iterator[Mine]:
    if sees_all(work.actor.role):
        return _everything(work)
    return _of_unit(work) if work.actor.role is Role.UNIT else _of_institution(work)


def _everything(work: Work) -> Iterator[Mine]:
    """Every edge; what units ask of their own applicants is theirs."""
    for each in work.definition.milestones:
        if not each.key.partition("/")[2].startswith(OWN):
            yield from ((each.key, edge) for edge in Edge)


def _of_unit(work: Work) -> Iterator[Mine]:
    """From when until when it may submit and its applicants may write, the public notices, the publication."""
    subject = subject_of(work, work.actor.unit_id or 0)
    yield work.definition.collection, Edge.OPENS
    for track in tracks_open_to(work.definition, subject):
        for party in (Party.UNIT, Party.APPLICANT):
            window = window_for(work.definition, work.calendar, replace(subject, track=track, role=party))
            yield window.closes_of, Edge.CLOSES
    for stage in work.definition.stages:
        if stage.held:
            yield from ((stage.window, edge) for edge in Edge)
    yield from ((work.definition.publication, edge) for edge in Edge)


def _of_institution(work: Work) -> Iterator[Mine]:
    """When its stage runs, and when its results are due."""
    institution = work.definition.institution_by_key[work.actor.institution or ""]
    stage = work.definition.stage_by_key[institution.stage]
    yield from ((stage.window, edge) for edge in Edge)
    yield stage.due, Edge.CLOSES


def _entries(work: Work, key: str, edge: Edge) -> Iterator[Entry]:
    """The entry of an edge that has an instant of its own; a chosen date is one, a suspended end one that was."""
    milestone, standing = work.definition.milestone_by_key[key], work.calendar[key]
    if standing.edge_of(edge) is not None or (standing.chosen and edge is Edge.CLOSES):
        return
    at, cancelled = standing.edge(edge), False
    if at is None and edge is Edge.CLOSES and standing.suspended:
        at, cancelled = _last_known(work, key), True
    if at is not None:
        yield _entry(work, milestone, standing, edge, at=at, cancelled=cancelled)


def _last_known(work: Work, key: str) -> datetime | None:
    """The end that was announced before there was none."""
    ends: list[datetime] = [row.closes for row in revisions(work.connection, work.campaign_id, key) if row.closes]
    return ends[-1] if ends else None


def _entry(
    work: Work, milestone: Milestone, standing: InForce, edge: Edge, *, at: datetime, cancelled: bool
) -> Entry:  # fmt: skip
    words = BOUNDS if milestone.to_choose and standing.chosen is None else WORDS
    zh, en = ("", "") if standing.chosen else words[edge]
    return _made(
        work, f"{milestone.key}.{edge.value}", zh=f"{milestone.name}{zh}{'（已暂停，另行通知）' if cancelled else ''}",
        en=f"{milestone.english} {en}".strip(), at=at, ends=edge is Edge.CLOSES, cancelled=cancelled,
        sequence=standing.edge_revision(edge) - 1, stamp=standing.moved_at(edge),
    )  # fmt: skip


def _dues(work: Work) -> Iterator[Entry]:
    """What the actor owes and has not handed in, a date for each kind of it. Who sees all has its milestones."""
    if sees_all(work.actor.role):
        return
    dues = Dues(work=work)
    for one in duties(work, owing=True):
        mine = one.unit == "" or work.actor.role is Role.UNIT  # an institution confirms papers that units owe
        key = dues.ends_with(kind_of(work, one.kind), work.actor.unit_id, one.track) if mine else None
        if key is not None and one.due is not None:
            standing = work.calendar[key]
            yield _made(work, f"duty.{one.kind}.{key}", zh=f"{one.name}截止", en=f"{one.english} due", at=one.due,
                        sequence=standing.closes_revision - 1, stamp=standing.moved_at(Edge.CLOSES))  # fmt: skip


def _waiting(work: Work) -> Iterator[Entry]:
    """Corrections and objections that wait, by the instant until which they do."""
    yield from _by_instant(work, "correction", "补正截止", "corrections due", (one.by for one in corrections(work)))
    if sees_all(work.actor.role):
        ends = (one.by for one in objections(work, all_of_them=False))
        yield from _by_instant(work, "objection", "异议处理截止", "objections to settle", ends)


def _by_instant(work: Work, kind: str, zh: str, en: str, instants: Iterable[datetime | None]) -> Iterator[Entry]:
    for at, number in Counter(at for at in instants if at is not None).items():
        yield _made(work, f"{kind}.{at:%Y%m%dT%H%M}", zh=f"{zh}（{number}项）", en=f"{en} ({number})", at=at,
                    sequence=number)  # fmt: skip


def _made(
    work: Work, key: str, *, zh: str, en: str, at: datetime, ends: bool = True, cancelled: bool = False,
    sequence: int = 0, stamp: datetime | None = None,
) -> Entry:  # fmt: skip
    it = work.definition
    return Entry(
        uid=f"{it.key}.{key}@bangdan", sequence=sequence, summary=f"{zh}：{it.name}", description=f"{it.english}: {en}",
        at=at, ends=ends, cancelled=cancelled, stamp=stamp or _opened(work),
    )  # fmt: skip


def _opened(work: Work) -> datetime:
    """When the campaign was opened: what was announced then has not moved since."""
    query = select(col(Campaign.opened_at)).where(col(Campaign.id) == work.campaign_id)
    opened: datetime = work.connection.execute(query).scalar_one()
    return opened
