from __future__ import annotations

import asyncio
import email
import email.policy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from sqlalchemy import Connection, select

from notifications.claims import Claimed
from notifications.delivery import LEASE, Content, DeliveryReport, Drop, deliver_once
from notifications.doors import Answer, Door, Parcel, Stop
from notifications.errors import TemplateRefused
from notifications.mailbook import count_by_state, page, read
from notifications.outbox import cancel, outdate, put, told
from notifications.patience import REPEAT_UNKNOWN_AFTER, pause_after_stop
from notifications.rendering import Rendered
from notifications.smtp import SmtpDoor, SmtpSettings
from notifications.tables import LETTER_BYTES
from tests.notifications.conftest import Transaction
from tests.notifications.hands import Hand, Virtual, still_true, written
from tests.notifications.misbehaving import ACCEPT_AND_DROP, DROP, HANG, Misbehaving
from tests.notifications.samples import NOON, OFFICE, letter, row, states

pytestmark = pytest.mark.anyio

DAYS = {"days": 3}


def _always(kind: Any) -> Hand:
    return Hand(lambda _: Answer(kind=kind, words="words"))


async def _deliver(
    transaction: Transaction, door: Door, clock: Virtual | None = None, **changed: Any
) -> DeliveryReport:
    facts: dict[str, Any] = {
        "open_look": transaction,
        "sender": OFFICE,
        "recheck": still_true,
        "compose": written,
        "clock": clock or Virtual(),
        "worker": "w",
    }
    return await deliver_once(transaction, door, **(facts | changed))


def _smtp(port: int, **changed: Any) -> SmtpDoor:
    facts: dict[str, Any] = {"host": "127.0.0.1", "port": port, "envelope_sender": "b@host.example", "tls": "none"}
    return SmtpDoor(SmtpSettings(**(facts | changed)))


async def test_a_due_letter_is_sent_and_the_outbox_is_done(transaction: Transaction) -> None:
    door = Hand()
    with transaction() as conn:
        put(conn, [letter(1)])
    report = await _deliver(transaction, door)
    with transaction() as conn:
        assert row(conn, "state", "sent_at", "last_answer", "attempts") == ("sent", NOON, "250 ok", 1)
    assert (report.claimed, report.sent, report.stop, report.next_due, report.more) == (1, 1, None, None, False)
    message = email.message_from_bytes(door.handed[0].raw, policy=email.policy.default)
    assert (message["To"], message["Subject"]) == ("郑伯龙 <zheng1@unit.example>", "还有 3 天")


async def test_a_round_takes_one_batch_and_says_that_there_is_more(transaction: Transaction) -> None:
    with transaction() as conn:
        put(conn, [letter(number) for number in range(5)])
    reports = [await _deliver(transaction, Hand(), batch=3) for _ in range(2)]
    assert [(report.sent, report.more) for report in reports] == [(3, True), (2, False)]


async def test_an_empty_outbox_opens_no_door(transaction: Transaction) -> None:
    report = await _deliver(transaction, Hand(lambda _: pytest.fail("no parcel")))
    assert (report.claimed, report.more) == (0, False)


async def test_a_letter_that_is_no_longer_true_is_cancelled_when_it_would_be_sent(transaction: Transaction) -> None:
    door = Hand()
    with transaction() as conn:
        put(conn, [letter(1), letter(2)])
    report = await _deliver(transaction, door, recheck=lambda _c, _l, _a: [Drop(reason="已提交"), DAYS])
    with transaction() as conn:
        assert row(conn, "state", "cancelled_reason") == ("cancelled", "已提交")
    assert (report.dropped, [parcel.to_address for parcel in door.handed]) == (1, ["zheng2@unit.example"])


async def test_a_letter_is_written_with_what_is_true_when_it_is_sent(transaction: Transaction) -> None:
    door = Hand()
    with transaction() as conn:
        put(conn, [letter(1)])
    await _deliver(transaction, door, recheck=lambda _c, _l, _a: [{"days": 1}])
    message = email.message_from_bytes(door.handed[0].raw, policy=email.policy.default)
    assert message["Subject"] == "还有 1 天"


async def test_a_letter_that_can_not_be_written_fails_alone(transaction: Transaction) -> None:
    def compose(held: Claimed, context: Mapping[str, Any]) -> Content:
        if held.contact_ref == "contact-1":
            raise TemplateRefused("TPL-02", "占位符不存在", "unknown placeholder")
        return written(held, context)

    with transaction() as conn:
        put(conn, [letter(1), letter(2)])
    report = await _deliver(transaction, Hand(), compose=compose)
    with transaction() as conn:
        assert (states(conn), row(conn, "last_answer")) == (
            ["failed", "sent"],
            ("TPL-02 占位符不存在 / unknown placeholder",),
        )
    assert (report.unwritable, report.sent) == (1, 1)


async def test_a_name_that_no_header_can_hold_poisons_nobody_else(transaction: Transaction) -> None:
    def compose(held: Claimed, _: Mapping[str, Any]) -> Content:
        line = "a\u2028b" if held.contact_ref == "contact-1" else "ab"
        return Content(rendered=Rendered(subject=line, text="", html=""))

    with transaction() as conn:
        put(conn, [letter(1), letter(2)])
    await _deliver(transaction, Hand(), compose=compose)
    with transaction() as conn:
        assert states(conn) == ["failed", "sent"]


async def test_a_deadline_moved_between_claim_and_dot_keeps_the_letter_back(transaction: Transaction) -> None:
    def extend(parcel: Parcel) -> Answer:
        if parcel.to_address == "zheng1@unit.example":
            with transaction() as conn:
                cancel(conn, campaign_id=1, milestone="closing", below_revision=2, reason="延期")
        return Answer(kind="sent", words="250 ok")

    door = Hand(extend)
    with transaction() as conn:
        put(conn, [letter(1), letter(2), letter(3, revision=2, key="closing/2/3")])
    await _deliver(transaction, door)
    with transaction() as conn:
        assert (states(conn), told(conn, campaign_id=1, milestone="closing")) == (
            ["cancelled", "cancelled", "sent"],
            {"contact-3": 2},
        )
    assert [parcel.to_address for parcel in door.handed] == ["zheng3@unit.example"]


async def test_what_is_known_not_delivered_comes_back_with_the_same_bytes(transaction: Transaction) -> None:
    clock, later = Virtual(), Hand()
    first = _always("known_not_delivered")
    with transaction() as conn:
        put(conn, [letter(1)])
    report = await _deliver(transaction, first, clock)
    assert (report.back, report.next_due) == (1, NOON + timedelta(minutes=5))
    clock.at += timedelta(minutes=5)
    await _deliver(transaction, later, clock, recheck=lambda _c, _l, _a: [{"days": 1}])
    assert [parcel.raw for parcel in later.handed] == [parcel.raw for parcel in first.handed]


async def test_what_was_turned_away_before_its_dot_comes_back_with_the_same_bytes(transaction: Transaction) -> None:
    clock = Virtual()
    with transaction() as conn:
        put(conn, [letter(1)])
    async with Misbehaving({"RCPT": ["450 4.2.1 later", "250 ok"]}) as server, _smtp(server.port) as door:
        await _deliver(transaction, door, clock)
        with transaction() as conn:
            kept = conn.execute(select(LETTER_BYTES.c.frozen)).scalar_one()
        clock.at += timedelta(minutes=5)
        await _deliver(transaction, door, clock, recheck=lambda _c, _l, _a: [{"days": 1}])
    assert server.delivered == [kept]


async def test_nobody_waits_while_a_letter_is_written(transaction: Transaction) -> None:
    def compose(held: Claimed, context: Mapping[str, Any]) -> Content:
        if held.key == "closing/1/1":
            with transaction() as conn:
                put(conn, [letter(2)])
        return written(held, context)

    with transaction() as conn:
        put(conn, [letter(1)])
    report = await _deliver(transaction, Hand(), compose=compose)
    assert (report.sent, report.more) == (1, True)


async def test_what_is_outdated_while_it_is_written_is_written_anew(transaction: Transaction) -> None:
    def compose(held: Claimed, context: Mapping[str, Any]) -> Content:
        if not door.handed and context["days"] == DAYS["days"]:
            with transaction() as conn:
                outdate(conn, campaign_id=1, milestones=["closing"], but="corrected", reason="延期")
        return written(held, context)

    door = Hand()
    with transaction() as conn:
        put(conn, [letter(1)])
    await _deliver(transaction, door, compose=compose)
    with transaction() as conn:
        assert (states(conn), conn.execute(select(LETTER_BYTES)).all()) == (["ready"], [])
    await _deliver(transaction, door, compose=compose, recheck=lambda _c, _l, _a: [{"days": 10}])
    assert email.message_from_bytes(door.handed[0].raw, policy=email.policy.default)["Subject"] == "还有 10 天"


async def test_what_can_not_be_looked_into_is_set_free_at_once(transaction: Transaction) -> None:
    def away(_c: Connection, _l: Sequence[Claimed], _at: datetime) -> Any:
        raise OSError("the database is away")

    with transaction() as conn:
        put(conn, [letter(1)])
    with pytest.raises(OSError, match="away"):
        await _deliver(transaction, Hand(), recheck=away)
    with transaction() as conn:
        assert row(conn, "state", "attempts") == ("ready", 0)


async def test_a_letter_without_an_end_is_given_up_after_days_and_says_so(sqlite_transaction: Transaction) -> None:
    clock, door = Virtual(), _always("known_not_delivered")
    with sqlite_transaction() as conn:
        put(conn, [letter(1, useful_until=None)])
    while (report := await _deliver(sqlite_transaction, door, clock)).next_due is not None:
        clock.at = report.next_due
    with sqlite_transaction() as conn:
        assert row(conn, "state", "last_answer") == (
            "failed",
            "words，多日重试未果，已放弃 / given up after days of trying",
        )
    assert (clock.at - NOON > timedelta(days=4), len({parcel.raw for parcel in door.handed})) == (True, 1)


async def test_an_unknown_outcome_is_repeated_once_and_then_shown_to_a_person(transaction: Transaction) -> None:
    clock = Virtual()
    with transaction() as conn:
        put(conn, [letter(1)])
    async with Misbehaving({"dot": ACCEPT_AND_DROP}) as server, _smtp(server.port) as door:
        for _ in range(3):
            await _deliver(transaction, door, clock)
            clock.at += REPEAT_UNKNOWN_AFTER
    with transaction() as conn:
        assert row(conn, "state", "unknowns", "attempts") == ("parked", 2, 2)
    assert (len(server.delivered), len(set(server.delivered))) == (2, 1)


async def test_a_repeat_after_an_unknown_outcome_may_find_an_answer(transaction: Transaction) -> None:
    clock = Virtual()
    with transaction() as conn:
        put(conn, [letter(1)])
    async with Misbehaving({"dot": [DROP, "250 queued"]}) as server, _smtp(server.port) as door:
        await _deliver(transaction, door, clock)
        clock.at += REPEAT_UNKNOWN_AFTER
        await _deliver(transaction, door, clock)
    with transaction() as conn:
        assert row(conn, "state", "unknowns") == ("sent", 1)


async def test_a_stopped_door_charges_no_letter(transaction: Transaction) -> None:
    stop = Stop(kind="login", alarm=True, zh="登录失败", en="login refused")
    with transaction() as conn:
        put(conn, [letter(1), letter(2)])
    report = await _deliver(transaction, Hand(lambda _: stop))
    with transaction() as conn:
        assert row(conn, "state", "attempts", "unknowns", "next_attempt_at") == ("ready", 0, 0, NOON)
    assert (report.stop, report.more, report.next_due) == (stop, False, NOON)


async def test_three_days_without_a_server_lose_nothing_and_storm_nothing(sqlite_transaction: Transaction) -> None:
    clock, stops = Virtual(), 0
    with sqlite_transaction() as conn:
        put(conn, [letter(number, useful_until=None) for number in (1, 2)])
        put(conn, [letter(3, useful_until=NOON + timedelta(days=1))])
    async with Misbehaving({"connect": "421 4.3.2 down"}) as server, _smtp(server.port, connections=4) as door:
        while clock.at < NOON + timedelta(days=3):
            report = await _deliver(sqlite_transaction, door, clock)
            stops += report.stop is not None
            clock.at += pause_after_stop(stops)
        asked = server.connections
        server.script.clear()
        await _deliver(sqlite_transaction, door, clock)
    with sqlite_transaction() as conn:
        assert states(conn) == ["sent", "sent", "expired"]
    dates = [email.message_from_bytes(raw)["Date"] for raw in server.delivered]
    assert (asked < 160, dates, server.recipients) == (
        True,
        [format_datetime(clock.at)] * 2,
        ["zheng1@unit.example", "zheng2@unit.example"],
    )


async def test_many_letters_share_few_commits(sqlite_transaction: Transaction) -> None:
    commits = 0

    @contextmanager
    def counting() -> Iterator[Connection]:
        nonlocal commits
        with sqlite_transaction() as conn:
            yield conn
        commits += 1

    with sqlite_transaction() as conn:
        put(conn, [letter(number) for number in range(100)])
    async with Misbehaving() as server, _smtp(server.port, connections=10) as door:
        report = await _deliver(counting, door)
    assert (report.sent, len(server.delivered), commits < 60) == (100, 100, True)


async def test_two_rounds_at_once_send_each_letter_once(transaction: Transaction) -> None:
    with transaction() as conn:
        put(conn, [letter(number) for number in range(40)])
    async with Misbehaving() as server, _smtp(server.port) as one, _smtp(server.port) as other:
        reports = await asyncio.gather(
            _deliver(transaction, one, worker="a", batch=20), _deliver(transaction, other, worker="b", batch=20)
        )
    assert (sum(report.sent for report in reports), len(server.delivered)) == (40, 40)
    assert sorted(server.recipients) == sorted(f"zheng{number}@unit.example" for number in range(40))


class Failing:
    """Transactions of which number `failing` and on raise at their end, until mended."""

    def __init__(self, transaction: Transaction, failing: range) -> None:
        self._transaction, self._failing, self._count = transaction, failing, 0

    @contextmanager
    def __call__(self) -> Iterator[Connection]:
        self._count += 1
        with self._transaction() as conn:
            yield conn
            if self._count in self._failing:
                raise OSError("disk full")


async def test_a_dot_that_can_not_be_committed_is_not_sent(sqlite_transaction: Transaction) -> None:
    with sqlite_transaction() as conn:
        put(conn, [letter(1)])
    async with Misbehaving() as server, _smtp(server.port) as door:
        with pytest.raises(OSError, match="disk full"):
            await _deliver(Failing(sqlite_transaction, range(2, 3)), door, open_look=sqlite_transaction)
    with sqlite_transaction() as conn:
        assert (states(conn), row(conn, "attempts"), server.delivered) == (["ready"], (0,), [])


async def test_an_outcome_that_could_not_be_committed_is_committed_with_the_next(
    sqlite_transaction: Transaction,
) -> None:
    with sqlite_transaction() as conn:
        put(conn, [letter(1)])
    await _deliver(Failing(sqlite_transaction, range(3, 4)), Hand(), open_look=sqlite_transaction)
    with sqlite_transaction() as conn:
        assert states(conn) == ["sent"]


async def test_an_outcome_is_kept_until_the_database_is_back(
    sqlite_transaction: Transaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifications.ledger.BREATH", 0.0)
    with sqlite_transaction() as conn:
        put(conn, [letter(1)])
    await _deliver(Failing(sqlite_transaction, range(3, 9)), Hand(), patience=60.0, open_look=sqlite_transaction)
    with sqlite_transaction() as conn:
        assert states(conn) == ["sent"]


async def test_an_outcome_that_is_never_committed_is_unknown_once_the_lease_is_over(
    sqlite_transaction: Transaction,
) -> None:
    clock = Virtual()
    with sqlite_transaction() as conn:
        put(conn, [letter(1)])
    with pytest.raises(OSError, match="disk full"):
        await _deliver(Failing(sqlite_transaction, range(3, 9)), Hand(), clock, open_look=sqlite_transaction)
    clock.at += LEASE
    await _deliver(sqlite_transaction, Hand(), clock)
    with sqlite_transaction() as conn:
        assert row(conn, "state", "unknowns") == ("ready", 1)


@pytest.mark.parametrize(("stage", "after"), [("dot", ("ready", 1)), ("RCPT", ("ready", 0))])
async def test_a_round_that_is_broken_off_settles_what_it_knows(
    sqlite_transaction: Transaction, stage: Any, after: tuple[str, int]
) -> None:
    with sqlite_transaction() as conn:
        put(conn, [letter(1)])
    async with Misbehaving({stage: HANG}) as server, _smtp(server.port) as door:
        round_ = asyncio.create_task(_deliver(sqlite_transaction, door))
        await server.reached(stage)
        round_.cancel()
        with pytest.raises(asyncio.CancelledError):
            await round_
    with sqlite_transaction() as conn:
        assert row(conn, "state", "unknowns") == after


async def test_what_was_sent_can_be_read_again(transaction: Transaction) -> None:
    door = Hand()
    with transaction() as conn:
        put(conn, [letter(1)])
    await _deliver(transaction, door)
    with transaction() as conn:
        [line] = page(conn, campaign_id=1)
        full = read(conn, campaign_id=1, public_id=line.public_id)
        assert full is not None
        assert (full.raw, full.message_id) == (door.handed[0].raw, f"<{line.public_id}@host.example>")
        assert count_by_state(conn, campaign_id=1) == {"sent": 1}


def test_a_lease_is_longer_than_one_letter_may_take() -> None:
    settings = SmtpSettings(host="mail.example", port=587, envelope_sender="b@host.example")
    assert timedelta(seconds=settings.message_seconds) < LEASE
