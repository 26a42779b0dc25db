"""An institution's pages: its own tracks and nobody else's, results by form, duties, contacts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pytest
from sqlalchemy import select
from sqlmodel import col

from engine import nominations, turn
from engine.tables import Duty, Nomination
from tests.desk.people import UNIT, AtTheDesk
from tests.desk.test_mine import unit_id, words
from tests.small import CLOSES, DURING, REVIEW, SWEPT, draft, states


@dataclass(frozen=True, kw_only=True)
class UnderReview:
    desk: AtTheDesk
    keys: Mapping[str, str]

    def results(self, **verdicts: str) -> dict[str, Sequence[str]]:
        """A form with a row for each nomination of water."""
        titles = ("净水", "滤水")
        return {"nomination": [self.keys[title] for title in titles],
                "verdict": [verdicts.get(title, "") for title in titles],
                "score": ["92.5", ""], "comment": ["好", ""]}  # fmt: skip


@pytest.fixture
def under_review(desk: AtTheDesk) -> UnderReview:
    """Two nominations of one track under review, and one of another institution's."""
    with desk.house.write(DURING) as work:
        tracks = {"净水": "inventions/water", "滤水": "inventions/water", "王五": "people"}
        keys = {
            title: nominations.submit(work, draft(work, unit_id(desk), title, track=track)).id
            for title, track in tracks.items()
        }
    turn.turn(desk.house.office, desk.house.campaign, at=SWEPT)
    desk.clock.now = REVIEW
    return UnderReview(desk=desk, keys=keys)


def test_before_review_an_institution_has_duties_and_no_material(desk: AtTheDesk) -> None:
    with desk.house.write(DURING) as work:
        nominations.submit(work, draft(work, unit_id(desk), "净水"))
    shown = words(desk.as_("academy").get("review"))

    assert "评审方案 发明榜·水 待报送 2025年3月14日（周五）24:00" in shown
    assert "没有这样的项目" in shown
    assert "净水" not in shown


def test_its_own_tracks_and_nobody_elses(under_review: UnderReview) -> None:
    browser = under_review.desk.as_("academy")
    shown = words(browser.get("review"))

    assert "发明榜·水 待评 2 通过 0 未通过 0" in shown
    assert UNIT in shown
    assert "王五" not in shown
    assert browser.get("review?track=people").status_code == 404
    answers = [browser.get(f"review/{key}") for key in (under_review.keys["王五"], "A" * 22)]
    bodies = [re.sub(r'(?<=name="back" value=")[^"]*', "", answer.text) for answer in answers]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert bodies[0] == bodies[1]


def test_results_are_shown_first_and_stored_when_confirmed(under_review: UnderReview) -> None:
    browser = under_review.desk.as_("academy")
    typed = under_review.results(净水="pass", 滤水="fail")
    checked = words(browser.post("review/check", typed))
    before = states(under_review.desk.house)
    answer = browser.post("review/report", typed)
    after = states(under_review.desk.house)

    assert "1 通过 1 不通过 0 此后待定" in checked
    assert "自动完成备案事项：发明榜·水" in checked
    assert before == {"净水": "review", "滤水": "review", "王五": "review"}
    assert after == {"净水": "final", "滤水": "eliminated", "王五": "review"}
    assert "已报送：通过1项，未通过1项，还有0项待定" in words(browser.get(answer.headers["location"]))
    for status, title in (("passed", "净水"), ("failed", "滤水")):
        assert title in words(browser.get(f"review?status={status}"))


def test_what_has_no_verdict_is_left(under_review: UnderReview) -> None:
    under_review.desk.as_("academy").post("review/report", under_review.results(滤水="fail"))

    assert states(under_review.desk.house)["净水"] == "review"


@pytest.mark.parametrize(
    ("change", "code"),
    [({"verdict": ["", ""]}, "RVW-01"), ({"verdict": ["maybe", ""]}, "RVW-02"),
     ({"score": ["九十", ""]}, "IMP-19"), ({"score": ["1"]}, "FRM-01")],
)  # fmt: skip
def test_a_mistake_is_told_and_what_was_typed_stays(
    under_review: UnderReview, change: Mapping[str, Sequence[str]], code: str
) -> None:
    typed = {**under_review.results(净水="pass"), **change}
    answer = under_review.desk.as_("academy").post("review/check", typed)

    assert (answer.status_code >= 400, code in answer.text) == (True, True)
    assert ('value="好"' in answer.text) is (code in ("RVW-02", "IMP-19"))
    assert set(states(under_review.desk.house).values()) == {"review"}


def test_anothers_nomination_takes_no_result(under_review: UnderReview) -> None:
    typed = {"nomination": [under_review.keys["王五"]], "verdict": ["fail"]}
    answers = [under_review.desk.as_("academy").post(f"review/{page}", typed) for page in ("check", "report")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert states(under_review.desk.house)["王五"] == "review"


def test_a_duty_is_filed_with_what_was_handed_in(desk: AtTheDesk) -> None:
    with desk.house.read() as work:
        query = select(col(Duty.public_id)).where(col(Duty.kind) == "plan", col(Duty.track) == "people")
        duty = work.connection.execute(query).scalar_one()
    browser = desk.as_("guild")
    without = browser.post(f"my-duties/{duty}", {"document": ""})
    browser.post(f"my-duties/{duty}", {"document": "评审方案（2025）1号"})
    shown = words(browser.get(f"my-duties/{duty}"))

    assert (without.status_code, 'id="wrong-document"' in without.text) == (422, True)
    assert "已报送" in shown
    assert "评审方案（2025）1号" in shown
    assert [desk.as_(who).get(f"my-duties/{duty}").status_code for who in ("academy", "unit")] == [404, 404]


def test_an_institution_sees_and_names_its_own_contacts(desk: AtTheDesk) -> None:
    browser = desk.as_("guild")
    browser.post("my-contacts", {"name": "新人", "email": "new@guild.example"})
    shown = browser.get("my-contacts").text

    assert "new@guild.example" in shown
    assert "qian@academy.example" not in shown


def test_the_material_is_found_by_title_and_by_unit(under_review: UnderReview) -> None:
    browser = under_review.desk.as_("academy")
    by_title, by_unit, by_none = (words(browser.get("review", params={"text": text})) for text in ("滤", UNIT, "无"))

    assert ("滤水" in by_title, "净水" in by_title) == (True, False)
    assert ("滤水" in by_unit, "净水" in by_unit) == (True, True)
    assert "没有这样的项目" in by_none


@pytest.mark.parametrize("who", ["unit", "office", "auditor"])
def test_it_is_for_institutions(desk: AtTheDesk, who: str) -> None:
    assert desk.as_(who).get("review").status_code == 403


def test_a_unit_sees_that_it_is_under_review_and_no_result(under_review: UnderReview) -> None:
    under_review.desk.as_("academy").post("review/report", under_review.results(净水="pass", 滤水="fail"))
    browser = under_review.desk.as_("unit")
    home = words(browser.get("mine"))
    pages = [words(browser.get(f"mine/nominations/{under_review.keys[title]}")) for title in ("净水", "滤水")]

    assert "评审中 3" in home
    for page in (home, *pages):
        for word in ("未入围", "未通过", "终评中", "初评通过", "92.5"):
            assert word not in page
    with under_review.desk.house.read(CLOSES) as work:
        assert (
            work.connection.execute(select(col(Nomination.score)).where(col(Nomination.title) == "净水")).scalar()
            == 92.5
        )
