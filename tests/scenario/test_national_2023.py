"""The national awards of 2023 through one association: a pool over three awards, joint nominators, no way back."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from sqlalchemy import func, select
from sqlmodel import col

from engine import endorsing, nominations, units
from engine.access import ENGINE
from engine.office import Work
from engine.places import of_unit
from engine.queries.explaining import explain
from engine.rehearsal.play import Rehearsed
from engine.tables import Endorsement, Event, Nomination, UnitAttribute, UnitChannel
from engine.turn import turn
from notifications.tables import LETTER, LETTER_BYTES
from tests.builders import House, add_draft, add_submitted
from tests.campaigns import opened, played, reasons, refusal, refused_in, standing, told, wrongs
from tests.small import OFFICE, SETTLE, beijing, unit_actor

OPENED = beijing("2023-08-25 09:00")
DURING = beijing("2023-10-10 10:00")
AWARDS = ("natural", "invention", "progress")
OLDEST = {"academicians": "1948-01-01", "completers": "1953-01-01"}
TOO_OLD = {"academicians": "1947-12-31", "completers": "1952-12-31"}
NEEDED = {"academicians": 3, "completers": 5}


TAKING_BACK: dict[str, Callable[[Work, str], object]] = {
    "withdraw": partial(nominations.withdraw, reason="放弃"),
    "recall": nominations.recall,
}


@pytest.fixture
def house(sqlite_database_url: str) -> Iterator[House]:
    with opened("national-2023", sqlite_database_url, at=OPENED) as found:
        yield found


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    with played("national-2023", tmp_path_factory.mktemp("national-2023"), units=20) as done:
        yield done


def society(house: House, name: str = "某学会") -> int:
    with house.write(OPENED) as work:
        found = units.add(work, code=name, name=name, channels=["societies"], attributes={"direct": "false"})
        units.add_contact(work, name=f"{name}联系人", email="society@example.org", unit_id=found)
    return found


def person(house: House, name: str, channel: str, born: str | None = None) -> int:
    with house.write(OPENED) as work:
        return units.add(work, code=name, name=name, channels=[channel], person=True,
                         attributes={"born": born} if born else {})  # fmt: skip


def group(house: House, channel: str, how_many: int, *, mark: str = "") -> list[int]:
    """So many persons of a channel, each as old as may be."""
    return [person(house, f"{channel}{mark}{number}", channel, OLDEST[channel]) for number in range(how_many)]


def drafted(house: House, mine: int, title: str = "某成果", track: str = "natural") -> str:
    with house.write(DURING) as work:
        return add_draft(work, mine, title, track=track)


def joining(key: str, *who: int) -> Callable[[Work], object]:
    return lambda work: [endorsing.join(work, key, unit_id=each) for each in who]


def submitting(key: str) -> Callable[[Work], object]:
    return partial(nominations.submit, nomination=key)


def submitted(house: House, mine: int, track: str, title: str) -> list[str]:
    return refusal(house, DURING, lambda work: add_submitted(work, mine, title, track=track))


def test_it_is_rehearsed_to_its_end(rehearsed: Rehearsed) -> None:
    assert wrongs(rehearsed) == []
    found = standing(rehearsed)
    assert set(found) <= {"published", "promoted", "eliminated", "lapsed", "disqualified"}
    assert found["published"] + found["promoted"] > 0
    assert "JNT-01" in refused_in(rehearsed)


def test_in_a_rehearsal_persons_nominate_together_and_everybody_is_young_enough(rehearsed: Rehearsed) -> None:
    counted = ("review", "published", "promoted", "eliminated")
    with rehearsed.theatre.office.read(rehearsed.campaign, ENGINE, at=rehearsed.ended) as work:
        rows = work.connection.execute(
            select(col(Nomination.id), col(Nomination.unit_id), col(UnitChannel.channel))
            .join(UnitChannel, col(UnitChannel.unit_id) == col(Nomination.unit_id))
            .where(col(UnitChannel.channel).in_(NEEDED), col(Nomination.state).in_(counted))
        ).all()
        for row in rows:
            joined = select(col(Endorsement.unit_id)).where(col(Endorsement.nomination_id) == row.id)
            everybody = [row.unit_id, *work.connection.execute(joined).scalars()]
            born = select(col(UnitAttribute.value)).where(
                col(UnitAttribute.unit_id).in_(everybody), col(UnitAttribute.attribute) == "born"
            )
            values = list(work.connection.execute(born).scalars())
            assert (len(values), min(values) >= OLDEST[row.channel]) == (NEEDED[row.channel], True)
        never = select(func.count()).where(col(Event.verb).in_(("withdraw", "recall")))
        assert work.connection.execute(never).scalar_one() == 0
    assert {row.channel for row in rows} == set(NEEDED)


def test_the_report_calls_those_who_nominate_as_the_campaign_does(rehearsed: Rehearsed) -> None:
    lines = told(rehearsed)
    assert [line for line in lines if "推荐单位" in line] == []
    assert any("致提名者：" in line for line in lines)


def test_a_pool_of_two_lies_over_three_awards(house: House) -> None:
    mine = society(house)
    assert [submitted(house, mine, track, track) for track in AWARDS] == [[], [], ["QTA-01"]]
    (said,) = reasons(house, DURING, lambda work: add_submitted(work, mine, "又一项", track="natural"))
    assert said.zh == "自然科学奖、技术发明奖、科技进步奖的推荐名额2个已全部使用（已用2个）"


def test_two_for_the_supreme_award_and_any_number_for_cooperation(house: House) -> None:
    mine = society(house)
    assert [submitted(house, mine, "supreme", f"某人{each}") for each in range(3)] == [[], [], ["QTA-01"]]
    assert [submitted(house, mine, "cooperation", f"外国专家{each}") for each in range(12)] == [[]] * 12
    with house.read(DURING) as work:
        assert [(place.limit, place.used) for place in of_unit(work, mine)] == [(2, 2), (None, 12), (2, 0)]


@pytest.mark.parametrize("said", [{"direct": "true"}, {}])
def test_a_society_that_may_nominate_directly_or_does_not_say_cannot_hold_the_channel(
    house: House, said: dict[str, str]
) -> None:
    add = partial(units.add, code="直", name="直属学会", channels=["societies"], attributes=said)
    assert refusal(house, OPENED, add) == ["UNT-05"]


def test_a_society_of_which_that_is_declared_later_is_refused_it(house: House) -> None:
    mine = society(house)
    assert refusal(house, DURING, partial(units.change, unit_id=mine, attributes={"direct": "true"})) == ["UNT-05"]


@pytest.mark.parametrize("channel", NEEDED)
def test_so_many_must_act_together_each_within_the_age(house: House, channel: str) -> None:
    lead, *others = group(house, channel, NEEDED[channel])
    key = drafted(house, lead)
    assert refusal(house, DURING, joining(key, *others[:-1])) == []
    assert refusal(house, DURING, submitting(key)) == ["JNT-01"]
    assert refusal(house, DURING, joining(key, others[-1])) == []
    assert refusal(house, DURING, submitting(key)) == []


@pytest.mark.parametrize("channel", NEEDED)
def test_a_lead_a_day_too_old_cannot_submit(house: House, channel: str) -> None:
    others = group(house, channel, NEEDED[channel] - 1)
    key = drafted(house, person(house, "年长者", channel, TOO_OLD[channel]))
    assert refusal(house, DURING, joining(key, *others)) == []
    (said,) = reasons(house, DURING, submitting(key))
    assert said.code == "RUL-01"
    assert f"提名者的“出生日期”为 {TOO_OLD[channel]}，须不早于 {OLDEST[channel]}" in said.zh
    assert "the nominator's" in said.en


@pytest.mark.parametrize("channel", NEEDED)
def test_a_joiner_a_day_too_old_cannot_join_and_is_told_whose_date_it_is(house: House, channel: str) -> None:
    key = drafted(house, group(house, channel, 1)[0])
    old = person(house, "年长者", channel, TOO_OLD[channel])
    (said,) = reasons(house, DURING, joining(key, old))
    assert (said.code, said.facts["unit"]) == ("RUL-01", "年长者")
    assert f"共同提名的年长者的“出生日期”为 {TOO_OLD[channel]}" in said.zh


def test_a_joiner_of_whom_no_date_is_declared_cannot_join(house: House) -> None:
    key = drafted(house, group(house, "academicians", 1)[0])
    assert refusal(house, DURING, joining(key, person(house, "未登记", "academicians"))) == ["RUL-02"]


def test_a_joiner_whose_date_is_corrected_afterwards_is_asked_again_at_the_submission(house: House) -> None:
    lead, *others = group(house, "academicians", 3)
    key = drafted(house, lead)
    assert refusal(house, DURING, joining(key, *others)) == []
    with house.write(DURING) as work:
        units.change(work, others[0], attributes={"born": "1940-05-01"})
    (said,) = reasons(house, DURING, submitting(key))
    assert (said.code, said.facts["unit"]) == ("RUL-01", "academicians1")
    with house.read(DURING) as work:
        blocked = [reason.code for verb in explain(work, key).verbs if verb.verb == "submit" for reason in verb.reasons]
    assert blocked == ["RUL-01"]


def test_the_other_channel_has_its_own_age(house: House) -> None:
    """A completer born in 1950 is too old, an academician of that year is not."""
    found = {}
    for channel in NEEDED:
        key = drafted(house, group(house, channel, 1)[0])
        found[channel] = refusal(house, DURING, joining(key, person(house, f"{channel}者", channel, "1950-06-01")))
    assert found == {"academicians": [], "completers": ["RUL-01"]}


def test_a_winner_of_the_supreme_award_acts_alone_however_old(house: House) -> None:
    winner = person(house, "最高奖得主", "supreme-laureates", "1930-01-01")
    assert submitted(house, winner, "natural", "某成果") == []
    assert submitted(house, winner, "progress", "又一项") == ["QTA-01"]


def test_nobody_acts_in_two_capacities(house: House) -> None:
    add = partial(units.add, code="P", name="某人", channels=["academicians", "supreme-laureates"], person=True)
    assert refusal(house, OPENED, add) == ["UNT-04"]


@pytest.mark.parametrize("channel", NEEDED)
def test_it_takes_the_place_of_everybody_who_joined(house: House, channel: str) -> None:
    first = group(house, channel, NEEDED[channel])
    second = [*group(house, channel, NEEDED[channel] - 1, mark="乙"), first[-1]]
    keys = [drafted(house, mine[0], title) for mine, title in ((first, "甲成果"), (second, "乙成果"))]
    for key, mine in zip(keys, (first, second), strict=True):
        assert refusal(house, DURING, joining(key, *mine[1:])) == []
    assert refusal(house, DURING, submitting(keys[0])) == []
    with house.read(DURING) as work:
        assert [place.left for each in first for place in of_unit(work, each)] == [0] * len(first)
    (said,) = reasons(house, DURING, submitting(keys[1]))
    assert (said.code, said.facts["unit"]) == ("QTA-01", f"{channel}{NEEDED[channel] - 1}")


@pytest.mark.parametrize("verb", TAKING_BACK)
@pytest.mark.parametrize("who", ["unit", "secretariat"])
def test_once_nominated_nobody_takes_it_back(house: House, who: str, verb: str) -> None:
    mine = society(house)
    with house.write(DURING) as work:
        key = add_submitted(work, mine, "某人", track="supreme")
    actor = {"unit": unit_actor(mine), "secretariat": OFFICE}[who]
    act = TAKING_BACK[verb]
    found = reasons(house, DURING, lambda work: act(work, key), actor=actor)
    assert [reason.code for reason in found] == ["STM-03"]
    assert "一经提交不得" in found[0].zh
    with house.read(DURING) as work:
        explained = explain(work, key)
    assert {"withdraw", "recall"}.isdisjoint(each.verb for each in explained.verbs)
    assert explained.facts[1].label.zh == "提名者"


def test_nor_in_the_review(house: House) -> None:
    mine, closes = society(house), beijing("2023-11-01 00:00")
    with house.write(DURING) as work:
        key = add_submitted(work, mine, "某人", track="supreme")
    turn(house.office, house.campaign, at=closes + SETTLE)
    act = TAKING_BACK["withdraw"]
    found = reasons(house, closes + SETTLE, lambda work: act(work, key), actor=unit_actor(mine))
    assert [reason.code for reason in found] == ["STM-03"]


def test_the_secretariat_can_still_return_and_disqualify(house: House) -> None:
    mine = society(house)
    with house.write(DURING) as work:
        key = add_submitted(work, mine, "某人", track="supreme")
        nominations.return_(work, key, reason="姓名有误")
        nominations.submit(work, key)
        assert nominations.disqualify(work, key, reason="不实").state == "disqualified"


def test_its_own_letter_is_delivered_as_it_stands_in_the_file(rehearsed: Rehearsed) -> None:
    with rehearsed.theatre.office.read(rehearsed.campaign, ENGINE, at=rehearsed.ended) as work:
        query = select(LETTER_BYTES.c.frozen).join(LETTER, LETTER.c.id == LETTER_BYTES.c.letter_id)
        raw = work.connection.execute(query.where(LETTER.c.template == "collection-opens")).scalars().first()
    message = email.message_from_bytes(raw or b"", policy=email.policy.default)
    body = message.get_body(("plain",))
    assert message["Subject"] == "【2023年度国家科学技术奖提名】开始提名"
    assert body is not None
    assert "您好！2023年度国家科学技术奖提名开始提名，截止时间为2023年10月31日（周二）24:00" in body.get_content()
    assert "提名一经提交不得退出，请认真填写。" in body.get_content()


def test_receipts_speak_in_the_campaigns_words_and_promise_no_way_back(rehearsed: Rehearsed) -> None:
    with rehearsed.theatre.office.read(rehearsed.campaign, ENGINE, at=rehearsed.ended) as work:
        query = select(LETTER_BYTES.c.frozen).join(LETTER, LETTER.c.id == LETTER_BYTES.c.letter_id)
        found = work.connection.execute(query.where(LETTER.c.template == "submission-receipt")).scalars().all()
    texts = [email.message_from_bytes(raw, policy=email.policy.default).get_body(("plain",)) for raw in found]
    written = [text.get_content() for text in texts if text is not None]
    assert written
    assert [text for text in written if "提名者：" not in text or "推荐单位" in text or "撤回后重新提交" in text] == []
    assert all("一经提交不得撤回、退出" in text for text in written)
