"""What people hold, carry, have filed and have passed: what another campaign file may not take away, counted."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from engine.office import Work
from engine.tables import (
    Distinction,
    Done,
    Duty,
    Event,
    MilestoneClass,
    Nomination,
    Objection,
    Unit,
    UnitAttribute,
    UnitChannel,
)
from workflows.amending import Filed, InUse, Step
from workflows.duty import SHAPE
from workflows.targets import parts_of

N, D = Nomination, Duty
WITHOUT_PAPERS = (SHAPE.initial, SHAPE.words("void").target)


def in_use(work: Work) -> InUse:
    """Everything that is counted in this campaign now."""
    carried, declared, levels = _of_nominations(work)
    channels, attributes = _of_units(work)
    for (who,) in _rows(work, col(MilestoneClass.who), of=MilestoneClass):  # a date that was moved for some
        channels.update(who.get("channels", ()))
        attributes.update((key, value) for key, values in who.get("attributes", ()) for value in values)
    return InUse(
        tracks=_counted(work, N.track), channels=channels, attributes=attributes + declared, materials=carried,
        levels=levels, distinctions=_distinctions(work), steps=_steps(work), filed=_filed(work),
        objections=_objections(work), reminders=_reminders(work),
    )  # fmt: skip


def _rows(work: Work, *columns: Any, of: Any) -> list[Any]:
    return list(work.connection.execute(select(*columns).where(col(of.campaign_id) == work.campaign_id)).all())


def _counted(work: Work, column: Any) -> Counter[str]:
    query = select(column, func.count()).where(col(N.campaign_id) == work.campaign_id).group_by(column)
    return Counter({row[0]: row[1] for row in work.connection.execute(query)})


def _of_nominations(work: Work) -> tuple[Counter[str], Counter[tuple[str, str]], Counter[tuple[str, str]]]:
    """Materials, declared values and levels that nominations carry."""
    carried, declared, levels = Counter[str](), Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for row in _rows(work, col(N.track), col(N.materials), col(N.attributes), col(N.level), of=N):
        carried.update(row.materials)
        declared.update(row.attributes.items())
        levels.update([(row.track.partition("/")[0], row.level)] if row.level else [])
    return carried, declared, levels


def _of_units(work: Work) -> tuple[Counter[str], Counter[tuple[str, str]]]:
    mine = select(col(Unit.id)).where(col(Unit.campaign_id) == work.campaign_id)
    held = select(col(UnitChannel.channel)).where(col(UnitChannel.unit_id).in_(mine))
    said = select(col(UnitAttribute.attribute), col(UnitAttribute.value)).where(col(UnitAttribute.unit_id).in_(mine))
    attributes = Counter((row.attribute, row.value) for row in work.connection.execute(said))
    return Counter(work.connection.execute(held).scalars()), attributes


def _distinctions(work: Work) -> Counter[str]:
    query = select(col(Distinction.list)).join(Nomination, col(N.id) == col(Distinction.nomination_id))
    return Counter(work.connection.execute(query.where(col(N.campaign_id) == work.campaign_id)).scalars())


def _steps(work: Work) -> Counter[Step]:
    """Every step that is in the history, which another shape has to have as well: nominations, not times."""
    step = (col(N.track), col(Event.verb), col(Event.from_state), col(Event.to_state))
    query = (
        select(*step, func.count(col(N.id).distinct()).label("count_"))
        .join(Nomination, col(N.id) == col(Event.subject_id))
        .where(col(Event.campaign_id) == work.campaign_id, col(Event.subject) == "nomination",
               col(Event.to_state).is_not(None))
        .group_by(*step).order_by(*step)
    )  # fmt: skip
    rows = work.connection.execute(query).all()
    return Counter(
        {Step(track=row.track, verb=row.verb, source=row.from_state, target=row.to_state): row.count_ for row in rows}
    )


def _filed(work: Work) -> Counter[Filed]:
    query = select(col(D.institution), col(D.kind), col(D.track)).where(
        col(D.campaign_id) == work.campaign_id, col(D.state).not_in(WITHOUT_PAPERS)
    )
    rows = work.connection.execute(query.order_by(col(D.id)))
    return Counter(Filed(institution=row.institution or "", duty=row.kind, track=row.track) for row in rows)


def _objections(work: Work) -> Counter[str]:
    query = select(col(Objection.stage)).where(
        col(Objection.campaign_id) == work.campaign_id, col(Objection.state) == "open"
    )
    return Counter(work.connection.execute(query).scalars())


def _reminders(work: Work) -> Counter[str]:
    return Counter(parts_of(row.occasion)[0] for row in _rows(work, col(Done.occasion), of=Done))
