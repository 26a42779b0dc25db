"""Joint nominations: so many holders of a channel must act together, and each of them gives a place for it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine import endorsing, nominations, places, units
from engine.audit import verify
from engine.queries.explaining import explain
from engine.queries.explanation import Words
from engine.queries.story import story
from tests.builders import House, letters, readers
from tests.small import CLOSES, DURING, FILE, OPENED, draft, small_house, unit_actor
from workflows.places import Place
from workflows.reasons import NotFound, Refused

PEOPLE = "people"
JOINT = (
    FILE.read_text(encoding="utf-8")
    .replace(
        "[channels.cities]",
        '[channels.academicians]\nname = "院士"\nlists = ["people"]\npersons = true\njointly = 3\n'
        '[channels.winners]\nname = "最高奖获奖者"\nlists = ["people"]\npersons = true\n[channels.cities]',
    )
    .replace(
        "[exclusions.earlier]",
        '[quotas.persons]\nlists = ["people"]\nchannels = "persons"\nper = "list"\nlimit = 1\nstacking = "most"\n'
        "[exclusions.earlier]",
    )
)


@pytest.fixture
def house(database_url: str) -> Iterator[House]:
    opened = small_house(database_url, JOINT)
    yield opened
    opened.office.database.dispose()


def person(house: House, name: str, *channels: str) -> int:
    with house.write(OPENED) as work:
        held = channels or ("academicians",)
        unit = units.add(work, code=name, name=name, channels=held, person=True)
        units.add_contact(work, name=f"{name}秘书", email=f"a{unit}@b.example", unit_id=unit)
    return unit


def drafted(house: House, unit: int, title: str = "某人") -> str:
    with house.write(DURING) as work:
        return draft(work, unit, title, track=PEOPLE)


def joined(house: House, key: str, *who: int) -> None:
    with house.write(DURING) as work:
        for unit in who:
            endorsing.join(work, key, unit_id=unit)


def submitted(house: House, key: str) -> list[str]:
    """The codes that keep it from being submitted; none when it was."""
    try:
        with house.write(DURING) as work:
            nominations.submit(work, key)
    except Refused as refused:
        return [str(reason) for reason in refused.reasons]
    return []


def left(house: House, *who: int) -> list[int | None]:
    with house.read(DURING) as work:
        return [places.places_of(work, unit, PEOPLE)[0].left for unit in who]


def test_a_joint_nomination_needs_as_many_as_the_channel_says(house: House) -> None:
    one, two, three = (person(house, name) for name in ("甲院士", "乙院士", "丙院士"))
    key = drafted(house, one)
    joined(house, key, two)
    said = "“院士”须3个单位（人）共同提名，现有2个：甲院士、乙院士"
    assert submitted(house, key) == [f'JNT-01 {said} / "院士": 3 must nominate jointly, 2 do: 甲院士, 乙院士']
    joined(house, key, three)
    assert submitted(house, key) == []
    assert left(house, one, two, three) == [0, 0, 0]


def test_one_who_may_nominate_alone_by_another_channel_does(house: House) -> None:
    both = person(house, "甲", "academicians", "winners")
    assert submitted(house, drafted(house, both)) == []


def test_a_joiner_whose_place_is_taken_is_named(house: House) -> None:
    one, two, three, four = (person(house, name) for name in ("甲", "乙", "丙", "丁"))
    first, second = drafted(house, one), drafted(house, four, "另一人")
    joined(house, first, two, three)
    joined(house, second, two, three)
    assert submitted(house, first) == []
    assert submitted(house, second) == [
        f"QTA-01 {name}人物榜的推荐名额1个已全部使用（已用1个） / 1 of 1 places are used ({name}, 人物榜)"
        for name in "乙丙"
    ]


def test_withdrawing_and_recalling_give_all_places_back_and_reinstating_asks_again(house: House) -> None:
    one, two, three, four = (person(house, name) for name in ("甲", "乙", "丙", "丁"))
    key, other = drafted(house, one), drafted(house, four, "另一人")
    joined(house, key, two, three)
    joined(house, other, two, three)
    submitted(house, key)
    with house.write(DURING) as work:
        nominations.recall(work, key)
        assert [places.places_of(work, unit, PEOPLE)[0].left for unit in (one, two, three)] == [1, 1, 1]
        nominations.submit(work, key)
        nominations.withdraw(work, key, reason="退出")
    assert submitted(house, other) == []
    with pytest.raises(Refused) as refused, house.write(DURING) as work:
        nominations.reinstate(work, key, reason="恢复")
    with house.read() as work:
        assert verify(work).faults == ()
    assert [reason.facts["unit"] for reason in refused.value.reasons] == ["乙", "丙"]


def test_who_left_gives_no_place_and_no_voice(house: House) -> None:
    one, two, three = (person(house, name) for name in ("甲", "乙", "丙"))
    key = drafted(house, one)
    joined(house, key, two, three)
    with house.write(DURING, unit_actor(three)) as work:
        now = endorsing.leave(work, key, unit_id=three)
    assert (now.joint.needed, now.joint.there) == (3, ("甲", "乙"))


def test_a_returned_one_keeps_the_places_of_all_and_a_new_joiner_needs_one(house: House) -> None:
    people = [person(house, name) for name in ("甲", "乙", "丙", "丁")]
    key, other = drafted(house, people[0]), drafted(house, people[3], "另一人")
    joined(house, key, *people[1:3])
    submitted(house, key)
    with house.write(DURING) as work:
        nominations.return_(work, key, reason="补正")
    assert left(house, *people) == [0, 0, 0, 1]
    joined(house, key, people[3])
    joined(house, other, people[1])
    found = submitted(house, other)
    assert [reason.partition(" ")[0] for reason in found] == ["JNT-01", "QTA-01", "QTA-01"]


@pytest.mark.parametrize(("who", "code"), [("乙学会", "JNT-02"), ("甲", "JNT-03")])
def test_who_may_not_join_is_told_why(house: House, who: str, code: str) -> None:
    one = person(house, "甲")
    with house.write(OPENED) as work:
        society = units.add(work, code="乙学会", name="乙学会", channels=["societies"])
    key = drafted(house, one)
    with pytest.raises(Refused) as refused, house.write(DURING) as work:
        endorsing.join(work, key, unit_id={"乙学会": society, "甲": one}[who])
    assert [reason.code for reason in refused.value.reasons] == [code]


def test_nobody_joins_or_leaves_after_submission_or_the_deadline(house: House) -> None:
    one, two, winner = person(house, "甲", "academicians", "winners"), person(house, "乙"), person(house, "丙")
    key, late = drafted(house, one), drafted(house, winner, "另一人")
    submitted(house, key)
    found = []
    for nomination, at in ((key, DURING), (late, CLOSES)):
        with pytest.raises(Refused) as refused, house.write(at) as work:
            endorsing.join(work, nomination, unit_id=two)
        found.append([reason.code for reason in refused.value.reasons])
    with pytest.raises(Refused) as refused, house.write(DURING) as work:
        endorsing.leave(work, late, unit_id=two)
    assert (found, [reason.code for reason in refused.value.reasons]) == ([["STM-01"], ["DLN-01"]], ["JNT-04"])


def test_a_unit_joins_for_itself_only_and_an_outsider_sees_nothing(house: House) -> None:
    one, two = person(house, "甲"), person(house, "乙")
    outsider = person(house, "丙", "winners")
    key = drafted(house, one)
    for actor, unit in ((two, one), (outsider, outsider), (two, outsider)):
        with pytest.raises(NotFound), house.write(DURING, unit_actor(actor)) as work:
            endorsing.join(work, key, unit_id=unit)
    with house.write(DURING, unit_actor(two)) as work:
        assert endorsing.join(work, key, unit_id=two).joint.there == ("甲", "乙")


def test_it_is_explained_told_in_the_history_and_everybody_gets_a_receipt(house: House) -> None:
    one, two, three = (person(house, name) for name in ("甲", "乙", "丙"))
    key = drafted(house, one)
    joined(house, key, two, three)
    submitted(house, key)
    with house.write(DURING) as work:
        facts = {fact.label.zh: fact.value for fact in explain(work, key).facts}
        told = [(line.verb_zh, line.details.get("unit")) for line in story(work, subject="nomination")]
        assert (facts["共同提名"], readers(letters(work, "submission-receipt"))) == (
            Words(zh="乙、丙", en="乙、丙"), ["甲秘书", "乙秘书", "丙秘书"],
        )  # fmt: skip
    assert told == [("起草", None), ("加入共同提名", "乙"), ("加入共同提名", "丙"), ("提交", None)]


def test_many_at_once_never_take_more_than_a_joiner_has(house: House) -> None:
    owners = [person(house, f"第{number}位") for number in range(6)]
    shared = [person(house, name) for name in ("共甲", "共乙")]
    keys = [drafted(house, owner, f"第{number}人") for number, owner in enumerate(owners)]
    for key in keys:
        joined(house, key, *shared)
    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(lambda key: submitted(house, key), keys))
    assert sum(not reasons for reasons in found) == 1
    with house.read() as work:
        assert places.of_unit(work, shared[0]) == (Place(scope="人物榜", limit=1, used=1, counter="人"),)


WAIVABLE = JOINT.replace(
    "[exclusions.earlier]",
    '[rules.age]\nname = "年龄"\nenglish = "age"\nlists = ["people"]\nattribute = "born"\nleast = "1948-01-01"\n'
    'waivable = true\nfor = { channels = ["academicians"] }\n[exclusions.earlier]',
).replace(
    "[lists.", '[attributes.born]\nname = "出生日期"\nenglish = "date of birth"\nof = "unit"\nkind = "date"\n[lists.', 1
)


@pytest.fixture
def lenient(sqlite_database_url: str) -> Iterator[House]:
    opened = small_house(sqlite_database_url, WAIVABLE)
    yield opened
    opened.office.database.dispose()


def aged(house: House, *born: str) -> list[int]:
    with house.write(OPENED) as work:
        return [units.add(work, code=f"P{number}", name=f"第{number}位", channels=["academicians"], person=True,
                          attributes={"born": day}) for number, day in enumerate(born)]  # fmt: skip


def test_a_rule_that_may_be_waived_is_asked_of_a_joiner_at_the_submission(lenient: House) -> None:
    one, two, three = aged(lenient, "1950-01-01", "1950-01-01", "1940-01-01")
    key = drafted(lenient, one)
    joined(lenient, key, two, three)
    (said,) = submitted(lenient, key)
    assert said.startswith(
        "RUL-01 不符合“年龄”：共同提名的第2位的“出生日期”为 1940-01-01，须不早于 1948-01-01；可由秘书处说明理由后豁免"
    )
    with lenient.write(DURING) as work:
        nominations.waive(work, key, reason="仍在一线")
    assert submitted(lenient, key) == []


def test_a_waiver_given_before_somebody_joined_is_not_for_them(lenient: House) -> None:
    one, two, three = aged(lenient, "1940-01-01", "1950-01-01", "1941-01-01")
    key = drafted(lenient, one)
    joined(lenient, key, two)
    with lenient.write(DURING) as work:
        nominations.waive(work, key, reason="仍在一线")
    joined(lenient, key, three)
    assert [reason.partition(" ")[0] for reason in submitted(lenient, key)] == ["RUL-01", "RUL-01"]
