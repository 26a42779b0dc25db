"""Who and what the samples of letters are about: made-up units and nominations, with short, long and hostile names.

Whatever a campaign file declares is owed by somebody here, so that every letter has somebody to go to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlmodel import col

from engine import dues, duties, owing, tallies, units
from engine.attributes import NOTHING
from engine.database import inserted_id
from engine.history import record
from engine.office import Work
from engine.tables import Nomination, Unit, UnitAttribute, UnitChannel
from workflows.definition import DutyKind, Who
from workflows.targets import classes_of
from workflows.vocabulary import Each, Party

ADDRESS = "sample@example.cn"
EARLY = datetime.fromisoformat("2000-01-01T00:00:00Z")


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


def furnish(work: Work, cast: Cast) -> None:
    """Put everybody of the cast into the empty database of `work`."""
    definition = work.definition
    units.add_contact(work, name=cast.person or "某", phones=["010-00000000"], email=ADDRESS)
    for institution in definition.institutions:
        units.add_contact(work, name=cast.person or "某", email=ADDRESS, institution=institution.key)
    duties.create_all(work)
    channels = [one for one in definition.channels if not one.person]
    held = [one.key for one in (channels if cast.busy else channels[:1])]
    unit_id = _unit(work, cast, "1", held)
    tracks = list(definition.tracks)
    states = [state.key for state in work.shape.states]
    for number in range(max(1, cast.each) * len(states)):
        state = states[number // max(1, cast.each)]
        if cast.each or state != work.shape.initial:
            _nominate(work, cast, unit_id, tracks[number % len(tracks)], state)
    if cast.each:
        _unit(work, replace(cast, person="", unit=f"{cast.unit}（无联系人）"), "2", held, reached=False)
    for number, (kind, who) in enumerate(_debts(work)):
        _owe(work, cast, kind, who, code=f"debtor-{number}", held=held)
    owing.owe(work)


def _debts(work: Work) -> Iterator[tuple[DutyKind, Who]]:
    """Each duty of units with those whom it is for, and with those for whom it is due at another time."""
    for kind in dues.of_units(work):
        yield kind, kind.who
        for each in classes_of(work.definition, kind.due or ""):
            if each.who.role is not Party.APPLICANT:
                yield kind, _both(kind.who, each.who)


def _both(one: Who, other: Who) -> Who:
    """Those whom both mean, as far as a line of only one of them tells."""
    return Who(
        channels=other.channels or one.channels, units=other.units or one.units, tracks=other.tracks or one.tracks,
        attributes=tuple({**dict(one.attributes), **dict(other.attributes)}.items()),
    )  # fmt: skip


def _owe(work: Work, cast: Cast, kind: DutyKind, who: Who, *, code: str, held: Collection[str]) -> None:
    """A unit that owes the duty, for itself or for a nomination of its own."""
    said = {key: values[0] for key, values in who.attributes}
    unit_id = _unit(work, cast, next(iter(who.units), code), who.channels[:1] or held, attributes=said)
    if kind.each is Each.NOMINATION:
        stage = work.definition.stage_by_key.get(kind.stage or "")
        fitting = (
            key
            for key, track in work.definition.tracks.items()
            if key in (who.tracks or (key,)) and (stage is None or stage.passed_by(track.list.key))
        )
        _nominate(work, cast, unit_id, next(fitting), owing.reached(work, kind)[0])


def _unit(
    work: Work, cast: Cast, code: str, channels: Collection[str], *,
    attributes: Mapping[str, str] = NOTHING, reached: bool = True,
) -> int:  # fmt: skip
    """The unit of that code, with a contact if it can be `reached`; one that the cast has already is that one."""
    there = work.connection.execute(select(col(Unit.id)).where(col(Unit.code) == code)).scalar()
    if there is not None:
        return there
    person = all(work.definition.channel_by_key[channel].person for channel in channels)
    values = {"campaign_id": work.campaign_id, "public_id": code, "code": code, "name": cast.unit,
              "name_key": code, "person": person, "added_at": work.at}  # fmt: skip
    unit_id = inserted_id(work.connection.execute(insert(Unit), values))
    for channel in channels:
        work.connection.execute(insert(UnitChannel), {"unit_id": unit_id, "channel": channel})
    for key, value in attributes.items():
        work.connection.execute(insert(UnitAttribute), {"unit_id": unit_id, "attribute": key, "value": value})
    if reached:
        units.add_contact(work, name=cast.person, phones=["010-00000000"], email=ADDRESS, unit_id=unit_id)
    return unit_id


def _nominate(work: Work, cast: Cast, unit_id: int, track: str, state: str) -> None:
    waiting = cast.busy and state in work.shape.sources("waive")
    row: dict[str, Any] = {
        "campaign_id": work.campaign_id, "unit_id": unit_id, "track": track, "title": cast.title[:300],
        "title_key": cast.title, "applicant": cast.applicant, "applicant_email": f"{state}-{ADDRESS}", "state": state,
        "materials": [], "attributes": {}, "selected": state in work.shape.sources("publish"), "drafted_at": work.at,
        "changed_at": work.at, "correct_by": EARLY if waiting else None, "version": 1,
        "earlier": _earlier(work, cast) if waiting else None, "undecided": "earlier" if waiting else None,
    }  # fmt: skip
    levels = work.definition.tracks[track].list.levels
    row["level"] = levels[0].key if levels and row["selected"] else None
    row["public_id"] = f"{state}-{track}-{row['title_key'][:1]}-{len(ids(work))}"
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


def ids(work: Work, *states: str | None) -> list[int]:
    """The row ids of the cast's nominations, of those in some states or of all."""
    query = select(col(Nomination.id)).order_by(col(Nomination.id))
    if states:
        query = query.where(col(Nomination.state).in_(states))
    return [key for key in work.connection.execute(query).scalars() if key]
