"""Letters about made-up affairs, so that templates are proven, and can be looked at, before a campaign begins.

The contexts come from the code that writes the real letters, on a database in memory that is thrown away: a sample has
exactly the placeholders that a letter has, whatever the campaign file declares.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, insert, select, update
from sqlmodel import col

from engine import calendars
from engine.access import ENGINE
from engine.database import Database, inserted_id
from engine.letters import addressees, audiences, circular, for_unit, occasional
from engine.letters.approvals import proposed
from engine.letters.composing import templates_of
from engine.letters.correspondence import send
from engine.letters.for_unit import Deed
from engine.letters.sample_cast import EARLY, HOSTILE, LONGEST, SHORTEST, Cast, furnish, ids
from engine.letters.sign_in import sign_in
from engine.office import Memory, Work
from engine.organisers import keeping as organisers
from engine.queries.explanation import Words
from engine.schema import METADATA
from engine.tables import Campaign, Duty, Nomination, Unit
from engine.windows import Deadline
from notifications.errors import TemplateRefused
from notifications.letter import Address, Recipient
from notifications.prepared import part
from notifications.proof import Proof
from notifications.tables import LETTER
from workflows.definition import Definition, Offset, Reminder
from workflows.instants import zone_of
from workflows.nomination import shapes
from workflows.targets import targets
from workflows.timeline import Calendar, Occasion, marks, offset_from
from workflows.vocabulary import Edge
from workflows.workdays import Workdays, YearUnknown

A_DAY = timedelta(days=1)
SAMPLE_DESK = "https://desk.example.cn"


def samples(definition: Definition) -> dict[str, list[dict[str, Any]]]:
    """Contexts of every letter that the campaign can send, by template: short, long and hostile ones."""
    named = [one.letter for one in definition.reminders] + [one.letter for one in definition.dailies]
    found: dict[str, list[dict[str, Any]]] = {letter: [] for letter in named}
    for template, context in letters(definition, SHORTEST, LONGEST, HOSTILE):
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


def letters(definition: Definition, *casts: Cast) -> list[tuple[str, dict[str, Any]]]:
    """Every letter, template and context, that these casts would be sent, one cast after the other."""
    database = Database("sqlite://")
    try:
        with database.write() as connection:
            METADATA.create_all(connection)
            return [letter for cast in casts for letter in _written(connection, definition, cast)]
    finally:
        database.dispose()


def _written(connection: Connection, definition: Definition, cast: Cast) -> list[tuple[str, dict[str, Any]]]:
    """The letters of one cast; what was written for them is taken back."""
    with part(connection) as savepoint:
        whose = organisers.meant(connection, None, at=EARLY).id
        values = {
            "key": definition.key,
            "organiser_id": whose,
            "source_name": "",
            "source": "",
            "digest": "",
            "opened_at": EARLY,
        }
        campaign_id = inserted_id(connection.execute(insert(Campaign), values))
        work = Work(connection=connection, campaign_id=campaign_id, organiser_id=whose, filed=definition,
                    definition=definition, actor=ENGINE, shapes=shapes(definition), workdays=Workdays(), at=EARLY,
                    calendar_version=1, closed={}, memory=Memory())  # fmt: skip
        calendars.announce(work, definition)
        furnish(work, cast)
        _write_everything(work, cast)
        rows = connection.execute(select(LETTER.c.template, LETTER.c.context).order_by(LETTER.c.id)).all()
        savepoint.rollback()
        return list(rows)


def _write_everything(work: Work, cast: Cast) -> None:
    for occasion in _occasions(work.definition, work.calendar):
        work.at = occasion.at
        send(
            work, audiences.messages(work, occasion), template=occasion.letter, occasion=occasion.key,
            milestone=occasion.milestone, revision=1, until=occasion.until,
        )  # fmt: skip
    _write_news(work, cast)
    _write_circular(work, cast)
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
    first = ids(work)[0]
    for nomination_id in ids(work, shape_.words("submit").target)[:1] or [first]:
        occasional.receipt(work, occasional.nomination(work, nomination_id))
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
        ended = ids(work, *{arrow.target for arrow in shape_.arrows if arrow.verb == verb})
        occasional.changed(work, ended[0] if ended else first, verb=verb, reason=cast.reason)
    units = work.connection.execute(select(col(Unit.id)).where(col(Unit.campaign_id) == work.campaign_id)).scalars()
    occasional.lapsed(work, milestone=collection.milestone, revision=1, closes=collection.closes or work.at,
                      units=[int(unit_id or 0) for unit_id in units])  # fmt: skip
    judged = ids(work, *shape_.sources("publish"), shape_.words("eliminate").target)
    occasional.decided(work, judged or [first], occasion="decision:sample")
    occasional.published(work, ids(work, shape_.words("publish").target) or [first], occasion="published:sample")
    asked = Words(zh="发布榜单", en="publish the list")
    proposed(work, proposal="sample", what=asked, needs=(asked,), reason=cast.reason, until=work.at + A_DAY)
    of_each_kind = select(func.min(col(Duty.id))).group_by(col(Duty.kind))
    for duty_id in work.connection.execute(of_each_kind).scalars().all():
        occasional.duty_sent_back(work, int(duty_id or 0), reason=cast.reason)
        occasional.duty_accepted(work, int(duty_id or 0))
    unit_id = work.connection.execute(select(func.min(col(Unit.id)))).scalar() or 0
    deed = Deed(zh=shape_.words("submit").zh, en=shape_.words("submit").en, name=cast.title)
    for_unit.tell(work, unit_id, [deed] * cast.each, by=cast.person, number=1)
    somebody = Recipient(name=cast.person, address=Address(local="somebody", domain="example.cn"))
    sign_in(work, "sample", to=somebody, desk=SAMPLE_DESK, until=work.at + timedelta(minutes=10))


def _write_circular(work: Work, cast: Cast) -> None:
    """What somebody may write to every contact there is."""
    paragraphs = [[cast.reason, cast.title], [cast.applicant or cast.unit]]
    people = [to for contacts in addressees.of_units(work).values() for to in contacts]
    written = [(to, cast.title, paragraphs) for to in people]
    send(work, circular.messages(work, written), template=circular.TEMPLATE, occasion="circular/sample",
         until=work.at + A_DAY)  # fmt: skip


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
    """The first and the last letter of every chain, for each class, and two of every daily one."""
    anywhere = min((mark.at for mark in marks(calendar)), default=EARLY)
    for reminder in definition.reminders:
        for target in targets(definition, reminder):
            edge = calendar[target.milestone].edge(reminder.edge)
            for offset in dict.fromkeys((reminder.offsets[0], reminder.offsets[-1])):
                at = _letter_at(definition, reminder, offset, edge or anywhere)
                yield Occasion(
                    key=f"{target.chain}:{offset.text}", chain=target.chain, milestone=target.milestone,
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
