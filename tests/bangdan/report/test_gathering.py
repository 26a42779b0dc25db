"""The report's numbers are the database's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import text

from tests.bangdan.report.conftest import Rehearsal


def _one(rehearsal: Rehearsal, query: str) -> int:
    with rehearsal.done.office.database.read() as connection:
        return int(connection.execute(text(query)).scalar_one())


def _counts(rehearsal: Rehearsal, query: str) -> Mapping[Any, int]:
    with rehearsal.done.office.database.read() as connection:
        return {row[0]: row[1] for row in connection.execute(text(query))}


def test_every_nomination_is_drafted_and_counted_once(rehearsal: Rehearsal) -> None:
    total = rehearsal.found.funnel.total

    assert total.reached["drafted"] == _one(rehearsal, "SELECT count(*) FROM nomination")
    assert sum(each.reached["drafted"] for each in rehearsal.found.funnel.lists) == total.reached["drafted"]


def test_what_is_listed_is_what_stands_published_or_promoted(rehearsal: Rehearsal) -> None:
    listed = _one(rehearsal, "SELECT count(*) FROM nomination WHERE state IN ('published', 'promoted')")

    assert rehearsal.found.selected == listed > 0


def test_the_ways_out_are_where_nominations_stand(rehearsal: Rehearsal) -> None:
    stand = _counts(rehearsal, "SELECT state, count(*) FROM nomination GROUP BY state")

    outs = ("withdrawn", "lapsed", "eliminated", "disqualified")
    assert {key: n for key, n in rehearsal.found.funnel.total.out.items() if n} == {
        key: stand[key] for key in outs if key in stand
    }
    assert rehearsal.found.lapses.total == stand.get("lapsed", 0)


def test_every_letter_that_went_out_is_counted_under_its_kind(rehearsal: Rehearsal) -> None:
    sent = _counts(rehearsal, "SELECT template, count(*) FROM letter WHERE state = 'sent' GROUP BY template")

    assert {kind.template: kind.sent for kind in rehearsal.found.post.kinds if kind.sent} == sent
    assert all(sum(kind.days.values()) == kind.sent for kind in rehearsal.found.post.kinds)


def test_every_open_call_is_on_the_sheet(rehearsal: Rehearsal) -> None:
    sheet = rehearsal.found.calls

    assert sheet.calls == _one(rehearsal, "SELECT count(*) FROM call WHERE state = 'open'")
    assert sheet.people == _one(rehearsal, "SELECT count(DISTINCT contact_id) FROM call WHERE state = 'open'")
    ticked = sum(n for group in sheet.groups for one in group.people for matter in one.matters for _, n in matter.days)
    assert ticked == sheet.calls


def test_every_refusal_is_in_a_group(rehearsal: Rehearsal) -> None:
    refusals = rehearsal.done.played.theatre.refusals

    assert sum(group.count for group in rehearsal.found.refused) == len(refusals) > 0


def test_places_are_those_that_stand_in_the_counters(rehearsal: Rehearsal) -> None:
    counted = _one(
        rehearsal,
        "SELECT count(*) FROM nomination WHERE state IN ('published', 'promoted', 'eliminated')",
    )

    assert rehearsal.found.places.used == counted
    assert rehearsal.found.places.units == _one(rehearsal, "SELECT count(*) FROM unit")


def test_the_history_is_verified(rehearsal: Rehearsal) -> None:
    verdict = rehearsal.found.verdict

    assert verdict.faults == ()
    assert verdict.events == _one(rehearsal, "SELECT count(*) FROM event")
