"""What the report concludes: the finish, milestones, who was late, why things lapsed, and the story."""

from __future__ import annotations

from bangdan.rehearsing import Performance
from bangdan.report.gantt import gantt
from bangdan.report.gathering import gather
from bangdan.report.milestones import Course
from bangdan.report.story import story
from bangdan.report.strip import strip
from bangdan.report.troubles import troubles
from bangdan.report.verdict import verdict
from tests.bangdan.report.conftest import Rehearsal


def _course(rehearsal: Rehearsal, key: str) -> Course:
    return next(course for course in rehearsal.found.courses if course.definition.key == key)


def test_the_last_accepted_came_before_the_deadline_and_the_first_refused_not(rehearsal: Rehearsal) -> None:
    flow = rehearsal.found.flow

    assert flow.last is not None
    assert flow.refused is not None
    assert flow.last.at < flow.closes <= flow.refused.at
    assert flow.refused.exact.en == "11-30 24:00:00.000000"
    assert "DLN-01" in flow.refused.answer.zh


def test_each_submission_is_in_one_bar_of_its_day(rehearsal: Rehearsal) -> None:
    told = [bar.title for bar in rehearsal.found.flow.days.bars]

    assert sum(int(title.split("submitted ")[1].split(" ")[0]) for title in told) == rehearsal.found.flow.accepted


def test_the_hours_before_the_deadline_add_up(rehearsal: Rehearsal) -> None:
    flow = rehearsal.found.flow

    assert [label.zh for label, _ in flow.hours] == ["21:00–22:00", "22:00–23:00", "23:00–24:00"]
    assert sum(n for _, n in flow.hours) == flow.last_hours


def test_an_institution_that_reports_late_spoils_its_milestone_only(rehearsal: Rehearsal) -> None:
    assert _course(rehearsal, "preliminary-results").verdict.words.zh == "迟4天"
    assert {each.milestone for each in rehearsal.found.late} == {"preliminary-results", "working-due"}
    assert [_course(rehearsal, key).verdict.kind for key in ("collection", "final", "publication")] == ["kept"] * 3
    assert _course(rehearsal, "publicity").verdict.kind == "none"


def test_the_sentence_counts_the_milestones_and_names_what_was_late(rehearsal: Rehearsal) -> None:
    said = verdict(rehearsal.found)

    assert said.zh.startswith("5个时间节点中3个如期；")
    assert "“报送初评结果”迟4天" in said.zh
    assert said.zh.endswith(f"最终{rehearsal.found.selected}项入榜。")
    assert said.en.startswith("3 of 5 milestones were kept.")


def test_every_late_duty_is_a_grave_trouble_with_a_phone(rehearsal: Rehearsal) -> None:
    grave = [each for each in troubles(rehearsal.found) if each.grave]

    late = rehearsal.found.late
    assert [each.what.zh.split("迟报")[0] for each in grave[: len(late)]] == [
        f"{each.owner.zh}的{each.what.zh}" for each in late
    ]
    assert all("010-" in each.who.zh for each in grave[: len(late)])


def test_each_lapse_has_one_cause(rehearsal: Rehearsal) -> None:
    lapses = rehearsal.found.lapses

    assert sum(lapses.causes.values()) == lapses.total
    assert all(sum(unit.causes.values()) == unit.count for unit in lapses.units)


def test_the_story_is_told_in_order_and_ends_of_days_before_beginnings(rehearsal: Rehearsal) -> None:
    scenes = [scene for chapter in story(rehearsal.found) for scene in chapter.scenes]

    assert [scene.at for scene in scenes] == sorted(scene.at for scene in scenes)
    said = [scene.words.zh for scene in scenes]
    assert said.index("组织征集截止") < said.index("初评评审开始")
    assert said[0].startswith("秘书处启动活动，录入名册：推荐单位20个")


def test_the_pictures_keep_within_their_frames(rehearsal: Rehearsal) -> None:
    picture, lanes = gantt(rehearsal.found), strip(rehearsal.found)

    assert lanes is not None
    spans = [span for row in picture.rows for span in row.spans]
    assert all(picture.left <= span.x and span.x + span.width <= picture.right + 0.2 for span in spans)
    assert all(lanes.left <= dot.x <= lanes.right for lane in lanes.lanes for dot in lane.dots)
    assert [lane.total for lane in lanes.lanes] == [kind.sent for kind in rehearsal.found.post.kinds if kind.sent]


def test_a_campaign_that_just_began_has_nothing_to_reproach_anybody_with(unplayed: Performance) -> None:
    found = gather(unplayed.office, unplayed.played)

    assert (found.late, found.refused, found.lapses.total, strip(found)) == ((), (), 0, None)
    assert [chapter.title.zh for chapter in story(found)] == ["征集"]
