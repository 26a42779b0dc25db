"""What quotas give and take, on both databases: pools, shares, own numbers, changes with a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from sqlalchemy import update
from sqlmodel import col

from engine import nominations, places, taking, units
from engine.quota_changes import Over, QuotaChanged, change_quota
from engine.rosters import import_units
from engine.rosters.importing import Upload
from engine.tables import Event, Nomination
from tests.builders import House, letters
from tests.events import told
from tests.small import DURING, FILE, OPENED, draft, new_unit, small_house, unit_actor
from workflows.places import Place
from workflows.reasons import FileRefused, Refused

WATER, LIGHT, PEOPLE = "inventions/water", "inventions/light", "people"
SMALL = FILE.read_text(encoding="utf-8")
QUOTAS = SMALL[SMALL.index("[quotas.inventions]") : SMALL.index("[exclusions.earlier]")]

TWO_SCOPES = """
[quotas.field]
lists = ["inventions"]
channels = "units"
per = "field"
limit = 2
[quotas.all]
lists = "all"
channels = "units"
per = "pool"
limit = 3
"""
POOL = """
[quotas.pool]
lists = "all"
channels = ["societies"]
per = "pool"
limit = 2
[quotas.cities]
lists = ["inventions"]
channels = ["cities"]
per = "pool"
limit = "unlimited"
"""
SHARED = """
[attributes.region]
name = "地区"
of = "nominee"
kind = "word"
values = ["east", "west"]
[quotas.inventions]
lists = ["inventions"]
channels = "units"
per = "list"
limit = 3
stacking = "most"
shares.west = { name = "西部", where = { region = "west" }, least = 1, most = 2 }
[quotas.people]
lists = ["people"]
channels = ["societies"]
per = "list"
limit = 0
units = { "甲学会" = 2 }
"""


def with_quotas(text: str) -> str:
    """The small campaign with other quotas."""
    return SMALL.replace(QUOTAS, text)


Opening = Callable[[str], House]


@pytest.fixture
def opening(database_url: str) -> Iterator[Opening]:
    """`opening(text)` opens that campaign on each of the two databases."""
    with ExitStack() as stack:

        def opened(text: str) -> House:
            house = small_house(database_url, text)
            stack.callback(house.office.database.dispose)
            return house

        yield opened


@pytest.fixture
def pooled(opening: Opening) -> House:
    return opening(
        with_quotas(POOL).replace('name = "学会"\nlists = "all"', 'name = "学会"\nlists = "all"\nexcludes = ["cities"]')
    )


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


def west(house: House, *titles: str, region: str = "west") -> None:
    """Declare where some nominations come from."""
    with house.write(DURING) as work:
        rows = update(Nomination).where(col(Nomination.title).in_(titles))
        work.connection.execute(rows.values(attributes={"region": region}))


def test_a_pool_counts_all_its_lists_together(pooled: House) -> None:
    unit = new_unit(pooled)
    with pooled.write(DURING) as work:
        nominations.submit(work, draft(work, unit, "甲"))
        nominations.submit(work, draft(work, unit, "乙", track=PEOPLE))
        third = draft(work, unit, "丙", track=LIGHT)
    with pytest.raises(Refused) as refused, pooled.write(DURING) as work:
        nominations.submit(work, third)
    assert str(refused.value) == (
        "QTA-01 发明榜、人物榜的推荐名额2个已全部使用（已用2个） / 2 of 2 places are used (发明榜、人物榜)"
    )


def test_unlimited_places_never_run_out_and_are_counted(pooled: House) -> None:
    unit = new_unit(pooled, "某市", "cities")
    with pooled.write(DURING) as work:
        for number in range(25):
            nominations.submit(work, draft(work, unit, f"第{number}项"))
        assert places.of_unit(work, unit) == (Place(scope="发明榜", limit=None, used=25),)
        receipt = nominations.submit(work, draft(work, unit, "再一项"))
    assert receipt.place == Place(scope="发明榜", limit=None, used=26)


def test_each_full_scope_is_told_and_the_receipt_names_the_tightest(opening: Opening) -> None:
    house = opening(with_quotas(TWO_SCOPES))
    unit = new_unit(house)
    with house.write(DURING) as work:
        first = nominations.submit(work, draft(work, unit, "甲"))
        nominations.submit(work, draft(work, unit, "乙"))
        nominations.submit(work, draft(work, unit, "丙", track=PEOPLE))
        fourth = draft(work, unit, "丁")
        found = taking.reasons_for(work, taking.locked(work, fourth), "submit")
    assert [(reason.code, reason.facts["scope"], reason.facts["limit"]) for reason in found] == [
        ("QTA-01", "发明榜·水", 2), ("QTA-01", "发明榜、人物榜", 3),
    ]  # fmt: skip
    assert first.place == Place(scope="发明榜·水", limit=2, used=1)


def test_a_share_holds_places_for_those_it_names_and_caps_them(opening: Opening) -> None:
    house = opening(with_quotas(SHARED))
    unit = new_unit(house, "两栖单位", "societies", "cities")
    with house.write(DURING) as work:
        keys = [draft(work, unit, title, track=LIGHT if title in "丙丁" else WATER) for title in "甲乙丙丁"]
    west(house, "甲", "乙", "丙", region="east")
    west(house, "丁")
    with house.write(DURING) as work:
        nominations.submit(work, keys[0])
        nominations.submit(work, keys[1])
    with pytest.raises(Refused) as refused, house.write(DURING) as work:
        nominations.submit(work, keys[2])
    with house.write(DURING) as work:
        nominations.submit(work, keys[3])
    assert codes(refused) == ["QTA-03"]
    assert refused.value.reasons[0].zh == ("发明榜中西部以外的推荐名额2个已全部使用（已用2个），其余名额须留给西部")


def test_a_share_caps_its_own(opening: Opening) -> None:
    house = opening(with_quotas(SHARED))
    unit = new_unit(house)
    with house.write(DURING) as work:
        keys = [draft(work, unit, title) for title in "甲乙丙"]
    west(house, "甲", "乙", "丙")
    with house.write(DURING) as work:
        nominations.submit(work, keys[0])
        nominations.submit(work, keys[1])
        found = taking.reasons_for(work, taking.locked(work, keys[2]), "submit")
    assert [(reason.code, reason.facts["limit"]) for reason in found] == [("QTA-03", 2)]


def test_a_unit_with_a_number_of_its_own_has_that_and_others_have_none(opening: Opening) -> None:
    house = opening(with_quotas(SHARED))
    named, other = new_unit(house, "甲学会"), new_unit(house, "乙学会")
    with house.write(DURING) as work:
        assert places.places_of(work, named, PEOPLE) == (Place(scope="人物榜", limit=2, used=0, counter="人"),)
        with pytest.raises(Refused) as refused:
            draft(work, other, "某人", track=PEOPLE)
    assert codes(refused) == ["QTA-02"]


def test_sixteen_threads_at_a_shared_limit_get_exactly_what_there_is(pooled: House) -> None:
    unit = new_unit(pooled)
    with pooled.write(DURING) as work:
        keys = [draft(work, unit, f"第{n}项", track=(WATER, LIGHT, PEOPLE)[n % 3]) for n in range(16)]

    def submit(key: str) -> bool:
        try:
            with pooled.write(DURING, unit_actor(unit)) as work:
                nominations.submit(work, key)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(submit, keys)) == 2


def test_a_changed_number_is_in_force_at_once_for_every_reader(small: House) -> None:
    unit = new_unit(small)
    with small.write(DURING) as work:
        before = places.places_of(work, unit, PEOPLE)
    with small.write(DURING, alone=True) as work:
        done = change_quota(work, "people", limit=3, reason="追加名额")
        inside = places.places_of(work, unit, PEOPLE)
    with small.read() as work:
        after = places.places_of(work, unit, PEOPLE)
        details = told(work.connection, col(Event.verb) == "quota")[0].details
    assert done == QuotaChanged(quota="people", unit=None, old=1, new=3, over=())
    assert [place[0].limit for place in (before, inside, after)] == [1, 3, 3]
    assert details == {"quota": "people", "before": "1", "limit": "3", "reason": "追加名额"}


def test_one_unit_may_get_its_own_number_and_no_limit(small: House) -> None:
    unit, other = new_unit(small, "甲学会"), new_unit(small, "乙学会")
    with small.write(DURING, alone=True) as work:
        change_quota(work, "people", unit="甲学会", limit=None, reason="承办单位")
    with small.read() as work:
        found = [places.places_of(work, each, PEOPLE)[0].limit for each in (unit, other)]
    assert found == [None, 1]


def test_a_change_that_was_taken_back_leaves_nothing(small: House) -> None:
    unit = new_unit(small)
    with small.write(DURING, alone=True) as work, work.connection.begin_nested() as part:
        change_quota(work, "people", limit=3, reason="试算")
        part.rollback()
    with small.read() as work:
        assert places.places_of(work, unit, PEOPLE)[0].limit == 1


def test_a_number_below_what_is_used_is_refused_or_keeps_what_is_there(small: House) -> None:
    unit = new_unit(small)
    with small.write(DURING) as work:
        first, _ = (nominations.submit(work, draft(work, unit, title)).id for title in "甲乙")
        third = draft(work, unit, "丙")
    with pytest.raises(Refused) as refused, small.write(DURING, alone=True) as work:
        change_quota(work, "inventions", limit=1, reason="压缩名额")
    with small.write(DURING, alone=True) as work:
        done = change_quota(work, "inventions", limit=1, reason="压缩名额", keep=True)
    with small.write(DURING) as work:
        nominations.withdraw(work, first, reason="退出")
        full = taking.reasons_for(work, taking.locked(work, third), "submit")
    assert [reason.zh for reason in refused.value.reasons] == [
        "单位甲学会（甲学会）发明榜·水已用2个，多于新名额1个；请退回1项，或保留现有2项、不再新增"
    ]
    assert codes(refused) == ["CFG-27"]
    assert done.over == (Over(unit="甲学会", name="甲学会", scope="发明榜·水", used=2, limit=1),)
    assert [(reason.code, reason.facts["used"]) for reason in full] == [("QTA-01", 1)]


@pytest.mark.parametrize(
    ("quota", "limit", "reason", "code"),
    [("peeple", 2, "追加", "QTA-04"), ("people", 1, "追加", "QTA-05"), ("people", -1, "追加", "QTA-06"),
     ("people", 10_001, "追加", "QTA-06"), ("people", 2, " ", "RSN-01")],
)  # fmt: skip
def test_what_is_no_change_is_refused(quick: House, quota: str, limit: int, reason: str, code: str) -> None:
    with pytest.raises(Refused) as refused, quick.write(DURING, alone=True) as work:
        change_quota(work, quota, limit=limit, reason=reason)
    assert codes(refused) == [code]


@pytest.mark.parametrize(("limit", "zh", "en"), [(0, "0", "0"), (None, "不限", "unlimited")])
def test_a_quota_does_not_fall_below_the_places_that_a_share_holds(
    opening: Opening, limit: int | None, zh: str, en: str
) -> None:
    house = opening(with_quotas(SHARED))
    with pytest.raises(Refused) as refused, house.write(DURING, alone=True) as work:
        change_quota(work, "inventions", limit=limit, reason="压缩名额")
    assert [(reason.code, reason.zh, reason.en) for reason in refused.value.reasons] == [
        (
            "QTA-07",
            f"“西部”至少1个，名额不能改为{zh}",
            f'at least 1 are held for "west", so the quota can\'t be {en}',
        )
    ]


def test_channels_that_exclude_each_other_are_not_held_together(pooled: House) -> None:
    with pytest.raises(Refused) as refused, pooled.write(OPENED) as work:
        units.add(work, code="1", name="某单位", channels=["societies", "cities"])
    assert [(reason.code, reason.zh, reason.en) for reason in refused.value.reasons] == [
        (
            "UNT-04",
            "渠道“学会”与“城市”不能同时使用，请只留一个",
            'the channels "学会" and "城市" exclude each other; keep one',
        )
    ]


@pytest.mark.parametrize(
    ("channels", "zh", "en"), [(["societies", "clubs"], "clubs", "clubs"), ([], "（空）", "(none)")]
)
def test_a_channel_that_the_campaign_does_not_have_is_refused_with_those_it_has(
    quick: House, channels: list[str], zh: str, en: str
) -> None:
    with pytest.raises(Refused) as refused, quick.write(OPENED) as work:
        units.add(work, code="1", name="某单位", channels=channels)
    assert [(reason.code, reason.zh, reason.en) for reason in refused.value.reasons] == [
        (
            "UNT-01",
            f"推荐渠道不存在：{zh}；可用：societies、cities",
            f"unknown channel: {en}; defined: societies, cities",
        )
    ]


def test_the_letter_of_an_unlimited_place_says_so(pooled: House) -> None:
    with pooled.write(OPENED) as work:
        unit = units.add(work, code="1", name="某市", channels=["cities"])
        units.add_contact(work, name="某人", email="a@b.example", unit_id=unit)
    with pooled.write(DURING) as work:
        nominations.submit(work, draft(work, unit, "甲"))
        (letter,) = letters(work, "submission-receipt")
    assert letter.context["place"] == {"name": "发明榜", "counter": "个", "limit": None, "used": 1, "left": None}


FOR_SOME = SMALL.replace(
    "[lists.inventions]",
    '[attributes.direct]\nname = "可直接提名"\nof = "unit"\nkind = "flag"\n[lists.inventions]', 1,
).replace("[channels.cities]\n", "[channels.cities]\nfor = { where = { direct = false } }\n", 1)  # fmt: skip


def test_a_channel_for_some_is_refused_to_others_and_what_is_declared_can_not_change_under_it(opening: Opening) -> None:
    house = opening(FOR_SOME)
    with house.write(OPENED) as work:
        unit = units.add(work, code="1", name="某市", channels=["cities"], attributes={"direct": "否"})
    said = []
    for act in (
        lambda work: units.add(work, code="2", name="某学会", channels=["cities"], attributes={"direct": "是"}),
        lambda work: units.add(work, code="3", name="某学会", channels=["cities"]),
        lambda work: units.change(work, unit, attributes={"direct": "是"}),
    ):
        with pytest.raises(Refused) as refused, house.write(OPENED) as work:
            act(work)
        said += [reason.zh for reason in refused.value.reasons]
    assert said == [
        f"渠道“城市”只限“可直接提名”为否的单位使用；该单位“可直接提名”为{value}" for value in ("是", "（未填）", "是")
    ]


def test_a_roster_names_the_cell_of_channels_that_exclude_each_other(pooled: House) -> None:
    content = "单位编号,推荐单位,推荐渠道,联系人,手机,邮箱\n1,某单位,学会;城市,,,\n".encode()
    with pytest.raises(FileRefused) as refused, pooled.write(OPENED) as work:
        import_units(work, Upload(name="units.csv", content=content))
    assert [(reason.code, reason.where) for reason in refused.value.reasons] == [("UNT-04", "units.csv:2 “推荐渠道”")]
