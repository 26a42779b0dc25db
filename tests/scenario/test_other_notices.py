"""Notices of kinds that no campaign here is of, written from the documentation alone: each is sound, and plays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Select, func, select
from sqlmodel import col

from bangdan.checking import letters
from engine.access import ENGINE
from engine.rehearsal.play import Rehearsed
from engine.tables import Duty, Endorsement, Event, Nomination, Unit
from tests.builders import LETTERS
from tests.campaigns import NOTICES, played, text_of, wrongs
from workflows import soundness
from workflows.findings import Findings
from workflows.loading import examine
from workflows.workdays import Workdays

NAMES = sorted(path.stem for path in NOTICES.glob("*.toml"))


@pytest.fixture(scope="module")
def every(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Rehearsed]]:
    """Each notice rehearsed once."""
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(played(name, tmp_path_factory.mktemp(name), units=24, nominations=60))
            for name in NAMES
        }


def rows(done: Rehearsed, query: Select[*tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    with done.theatre.office.read(done.campaign, ENGINE, at=done.ended) as work:
        return [tuple(row) for row in work.connection.execute(query).all()]


def submitted(done: Rehearsed, *columns: Any) -> list[tuple[Any, ...]]:
    """What stands in these columns of every nomination that was submitted, with its unit."""
    query = select(*columns).select_from(Nomination).join(Unit, col(Unit.id) == col(Nomination.unit_id))
    return rows(done, query.where(col(Nomination.submitted_at).is_not(None)))


@pytest.mark.parametrize("name", NAMES)
def test_a_notice_of_another_kind_is_sound(name: str) -> None:
    findings = Findings(name=f"{name}.toml")
    definition = examine(text_of(name), findings, letters=letters(LETTERS))

    assert definition is not None
    soundness.prove(definition, findings, Workdays())
    assert findings.errors == []


@pytest.mark.parametrize("name", NAMES)
def test_its_rehearsal_comes_to_winners_and_leaves_nobody_lying(name: str, every: dict[str, Rehearsed]) -> None:
    done = every[name]
    states = Counter(state for (state,) in rows(done, select(col(Nomination.state))))

    assert wrongs(done) == []
    assert states["published"] + states["promoted"] > 0
    assert states.total() > 40


def test_units_of_the_table_take_part_beside_the_others(every: dict[str, Rehearsed]) -> None:
    codes = {code for (code,) in rows(every["science-award"], select(col(Unit.code)))}

    assert {"JD01", "JD02", "U-001", "U-002"} < codes


def test_academicians_nominate_by_three(every: dict[str, Rehearsed]) -> None:
    joined = (
        select(func.count()).where(col(Endorsement.nomination_id) == col(Nomination.id)).correlate(Nomination)
    ).scalar_subquery()
    found = submitted(every["science-award"], col(Unit.person), joined)

    assert {others for person, others in found if person} == {2}
    assert {others for person, others in found if not person} == {0}


def test_classified_material_is_owed_for_what_is_classified_alone(every: dict[str, Rehearsed]) -> None:
    query = select(col(Nomination.attributes)).join(Duty, col(Duty.nomination_id) == col(Nomination.id))
    owed = [said["secret"] for (said,) in rows(every["science-award"], query.where(col(Duty.kind) == "secret"))]
    others = [said["secret"] for (said,) in rows(every["science-award"], query.where(col(Duty.kind) == "paper"))]

    assert set(owed) == {"true"}
    assert others.count("true") == len(owed)
    assert others.count("false") > 0


def test_what_was_posted_late_is_refused_by_its_postmark(every: dict[str, Rehearsed]) -> None:
    refused = [each for each in every["science-award"].theatre.refusals if each.what == "提名书原件"]

    assert [(each.verb, "2026年4月24日24:00" in each.reasons[0].zh) for each in refused] == [("confirm", True)]


def test_who_has_no_account_has_no_draft(every: dict[str, Rehearsed]) -> None:
    done = every["young-talents"]
    query: Select[*tuple[Any, ...]] = select(col(Duty.state), func.count(col(Nomination.id))).outerjoin(
        Nomination, col(Nomination.unit_id) == col(Duty.unit_id)
    )
    found = rows(done, query.where(col(Duty.kind) == "account").group_by(col(Duty.state)))
    drafts = {str(row[0]): int(row[1]) for row in found}

    assert drafts["accepted"] > 0
    assert sum(count for state, count in drafts.items() if state != "accepted") == 0
    assert done.theatre.done["draft"] == drafts["accepted"]


def test_only_persons_nominate_fellows_and_the_shortlist_is_three_times_the_winners(
    every: dict[str, Rehearsed],
) -> None:
    done = every["fellows"]
    entered = select(col(Event.subject_id)).where(
        col(Event.subject) == "nomination", col(Event.to_state) == "committee"
    )
    query = select(col(Nomination.track)).where(col(Nomination.id).in_(entered))
    reached = Counter(track for (track,) in rows(done, query))

    assert {person for (person,) in rows(done, select(col(Unit.person)))} == {True}
    assert 0 < reached["fellows"] <= 45
    assert 0 < reached["paper"] <= 9


@pytest.mark.parametrize("name", ["fellows", "young-talents"])
def test_applicants_write_within_their_own_time(name: str, every: dict[str, Rehearsed]) -> None:
    done = every[name]
    own = done.definition.milestone_by_key[f"{done.definition.collection}/applicants"].closes

    assert own is not None
    assert [each for each in done.theatre.refusals if each.verb == "draft" and each.at >= own] == []


def test_units_submit_to_the_last_microsecond_though_applicants_ended_a_week_before(
    every: dict[str, Rehearsed],
) -> None:
    done = every["fellows"]
    closes = done.definition.milestone_by_key[done.definition.collection].closes
    last = max(at for (at,) in submitted(done, col(Nomination.submitted_at)))

    assert closes is not None
    assert closes - last == timedelta(microseconds=1)
