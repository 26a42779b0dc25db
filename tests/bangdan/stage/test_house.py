"""A rehearsal that is put on: begun, begun anew, ended, and nothing of it left."""

from __future__ import annotations

from dataclasses import replace

from bangdan.stage.house import Stage
from engine.queries.funnel import funnel
from engine.rehearsal.pacing import BY_KEY
from tests.bangdan.stage.conftest import SIZE, arrive, play_to_the_end
from tests.small import AUDITOR, CLOSES, OPENS


def _drafted(stage: Stage) -> int:
    with stage.office.read(stage.pacing.played.campaign, AUDITOR, at=stage.now()) as work:
        return funnel(work).total.total


def test_it_plays_on_to_where_it_is_told_and_the_desk_sees_what_was_played(stage: Stage) -> None:
    assert stage.now() == OPENS
    assert _drafted(stage) == 0

    stage.pacing.jump(CLOSES)
    arrive(stage)

    assert _drafted(stage) > 20


def test_begun_anew_it_is_another_campaign_in_the_same_office(stage: Stage) -> None:
    office = stage.office
    stage.pacing.jump(CLOSES)
    arrive(stage)

    stage.put_on(replace(SIZE, seed=7, units=14), speed=BY_KEY["day"], until=OPENS)
    arrive(stage)

    assert stage.office is office
    assert len(stage.pacing.played.population.units) == 14
    assert stage.pacing.speed.key == "day"
    assert stage.stream.submitted.total() == 0


def test_a_rehearsal_begins_where_the_collection_is_alive(stage: Stage) -> None:
    stage.put_on(SIZE)
    arrive(stage)

    assert OPENS < stage.now() < CLOSES


def test_at_its_end_there_is_a_report_and_before_there_is_none(stage: Stage) -> None:
    assert stage.ending() is None

    play_to_the_end(stage)
    ending = stage.ending()

    assert ending is not None
    assert ending is stage.ending()
    assert "彩排报告" in ending.page.read_text(encoding="utf-8")


def test_taken_down_it_leaves_nothing(stage: Stage) -> None:
    folder = stage.folder
    assert folder.exists()

    stage.take_down()

    assert not folder.exists()
