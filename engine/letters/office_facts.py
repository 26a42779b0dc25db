"""What a letter tells the secretariat: where everything stands, what is overdue or stuck, and what comes next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlmodel import col

from engine.letters import institution_facts, unit_duties
from engine.letters.addressees import first_phones, unreachable
from engine.letters.addressees import of_units as of_these_units
from engine.letters.correspondence import Addressee
from engine.letters.letterhead import time_left, when
from engine.office import Work
from engine.pending import open_calls, undecided_waivers
from engine.shortfall import Short, closed_short
from engine.tables import Call, Done, Nomination, TrackTally, Unit
from notifications.mailbook import count_by_state
from workflows.timeline import Occasion, marks
from workflows.vocabulary import Edge

SHOWN = 20  # lines of a list in a digest; the rest is a number
NEXT = 6  # instants of the calendar to come
ONE_DAY = timedelta(days=1)
N = Nomination


def facts(work: Work, occasion: Occasion) -> dict[str, Any]:
    """Everything that a letter to the secretariat may speak of, as plain values."""
    since = _since(work, occasion)
    return {
        "since": when(work, since),
        "funnel": _funnel(work),
        "submitted_since": _submitted_since(work, since),
        "overdue": owed(work, institution_facts.overdue(work), unit_duties.overdue(work)),
        "letters": _letters(work),
        "calls": _calls(work),
        "waivers": _waivers(work),
        "unreachable": _shortened(unreachable(work)),
        "short": [_short(each) for each in closed_short(work)],
        "next": _next(work),
        "stage": _stage(work, occasion.milestone),
        "publication": _publication(work),
    }


def _short(short: Short) -> dict[str, Any]:
    """A track that had too few entries at the closing."""
    return {"name": short.name, "there": short.there, "minimum": short.minimum, "missing": short.missing}


def owed(work: Work, rows: Sequence[Row[Any]], of_units: Sequence[Row[Any]] = ()) -> dict[str, Any]:
    """What institutions owe (`rows`) and units, each kind once with what it is for, and whom to call about it."""
    named, phones = work.definition.institution_by_key, first_phones(work)
    lines: dict[str, list[dict[str, Any]]] = {}
    for key, line in institution_facts.duty_lines(work, rows):
        lines.setdefault(key, []).append(line)
    owing = [_owing(named[key].name, phones.get(key, ""), mine) for key, mine in lines.items()]
    units = unit_duties.by_unit(work, of_units)
    shown = {unit_id: units[unit_id] for unit_id in list(units)[:SHOWN]}
    people = of_these_units(work, units=list(shown)) if shown else {}
    names = {row.unit_id: row.unit for row in of_units}
    owing += [_owing(names[unit_id], _called(people.get(unit_id, ())), mine) for unit_id, mine in shown.items()]
    return {"count": len(rows) + len(of_units), "institutions": owing, "more": len(units) - len(shown)}


def _owing(name: str, phones: str, lines: Sequence[dict[str, Any]]) -> dict[str, Any]:
    kinds: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        kinds.setdefault(line["name"], []).append(line)
    return {"name": name, "phones": phones, "items": [_item(kind, mine) for kind, mine in kinds.items()]}


def _called(people: Iterable[Addressee]) -> str:
    return "；".join(f"{person.name} {person.phones}".strip() for person in people)


def _item(name: str, lines: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"name": name, "tracks": "、".join(line["track"] for line in lines if line["track"]), "due": lines[0]["due"],
            "left": sum(line["left"] for line in lines)}  # fmt: skip


def _since(work: Work, occasion: Occasion) -> datetime:
    """When the last letter of this chain was due to be made; a day ago if there was none."""
    query = select(func.max(col(Done.at))).where(
        col(Done.campaign_id) == work.campaign_id, col(Done.occasion).startswith(f"{occasion.chain}:", autoescape=True),
        col(Done.at) < occasion.at,
    )  # fmt: skip
    return work.connection.execute(query).scalar() or work.at - ONE_DAY


def _funnel(work: Work) -> dict[str, Any]:
    """The numbers by list, each with its states in words; what nothing is in is left out."""
    query = select(col(TrackTally.track), col(TrackTally.state), col(TrackTally.n)).where(
        col(TrackTally.campaign_id) == work.campaign_id, col(TrackTally.n) != 0
    )
    counts: Counter[tuple[str, str]] = Counter()
    for track, state, n in work.connection.execute(query):
        counts[work.definition.tracks[track].list.key, state] += n
    rows: list[dict[str, Any]] = [
        {"name": one.name, "total": sum(n for (key, _), n in counts.items() if key == one.key),
         "parts": "，".join(f"{state.zh}{counts[one.key, state.key]}" for state in work.shape.states
                           if counts[one.key, state.key])}
        for one in work.definition.lists
        if one.takes_nominations
    ]  # fmt: skip
    return {"rows": rows, "total": counts.total()}


def _submitted_since(work: Work, since: datetime) -> int:
    query = select(func.count()).where(col(N.campaign_id) == work.campaign_id, col(N.submitted_at) >= since)
    return int(work.connection.execute(query).scalar_one())


def _letters(work: Work) -> dict[str, int]:
    counts = count_by_state(work.connection, campaign_id=work.campaign_id)
    return {state: counts.get(state, 0) for state in ("sent", "ready", "parked", "failed")}


def _calls(work: Work) -> int:
    return int(work.connection.execute(select(func.count()).select_from(Call).where(*open_calls(work))).scalar_one())


def _waivers(work: Work) -> dict[str, Any]:
    """Drafts that can't be submitted before the secretariat decides about an earlier edition."""
    query: Select[*tuple[Any, ...]] = (
        select(col(N.title), col(Unit.name).label("unit"), col(N.track))
        .join(Unit, col(Unit.id) == col(N.unit_id))
        .where(*undecided_waivers(work))
        .order_by(col(N.id))
    )
    rows = work.connection.execute(query).all()
    names = work.definition.tracks
    return _shortened([{"title": row.title, "unit": row.unit, "track": names[row.track].name} for row in rows])


def _shortened(found: Sequence[Any]) -> dict[str, Any]:
    return {"count": len(found), "first": list(found[:SHOWN]), "more": max(0, len(found) - SHOWN)}


def _next(work: Work) -> list[dict[str, Any]]:
    coming = [mark for mark in marks(work.calendar) if mark.at > work.at][:NEXT]
    edges = {Edge.OPENS: ("开始", "begins"), Edge.CLOSES: ("截止", "ends")}
    named = work.definition.milestone_by_key
    return [
        {"name": named[mark.milestone].name, "english": named[mark.milestone].english,
         "edge": {"zh": edges[mark.edge][0], "en": edges[mark.edge][1]},
         "at": when(work, mark.at, mark.edge), "left": time_left(work, mark.at)}
        for mark in coming
    ]  # fmt: skip


def _stage(work: Work, milestone: str) -> dict[str, Any] | None:
    """The stage of review whose time the milestone is, if it is one's."""
    stage = next((one for one in work.definition.stages if one.window == milestone), None)
    if stage is None:
        return None
    passing = [key for key, track in work.definition.tracks.items() if stage.passed_by(track.list.key)]
    tracks = institution_facts.stage_tracks(work, stage.key, passing)
    due = work.calendar[stage.due].edge(Edge.CLOSES)
    return {"name": stage.name, "english": stage.english, "tracks": tracks,
            "count": sum(track["count"] for track in tracks), "due": when(work, due, Edge.CLOSES)}  # fmt: skip


def _publication(work: Work) -> dict[str, Any]:
    """The date of publication as far as it is known, and how many of the last stage are selected or still undecided."""
    standing = work.calendar[work.definition.publication]
    stages = [work.definition.stage_by_key[key].name for key in work.shape.sources("publish")]
    query = select(col(N.selected), func.count()).where(
        col(N.campaign_id) == work.campaign_id, col(N.state).in_(work.shape.sources("publish"))
    )
    counts = dict(work.connection.execute(query.group_by(col(N.selected))).all())
    return {
        "chosen": standing.chosen is not None, "date": when(work, standing.chosen or standing.opens),
        "until": when(work, standing.closes, Edge.CLOSES), "left": time_left(work, standing.chosen or standing.opens),
        "selected": counts.get(True, 0), "undecided": counts.get(False, 0),
        "stage": "、".join(stages),
    }  # fmt: skip
