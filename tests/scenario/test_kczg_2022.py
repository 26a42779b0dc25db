"""“科创中国” 2022: from a month to a day, two lists organised elsewhere, places that add up over channels."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import pytest

from engine import batches, nominations
from engine.batches import Result
from engine.places import of_unit
from engine.rehearsal.play import Rehearsed
from engine.rosters import Upload, import_nominations
from engine.sheets.writing import write_csv
from engine.turn import turn
from tests.builders import House, add_draft, add_submitted, add_unit
from tests.campaigns import opened, played, reasons, refusal, refused_in, standing, told, wrongs
from tests.small import SETTLE, TICK, beijing

OPENED = beijing("2022-08-25 09:00")
OPENS, CLOSES = beijing("2022-09-01 00:00"), beijing("2022-11-01 00:00")
DURING = beijing("2022-10-10 10:00")
FIELDS = ("electronics", "biomedicine", "equipment", "advanced-materials", "low-carbon", "foundations")
SINGLE = {"enterprises": 5, "organisations": 2, "founders": 2, "managers": 2}


@pytest.fixture
def house(sqlite_database_url: str) -> Iterator[House]:
    with opened("kczg-2022", sqlite_database_url, at=OPENED) as found:
        yield found


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    with played("kczg-2022", tmp_path_factory.mktemp("kczg-2022")) as done:
        yield done


def unit(house: House, *channels: str) -> int:
    with house.write(OPENED) as work:
        return add_unit(work, "A01", channels=channels or ("societies",))


def submitted(house: House, mine: int, track: str, number: int) -> list[str]:
    return refusal(house, DURING, lambda work: add_submitted(work, mine, f"{track}第{number}项", track=track))


def test_it_is_rehearsed_to_its_end(rehearsed: Rehearsed) -> None:
    assert wrongs(rehearsed) == []
    found = standing(rehearsed)
    assert set(found) <= {"published", "promoted", "eliminated", "lapsed", "withdrawn", "disqualified"}
    assert found["published"] + found["promoted"] > 0
    assert "DLN-01" in refused_in(rehearsed)


def test_nothing_of_a_rehearsal_stands_on_a_list_that_is_organised_elsewhere(rehearsed: Rehearsed) -> None:
    tracks = {plan.track for each in rehearsed.population.units for plan in each.plans}
    assert tracks <= {*SINGLE, *(f"technologies/{field}" for field in FIELDS)}


def test_the_report_tells_how_the_preliminary_review_went(rehearsed: Rehearsed) -> None:
    lines = told(rehearsed)
    assert sum(line.startswith("初评完成（各初评机构）：") for line in lines) == 1
    assert sum(line.startswith("终评完成（秘书处）：") for line in lines) == 1


def test_a_month_opens_with_its_first_day_and_a_day_closes_at_24(house: House) -> None:
    mine = unit(house)
    found = [
        refusal(house, at, partial(nominations.draft, unit_id=mine, track="managers", title=f"{at}", applicant="甲"))
        for at in (OPENS - TICK, OPENS, CLOSES - TICK, CLOSES)
    ]
    assert found == [["DLN-02"], [], [], ["DLN-01"]]


def test_the_last_microsecond_of_october_is_in_time_and_24_is_not(house: House) -> None:
    mine = unit(house)
    with house.write(DURING) as work:
        first, second = (add_draft(work, mine, title, track="managers") for title in ("张三", "李四"))
    found = [
        refusal(house, at, partial(nominations.submit, nomination=key))
        for at, key in ((OPENS - TICK, first), (CLOSES - TICK, first), (CLOSES, second))
    ]
    assert found == [["DLN-02"], [], ["DLN-01"]]
    said = reasons(house, CLOSES, partial(nominations.submit, nomination=second))[0]
    assert "截止时间为2022年10月31日24:00，收到时间2022年11月1日00:00" in said.zh


@pytest.mark.parametrize(("track", "name"), [("international", "国际创新合作榜"), ("open-source", "开源创新榜")])
def test_a_list_organised_elsewhere_takes_no_nomination(house: House, track: str, name: str) -> None:
    mine = unit(house)
    (said,) = reasons(house, DURING, lambda work: add_draft(work, mine, "某平台", track=track))
    assert (said.code, said.zh) == (
        "NOM-03",
        f"“{name}”不在此接受推荐（另行组织）；可推荐：先导技术榜、新锐企业榜、融通创新组织榜、创业就业先锋榜、技术经理人先锋榜",
    )


def test_an_import_is_told_which_row_names_such_a_list(house: House) -> None:
    unit(house)
    rows = [("A01", "新锐企业榜", "某公司", "某公司"), ("A01", "开源创新榜", "某平台", "某公司")]
    content = write_csv(rows, ("单位编号", "榜单", "项目名称", "申报单位"))
    found = reasons(house, DURING, partial(import_nominations, upload=Upload(name="a.csv", content=content)))
    assert [(reason.code, reason.where) for reason in found] == [("IMP-20", "a.csv:3 “榜单”")]
    assert found[0].zh.startswith("“开源创新榜”不在可选范围：先导技术榜、")


@pytest.mark.parametrize(("channels", "times"), [(("societies",), 1), (("societies", "consortium"), 2)])
def test_places_are_3_5_2_2_2_and_double_over_two_channels(
    house: House, channels: tuple[str, ...], times: int
) -> None:  # fmt: skip
    mine = unit(house, *channels)
    with house.read(DURING) as work:
        found = {place.tracks: place.limit for place in of_unit(work, mine)}
    assert found == {
        **{(f"technologies/{field}",): 3 * times for field in FIELDS},
        **{(track,): number * times for track, number in SINGLE.items()},
    }


@pytest.mark.parametrize(("channels", "times"), [(("provinces",), 1), (("provinces", "cities"), 2)])
def test_one_more_than_the_places_of_a_field_or_a_list_is_refused(
    house: House, channels: tuple[str, ...], times: int
) -> None:  # fmt: skip
    mine = unit(house, *channels)
    for track, number in (("technologies/electronics", 3 * times), ("founders", 2 * times)):
        found = [submitted(house, mine, track, each) for each in range(number + 1)]
        assert found == [[]] * number + [["QTA-01"]]
    assert submitted(house, mine, "technologies/biomedicine", 1) == []


def test_it_is_published_on_20_february_2023_and_not_before(house: House) -> None:
    mine, publication = unit(house), beijing("2023-02-20 00:00")
    with house.write(DURING) as work:
        key = add_submitted(work, mine, "张三", track="managers")
    turn(house.office, house.campaign, at=CLOSES + SETTLE)
    with house.write(beijing("2022-11-20 10:00")) as work:
        batches.report(work, [Result(id=key, passed=True)])
    with house.write(beijing("2023-01-10 10:00")) as work:
        batches.decide(work, [Result(id=key, passed=True)], occasion="final")
    found = [refusal(house, at, batches.publish) for at in (publication - TICK, publication)]
    assert found == [["PUB-02"], []]
