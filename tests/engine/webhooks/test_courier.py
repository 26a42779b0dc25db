"""What is told of the history: once each, in order, signed, for days, and never to who may not hear it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from engine import audit, nominations
from engine.access import ENGINE
from engine.office import Work
from engine.queries.attention import Waiting, attention
from engine.queries.webhooks import deliveries, subscriptions
from engine.tables import Campaign
from engine.webhooks import subscriptions as verbs
from engine.webhooks.calling import Answer
from engine.webhooks.courier import PATIENCE, SPELL, WAITS_MINUTES, Courier
from engine.webhooks.tables import Webhook
from notifications import muting
from tests.builders import House, add_unit
from tests.engine.webhooks.conftest import Listener
from tests.setting import Clocks, process
from tests.small import AUDITOR, DURING, OFFICE, OPENED, draft, small_beside, unit_actor
from workflows.reasons import NotFound, Refused

LOOPBACK = (ip_network("127.0.0.0/8"),)
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@dataclass
class Scene:
    """A house with a subscription, the courier, and its clock."""

    house: House
    listener: Listener
    now: datetime = DURING
    made: verbs.Made = field(default_factory=lambda: verbs.Made(id="", secret=""))

    def courier(self) -> Courier:
        return Courier(office=self.house.office, clock=lambda: self.now, networks=LOOPBACK)

    def round(self, after: timedelta = timedelta()) -> int:
        self.now += after
        return self.courier().round()

    def subscribe(self, *topics: str) -> None:
        with self.house.write(self.now) as work:
            self.made = verbs.add(work, name="平台", url=self.listener.url, topics=topics, networks=LOOPBACK)

    def happen(self, *titles: str) -> None:
        """Nominations of these titles are drafted and submitted, and the history is sealed."""
        with self.house.write(DURING) as work:
            unit_id = add_unit(work, "、".join(titles))
            for title in titles:
                nominations.submit(work, draft(work, unit_id, title))
        self.seal()

    def seal(self) -> None:
        with self.house.office.write(self.house.campaign, ENGINE, at=DURING) as work:
            audit.seal(work)

    def told(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.listener.came]

    def states(self) -> list[tuple[str, int]]:
        with self.house.office.read(self.house.campaign, AUDITOR, at=self.now) as work:
            page = deliveries(work, self.made.id)
            return [(each.state, each.attempts) for each in reversed(page.rows)]


@pytest.fixture
def scene(small: House, listener: Listener) -> Scene:
    """The small campaign, with its beginnings sealed."""
    made = Scene(house=small, listener=listener)
    with small.write(OPENED) as work:
        add_unit(work, "早到的单位")
    made.seal()
    return made


def _webhook(work: Work) -> Any:
    return work.connection.execute(select(Webhook).order_by(col(Webhook.id).desc())).first()


def test_every_event_that_was_asked_for_is_told_once_in_the_order_of_the_history(scene: Scene) -> None:
    scene.subscribe("nomination.submit", "unit.add")
    scene.happen("水泵", "灯")
    scene.happen("钟")
    assert (scene.round(), scene.round()) == (5, 0)
    assert [each["type"] for each in scene.told()] == [
        "unit.add", "nomination.submit", "nomination.submit", "unit.add", "nomination.submit",
    ]  # fmt: skip
    numbers = [each["data"]["number"] for each in scene.told()]
    assert numbers == sorted(numbers)


def test_what_happened_before_somebody_subscribed_is_not_told(scene: Scene) -> None:
    scene.happen("水泵")
    scene.subscribe("*")
    scene.happen("灯")
    scene.round()
    assert [each["type"] for each in scene.told()] == [
        "unit.add", "unit.channels", "nomination.draft", "nomination.submit",
    ]  # fmt: skip


def test_an_event_is_told_by_ids_and_states_without_a_name(scene: Scene) -> None:
    scene.subscribe("nomination.submit")
    scene.happen("水泵")
    scene.round()
    (told,) = scene.told()
    assert told["data"].pop("number") > 0
    assert len(told["data"].pop("id")) >= 20
    assert told == {
        "type": "nomination.submit", "timestamp": "2025-03-10T02:00:00.000000Z",
        "data": {"campaign": "small-2025", "subject": "nomination", "verb": "submit", "from": "drafted",
                 "to": "submitted"},
    }  # fmt: skip
    assert "水泵".encode() not in scene.listener.came[0][1]


def test_the_signature_is_that_of_standard_webhooks(scene: Scene) -> None:
    scene.subscribe("nomination.submit")
    scene.happen("水泵")
    scene.round()
    headers, body = scene.listener.came[0]
    assert headers["Webhook-Timestamp"] == str(int(DURING.timestamp()))
    signed = f"{headers['Webhook-Id']}.{headers['Webhook-Timestamp']}.".encode() + body
    key = base64.b64decode(scene.made.secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["Webhook-Signature"] == f"v1,{expected}"


def test_what_fails_is_told_again_under_the_same_id_while_the_others_go_on(scene: Scene) -> None:
    scene.listener.answer = lambda n: 500 if n == 1 else 204
    scene.subscribe("nomination.submit")
    scene.happen("水泵", "灯")
    assert scene.round() == 1
    assert scene.states() == [("waiting", 1), ("delivered", 1)]
    assert scene.round(MINUTE) == 1
    ids = [headers["Webhook-Id"] for headers, _ in scene.listener.came]
    assert ids[0] == ids[2] != ids[1]
    assert scene.states() == [("delivered", 2), ("delivered", 1)]


def test_an_address_that_fails_again_and_again_is_left_alone_for_a_while(scene: Scene) -> None:
    scene.listener.answer = lambda _: 503
    scene.subscribe("nomination.*")
    scene.happen("水泵", "灯")
    scene.round()
    assert len(scene.listener.came) == PATIENCE
    scene.round()
    assert len(scene.listener.came) == PATIENCE
    scene.listener.answer = lambda _: 204
    assert scene.round(5 * MINUTE) == 4


def test_after_days_of_failing_it_is_stopped_and_goes_on_where_it_was_when_somebody_says_so(scene: Scene) -> None:
    scene.listener.answer = lambda _: 500
    scene.subscribe("nomination.submit")
    scene.happen("水泵")
    for _ in range(len(WAITS_MINUTES) + 1):
        scene.round(DAY)
    assert scene.states() == [("parked", len(WAITS_MINUTES) + 1)]
    with scene.house.read() as work:
        assert (_webhook(work).state, _webhook(work).stopped_because) == ("stopped", "HTTP 500 / HTTP 500")
        assert attention(work).webhooks == Waiting(count=1, first=("平台",))
    scene.happen("灯")
    scene.listener.answer = lambda _: 204
    assert scene.round() == 0
    with scene.house.write(scene.now) as work:
        verbs.resume(work, scene.made.id)
    assert scene.round() == 1
    assert scene.states() == [("parked", 10), ("delivered", 1)]


def test_who_is_gone_is_told_nothing_any_more(scene: Scene) -> None:
    scene.listener.answer = lambda _: 410
    scene.subscribe("nomination.submit")
    scene.happen("水泵", "灯")
    scene.round()
    scene.round(DAY)
    assert len(scene.listener.came) == 1
    with scene.house.read() as work:
        assert _webhook(work).state == "stopped"


def test_a_pause_loses_nothing(scene: Scene) -> None:
    scene.subscribe("nomination.submit")
    with scene.house.write(scene.now) as work:
        verbs.pause(work, scene.made.id)
    scene.happen("水泵")
    assert scene.round() == 0
    with scene.house.write(scene.now) as work:
        verbs.resume(work, scene.made.id)
    assert scene.round() == 1


def test_a_delivery_is_sent_once_more_when_a_person_asks(scene: Scene) -> None:
    scene.subscribe("nomination.submit")
    scene.happen("水泵")
    scene.round()
    with scene.house.office.read(scene.house.campaign, AUDITOR, at=scene.now) as work:
        (line,) = deliveries(work, scene.made.id).rows
    with scene.house.write(scene.now) as work:
        verbs.resend(work, line.id)
        with pytest.raises(Refused) as refusal:
            verbs.resend(work, line.id)
        assert refusal.value.reasons[0].code == "WHK-06"
    assert scene.round() == 1
    assert len({headers["Webhook-Id"] for headers, _ in scene.listener.came}) == 1


def test_a_test_says_that_it_is_one(scene: Scene) -> None:
    scene.subscribe("nomination.submit")
    with scene.house.write(scene.now) as work:
        verbs.ping(work, scene.made.id)
    scene.round()
    assert scene.told() == [
        {"type": "ping", "timestamp": "2025-03-10T02:00:00.000000Z", "data": {"campaign": "small-2025"}}
    ]


def test_a_new_secret_and_the_old_one_both_sign_for_a_day(scene: Scene) -> None:
    scene.subscribe("nomination.submit")
    old = scene.made
    with scene.house.write(scene.now) as work:
        new = verbs.rotate(work, old.id)
        verbs.ping(work, old.id)
    scene.round()
    assert new.secret != old.secret
    assert len(scene.listener.came[0][0]["Webhook-Signature"].split()) == 2
    with scene.house.write(scene.now) as work:
        verbs.ping(work, old.id)
    scene.round(DAY + MINUTE)
    assert len(scene.listener.came[1][0]["Webhook-Signature"].split()) == 1


def test_two_couriers_tell_nothing_twice(scene: Scene) -> None:
    scene.subscribe("nomination.submit")
    scene.happen("水泵")
    other = scene.courier()

    def meanwhile(_: int) -> int:
        assert other.round() == 0
        return 204

    scene.listener.answer = meanwhile
    assert scene.round() == 1
    assert len(scene.listener.came) == 1


def test_the_cursor_goes_on_within_a_large_seal(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.webhooks.deriving.AT_ONCE", 2)
    scene.subscribe("nomination.*")
    scene.happen("水泵", "灯")
    assert [scene.round(), scene.round(), scene.round()] == [2, 2, 0]
    assert [each["data"]["verb"] for each in scene.told()] == ["draft", "submit"] * 2


def test_a_muted_house_tells_nothing(scene: Scene) -> None:
    scene.subscribe("nomination.submit")
    scene.happen("水泵")
    with scene.house.office.database.write() as connection:
        muting.mute(connection, at=DURING, reason="副本", actor="赵书")
    assert scene.round() == 0
    assert scene.listener.came == []


def test_a_house_that_closes_begins_no_other_call(scene: Scene) -> None:
    scene.subscribe("nomination.submit")
    scene.happen("水泵")
    leaving = scene.courier()
    leaving.leaving.set()
    assert leaving.round() == 0
    assert scene.round() == 1


@pytest.mark.parametrize(
    ("url", "topics", "code"),
    [
        ("http://example.cn/", ["*"], "WHK-01"),
        ("https://192.168.0.1/", ["*"], "WHK-02"),
        ("https://example.cn/", ["nomination.fly"], "WHK-03"),
        ("https://example.cn/", [], "WHK-03"),
    ],
)
def test_a_subscription_that_makes_no_sense_is_refused(small: House, url: str, topics: list[str], code: str) -> None:
    with small.write(DURING) as work, pytest.raises(Refused) as refusal:
        verbs.add(work, name="平台", url=url, topics=topics)
    assert [reason.code for reason in refusal.value.reasons] == [code]


def test_the_secret_is_in_no_list_and_an_ended_subscription_forgets_it(scene: Scene) -> None:
    scene.subscribe("*")
    with scene.house.write(scene.now) as work:
        assert scene.made.secret not in repr(subscriptions(work))
        verbs.end(work, scene.made.id)
        assert _webhook(work).secret == ""
        with pytest.raises(Refused) as refusal:
            verbs.ping(work, scene.made.id)
    assert refusal.value.reasons[0].code == "WHK-05"


def test_it_is_the_secretariats_and_the_auditor_only_reads(scene: Scene) -> None:
    scene.subscribe("*")
    with scene.house.office.read(scene.house.campaign, AUDITOR, at=DURING) as work:
        assert [each.name for each in subscriptions(work)] == ["平台"]
        with pytest.raises(Refused):
            verbs.pause(work, scene.made.id)
    with scene.house.office.read(scene.house.campaign, unit_actor(1), at=DURING) as work:
        assert subscriptions(work) == []
        with pytest.raises(NotFound):
            deliveries(work, scene.made.id)


def test_on_a_clock_in_doubt_nobody_is_told_and_afterwards_all_are(small: House, listener: Listener) -> None:
    clocks = Clocks(wall=DURING)
    scene = Scene(house=process(small, clocks), listener=listener)
    scene.subscribe("nomination.submit")
    scene.happen("水泵")
    clocks.is_set(DAY)
    in_doubt = scene.round()
    clocks.is_set(-DAY)

    assert (in_doubt, scene.round(), len(listener.came)) == (0, 1, 1)


def test_a_slow_address_gives_way_to_others_after_a_spell_and_goes_on_with_the_next_round(scene: Scene) -> None:
    scene.subscribe("nomination.submit")
    scene.happen("水泵", "灯")
    scene.happen("钟", "桥")

    def slow(*_: Any, **__: Any) -> Answer:
        scene.now += SPELL * 0.6
        return Answer(status=200, zh="已收下", en="taken")

    courier = Courier(office=scene.house.office, clock=lambda: scene.now, call=slow)
    assert (courier.round(), courier.round(), courier.round()) == (2, 2, 0)


def test_a_defect_in_one_campaign_keeps_nobody_of_another_from_hearing(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    other = small_beside(scene.house)
    with scene.house.office.write(other.campaign, OFFICE, at=DURING) as work:
        verbs.add(work, name="另一平台", url=scene.listener.url, topics=["*"], networks=LOOPBACK)
        broken = update(Campaign).where(col(Campaign.id) == work.campaign_id)
    scene.subscribe("nomination.submit")
    scene.happen("水泵")
    with scene.house.office.database.write() as connection:
        connection.execute(broken.values(source="not a campaign", digest="of something else"))
    assert (scene.round(), [record.getMessage() for record in caplog.records]) == (1, ["webhooks_not_derived"])
