"""The verbs of people who have many at once: all or nothing, each refusal at its place, and the right hands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from engine import batches, campaigns, nominations
from engine.access import Actor
from engine.batches import Judged, Result
from engine.office import Work
from engine.sweep import close
from engine.tables import Duty, MilestoneActual, Nomination
from tests.builders import House, add_unit, letters
from tests.small import (
    ACADEMY,
    DURING,
    FILE,
    FINAL,
    GUILD,
    OFFICE,
    REVIEW,
    SWEPT,
    beijing,
    draft,
    events,
    faults,
    new_unit,
    small_house,
    states,
    unit_actor,
)
from workflows.reasons import Refused

PUBLICATION = beijing("2025-04-20 10:00")
Ids = dict[str, str]


def _in_review(house: House, *titles: str, track: str = "inventions/water", unit: int | None = None) -> Ids:
    """Submitted during the collection and in review now, by title."""
    unit = unit or new_unit(house, f"{titles[0]}的学会", "societies", "cities")
    with house.write(DURING) as work:
        ids = {title: draft(work, unit, title, track=track) for title in titles}
        for key in ids.values():
            nominations.submit(work, key)
    return ids


def _closed(house: House, *titles: str, **values: Any) -> Ids:
    ids = _in_review(house, *titles, **values)
    close(house.office, house.campaign, at=SWEPT)
    return ids


def _passed(ids: Ids, *titles: str) -> list[Result]:
    return [Result(id=key, passed=title in titles, place=f"第{number}行")
            for number, (title, key) in enumerate(ids.items(), 2)]  # fmt: skip


def _report(house: House, results: Sequence[Result], actor: Actor = OFFICE, at: datetime = REVIEW) -> Judged:
    with house.write(at, actor) as work:
        return batches.report(work, results)


def _codes(refused: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str]]:
    return [(reason.code, reason.where) for reason in refused.value.reasons]


def _duty_states(house: House, kind: str) -> dict[str, str]:
    with house.read() as work:
        query = select(col(Duty.track), col(Duty.state)).where(col(Duty.kind) == kind)
        return dict(work.connection.execute(query).all())


def test_a_report_moves_everybody_and_settles_the_duty_with_the_last(small: House) -> None:
    ids = _closed(small, "甲", "乙", "丙")
    first = _report(small, _passed({"甲": ids["甲"], "乙": ids["乙"]}, "甲"), ACADEMY)
    owed = _duty_states(small, "results")["inventions/water"]
    second = _report(small, _passed({"丙": ids["丙"]}, "丙"), ACADEMY)
    assert (first, second) == (
        Judged(passed=1, failed=1, left=1), Judged(passed=1, failed=0, left=0, filed=("inventions/water",)),
    )  # fmt: skip
    assert (owed, _duty_states(small, "results")["inventions/water"]) == ("owed", "filed")
    assert states(small) == {"甲": "final", "乙": "eliminated", "丙": "final"}
    assert faults(small) == ()


def test_every_error_of_a_report_is_told_at_its_place_and_nothing_is_stored(small: House) -> None:
    ids = _closed(small, "甲", "乙", "丙")
    _report(small, _passed({"丙": ids["丙"]}))
    results = [Result(id="AAAA", passed=True, place="第2行"), *_passed(ids, "甲", "乙", "丙")]
    with pytest.raises(Refused) as refused:
        _report(small, results)
    assert _codes(refused) == [("NFD-01", "第2行"), ("RES-02", "第4行")]
    assert states(small) == {"甲": "review", "乙": "review", "丙": "eliminated"}


def test_one_nomination_twice_is_refused_even_if_both_say_the_same(quick: House) -> None:
    ids = _closed(quick, "甲")
    with pytest.raises(Refused) as refused:
        _report(quick, [Result(id=ids["甲"], passed=True, place=place) for place in ("第2行", "第3行")])
    assert _codes(refused) == [("RES-03", "第3行")]


def test_before_the_closing_there_is_nothing_to_report(quick: House) -> None:
    ids = _in_review(quick, "甲")
    with pytest.raises(Refused) as of_institution:
        _report(quick, _passed(ids, "甲"), ACADEMY)
    with pytest.raises(Refused) as of_office:
        _report(quick, _passed(ids, "甲"))
    assert (_codes(of_institution), _codes(of_office)) == ([("NFD-01", "第2行")], [("RES-02", "第2行")])


def test_the_unit_itself_gives_no_results(quick: House) -> None:
    unit = new_unit(quick, "甲学会")
    ids = _closed(quick, "甲", unit=unit)
    with pytest.raises(Refused) as reported:
        _report(quick, _passed(ids, "甲"), unit_actor(unit))
    with pytest.raises(Refused) as decided, quick.write(FINAL, unit_actor(unit)) as work:
        batches.decide(work, _passed(ids, "甲"), occasion="1")
    assert (_codes(reported), _codes(decided)) == ([("ROL-01", "第2行")], [("RES-02", "第2行")])


def test_a_late_report_is_taken(quick: House) -> None:
    ids = _closed(quick, "甲")
    assert _report(quick, _passed(ids, "甲"), ACADEMY, beijing("2025-04-05 10:00")).filed == ("inventions/water",)


def test_scores_are_kept_until_another_is_told(quick: House) -> None:
    (key,) = _closed(quick, "甲").values()
    _report(quick, [Result(id=key, passed=True, score=92.5, rank=3, note="技术领先")])
    with quick.write(FINAL) as work:
        batches.decide(work, [Result(id=key, passed=True, rank=1)], occasion="1")
        query = select(col(Nomination.score), col(Nomination.rank), col(Nomination.selected))
        assert work.connection.execute(query).one() == (92.5, 1, True)


def test_an_empty_report_does_nothing(quick: House) -> None:
    assert _report(quick, []) == Judged(passed=0, failed=0, left=0)


def _decided(house: House, *selected: str, among: Sequence[str] = ("甲", "乙")) -> Ids:
    ids = _closed(house, *among)
    _report(house, _passed(ids, *among))
    with house.write(FINAL) as work:
        batches.decide(work, _passed(ids, *selected), occasion="1")
    return ids


def test_a_decision_may_be_taken_again_until_the_list_is_published(quick: House) -> None:
    ids = _decided(quick, "甲")
    with quick.write(FINAL) as work:
        again = batches.decide(work, [Result(id=ids["甲"], passed=False)], occasion="2")
    assert (again, states(quick)) == (Judged(passed=0, failed=1, left=0), {"甲": "eliminated", "乙": "eliminated"})


def _choose(house: House, date: datetime = PUBLICATION) -> None:
    with house.write(FINAL, alone=True) as work:
        campaigns.choose_date(work, "publication", date=date)


def test_publishing_waits_for_its_date_and_makes_it_actual(quick: House) -> None:
    _decided(quick, "甲")
    with pytest.raises(Refused) as too_soon, quick.write(FINAL) as work:
        batches.publish(work)
    _choose(quick)
    with pytest.raises(Refused) as early, quick.write(PUBLICATION - timedelta(microseconds=1)) as work:
        batches.publish(work)
    with quick.write(PUBLICATION) as work:
        count = batches.publish(work)
        actual = work.connection.execute(select(col(MilestoneActual.milestone), col(MilestoneActual.at))).all()
    assert (_codes(too_soon), _codes(early)) == ([("PUB-01", "甲")], [("PUB-02", "甲")])
    assert (count, actual, states(quick)["甲"]) == (1, [("publication", PUBLICATION)], "published")


def test_a_list_may_be_published_in_parts_and_each_part_once(small: House) -> None:
    ids = _decided(small, "甲", "乙")
    _choose(small)
    with small.write(PUBLICATION) as work:
        first = batches.publish(work, [ids["乙"], ids["乙"]])
    with small.write(PUBLICATION + timedelta(days=1)) as work:
        rest = batches.publish(work)
        actual = work.connection.execute(select(col(MilestoneActual.at))).scalars().all()
    with pytest.raises(Refused) as nothing_left, small.write(PUBLICATION + timedelta(days=2)) as work:
        batches.publish(work)
    assert (first, rest, actual, _codes(nothing_left)) == (1, 1, [PUBLICATION], [("PUB-03", "")])


def test_what_is_to_be_published_must_be_there_and_selected(small: House) -> None:
    ids = _decided(small, "甲")
    _choose(small)
    for keys, codes in (
        (["AAAA", ids["甲"], "BBBB"], [("NFD-01", ""), ("NFD-01", "")]),
        ([ids["甲"], ids["乙"]], [("STM-01", "乙")]),
        ([], [("PUB-03", "")]),
    ):
        with pytest.raises(Refused) as refused, small.write(PUBLICATION) as work:
            batches.publish(work, keys)
        assert _codes(refused) == codes
    assert states(small)["甲"] == "final"


def test_one_who_was_not_selected_yet_is_not_published(quick: House) -> None:
    ids = _closed(quick, "甲")
    _report(quick, _passed(ids, "甲"))
    _choose(quick)
    with pytest.raises(Refused) as refused, quick.write(PUBLICATION) as work:
        batches.publish(work, list(ids.values()))
    assert _codes(refused) == [("SEL-01", "甲")]


def test_nobody_but_the_secretariat_learns_what_is_selected(quick: House) -> None:
    _decided(quick, "甲")
    _choose(quick)
    for actor in (unit_actor(1), ACADEMY, GUILD):
        with pytest.raises(Refused) as refused, quick.write(PUBLICATION, actor) as work:
            batches.publish(work)
        assert _codes(refused) == [("ROL-01", "")]


def test_one_digest_for_a_decision_however_many_it_decides(quick: House) -> None:
    with quick.write(DURING) as work:
        unit = _unit_with_contact(work)
    ids = _closed(quick, "甲", "乙", "丙", unit=unit)
    _report(quick, _passed(ids, "甲", "乙", "丙"))
    with quick.write(FINAL) as work:
        batches.decide(work, _passed(ids, "甲"), occasion="1")
        (letter,) = letters(work, "decision")
    assert [[line["title"] for line in letter.context[key]] for key in ("selected", "not_selected")] == [
        ["甲"], ["乙", "丙"],
    ]  # fmt: skip


def test_what_went_out_before_is_told_with_the_first_decision_on_its_track(small: House) -> None:
    with small.write(DURING) as work:
        unit = _unit_with_contact(work)
    ids = _closed(small, "甲", "乙", "丙", unit=unit)
    _report(small, _passed(ids, "甲", "乙"))
    with small.write(FINAL) as work:
        batches.decide(work, [Result(id=ids["甲"], passed=True)], occasion="1")
        batches.decide(work, [Result(id=ids["乙"], passed=False)], occasion="2")
        told = [[line["title"] for line in letter.context["not_selected"]] for letter in letters(work, "decision")]
    assert told == [["丙"], ["乙"]]


def _unit_with_contact(work: Work) -> int:
    return add_unit(work, "某学会", channels=["societies", "cities"], people=[("张三", "zhang@example.cn")])


ONE_STAGE = (
    FILE.read_text(encoding="utf-8")
    .replace("""[stages.final]
name = "终评"
english = "final review"
judge = "secretariat"
window = "final"
due = "final"
""", "")
)  # fmt: skip


def test_where_an_institution_judges_the_last_stage_it_selects_and_its_duty_is_settled(database_url: str) -> None:
    house = small_house(database_url, ONE_STAGE)
    ids = _closed(house, "甲", "乙")
    part = _report(house, _passed({"甲": ids["甲"]}, "甲"), ACADEMY)
    whole = _report(house, _passed({"乙": ids["乙"]}), ACADEMY)
    assert (part, whole) == (
        Judged(passed=1, failed=0, left=1), Judged(passed=0, failed=1, left=0, filed=("inventions/water",)),
    )  # fmt: skip
    assert states(house) == {"甲": "review", "乙": "eliminated"}
    house.office.database.dispose()


TWO_INSTITUTIONS = FILE.read_text(encoding="utf-8").replace(
    'english = "final review"\njudge = "secretariat"', 'english = "final review"\njudge = "institution"'
) + "".join(
    f'\n[institutions.{key}]\nname = "{key}"\nstage = "final"\ntracks = ["{track}"]\n'
    'contacts = [{ name = "吴", phones = ["010-9"] }]\n'
    for key, track in (("second", "inventions/water"), ("third", "inventions/light"), ("fourth", "people"))
)


def test_an_institution_reports_its_own_stage_and_no_other(sqlite_database_url: str) -> None:
    house = small_house(sqlite_database_url, TWO_INSTITUTIONS)
    second = Actor(role=ACADEMY.role, name="吴", institution="second")
    ids = _closed(house, "甲")
    with pytest.raises(Refused) as too_early:
        _report(house, _passed(ids, "甲"), second)
    _report(house, _passed(ids, "甲"), ACADEMY)
    with pytest.raises(Refused) as not_its_stage:
        _report(house, _passed(ids, "甲"), ACADEMY)
    _report(house, _passed(ids, "甲"), second)
    with house.read() as work:
        story = events(work, "advance", "select")
    house.office.database.dispose()
    assert (_codes(too_early), _codes(not_its_stage)) == ([("RES-02", "第2行")], [("RES-02", "第2行")])
    assert story == [("advance", "review", "final"), ("select", "final", "final")]
