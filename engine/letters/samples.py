"""Letters about made-up affairs, so that templates are proven, and can be looked at, before a campaign begins.

The contexts come from the code that writes the real letters, on a database in memory that is thrown away: a sample has
exactly the placeholders that a letter has, whatever the campaign file declares.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlmodel import col

from engine import calendars, duties, owing, tallies, units
from engine.access import ENGINE
from engine.database import Database, inserted_id
from engine.history import record
from engine.letters import audiences, occasional
from engine.letters.composing import templates_of
from engine.letters.correspondence import send
from engine.office import Memory, Work
from engine.schema import METADATA
from engine.tables import Campaign, Duty, Nomination, Unit, UnitChannel
from engine.windows import Deadline
from notifications.errors import TemplateRefused
from notifications.proof import Proof
from notifications.tables import LETTER
from workflows.definition import Definition, Offset, Reminder
from workflows.instants import zone_of
from workflows.nomination import shapes
from workflows.timeline import Calendar, Occasion, marks, offset_from
from workflows.vocabulary import Edge
from workflows.workdays import Workdays, YearUnknown

ADDRESS = "sample@example.cn"
A_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cast:
    """The names in a set of samples, and how many nominations stand in every state; `busy`: in every channel."""

    person: str
    unit: str
    title: str
    applicant: str
    reason: str
    each: int
    busy: bool


SHORTEST = Cast(person="", unit="甲", title="乙", applicant="", reason="无", each=0, busy=False)
LONGEST = Cast(
    person="欧阳上官慕容司徒诸葛·阿不都热西提",
    unit="国家新一代人工智能创新发展试验区暨长江经济带绿色低碳先进制造产业技术创新战略联盟科学技术协会（筹备委员会）"
    * 2,
    title="面向极端服役环境的高性能稀土永磁材料与超高强度轻质合金一体化设计、制备及在大型海上风力发电装备中的规模化应用"
    * 3,
    applicant="粤港澳大湾区生物医药与高端医疗器械协同创新中心（有限合伙）" * 3,
    reason="申报材料中的知识产权证明与申报单位名称不一致，请补充变更证明并加盖公章；经济效益数据请注明统计口径和出处。"
    * 4,
    each=3,
    busy=True,
)
HOSTILE = Cast(
    person='"><img src=x onerror=alert(1)>',
    unit="<script>alert(1)</script>&amp;" + "W" * 90,
    title="{{ 7 * 7 }}{% raw %}${7*7} =?utf-8?q?a=0D=0ABcc=3A_b=40example=2Ecn?= <b>粗</b>" + "m" * 60,
    applicant="=HYPERLINK(0) %(x)s {0.__class__} [link](about:blank)",
    reason="</td></tr></table><style>*{display:none}</style>" + "i" * 200,
    each=1,
    busy=True,
)


def samples(definition: Definition) -> dict[str, list[dict[str, Any]]]:
    """Contexts of every letter that the campaign can send, by template: short, long and hostile ones."""
    named = [one.letter for one in definition.reminders] + [one.letter for one in definition.dailies]
    found: dict[str, list[dict[str, Any]]] = {letter: [] for letter in named}
    for cast in (SHORTEST, LONGEST, HOSTILE):
        for template, context in letters(definition, cast):
            found.setdefault(template, []).append(context)
    return found


def prove_letters(definition: Definition, *folders: Path) -> tuple[TemplateRefused, ...]:
    """All that is wrong with the letters of a campaign; `folders` hold the templates, the first one winning."""
    found = samples(definition)
    proof = Proof(templates_of(definition, *folders))
    any_letter = {name for contexts in found.values() for context in contexts for name in context}
    return tuple(
        fault
        for template, contexts in found.items()
        for fault in proof.of(
            template, samples=contexts, allowed=set.intersection(*map(set, contexts)) if contexts else any_letter
        )
    )


def letters(definition: Definition, cast: Cast) -> list[tuple[str, dict[str, Any]]]:
    """Every letter, template and context, that this cast would be sent."""
    database = Database("sqlite://")
    try:
        with database.write() as connection:
            METADATA.create_all(connection)
            values = {"key": definition.key, "source_name": "", "source": "", "digest": "", "opened_at": _EARLY}
            campaign_id = inserted_id(connection.execute(insert(Campaign), values))
            calendars.announce(connection, campaign_id, definition, at=_EARLY, actor="")
            work = Work(connection=connection, campaign_id=campaign_id, filed=definition, definition=definition,
                        actor=ENGINE, shapes=shapes(definition), workdays=Workdays(), at=_EARLY,
                        calendar_version=1, closed={}, memory=Memory())  # fmt: skip
            _furnish(work, cast)
            _write_everything(work, cast)
            rows = connection.execute(select(LETTER.c.template, LETTER.c.context).order_by(LETTER.c.id)).all()
            return list(rows)
    finally:
        database.dispose()


_EARLY = datetime.fromisoformat("2000-01-01T00:00:00Z")


def _furnish(work: Work, cast: Cast) -> None:
    definition = work.definition
    units.add_contact(work, name=cast.person or "某", phones=["010-00000000"], email=ADDRESS)
    for institution in definition.institutions:
        units.add_contact(work, name=cast.person or "某", email=ADDRESS, institution=institution.key)
    duties.create_all(work)
    channels = [one for one in definition.channels if not one.person]
    held = [one.key for one in (channels if cast.busy else channels[:1])]
    unit_id = _unit(work, cast, "1", held, person=not held)
    tracks = list(definition.tracks)
    states = [state.key for state in work.shape.states]
    for number in range(max(1, cast.each) * len(states)):
        state = states[number // max(1, cast.each)]
        if cast.each or state != work.shape.initial:
            _nominate(work, cast, unit_id, tracks[number % len(tracks)], state)
    owing.owe(work)
    if cast.each:
        _unit(work, replace(cast, person="", unit=f"{cast.unit}（无联系人）"), "2", held, person=False)


def _unit(work: Work, cast: Cast, code: str, channels: list[str], *, person: bool) -> int:
    values = {"campaign_id": work.campaign_id, "public_id": code, "code": code, "name": cast.unit,
              "name_key": code, "person": person, "added_at": work.at}  # fmt: skip
    unit_id = inserted_id(work.connection.execute(insert(Unit), values))
    for channel in channels:
        work.connection.execute(insert(UnitChannel), {"unit_id": unit_id, "channel": channel})
    if code == "1":
        units.add_contact(work, name=cast.person, phones=["010-00000000"], email=ADDRESS, unit_id=unit_id)
    return unit_id


def _nominate(work: Work, cast: Cast, unit_id: int, track: str, state: str) -> None:
    waiting = cast.busy and state in work.shape.sources("waive")
    row: dict[str, Any] = {
        "campaign_id": work.campaign_id, "unit_id": unit_id, "track": track, "title": cast.title[:300],
        "title_key": cast.title, "applicant": cast.applicant, "applicant_email": f"{state}-{ADDRESS}", "state": state,
        "materials": [], "attributes": {}, "selected": state in work.shape.sources("publish"), "drafted_at": work.at,
        "changed_at": work.at, "correct_by": _EARLY if waiting else None, "version": 1,
        "earlier": _earlier(work, cast) if waiting else None, "undecided": "earlier" if waiting else None,
    }  # fmt: skip
    levels = work.definition.tracks[track].list.levels
    row["level"] = levels[0].key if levels and row["selected"] else None
    row["public_id"] = f"{state}-{track}-{row['title_key'][:1]}-{len(_ids(work))}"
    nomination_id = inserted_id(work.connection.execute(insert(Nomination), row))
    tallies.move(work, unit_id, track, None, state)
    if state == work.shape.words("lapse").target:
        closes = work.calendar[work.definition.collection].closes
        work.at, before = closes or work.at, work.at
        record(work, "nomination", nomination_id, "lapse", target=state, milestone=work.definition.collection)
        work.at = before


def _earlier(work: Work, cast: Cast) -> dict[str, Any]:
    edition = work.definition.edition - 1
    return {"edition": edition, "list": "", "name": cast.title, "award": "", "rule": "earlier"}


def _ids(work: Work, *states: str | None) -> list[int]:
    query = select(col(Nomination.id)).order_by(col(Nomination.id))
    if states:
        query = query.where(col(Nomination.state).in_(states))
    return [key for key in work.connection.execute(query).scalars() if key]


def _write_everything(work: Work, cast: Cast) -> None:
    for occasion in _occasions(work.definition, work.calendar):
        work.at = occasion.at
        send(
            work, audiences.messages(work, occasion), template=occasion.letter, occasion=occasion.key,
            milestone=occasion.milestone, revision=1, until=occasion.until,
        )  # fmt: skip
    _write_news(work, cast)
    work.connection.execute(update(LETTER).values(state="sent"))
    old = work.calendar[work.definition.collection]
    new = replace(old, revision=2, closes_revision=2, closes=old.closes + A_DAY if old.closes else None)
    occasional.deadline_moved(
        work, milestone=old.milestone, edge=Edge.CLOSES, old=old, new=new, reason=cast.reason
    )  # fmt: skip


def _write_news(work: Work, cast: Cast) -> None:
    """The letters that verbs cause, each once."""
    collection, shape_ = work.calendar[work.definition.collection], work.shape
    work.at = collection.opens or work.at
    first = _ids(work)[0]
    for nomination_id in _ids(work, shape_.words("submit").target)[:1] or [first]:
        occasional.receipt(work, nomination_id)
    occasional.receipts(work, _many_submitted(work))
    occasional.returned(work, first, reason=cast.reason, correct_by=work.at + A_DAY)
    for upheld in (True, False):
        occasional.objected(work, first, objection=f"sample-{upheld}", reason=cast.reason)
        until = None if upheld else work.at + A_DAY
        occasional.objection_settled(
            work, first, objection=f"sample-{upheld}", upheld=upheld, reason=cast.reason, until=until
        )
    for verb in ("withdraw", "disqualify", "reinstate"):
        if not shape_.sources(verb):  # a campaign may let nobody withdraw
            continue
        ended = _ids(work, *{arrow.target for arrow in shape_.arrows if arrow.verb == verb})
        occasional.changed(work, ended[0] if ended else first, verb=verb, reason=cast.reason)
    occasional.lapsed(work, milestone=collection.milestone, revision=1, closes=collection.closes or work.at)
    judged = _ids(work, *shape_.sources("publish"), shape_.words("eliminate").target)
    occasional.decided(work, judged or [first], occasion="decision:sample")
    occasional.published(work, _ids(work, shape_.words("publish").target) or [first], occasion="published:sample")
    of_each_kind = select(func.min(col(Duty.id))).group_by(col(Duty.kind))
    for duty_id in work.connection.execute(of_each_kind).scalars().all():
        occasional.duty_sent_back(work, int(duty_id or 0), reason=cast.reason)
        occasional.duty_accepted(work, int(duty_id or 0))


def _many_submitted(work: Work) -> dict[str, Deadline]:
    """Two or more of one unit, as a file hands them in."""
    collection = work.calendar[work.definition.collection]
    window = Deadline(closes=collection.closes, closes_of=collection.milestone)
    query = select(col(Nomination.public_id)).order_by(col(Nomination.id)).limit(3)
    return dict.fromkeys(work.connection.execute(query).scalars(), window)


def _letter_at(definition: Definition, reminder: Reminder, offset: Offset, edge: datetime) -> datetime:
    """About when a letter goes out: at the edge itself where working days can't be counted yet."""
    zone, hour = zone_of(definition.zone), reminder.at or definition.letters_at
    try:
        return offset_from(edge, offset, reminder.edge, zone, hour, workdays=Workdays())
    except YearUnknown:
        return edge


def _occasions(definition: Definition, calendar: Calendar) -> Iterator[Occasion]:
    """The first and the last letter of every chain, and two of every daily one."""
    anywhere = min((mark.at for mark in marks(calendar)), default=_EARLY)
    for reminder in definition.reminders:
        edge = calendar[reminder.milestone].edge(reminder.edge)
        for offset in dict.fromkeys((reminder.offsets[0], reminder.offsets[-1])):
            at = _letter_at(definition, reminder, offset, edge or anywhere)
            yield Occasion(
                key=f"{reminder.key}:{offset.text}", chain=reminder.key, milestone=reminder.milestone,
                edge=reminder.edge, revision=1, at=at, until=at + reminder.useful, audience=reminder.audience,
                letter=reminder.letter, offset=offset.text, deadline=edge,
            )  # fmt: skip
    for daily in definition.dailies:
        for edge in (calendar[daily.since].edge(Edge.OPENS), calendar[daily.until].edge(Edge.CLOSES)):
            at = edge or anywhere
            yield Occasion(
                key=f"{daily.key}:{at.date().isoformat()}", chain=daily.key, milestone=daily.until, edge=Edge.CLOSES,
                revision=1, at=at, until=at + A_DAY, audience=daily.audience, letter=daily.letter,
            )  # fmt: skip
