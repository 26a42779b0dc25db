"""Winners, levels, shares, drawn lists, shortlists and minimums, as the database holds them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select, update
from sqlmodel import col

from engine import batches, campaigns, distinctions, nominations, shortfall, units
from engine.access import Actor
from engine.batches import Result
from engine.distinguished import of_list
from engine.queries.attention import attention
from engine.queries.outcomes import outcomes
from engine.sweep import close
from engine.tables import Nomination, UnitAttribute
from tests.builders import House, letters
from tests.small import (
    ACADEMY,
    DURING,
    FILE,
    FINAL,
    GUILD,
    OFFICE,
    REVIEW,
    SWEPT,
    TICK,
    beijing,
    draft,
    events,
    faults,
    new_unit,
    small_house,
    states,
)
from workflows.reasons import Refused

PUBLICATION = beijing("2025-04-20 10:00")
NAME, OTHER = 'name = "人物榜"\n', 'name = "发明榜"\n'
STAGE = 'name = "初评"\nenglish = "review"\n'
LEVELS = 'levels.first = { name = "一等奖", winners = 1 }\nlevels.second = { name = "二等奖" }\n'
WEST = 'shares.west = { name = "西部", where = { region = "west" }, least = 1 }\n'
REGION = '\n[attributes.region]\nname = "地区"\nof = "unit"\nkind = "word"\nvalues = ["east", "west"]\n'
SPECIAL = '\n[lists.special]\nname = "特别奖"\nenglish = "Special"\ndrawn_from = "people"\nwinners = 1\n'
Ids = dict[str, str]
Opened = Callable[..., House]


@pytest.fixture
def opened(database_url: str) -> Iterator[Opened]:
    """The small campaign with more said of its list of people, of its first stage, and after all."""
    houses: list[House] = []

    def make(people: str = "", stage: str = "", after: str = "", inventions: str = "") -> House:
        text = FILE.read_text(encoding="utf-8").replace(NAME, NAME + people).replace(STAGE, STAGE + stage)
        text = text.replace(OTHER, OTHER + inventions)
        houses.append(small_house(database_url, text + after))
        return houses[-1]

    yield make
    houses[0].office.database.dispose()


def submitted(house: House, titles: Sequence[str], *, west: str = "") -> Ids:
    """One person of each title, each by a unit of its own; of the titles in `west` the unit is western."""
    found = {}
    for title in titles:
        unit = new_unit(house, f"{title}学会")
        with house.write(DURING) as work:
            if title in west:
                work.connection.execute(
                    insert(UnitAttribute), {"unit_id": unit, "attribute": "region", "value": "west"}
                )
            found[title] = draft(work, unit, title, track="people")
            nominations.submit(work, found[title])
    return found


def in_final(house: House, titles: Sequence[str], *, west: str = "") -> Ids:
    """The same, in the last stage."""
    ids = submitted(house, titles, west=west)
    close(house.office, house.campaign, at=SWEPT)
    report(house, ids, titles)
    return ids


def report(house: House, ids: Ids, passed: Sequence[str], among: Sequence[str] | None = None) -> None:
    with house.write(REVIEW, GUILD) as work:
        batches.report(work, [Result(id=ids[each], passed=each in passed, place=each) for each in among or ids])


def decide(house: House, ids: Ids, **levels: str | None) -> list[str]:
    """Decide: the level of each that is to be on the list, "" for none; codes and places of what is refused."""
    results = [Result(id=ids[title], passed=level is not None, level=level or None, place=title)
               for title, level in levels.items()]  # fmt: skip
    try:
        with house.write(FINAL) as work:
            batches.decide(work, results, occasion="1")
    except Refused as refused:
        return [f"{reason.code} {reason.where}".strip() for reason in refused.reasons]
    return []


def selected(house: House) -> dict[str, str | None]:
    with house.read(FINAL) as work:
        query = select(col(Nomination.title), col(Nomination.level)).where(col(Nomination.selected))
        return dict(work.connection.execute(query.order_by(col(Nomination.id))).all())


def test_more_winners_than_the_cap_are_refused_whole(opened: Opened) -> None:
    house = opened("winners = 2\n")
    ids = in_final(house, "甲乙丙")
    assert decide(house, ids, 甲="", 乙="", 丙="") == ["WIN-01"]
    assert selected(house) == {}
    assert decide(house, ids, 甲="", 乙="") == []
    assert decide(house, ids, 丙="") == ["WIN-01"]
    assert decide(house, ids, 甲=None, 丙="") == []
    assert (selected(house), faults(house)) == ({"乙": None, "丙": None}, ())


def test_who_is_reinstated_needs_a_place_among_the_winners(opened: Opened) -> None:
    house = opened("winners = 1\n")
    ids = in_final(house, "甲乙")
    decide(house, ids, 甲="")
    with house.write(FINAL) as work:
        nominations.disqualify(work, ids["甲"], reason="争议")
    assert decide(house, ids, 乙="") == []
    with pytest.raises(Refused, match="WIN-01"), house.write(FINAL) as work:
        nominations.reinstate(work, ids["甲"], reason="已澄清")
    assert states(house) == {"甲": "disqualified", "乙": "final"}


def test_levels_are_named_kept_and_capped(opened: Opened) -> None:
    house = opened(LEVELS)
    ids = in_final(house, "甲乙丙")
    assert decide(house, ids, 甲="", 乙="三等奖") == ["WIN-07 甲", "WIN-06 乙"]
    assert decide(house, ids, 甲="一等奖", 乙="first") == ["WIN-02"]
    assert decide(house, ids, 甲="一等奖", 乙="second", 丙=None) == []
    assert decide(house, ids, 甲="") == []  # the level that was decided stays
    assert selected(house) == {"甲": "first", "乙": "second"}


def test_a_level_is_for_who_is_listed_on_a_list_that_has_levels(opened: Opened) -> None:
    house = opened()
    ids = in_final(house, "甲乙")
    with pytest.raises(Refused) as refused, house.write(FINAL) as work:
        batches.decide(work, [Result(id=ids["甲"], passed=True, level="一等奖"),
                              Result(id=ids["乙"], passed=False, level="一等奖")], occasion="1")  # fmt: skip
    assert [reason.code for reason in refused.value.reasons] == ["WIN-06", "WIN-08"]


def test_a_share_that_can_no_longer_be_met_is_refused(opened: Opened) -> None:
    house = opened("winners = 2\n" + WEST, after=REGION)
    ids = in_final(house, "甲乙丙", west="丙")
    assert decide(house, ids, 甲="", 乙="") == ["WIN-03"]
    assert decide(house, ids, 甲="", 丙="") == []


def test_a_share_may_ask_for_the_nominee_and_status_tells_how_it_stands(opened: Opened) -> None:
    young = 'shares.young = { name = "青年", where = { young = true }, most = 1 }\n'
    house = opened(
        "winners = 3\n" + young, after='\n[attributes.young]\nname = "青年"\nof = "nominee"\nkind = "flag"\n'
    )
    ids = in_final(house, "甲乙丙")
    with house.write(FINAL) as work:
        chosen = col(Nomination.title).in_(["甲", "乙"])
        work.connection.execute(update(Nomination).where(chosen).values(attributes={"young": "true"}))
    assert decide(house, ids, 甲="", 乙="") == ["WIN-04"]
    assert decide(house, ids, 甲="", 丙="") == []
    with house.read(FINAL) as work:
        assert [(one.name.zh, one.number, one.note.zh) for one in outcomes(work)] == [
            ("发明榜", 0, ""), ("人物榜", 2, "青年 1（至多1）"),
        ]  # fmt: skip


def test_letters_tell_the_level_and_the_distinction(opened: Opened) -> None:
    house = opened(LEVELS, after=SPECIAL)
    ids = in_final(house, "甲乙")
    with house.write(FINAL) as work:
        row = work.connection.execute(select(Nomination).where(col(Nomination.title) == "甲")).one()
        units.add_contact(work, name="张三", email="zhang@example.cn", unit_id=row.unit_id)
    decide(house, ids, 甲="一等奖", 乙=None)
    with house.write(FINAL) as work:
        distinctions.distinguish(work, ids["甲"], ranking="特别奖", reason="突出")
    with house.write(FINAL, alone=True) as work:
        campaigns.choose_date(work, "publication", date=PUBLICATION)
    with house.write(PUBLICATION) as work:
        batches.publish(work)
        told = {row.template: row.context for row in letters(work) if row.template in ("decision", "published")}
    assert told["decision"]["selected"][0]["award"] == "一等奖"
    assert told["published"]["published"][0]["award"] == "一等奖、特别奖"


def test_a_drawn_list_has_selected_ones_of_its_base_up_to_its_cap(opened: Opened) -> None:
    house = opened(after=SPECIAL)
    ids = in_final(house, "甲乙丙")
    decide(house, ids, 甲="", 乙="")
    heard = [distinguish(house, ids[title]) for title in "甲甲乙丙"]
    assert heard == ["", "WIN-12", "WIN-01", "SEL-01"]
    with house.write(FINAL) as work:
        distinctions.undistinguish(work, ids["甲"], ranking="special", reason="改选")
    assert (distinguish(house, ids["乙"]), on_special(house)) == ("", ["乙"])
    with house.read() as work:
        assert [event[0] for event in events(work, "distinguish", "undistinguish")] == [
            "distinguish", "undistinguish", "distinguish",
        ]  # fmt: skip
    assert faults(house) == ()


def distinguish(house: House, nomination: str, ranking: str = "special", actor: Actor | None = None) -> str:
    """The first code of the refusal, "" if there is none."""
    try:
        with house.write(FINAL, *([actor] if actor else [])) as work:
            distinctions.distinguish(work, nomination, ranking=ranking, reason="突出")
    except Refused as refused:
        return refused.reasons[0].code
    return ""


def on_special(house: House) -> list[str]:
    with house.read() as work:
        query = select(col(Nomination.title)).where(col(Nomination.id).in_(of_list(work, "special")))
        return list(work.connection.execute(query).scalars())


def test_only_the_secretariat_draws_and_only_from_the_base(opened: Opened) -> None:
    house = opened(after=SPECIAL)
    unit = new_unit(house, "发明学会")
    with house.write(DURING) as work:
        other = nominations.submit(work, draft(work, unit, "发明")).id
    ids = in_final(house, "甲")
    with house.write(REVIEW) as work:
        batches.report(work, [Result(id=other, passed=True)])
    decide(house, {**ids, "发明": other}, 甲="", 发明="")
    assert distinguish(house, ids["甲"], actor=GUILD) == "ROL-01"
    assert distinguish(house, ids["甲"], ranking="people") == "WIN-10"
    assert distinguish(house, other) == "WIN-11"
    with pytest.raises(Refused, match="WIN-13"), house.write(FINAL) as work:
        distinctions.undistinguish(work, ids["甲"], ranking="special", reason="改选")


def test_who_goes_out_loses_the_distinction_and_does_not_get_it_back(opened: Opened) -> None:
    house = opened(after=SPECIAL)
    ids = in_final(house, "甲")
    decide(house, ids, 甲="")
    distinguish(house, ids["甲"])
    with house.write(FINAL) as work:
        nominations.disqualify(work, ids["甲"], reason="争议")
    with house.write(FINAL) as work:
        nominations.reinstate(work, ids["甲"], reason="已澄清")
    assert on_special(house) == []
    with house.read() as work:
        assert len(events(work, "lose")) == 1


@pytest.mark.parametrize(("shortlist", "limit"), [("50%", 2), ("3个", 3), ("1.5倍", 2)])
def test_no_more_pass_than_the_shortlist_lets(opened: Opened, shortlist: str, limit: int) -> None:
    house = opened("winners = 1\n", f'shortlist = "{shortlist}"\n', inventions="winners = 9\n")
    ids = submitted(house, "甲乙丙丁")
    close(house.office, house.campaign, at=SWEPT)
    with pytest.raises(Refused, match="WIN-05"):
        report(house, ids, "甲乙丙丁"[: limit + 1])
    report(house, ids, "甲乙丙丁"[:limit], "甲乙丙丁"[:limit])
    with pytest.raises(Refused, match="WIN-05"):
        report(house, ids, "丁", "丁")
    report(house, ids, "", "甲乙丙丁"[limit:])
    assert sorted(states(house).values()) == ["eliminated"] * (4 - limit) + ["final"] * limit


def test_a_place_of_the_shortlist_is_free_again_when_somebody_withdraws(opened: Opened) -> None:
    house = opened(stage='shortlist = "1个"\n')
    ids = submitted(house, "甲乙")
    close(house.office, house.campaign, at=SWEPT)
    report(house, ids, "甲", "甲")
    with house.write(REVIEW) as work:
        nominations.withdraw(work, ids["甲"], reason="放弃")
    report(house, ids, "乙", "乙")
    with pytest.raises(Refused, match="WIN-05"), house.write(REVIEW) as work:
        nominations.reinstate(work, ids["甲"], reason="反悔")
    assert (states(house), faults(house)) == ({"甲": "withdrawn", "乙": "final"}, ())


def test_a_track_below_the_minimum_waits_and_is_told(opened: Opened) -> None:
    house = opened("minimum = 3\n")
    submitted(house, "甲乙")
    swept = close(house.office, house.campaign, at=SWEPT)
    again = close(house.office, house.campaign, at=SWEPT)
    with house.read(SWEPT) as work:
        short = [(each.track, each.there, each.missing) for each in attention(work).short]
    assert (swept.begun, again.begun, short) == (0, 0, [("people", 2, 1)])
    assert states(house) == {"甲": "submitted", "乙": "submitted"}


def test_a_track_with_enough_entries_enters_review_and_others_too(opened: Opened) -> None:
    house = opened("minimum = 2\n")
    submitted(house, "甲乙")
    assert close(house.office, house.campaign, at=SWEPT).begun == 2
    with house.read(SWEPT) as work:
        assert attention(work).short == ()


def test_the_secretariat_lets_a_short_track_proceed(opened: Opened) -> None:
    house = opened("minimum = 3\n")
    submitted(house, "甲")
    assert proceed(house, at=SWEPT - TICK) == "MIN-01"
    close(house.office, house.campaign, at=SWEPT)
    assert [proceed(house, reason=""), proceed(house, actor=ACADEMY), proceed(house)] == ["RSN-01", "ROL-03", ""]
    assert close(house.office, house.campaign, at=REVIEW).begun == 1
    assert (proceed(house), states(house), faults(house)) == ("MIN-02", {"甲": "review"}, ())


def proceed(house: House, *, reason: str = "照常", at: datetime = REVIEW, actor: Actor = OFFICE) -> str:
    """The first code of the refusal, "" if there is none."""
    try:
        with house.write(at, actor) as work:
            shortfall.proceed(work, "people", reason=reason)
    except Refused as refused:
        return refused.reasons[0].code
    return ""


def test_after_an_extension_the_closing_decides_again(opened: Opened) -> None:
    house = opened("minimum = 2\n")
    submitted(house, "甲")
    close(house.office, house.campaign, at=SWEPT)
    later = SWEPT + timedelta(days=5)
    with house.write(SWEPT, alone=True) as work:
        campaigns.extend(work, "collection", closes=later, reason="不足")
    unit = new_unit(house, "补充学会")
    with house.write(SWEPT + timedelta(days=1)) as work:
        nominations.submit(work, draft(work, unit, "乙", track="people"))
    assert close(house.office, house.campaign, at=later + timedelta(minutes=2)).begun == 2


def test_a_list_elsewhere_changes_nothing_for_the_others(opened: Opened) -> None:
    house = opened(after='\n[lists.abroad]\nname = "国际榜"\nnominee = "project"\nelsewhere = "另行组织"\n')
    in_final(house, "甲")
    assert states(house) == {"甲": "final"}
