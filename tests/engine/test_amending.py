"""Amending a running campaign: what may not change, what changed dates do, and that everything follows at once."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from engine import campaigns, nominations, quota_changes, units, windows
from engine.amending import Amended, amend
from engine.batches import Result, report
from engine.calendars import drifted
from engine.database import Database
from engine.duties import file as file_duty
from engine.office import Office, Work
from engine.own_deadlines import own_deadline
from engine.queries.explaining import explain
from engine.queries.owed import duties
from engine.sweep import close
from engine.tables import Campaign, Contact, Duty, Event, MilestoneRevision, Nomination
from engine.turn import turn
from engine.versions import versions
from tests.builders import House, add_laureate, add_unit, letters, mark_letters, readers
from tests.small import (
    CLOSES,
    DURING,
    FILE,
    OPENED,
    OPENS,
    SETTLE,
    SWEPT,
    beijing,
    draft,
    events,
    faults,
    new_unit,
    states,
    unit_actor,
)
from workflows.definition import Who
from workflows.reasons import FileRefused, Refused
from workflows.timeline import Calendar
from workflows.vocabulary import Party

REASON = "通知修订"
A_DAY = timedelta(days=1)
WATER, LIGHT, PEOPLE = "inventions/water", "inventions/light", "people"
SOURCE = FILE.read_text(encoding="utf-8")
COLLECTION_ENDS = 'opens = "2025-03-03"\ncloses = "2025-03-14 24:00"'
LONGER = (COLLECTION_ENDS, 'opens = "2025-03-03"\ncloses = "2025-03-17 24:00"')
REVIEW_LATER = ('window = "2025-03-15/2025-03-28"', 'window = "2025-03-18/2025-03-28"')
LATER = CLOSES + 3 * A_DAY
Edit = tuple[str, str]


def edited(*edits: Edit, source: str = SOURCE) -> str:
    """The small campaign's file with some of its text replaced, each once."""
    for old, new in edits:
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    return source


def with_more(text: str, *edits: Edit) -> str:
    """The same with something at its end."""
    return edited(*edits) + text


def amended(work: Work, source: str, **values: Any) -> Amended:
    return amend(work, source, name="amended.toml", reason=REASON, **values)


def _amend(house: House, source: str, *, at: Any = DURING, **values: Any) -> Amended:
    with house.write(at, alone=True) as work:
        return amended(work, source, **values)


def _codes(house: House, source: str, **values: Any) -> list[str]:
    with pytest.raises(Refused) as refused:
        _amend(house, source, **values)
    return [each.code for each in refused.value.reasons]


def _told_unit(house: House, name: str, *channels: str) -> int:
    with house.write(OPENED) as work:
        return add_unit(work, name, channels=channels or ("societies",),
                        people=[(f"{name}联系人", f"{ord(name[0])}@a.example")])  # fmt: skip


def _told_all(house: House) -> None:
    """Everybody was told that the collection is open, and until when."""
    turn(house.office, house.campaign, at=OPENS + timedelta(hours=9))
    with house.write(OPENS + A_DAY) as work:
        mark_letters(work, "sent")


def test_another_text_is_in_force_at_once_and_the_one_before_stays_readable(small: House) -> None:
    with small.read() as work:
        before = work.definition.name
    done = _amend(small, edited(('name = "2025年小奖"', 'name = "2025年小小奖"')))
    with small.read() as work:
        kept = [(row.number, row.reason, row.source == SOURCE) for row in versions(work)]
        assert (before, work.definition.name, done.version) == ("2025年小奖", "2025年小小奖", 2)
        assert (kept, [row[0] for row in events(work, "amend")]) == ([(1, "", True), (2, REASON, False)], ["amend"])
    assert faults(small) == ()


def test_another_process_sees_it(small: House, database_url: str) -> None:
    other = House(office=Office(database=Database(database_url, durable=False)), campaign=small.campaign)
    with other.read() as work:
        before = (work.calendar["collection"].closes, len(work.occasions))
    _amend(small, edited(LONGER, REVIEW_LATER, ('offsets = ["7天前", "1天前", "3小时前"]', 'offsets = ["2天前"]')))
    with other.read() as work:
        after = (work.calendar["collection"].closes, len(work.occasions))
    other.office.database.dispose()
    assert (before, after) == ((CLOSES, 7), (LATER, 5))


def test_letters_follow_when_only_a_reminder_changed(quick: House) -> None:
    with quick.read() as work:
        before = len(work.occasions)
    _amend(quick, edited(('offsets = ["7天前", "1天前", "3小时前"]', 'offsets = ["2天前"]')))
    with quick.read() as work:
        assert (before, len(work.occasions)) == (7, 5)


def test_the_file_is_proven_as_at_the_opening(quick: House) -> None:
    with pytest.raises(FileRefused) as refused:
        _amend(quick, edited(("limit = 2", "limit = -2"), ('judge = "secretariat"', 'judge = "nobody"')))
    assert len(refused.value.reasons) == 2
    with quick.read() as work:
        assert len(versions(work)) == 1


def test_the_same_text_and_no_reason_are_refused(quick: House) -> None:
    assert _codes(quick, SOURCE) == ["AMD-10"]
    with pytest.raises(Refused) as refused, quick.write(DURING, alone=True) as work:
        amend(work, SOURCE, name="", reason=" ")
    assert refused.value.reasons[0].code == "RSN-01"


def test_another_campaigns_file_is_refused(quick: House) -> None:
    assert _codes(quick, edited(('"small-2025"', '"other-2025"'), ("edition = 2025", "edition = 2026"))) == ["AMD-01"]


def test_what_everything_is_kept_by_stays_and_all_of_it_is_told_at_once(quick: House) -> None:
    source = edited(("edition = 2025", "edition = 2026"), ('zone = "Asia/Shanghai"', 'zone = "Asia/Tokyo"'),
                    ('promotion = "promotion"', 'promotion = "publicity"'),
                    ("[milestones.promotion]", "[milestones.publicity]"))  # fmt: skip
    with pytest.raises(Refused) as refused:
        _amend(quick, source)
    assert [(each.code, each.facts["what"]) for each in refused.value.reasons] == [
        ("AMD-02", "edition"), ("AMD-02", "zone"), ("AMD-02", "promotion"),
    ]  # fmt: skip


NO_LIGHT = (
    ('light = { name = "光", english = "Light" }\n', ""),
    ('"inventions/water", "inventions/light"', '"inventions/water"'),
)


def test_a_field_with_nominations_stays(small: House) -> None:
    unit = new_unit(small)
    with small.write(DURING) as work:
        draft(work, unit, "一", track=LIGHT)
    with pytest.raises(Refused) as refused:
        _amend(small, edited(*NO_LIGHT))
    assert [(each.code, each.facts["what"], each.facts["count"]) for each in refused.value.reasons] == [
        ("AMD-03", LIGHT, 1)
    ]


def test_a_field_without_nominations_goes_and_what_was_owed_for_it_is_void(small: House) -> None:
    done = _amend(small, edited(*NO_LIGHT))
    with small.read() as work:
        shown = [(line.track, line.state) for line in duties(work, institution="academy")]
    assert sorted(shown) == [(LIGHT, "void"), (LIGHT, "void"), (WATER, "owed"), (WATER, "owed")]
    assert (done.void, done.owed) == ({("plan", "academy"): 1, ("results", "academy"): 1}, {})
    back = _amend(small, edited(LONGER, REVIEW_LATER))
    with small.read() as work:
        shown = [(line.track, line.state) for line in duties(work, institution="academy")]
    assert (min(shown), back.owed, faults(small)) == ((LIGHT, "owed"), done.void, ())


REGION = (
    '[attributes.region]\nname = "地区"\nof = "unit"\nkind = "word"\nvalues = ["东", "西"]\n\n[milestones.collection]'
)
WITH_REGION = ("[milestones.collection]", REGION)
OTHER_REGIONS = ("[milestones.collection]", REGION.replace('"西"', '"北"'))


def test_channels_values_and_materials_that_are_in_use_stay(small: House) -> None:
    _amend(small, edited(WITH_REGION))
    with small.write(DURING) as work:
        unit = units.add(work, code="甲", name="甲", channels=["cities"], attributes={"region": "西"})
        draft(work, unit, "一")
    less = edited(OTHER_REGIONS, ('[channels.cities]\nname = "城市"\nlists = ["inventions"]\n', ""),
                  ('materials = ["application", "letter"]', 'materials = ["application"]'),
                  ('[materials.letter]\nname = "推荐函"\n', ""))  # fmt: skip
    with pytest.raises(Refused) as refused:
        _amend(small, less)
    assert [(each.code, each.facts["what"], each.facts["count"]) for each in refused.value.reasons] == [
        ("AMD-05", "region=西", 1), ("AMD-06", "letter", 1), ("AMD-07", "cities", 1),
    ]  # fmt: skip
    assert _codes(small, SOURCE) == ["AMD-05"]


def test_a_channel_that_a_moved_date_names_stays(quick: House) -> None:
    with quick.write(DURING, alone=True) as work:
        campaigns.extend(work, "collection", closes=LATER, reason="x", who=Who(channels=("cities",)))
    assert _codes(quick, edited(('[channels.cities]\nname = "城市"\nlists = ["inventions"]\n', ""))) == ["AMD-07"]


def _in_final(house: House) -> None:
    """A nomination that has passed the first stage."""
    unit = new_unit(house)
    with house.write(DURING) as work:
        key = draft(work, unit, "一")
        nominations.submit(work, key)
    turn(house.office, house.campaign, at=SWEPT)
    with house.write(SWEPT + A_DAY) as work:
        report(work, [Result(id=key, passed=True)])


STAGES = SOURCE[SOURCE.index("[stages.review]") : SOURCE.index("[duties.plan]")]
FINAL_STAGE = STAGES[STAGES.index("[stages.final]") :]
CHECK = '[stages.check]\nname = "复核"\njudge = "secretariat"\nwindow = "check"\ndue = "check"\n'
CHECKED_BETWEEN, CHECKED_BEHIND = (
    f'\n[milestones.check]\nname = "复核"\nwindow = "{window}"\n'
    for window in ("2025-03-29/2025-03-30", "2025-04-12/2025-04-13")
)


def test_a_stage_between_two_that_were_passed_is_refused_and_one_behind_is_not(small: House) -> None:
    _in_final(small)
    between = with_more(CHECKED_BETWEEN, (FINAL_STAGE, f"{CHECK}\n{FINAL_STAGE}"))
    with pytest.raises(Refused) as refused:
        _amend(small, between, at=SWEPT + A_DAY)
    (reason,) = refused.value.reasons
    assert (reason.code, reason.facts["from"], reason.facts["to"], reason.facts["count"]) == (
        "AMD-08", "review", "final", 1,
    )  # fmt: skip
    _amend(small, with_more(CHECKED_BEHIND, (FINAL_STAGE, f"{FINAL_STAGE}\n{CHECK}")), at=SWEPT + A_DAY)
    assert (states(small), faults(small)) == ({"一": "final"}, ())


def test_an_institution_that_has_filed_stays(small: House) -> None:
    with small.write(DURING) as work:
        (plan, *_) = (line.id for line in duties(work, institution="guild") if line.kind == "plan")
        file_duty(work, plan, document="方案.pdf")
    guild = SOURCE[SOURCE.index("[institutions.guild]") : SOURCE.index("[office]")]
    moved = edited((guild, guild.replace("institutions.guild", "institutions.club")))
    with pytest.raises(Refused) as refused:
        _amend(small, moved)
    assert [(each.code, each.facts["what"]) for each in refused.value.reasons] == [("AMD-09", "guild/plan/people")]


def test_a_refusal_stores_nothing(small: House) -> None:
    unit = new_unit(small)
    with small.write(DURING) as work:
        nominations.submit(work, draft(work, unit, "一"))
        nominations.submit(work, draft(work, unit, "二"))
    before = _everything(small)
    source = edited(("limit = 2", "limit = 1"), (COLLECTION_ENDS, 'opens = "2025-03-03"\ncloses = "2025-03-09 24:00"'))
    assert _codes(small, source) == ["EXT-06", "CFG-27"]
    assert _everything(small) == before


def _everything(house: House) -> Any:
    with house.read() as work:
        rows = work.connection.execute(select(Campaign)).all()
        counted = [len(work.connection.execute(select(table)).all()) for table in (Event, MilestoneRevision, Duty)]
        return rows, counted, dict(work.calendar), len(versions(work))


def test_fewer_places_are_taken_with_keep_and_the_secretariats_number_is_the_files_again(small: House) -> None:
    unit = new_unit(small)
    with small.write(DURING) as work:
        nominations.submit(work, draft(work, unit, "一"))
        nominations.submit(work, draft(work, unit, "二"))
    with small.write(DURING, alone=True) as work:
        quota_changes.change_quota(work, "inventions", limit=3, reason="增加")
        quota_changes.change_quota(work, "people", limit=2, reason="增加")
    done = _amend(small, edited(("limit = 2", "limit = 1")), keep=True)
    with small.read() as work:
        limits = {each.key: each.limit for each in work.definition.quotas}
    assert limits == {"inventions": 1, "people": 2}
    assert [(over.used, over.limit) for over in done.over] == [(2, 1)]
    _amend(small, edited(("limit = 2", "limit = 4")))
    with small.read() as work:
        assert {each.key: each.limit for each in work.definition.quotas} == {"inventions": 4, "people": 2}


def test_a_number_that_is_the_files_again_is_told_by_the_amendment(quick: House) -> None:
    with quick.write(DURING, alone=True) as work:
        quota_changes.change_quota(work, "inventions", limit=3, reason="增加")
    _amend(quick, edited(("limit = 2", "limit = 4")))

    assert faults(quick) == ()


def _moved_by(house: House, at: Any, move: Any) -> Any:
    """The letters, calls and calendar after a move that is taken back."""
    with house.write(at, alone=True) as work, work.connection.begin_nested() as part:
        move(work)
        found = [
            (row.key, row.to_name, row.template, row.context, row.milestone, row.revision, row.state)
            for row in letters(work)
        ]
        calendar: Calendar = dict(work.calendar)
        stood = sorted(work.connection.execute(select(col(Nomination.title), col(Nomination.state))).all())
        part.rollback()
    return found, calendar, stood


@pytest.mark.parametrize("at", [DURING, SWEPT + A_DAY])
def test_a_deadline_moved_by_the_file_does_what_an_extension_does(small: House, at: Any) -> None:
    for name in ("甲学会", "乙学会"):
        unit = _told_unit(small, name)
        with small.write(OPENED) as work:
            assert unit
    _told_all(small)
    with small.write(DURING) as work:
        draft(work, 1, "一")
        nominations.submit(work, draft(work, 2, "二"))
    turn(small.office, small.campaign, at=at)
    extended = _moved_by(small, at, lambda work: campaigns.extend(work, "collection", closes=LATER, reason=REASON))
    by_file = _moved_by(small, at, lambda work: amended(work, edited(LONGER)))
    assert (by_file[0], by_file[2]) == (extended[0], extended[2])
    assert by_file[1]["collection"] == extended[1]["collection"]
    assert [row[1] for row in extended[0] if row[2] == "deadline-moved"] == ["甲学会联系人", "乙学会联系人"]


def test_what_lapsed_stays_closed_if_asked_to(small: House) -> None:
    unit = new_unit(small)
    with small.write(DURING) as work:
        draft(work, unit, "一")
    turn(small.office, small.campaign, at=SWEPT)
    kept = _amend(small, edited(LONGER), at=SWEPT, reopen=False)
    stood = states(small)
    assert (kept.reopened, stood) == (0, {"一": "lapsed"})


def test_a_date_that_the_secretariat_moved_stays_unless_the_file_changes_it(small: House) -> None:
    with small.write(DURING, alone=True) as work:
        campaigns.extend(work, "collection", closes=LATER, reason="x")
    _amend(
        small,
        edited(('name = "方案备案"\ncloses = "2025-03-14 24:00"', 'name = "方案备案"\ncloses = "2025-03-13 24:00"')),
    )
    with small.read() as work:
        assert (work.calendar["collection"].closes, work.calendar["collection"].revision) == (LATER, 2)
        assert work.calendar["plan"].closes == CLOSES - A_DAY
    caught_up = _amend(small, edited(LONGER, REVIEW_LATER))
    with small.read() as work:
        assert (work.calendar["collection"].closes, work.calendar["collection"].revision) == (LATER, 2)
    assert [each.new.milestone for each in caught_up.moved] == ["plan", "review"]


NOTICE = """
[milestones.showing]
name = "公示"
after = "final"
edge = "closes"
lasts = "5天"
"""


def test_a_milestone_comes_goes_and_comes_back_with_its_history(small: House) -> None:
    _amend(small, with_more(NOTICE))
    with small.read() as work:
        first = work.calendar["showing"]
    _amend(small, SOURCE)
    with small.read() as work:
        assert "showing" not in work.calendar
    _amend(small, with_more(NOTICE.replace("5天", "7天")))
    with small.read() as work:
        again = work.calendar["showing"]
        rows = work.connection.execute(select(col(MilestoneRevision.revision)).where(
            col(MilestoneRevision.milestone) == "showing")).scalars().all()  # fmt: skip
    assert (first.revision, first.closes, again.closes) == (1, beijing("2025-04-17 00:00"), beijing("2025-04-19 00:00"))
    assert rows == [1, 2]
    assert faults(small) == ()


def test_another_rule_moves_what_follows_and_it_goes_on_following(small: House) -> None:
    _amend(small, with_more(NOTICE))
    done = _amend(small, with_more(NOTICE.replace("5天", "7天")))
    with small.read() as work:
        longer = work.calendar["showing"]
    with small.write(DURING, alone=True) as work:
        campaigns.extend(work, "final", closes=beijing("2025-04-13 00:00"), reason="x")
    with small.read() as work:
        followed = work.calendar["showing"]
    assert [each.new.milestone for each in done.moved] == ["showing"]
    assert (longer.closes, longer.closes_revision, longer.closes_moved_at) == (beijing("2025-04-19 00:00"), 2, DURING)
    assert followed.closes == beijing("2025-04-20 00:00")


CLASS = """
[milestones.collection.classes.cities]
name = "城市"
channels = ["cities"]
closes = "2025-03-12 24:00"
"""


def test_a_class_that_the_file_adds_corrects_only_its_own(small: House) -> None:
    _told_unit(small, "甲学会")
    _told_unit(small, "乙城市", "cities")
    _told_all(small)
    done = _amend(small, with_more(CLASS))
    with small.read() as work:
        found = letters(work, "deadline-moved")
        assert (readers(found), found[0].context["new"]["zh"], done.told.letters) == (
            ["乙城市联系人"], "2025年3月12日（周三）24:00", 1,
        )  # fmt: skip
    gone = _amend(small, SOURCE)
    with small.read() as work:
        assert (gone.told.letters, readers(letters(work, "deadline-moved"))[-1]) == (1, "乙城市联系人")
        assert "collection/cities" not in work.calendar


def test_a_class_dropped_while_its_closing_is_under_way_opens_its_nominations_again(small: House) -> None:
    _amend(small, with_more(CLASS))
    unit = new_unit(small, "乙城市", "cities")
    with small.write(DURING) as work:
        draft(work, unit, "一")
        draft(work, unit, "二", track=LIGHT)
    at, stood = beijing("2025-03-13 00:00") + SETTLE, []

    def drop() -> None:
        stood.append(states(small))
        with suppress(Refused):
            _amend(small, SOURCE, at=at)

    close(small.office, small.campaign, at=at, pause=drop)
    assert "lapsed" in stood[0].values()
    assert (set(states(small).values()), faults(small)) == ({"drafted"}, ())


def test_a_deadline_moved_while_the_closing_is_under_way_stops_it(small: House) -> None:
    unit = new_unit(small)
    with small.write(DURING) as work:
        draft(work, unit, "一")
        nominations.submit(work, draft(work, unit, "二", track=LIGHT))
    close(small.office, small.campaign, at=SWEPT,
          pause=lambda: suppressed_amend(small, edited(LONGER)))  # fmt: skip
    assert (states(small), faults(small)) == ({"一": "drafted", "二": "submitted"}, ())
    turn(small.office, small.campaign, at=LATER + SETTLE)
    assert (states(small), faults(small)) == ({"一": "lapsed", "二": "review"}, ())


def suppressed_amend(house: House, source: str) -> None:
    """Amend, once: the same text again is refused."""
    with suppress(Refused):
        _amend(house, source, at=SWEPT)


def test_contacts_of_the_file_come_and_go(quick: House) -> None:
    _amend(quick, edited(('name = "钱学", phones = ["010-1"], email = "qian@academy.example"',
                          'name = "周研", phones = ["010-9"], email = "zhou@academy.example"')))  # fmt: skip
    with quick.read() as work:
        rows = work.connection.execute(select(col(Contact.name), col(Contact.active)).order_by(col(Contact.id))).all()
    assert dict(rows) == {"赵书": True, "钱学": False, "孙工": True, "周研": True}


def test_drafts_are_noted_anew_by_other_exclusions(quick: House) -> None:
    unit = new_unit(quick)
    with quick.write(DURING) as work:
        add_laureate(work, "一", edition=2024)
        draft(work, unit, "一")
        before = work.connection.execute(select(col(Nomination.undecided))).scalar_one()
    done = _amend(
        quick, edited(('lists = ["inventions"]\nwaivable = true', 'lists = ["inventions"]\nwaivable = false'))
    )
    with quick.read() as work:
        after = work.connection.execute(select(col(Nomination.undecided))).scalar_one()
    assert (before, after, done.eligibility) == ("earlier", None, True)


def test_reminders_that_are_due_now_and_those_that_come_too_late_are_told(quick: House) -> None:
    _told_unit(quick, "甲学会")
    turn(quick.office, quick.campaign, at=DURING)
    done = _amend(quick, edited(('offsets = ["7天前", "1天前", "3小时前"]', 'offsets = ["7天前", "6天前", "5天前"]')))
    assert [(each.occasion.key, each.readers) for each in done.reminding] == [("collection-closes:5天前", 1)]
    assert [each.key for each in done.passed] == ["collection-closes:6天前"]


def test_letters_of_a_reminder_that_is_gone_do_not_leave(quick: House) -> None:
    _told_unit(quick, "甲学会")
    turn(quick.office, quick.campaign, at=OPENS + timedelta(hours=9))
    reminder = SOURCE[SOURCE.index("[reminders.collection-opens]") : SOURCE.index("[reminders.collection-closes]")]
    _amend(quick, edited((reminder, "")), at=OPENS + timedelta(hours=9))
    with quick.read() as work:
        assert [row.state for row in letters(work, "collection-opens")] == ["cancelled"]


def test_a_dropped_duty_is_shown_as_not_owed_any_more(quick: House) -> None:
    plan = SOURCE[SOURCE.index("[duties.plan]") : SOURCE.index("[duties.results]")]
    _amend(quick, edited((plan, "")))
    with quick.read() as work:
        shown = [(line.name, line.state, line.due) for line in duties(work, institution="guild")]
        dropped = next(line.id for line in duties(work) if line.kind == "plan")
        explained = explain(work, dropped)
    assert shown[-1] == ("plan", "void", None)
    assert explained.verbs == ()
    assert faults(quick) == ()


CONSENT = """
[duties.consent]
name = "承诺书"
fulfilment = "filing"
owed_by = "unit"
each = "unit"
due = "plan"
"""


def test_units_owe_what_the_file_asks_of_them_anew(small: House) -> None:
    new_unit(small)
    new_unit(small, "乙学会")
    done = _amend(small, with_more(CONSENT))
    gone = _amend(small, SOURCE)
    assert (done.owed, gone.void) == ({("consent", ""): 2}, {("consent", ""): 2})
    assert faults(small) == ()


def test_dates_that_meet_others_that_were_moved_are_refused(quick: House) -> None:
    with quick.write(DURING, alone=True) as work:
        campaigns.extend(work, "final", closes=beijing("2025-04-20 00:00"), reason="x")
    source = with_more(
        '[milestones.check]\nname = "核"\nwindow = "2025-04-17/2025-04-18"\n',
        ('window = "2025-03-31/2025-04-11"', 'window = "2025-03-31/2025-04-11"\nbefore = "check"'),
    )
    assert _codes(quick, source) == ["EXT-10"]


def test_what_lasts_at_least_so_long_does_so_after_its_rule_was_changed(quick: House) -> None:
    lasting = NOTICE + "at_least = true\n"
    _amend(quick, with_more(lasting))
    _amend(quick, with_more(lasting.replace("5天", "7天")))
    with pytest.raises(Refused) as refused, quick.write(DURING, alone=True) as work:
        campaigns.extend(work, "showing", closes=beijing("2025-04-18 00:00"), reason="x")
    assert refused.value.reasons[0].code == "EXT-11"


def test_a_class_with_an_end_in_the_past_is_refused(quick: House) -> None:
    assert _codes(quick, with_more(CLASS.replace("2025-03-12", "2025-03-08"))) == ["EXT-06"]


def test_a_date_that_is_chosen_stays_and_one_that_the_file_sets_is_corrected(quick: House) -> None:
    with quick.write(DURING, alone=True) as work:
        campaigns.choose_date(work, "publication", date=beijing("2025-04-20 10:00"))
    _amend(quick, edited(('window = "2025-04-14/2025-04-30"', 'window = "2025-04-14/2025-05-30"')))
    with quick.read() as work:
        kept = work.calendar["publication"]
    fixed = ('window = "2025-04-14/2025-04-30"\nto_choose = true', 'opens = "2025-04-25 10:00"')
    done = _amend(quick, edited(fixed))
    with quick.read() as work:
        set_ = work.calendar["publication"]
    assert (kept.chosen, kept.revision) == (beijing("2025-04-20 10:00"), 2)
    assert (set_.chosen, set_.opens) == (None, beijing("2025-04-25 10:00"))
    assert [each.new.milestone for each in done.moved] == ["publication"]


def test_a_text_changed_behind_the_back_is_found(quick: House) -> None:
    _amend(quick, edited(LONGER))
    with quick.office.database.write() as connection:
        connection.execute(update(Campaign).values(source=SOURCE))
    assert faults(quick) == (
        "正在执行的活动文件不是最后一版 / the file that is followed is not the last version of it",
    )


def test_a_file_that_was_read_with_other_dates_is_no_drift(quick: House) -> None:
    _amend(quick, edited(LONGER))
    with quick.read() as work:
        assert drifted(work.connection, work.campaign_id, work.filed) == []


def test_a_class_moved_by_the_file_does_what_an_extension_does(small: House) -> None:
    _amend(small, with_more(CLASS))
    _told_unit(small, "甲学会")
    unit = _told_unit(small, "乙城市", "cities")
    _told_all(small)
    with small.write(DURING) as work:
        draft(work, unit, "一")
    turn(small.office, small.campaign, at=SWEPT - A_DAY)
    moved = with_more(CLASS.replace("2025-03-12", "2025-03-16"))
    extended = _moved_by(small, SWEPT - A_DAY, lambda work: campaigns.extend(
        work, "collection/cities", closes=beijing("2025-03-17 00:00"), reason=REASON))  # fmt: skip
    by_file = _moved_by(small, SWEPT - A_DAY, lambda work: amended(work, moved))
    assert by_file == extended
    assert [row[1] for row in extended[0] if row[2] == "deadline-moved"] == ["乙城市联系人"]


def test_a_suspended_deadline_stays_so_until_the_file_gives_another(small: House) -> None:
    _told_unit(small, "甲学会")
    _told_all(small)
    with small.write(DURING, alone=True) as work:
        campaigns.suspend(work, "collection", reason="系统维护")
    _amend(small, edited(("limit = 2", "limit = 3")))
    with small.read() as work:
        suspended = work.calendar["collection"].suspended
    extended = _moved_by(small, DURING, lambda work: campaigns.extend(work, "collection", closes=LATER, reason=REASON))
    by_file = _moved_by(small, DURING, lambda work: amended(work, edited(LONGER)))
    assert (suspended, by_file) == (True, extended)


TO_COME = """
[milestones.defence]
name = "答辩"
to_announce = true
"""


def test_what_was_to_be_announced_is_announced_by_the_file_and_corrects_nobody(small: House) -> None:
    _told_unit(small, "甲学会")
    _told_all(small)
    _amend(small, with_more(TO_COME))
    done = _amend(small, with_more(TO_COME.replace("to_announce = true", 'window = "2025-04-01/2025-04-02"')))
    with small.read() as work:
        defence = work.calendar["defence"]
    assert (defence.opens, defence.revision, done.told.letters) == (beijing("2025-04-01 00:00"), 2, 0)


def test_a_units_own_deadline_outlives_an_amendment(small: House) -> None:
    unit = new_unit(small)
    with small.write(DURING, unit_actor(unit), alone=True) as work:
        own_deadline(work, unit, closes=CLOSES - A_DAY)
    _amend(small, edited(LONGER))
    with small.read() as work:
        ends = [
            windows.deadline(work, unit_id=unit, track=WATER, party=party).closes
            for party in (Party.APPLICANT, Party.UNIT)
        ]
    assert ends == [CLOSES - A_DAY, LATER]


def test_only_the_secretariat_amends_and_only_alone(quick: House) -> None:
    with pytest.raises(RuntimeError), quick.write(DURING) as work:
        amended(work, edited(LONGER))
    with pytest.raises(Refused), quick.write(DURING, unit_actor(1), alone=True) as work:
        amended(work, edited(LONGER))


def test_a_reminder_that_went_out_speaks_of_its_date_only(quick: House) -> None:
    other = (
        '[reminders.collection-opens]\nmilestone = "collection"',
        '[reminders.collection-opens]\nmilestone = "review"',
    )
    _amend(quick, edited(other), at=OPENED)
    _amend(quick, SOURCE, at=OPENED)
    turn(quick.office, quick.campaign, at=OPENS + timedelta(hours=9))
    assert _codes(quick, edited(other)) == ["AMD-11"]
