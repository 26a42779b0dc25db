"""The verbs of a nomination: the deadline to the microsecond, the quota to the place, and what each leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from engine import campaigns, nominations, taking, units
from engine.laureates import Entry
from engine.office import Work
from engine.sweep import close
from engine.tables import Event, Nomination, Promotion
from engine.taking import Answer
from tests.builders import House, add_laureate, enter_laureates
from tests.events import told
from tests.small import (
    CLOSES,
    DURING,
    FINAL,
    OPENED,
    OPENS,
    REVIEW,
    SETTLE,
    SWEPT,
    TICK,
    beijing,
    draft,
    events,
    faults,
    new_unit,
    row_id,
    states,
    unit_actor,
)
from workflows.places import Place
from workflows.reasons import BangdanError, Refused

A_DAY = timedelta(days=1)


def _refusal(house: House, at: datetime, verb: Callable[[Work], Any]) -> list[str]:
    """The codes that a verb is refused with at that instant; none if it is not."""
    try:
        with house.write(at) as work:
            verb(work)
    except BangdanError as refused:
        return [reason.code for reason in refused.reasons]
    return []


def _row(house: House, nomination: str) -> Any:
    with house.read() as work:
        query = select(Nomination).where(col(Nomination.public_id) == nomination)
        return work.connection.execute(query).one()


def _ask(verb: Callable[[Work, str], Any], key: str, work: Work) -> Any:
    return verb(work, key)


def _drafted(house: House, unit: int, *titles: str, track: str = "inventions/water") -> list[str]:
    with house.write(DURING) as work:
        return [draft(work, unit, title, track=track) for title in titles]


def test_the_last_microsecond_is_accepted_and_the_deadline_itself_is_not(small: House) -> None:
    early, late = _drafted(small, new_unit(small), "早", "晚")
    with small.write(CLOSES - TICK) as work:
        accepted = nominations.submit(work, early)
    with pytest.raises(Refused) as refused, small.write(CLOSES) as work:
        nominations.submit(work, late)
    (reason,) = refused.value.reasons
    assert accepted == Answer(
        id=early, state="submitted", at=CLOSES - TICK, closes=CLOSES, closes_of="collection",
        place=Place(scope="发明榜·水", limit=2, used=1),
    )  # fmt: skip
    assert (reason.code, reason.zh, reason.facts) == (
        "DLN-01",
        "截止时间为2025年3月14日24:00，收到时间2025年3月15日00:00，已截止",
        {"closes": "2025-03-14T16:00:00+00:00", "received": "2025-03-14T16:00:00+00:00"},
    )
    assert states(small) == {"早": "submitted", "晚": "drafted"}


def test_before_the_opening_nothing_is_accepted_and_from_it_on_everything(quick: House) -> None:
    unit = new_unit(quick)
    too_early = _refusal(quick, OPENS - TICK, lambda work: draft(work, unit, "甲"))
    in_time = _refusal(quick, OPENS, lambda work: nominations.submit(work, draft(work, unit, "甲")))
    assert (too_early, in_time) == (["DLN-02"], [])


@pytest.mark.parametrize(
    "verb",
    [lambda work, key: nominations.edit(work, key, applicant="丙"), nominations.submit],
    ids=["edit", "submit"],
)
def test_what_arrived_in_time_but_after_the_closing_was_completed_is_not_stored(
    quick: House, verb: Callable[[Work, str], Any]
) -> None:
    (kept,) = _drafted(quick, new_unit(quick), "甲")
    with quick.write(DURING) as work:
        nominations.submit(work, kept)
        nominations.return_(work, kept, reason="缺章")
    close(quick.office, quick.campaign, at=SWEPT)
    assert _refusal(quick, CLOSES - TICK, lambda work: verb(work, kept)) == ["DLN-03", "STM-01"]
    assert _refusal(quick, CLOSES - TICK, lambda work: draft(work, 1, "乙")) == ["DLN-03"]
    assert _refusal(quick, CLOSES, lambda work: draft(work, 1, "乙")) == ["DLN-01"]


def test_between_the_deadline_and_the_closing_a_request_that_was_under_way_is_stored(quick: House) -> None:
    (kept,) = _drafted(quick, new_unit(quick), "甲")
    assert _refusal(quick, CLOSES - TICK, lambda work: nominations.submit(work, kept)) == []
    close(quick.office, quick.campaign, at=SWEPT)
    assert states(quick) == {"甲": "review"}


def test_a_later_date_to_correct_by_extends_the_window_for_that_one_alone(quick: House) -> None:
    unit = new_unit(quick)
    asked, other = _drafted(quick, unit, "退回", "另一项")
    own_end = CLOSES + 3 * A_DAY
    with quick.write(CLOSES - A_DAY) as work:
        nominations.submit(work, asked)
        nominations.return_(work, asked, reason="缺章", correct_by=own_end)
    close(quick.office, quick.campaign, at=SWEPT)
    assert states(quick) == {"退回": "returned", "另一项": "lapsed"}
    with quick.write(own_end - TICK) as work:
        nominations.edit(work, asked, applicant="丙公司")
        answer = nominations.submit(work, asked)
    assert (answer.state, answer.closes, _row(quick, asked).correct_by) == ("submitted", own_end, None)
    assert _refusal(quick, own_end - TICK, lambda work: nominations.submit(work, other)) == ["DLN-01", "STM-01"]


def test_at_its_own_date_a_correction_is_too_late(quick: House) -> None:
    (kept,) = _drafted(quick, new_unit(quick), "甲")
    own_end = CLOSES + A_DAY
    with quick.write(DURING) as work:
        nominations.submit(work, kept)
        nominations.return_(work, kept, reason="缺章", correct_by=own_end)
    assert _refusal(quick, own_end, lambda work: nominations.submit(work, kept)) == ["DLN-01"]


def test_an_earlier_date_to_correct_by_takes_nothing_from_the_window(quick: House) -> None:
    (kept,) = _drafted(quick, new_unit(quick), "甲")
    with quick.write(DURING) as work:
        nominations.submit(work, kept)
        nominations.return_(work, kept, reason="缺章", correct_by=DURING + A_DAY)
    assert _refusal(quick, CLOSES - TICK, lambda work: nominations.submit(work, kept)) == []


@pytest.mark.parametrize(
    ("at", "correct_by", "codes"),
    [
        (CLOSES - TICK, None, []),
        (CLOSES, None, ["RET-01"]),
        (CLOSES, CLOSES, ["RET-01"]),
        (CLOSES, CLOSES + TICK, []),
        (DURING, DURING, ["RET-01"]),
    ],
)
def test_a_return_after_the_deadline_needs_a_date_ahead(
    quick: House, at: datetime, correct_by: datetime | None, codes: list[str]
) -> None:
    (kept,) = _drafted(quick, new_unit(quick), "甲")
    with quick.write(DURING) as work:
        nominations.submit(work, kept)
    found = _refusal(quick, at, lambda work: nominations.return_(work, kept, reason="缺章", correct_by=correct_by))
    assert found == codes


def test_whose_right_it_is_comes_before_the_date_of_a_return(quick: House) -> None:
    unit = new_unit(quick)
    (kept,) = _drafted(quick, unit, "甲")
    with quick.write(DURING) as work:
        nominations.submit(work, kept)
    with pytest.raises(Refused, match="ROL-01"), quick.write(CLOSES, unit_actor(unit)) as work:
        nominations.return_(work, kept, reason="缺章")


def test_an_extension_opens_the_window_again_for_everybody(quick: House) -> None:
    (kept,) = _drafted(quick, new_unit(quick), "甲")
    with quick.write(CLOSES + A_DAY, alone=True) as work:
        campaigns.extend(work, "collection", closes=CLOSES + 5 * A_DAY, reason="系统故障")
    with quick.write(CLOSES + 5 * A_DAY - TICK) as work:
        assert nominations.submit(work, kept).closes == CLOSES + 5 * A_DAY
    late = _refusal(quick, CLOSES + 5 * A_DAY, lambda work: draft(work, 1, "乙"))
    assert late == ["DLN-01"]


def test_the_quota_is_exact_and_a_draft_takes_no_place(small: House) -> None:
    unit = new_unit(small)
    keys = _drafted(small, unit, "一", "二", "三")
    for key in keys[:2]:
        with small.write(DURING) as work:
            nominations.submit(work, key)
    with pytest.raises(Refused) as refused, small.write(DURING) as work:
        nominations.submit(work, keys[2])
    (reason,) = refused.value.reasons
    assert (reason.code, reason.en) == ("QTA-01", "2 of 2 places are used (发明榜·水)")
    assert states(small) == {"一": "submitted", "二": "submitted", "三": "drafted"}


def test_places_add_up_over_channels_and_fields_count_apart(quick: House) -> None:
    unit = new_unit(quick, "两栖单位", "societies", "cities")
    for track in ("inventions/water", "inventions/light"):
        for number, key in enumerate(_drafted(quick, unit, *"一二三四五", track=track)):
            codes = _refusal(quick, DURING, partial(_ask, nominations.submit, key))
            assert codes == (["QTA-01"] if number == 4 else [])


def test_a_channel_without_a_right_to_the_list_cannot_even_draft(quick: House) -> None:
    unit = new_unit(quick, "某市", "cities")
    assert _refusal(quick, DURING, lambda work: draft(work, unit, "人", track="people")) == ["QTA-02"]


GIVES_BACK: dict[str, Callable[[Work, str], Any]] = {
    "recall": nominations.recall,
    "withdraw": lambda work, key: nominations.withdraw(work, key, reason="不报了"),
    "disqualify": lambda work, key: nominations.disqualify(work, key, reason="造假"),
}


@pytest.mark.parametrize("verb", GIVES_BACK)
def test_a_place_that_is_given_back_can_be_taken_by_another_and_then_not_be_had_again(quick: House, verb: str) -> None:
    unit = new_unit(quick)
    first, second = _drafted(quick, unit, "甲", "乙", track="people")
    with quick.write(DURING) as work:
        nominations.submit(work, first)
        GIVES_BACK[verb](work, first)
        nominations.submit(work, second)
    back = (
        nominations.submit if verb == "recall" else lambda work, key: nominations.reinstate(work, key, reason="误操作")
    )
    assert _refusal(quick, DURING, lambda work: back(work, first)) == ["QTA-01"]


def test_a_returned_nomination_keeps_its_place(quick: House) -> None:
    first, second = _drafted(quick, new_unit(quick), "甲", "乙", track="people")
    with quick.write(DURING) as work:
        nominations.submit(work, first)
        nominations.return_(work, first, reason="缺章")
    assert _refusal(quick, DURING, lambda work: nominations.submit(work, second)) == ["QTA-01"]
    assert _refusal(quick, DURING, lambda work: nominations.submit(work, first)) == []


def test_a_unit_that_lost_a_channel_keeps_what_it_has_and_gets_no_more(quick: House) -> None:
    unit = new_unit(quick, "两栖单位", "societies", "cities")
    keys = _drafted(quick, unit, *"一二三四")
    with quick.write(DURING) as work:
        for key in keys[:3]:
            nominations.submit(work, key)
        units.add(work, code="两栖单位", name="两栖单位", channels=["cities"])
    assert _refusal(quick, DURING, lambda work: nominations.submit(work, keys[3])) == ["QTA-01"]
    assert _refusal(quick, DURING, lambda work: nominations.recall(work, keys[0])) == []
    assert _refusal(quick, DURING, lambda work: nominations.submit(work, keys[0])) == ["QTA-01"]


def test_what_is_missing_is_named(quick: House) -> None:
    with quick.write(DURING) as work:
        key = nominations.draft(work, unit_id=new_unit_in(work), track="people", title="甲", materials=["letter"]).id
    with pytest.raises(Refused) as refused, quick.write(DURING) as work:
        nominations.submit(work, key)
    assert [reason.facts["missing"] for reason in refused.value.reasons] == ["申报表、申报单位（申报人）"]


def new_unit_in(work: Work) -> int:
    """A unit made in an open transaction."""
    return units.add(work, code="甲学会", name="甲学会", channels=["societies"])


def test_an_earlier_laureate_is_kept_out_until_waived_and_on_some_lists_for_good(quick: House) -> None:
    unit = new_unit(quick)
    with quick.write(DURING) as work:
        add_laureate(work, "老项目", edition=2023, list_name="发明榜")
        add_laureate(work, "老项目", edition=2024, list_name="发明榜")
        add_laureate(work, "同届", edition=2025, list_name="发明榜")
    keys = _drafted(quick, unit, "老项目", "同届")
    (person,) = _drafted(quick, unit, "老项目", track="people")
    assert _row(quick, keys[0]).earlier == {
        "edition": 2024,
        "list": "发明榜",
        "name": "老项目",
        "award": "",
        "rule": "earlier",
    }
    before = [_refusal(quick, DURING, partial(_ask, nominations.submit, key)) for key in (*keys, person)]
    waived = [_refusal(quick, DURING, partial(_waive, key)) for key in (keys[0], person)]
    after = _refusal(quick, DURING, lambda work: nominations.submit(work, keys[0]))
    assert (before, waived, after) == ([["EXC-01"], [], ["EXC-02"]], [[], ["EXC-02"]], [])


def _waive(key: str, work: Work) -> Answer:
    return nominations.waive(work, key, reason="成果有重大突破")


def test_a_waiver_is_for_the_entry_it_named_and_falls_with_another_title(quick: House) -> None:
    with quick.write(DURING) as work:
        add_laureate(work, "老项目", edition=2024, list_name="发明榜")
        add_laureate(work, "另一老项目", edition=2023, list_name="发明榜")
    (key,) = _drafted(quick, new_unit(quick), "老项目")
    with quick.write(DURING) as work:
        nominations.waive(work, key, reason="有突破")
        nominations.edit(work, key, title="老 项 目")
        kept = taking.locked(work, key).waiver
        nominations.edit(work, key, title="另一老项目")
        gone = taking.locked(work, key).waiver
    assert (kept, gone) == ({"earlier": "有突破"}, None)
    assert _refusal(quick, DURING, lambda work: nominations.submit(work, key)) == ["EXC-01"]


def test_a_laureate_entered_after_the_draft_counts_too(quick: House) -> None:
    (key,) = _drafted(quick, new_unit(quick), "老项目")
    with quick.write(DURING) as work:
        assert enter_laureates(work, Entry(edition=2024, list_name="发明榜", name="老项目")) == 1
    assert _refusal(quick, DURING, lambda work: nominations.submit(work, key)) == ["EXC-01"]


def _again(work: Work, unit: int, verb: str, key: str) -> Any:
    if verb == "draft":
        return draft(work, unit, "甲　项")
    if verb == "edit":
        return nominations.edit(work, key, title="甲项")
    return nominations.reinstate(work, key, reason="误操作")


@pytest.mark.parametrize("verb", ["draft", "edit", "reinstate"])
def test_no_title_stands_twice_however_it_would_get_there(quick: House, verb: str) -> None:
    unit = new_unit(quick)
    with quick.write(DURING) as work:
        other = draft(work, unit, "甲项" if verb == "reinstate" else "乙项")
        if verb == "reinstate":
            nominations.withdraw(work, other, reason="重报")
        draft(work, unit, "甲项")
        draft(work, unit, "甲项", track="inventions/light")  # another field is another matter
    assert _refusal(quick, DURING, lambda work: _again(work, unit, verb, other)) == ["NOM-01"]


def test_a_track_that_the_campaign_does_not_have_is_refused_with_those_it_has(quick: House) -> None:
    unit = new_unit(quick)
    with pytest.raises(Refused) as refused, quick.write(DURING) as work:
        draft(work, unit, "甲项", track="inventions/air")
    assert [(reason.code, reason.zh, reason.en) for reason in refused.value.reasons] == [
        (
            "NOM-02",
            "没有这个榜单或领域：'inventions/air'；可用：inventions/water、inventions/light、people",
            "no such list or field: 'inventions/air'; defined: inventions/water, inventions/light, people",
        )
    ]


def test_a_title_may_be_respelt(quick: House) -> None:
    (key,) = _drafted(quick, new_unit(quick), "Ａ 项")
    with quick.write(DURING) as work:
        nominations.edit(work, key, title="a项")
    row = _row(quick, key)
    assert (row.title, row.title_key) == ("a项", "a项")


def test_only_what_may_be_edited_is_written(quick: House) -> None:
    (key,) = _drafted(quick, new_unit(quick), "甲")
    for values in ({"state": "published"}, {"waiver": "自己豁免"}, {"unit_id": 7, "title": "乙"}, {"selected": True}):
        with pytest.raises(TypeError, match="not to be edited"), quick.write(DURING) as work:
            nominations.edit(work, key, **values)
    row = _row(quick, key)
    assert (row.title, row.state, row.version) == ("甲", "drafted", 1)


@pytest.mark.parametrize(
    ("values", "code"),
    [({"title": " \u200b"}, "TXT-01"), ({"title": "长" * 301}, "TXT-02"), ({"applicant": "\ud800"}, "TXT-03")],
)
def test_a_text_that_can_not_stand_is_refused(quick: House, values: dict[str, str], code: str) -> None:
    unit = new_unit(quick)
    (key,) = _drafted(quick, unit, "甲")
    edited = _refusal(quick, DURING, lambda work: nominations.edit(work, key, **values))
    given: dict[str, Any] = {"title": "乙", **values}
    drafted = _refusal(
        quick, DURING, lambda work: nominations.draft(work, unit_id=unit, track="inventions/water", **given)
    )
    assert (edited, drafted) == ([code], [code])


@pytest.mark.parametrize("verb", [nominations.return_, nominations.withdraw, nominations.disqualify])
@pytest.mark.parametrize(("reason", "code"), [("", "RSN-01"), (" \n", "RSN-01"), ("\u200b", "RSN-01"),
                                              ("\ud800", "TXT-03"), ("长" * 2001, "TXT-02")])  # fmt: skip
def test_a_reason_that_nobody_could_read_is_none(
    quick: House, verb: Callable[..., Answer], reason: str, code: str
) -> None:
    (key,) = _drafted(quick, new_unit(quick), "甲")
    with quick.write(DURING) as work:
        nominations.submit(work, key)
    assert _refusal(quick, DURING, lambda work: verb(work, key, reason=reason)) == [code]


def test_a_reason_is_kept_without_what_nobody_can_see(small: House) -> None:
    (key,) = _drafted(small, new_unit(small), "甲")
    with small.write(DURING) as work:
        nominations.submit(work, key)
        nominations.return_(work, key, reason=" 缺\x00章\u202e，\n请补 ")
        assert told(work.connection, col(Event.verb) == "return")[0].details == {"reason": "缺章， 请补"}


def test_an_unknown_list_names_the_known_ones(quick: House) -> None:
    with pytest.raises(Refused) as refused, quick.write(DURING) as work:
        draft(work, 1, "甲", track="nonsense")
    assert refused.value.reasons[0].en == (
        "no such list or field: 'nonsense'; defined: inventions/water, inventions/light, people"
    )


NOT_OF_A_DRAFT: list[Callable[[Work, str], Any]] = [
    nominations.recall,
    lambda work, key: nominations.return_(work, key, reason="因"),
    lambda work, key: nominations.reinstate(work, key, reason="因"),
    lambda work, key: nominations.disqualify(work, key, reason="因"),
    lambda work, key: nominations.promote(work, key, note="推介"),
]


def test_a_refused_verb_changes_nothing(small: House) -> None:
    (key,) = _drafted(small, new_unit(small), "甲")
    before = _row(small, key)
    with small.read() as work:
        story = events(work)
    codes = [_refusal(small, DURING, partial(_ask, verb, key)) for verb in NOT_OF_A_DRAFT]
    with small.read() as work:
        assert (codes, events(work), _row(small, key)) == ([["STM-01"]] * 5, story, before)


def test_every_verb_leaves_one_line_and_one_version(small: House) -> None:
    unit = new_unit(small)
    with small.write(DURING) as work:
        key = draft(work, unit, "甲")
        nominations.edit(work, key, applicant="丙公司", applicant_phones="010-9")
        nominations.submit(work, key)
        nominations.recall(work, key)
        nominations.submit(work, key)
        nominations.return_(work, key, reason="缺章")
        nominations.submit(work, key)
        nominations.withdraw(work, key, reason="不报了")
        nominations.reinstate(work, key, reason="又报了")
        story = [line for line in events(work) if line[0] not in ("open", "add", "channels")]
    assert story == [
        ("draft", None, "drafted"),
        ("edit", "drafted", "drafted"),
        ("submit", "drafted", "submitted"),
        ("recall", "submitted", "drafted"),
        ("submit", "drafted", "submitted"),
        ("return", "submitted", "returned"),
        ("submit", "returned", "submitted"),
        ("withdraw", "submitted", "withdrawn"),
        ("reinstate", "withdrawn", "submitted"),
    ]
    assert (_row(small, key).version, faults(small)) == (9, ())


def test_an_edit_says_what_it_changed_and_not_what_followed_from_it(quick: House) -> None:
    (key,) = _drafted(quick, new_unit(quick), "甲")
    with quick.write(DURING) as work:
        nominations.edit(work, key, title="乙", applicant="某公司", materials=["application"])
        query = select(col(Event.details)).where(col(Event.verb) == "edit")
        assert work.connection.execute(query).scalar_one() == {"changed": "materials、title"}


def test_the_history_says_who_acted_and_for_whom(quick: House) -> None:
    unit = new_unit(quick)
    with quick.write(DURING, unit_actor(unit)) as work:
        draft(work, unit, "甲")
        (row,) = told(work.connection, col(Event.verb) == "draft")
    assert (row.role, row.actor, row.at, row.details) == (
        "unit", "单位经办人", DURING, {"title": "甲", "track": "inventions/water"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("ended_in", "reinstated_at", "codes"),
    [
        ("drafted", DURING, []),
        ("drafted", CLOSES, ["DLN-01"]),
        ("returned", CLOSES, ["DLN-01"]),
        ("submitted", CLOSES, []),
        ("review", FINAL, []),
    ],
)
def test_what_ended_goes_back_to_where_it_was_if_that_is_still_open(
    quick: House, ended_in: str, reinstated_at: datetime, codes: list[str]
) -> None:
    (key,) = _drafted(quick, new_unit(quick), "甲")
    ends_at = REVIEW if ended_in == "review" else DURING
    with quick.write(DURING) as work:
        if ended_in != "drafted":
            nominations.submit(work, key)
        if ended_in == "returned":
            nominations.return_(work, key, reason="缺章")
    if ended_in == "review":
        close(quick.office, quick.campaign, at=CLOSES + SETTLE)
    with quick.write(ends_at) as work:
        nominations.withdraw(work, key, reason="不报了")
    assert _refusal(quick, reinstated_at, lambda work: nominations.reinstate(work, key, reason="又报了")) == codes
    assert states(quick) == {"甲": "withdrawn" if codes else ended_in}


def test_somebody_who_looked_before_another_changed_it_is_told_to_look_again(quick: House) -> None:
    (key,) = _drafted(quick, new_unit(quick), "甲")
    with quick.write(DURING) as work:
        stale = taking.locked(work, key)
        nominations.submit(work, key)
        with pytest.raises(Refused, match="STM-02"), work.part():
            taking.take(work, stale, "edit", store={"applicant": "丙"})


def test_each_promotion_is_kept_and_the_first_one_moves_it(quick: House) -> None:
    unit = new_unit(quick)
    (key,) = _drafted(quick, unit, "甲")
    with quick.write(FINAL) as work:
        as_published = {"state": "published"}
        work.connection.execute(update(Nomination).values(as_published))
        found = [nominations.promote(work, key, note=note).state for note in ("路演", "对接会")]
        query = select(col(Promotion.note), col(Promotion.at)).where(col(Promotion.nomination_id) == row_id(work, key))
        notes = work.connection.execute(query.order_by(col(Promotion.id))).all()
    assert (found, notes) == (["promoted", "promoted"], [("路演", FINAL), ("对接会", FINAL)])


def test_a_draft_of_before_opening_day_is_told_when_to_come_back(quick: House) -> None:
    with pytest.raises(Refused) as refused, quick.write(OPENED) as work:
        draft(work, new_unit_in(work), "甲")
    assert refused.value.reasons[0].zh == "尚未开始：2025年3月3日00:00开始，收到时间2025年2月24日09:00"
    assert beijing("2025-03-03 00:00") == OPENS
