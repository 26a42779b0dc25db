"""The outbox as pages show it: lists with counts, and one letter with what its reader sees and why it was written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import update

from engine import nominations
from engine.access import Actor
from engine.letters import desk
from engine.letters.audiences import messages
from engine.letters.correspondence import send
from engine.office import Work
from engine.queries.one_letter import OneLetter, one_letter
from engine.queries.outbox import kinds, letters
from notifications.claims import Frozen, freeze
from notifications.letter import Address, Recipient, Sender
from notifications.mailbook import Which
from notifications.message import Envelope, build
from notifications.rendering import Rendered
from notifications.tables import LETTER
from tests.builders import LETTERS, House, add_unit, mark_letters
from tests.builders import letters as rows
from tests.small import AUDITOR, CLOSES, DURING, OPENED, draft, unit_actor
from workflows.reasons import NotFound

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def posted(small: House) -> House:
    """Receipts of two units on two days, and a reminder to both of them, put there three days before the end."""
    with small.write(OPENED) as work:
        first = add_unit(work, "甲学会", people=[("张三", "zhang@example.cn")])
        second = add_unit(work, "乙学会", people=[("李四", "li@example.cn")])
    for day, unit_id in enumerate((first, second)):
        with small.write(DURING) as work:
            key = draft(work, unit_id, f"水泵{day}")
        with small.write(DURING + HOUR + day * DAY) as work:
            nominations.submit(work, key)
    with small.write(CLOSES - DAY) as work:
        (due,) = [each for each in work.occasions if each.key.startswith("collection-closes:1天前")]
        send(work, messages(work, due), template=due.letter, occasion=due.key, milestone=due.milestone, revision=1,
             until=due.until)  # fmt: skip
    return small


@contextmanager
def _reading(house: House, actor: Actor = AUDITOR) -> Iterator[Work]:
    with house.office.read(house.campaign, actor, at=CLOSES - DAY) as work:
        yield work


def _seen(house: House, template: str) -> OneLetter:
    with _reading(house) as work:
        return one_letter(work, rows(work, template)[0].public_id, LETTERS)


def test_letters_are_listed_by_state_kind_reader_and_day_with_counts(posted: House) -> None:
    with posted.write(CLOSES) as work:
        mark_letters(work, "sent", where=lambda row: row.template == "submission-receipt")
    with _reading(posted) as work:
        everything = letters(work)
        assert [each.to_name for each in everything.page.rows] == ["李四", "张三", "李四", "张三"]
        assert everything.counts.by_state == {"ready": 2, "sent": 2}
        assert [each.to_name for each in letters(work, which=Which(states=["sent"])).page.rows] == ["李四", "张三"]
        assert letters(work, which=Which(states=["sent"])).counts.by_state == {"ready": 2, "sent": 2}
        assert letters(work, reader="甲学").counts.by_state == {"ready": 1, "sent": 1}
        assert letters(work, reader="li@EXAMPLE").counts.by_state == {"ready": 1, "sent": 1}
        assert letters(work, reader="没有的人").counts.by_state == {}
        kind = Which(template="collection-closes")
        assert [each.to_name for each in letters(work, which=kind, reader="乙").page.rows] == ["李四"]
        second_day = Which(since=DURING + DAY, until=DURING + 2 * DAY)
        assert [each.to_name for each in letters(work, which=second_day).page.rows] == ["李四"]
        assert kinds(work) == ["collection-closes", "submission-receipt"]


def test_pages_go_on_where_the_one_before_ended(posted: House) -> None:
    with _reading(posted) as work:
        first = letters(work, limit=3)
        second = letters(work, limit=3, after=first.page.after)
    assert [len(first.page.rows), len(second.page.rows), second.page.after] == [3, 1, None]


def test_each_line_says_why_it_was_written(posted: House) -> None:
    with _reading(posted) as work:
        filed = letters(work, which=Which(template="submission-receipt"), limit=1)
    assert filed.because[filed.page.rows[0].occasion] == ("提交回执", "submission receipt")


def test_a_letter_that_waits_is_shown_as_it_would_be_written_now(posted: House) -> None:
    seen = _seen(posted, "collection-closes")
    assert seen.shown is not None
    assert (seen.frozen, seen.stops, seen.copies) == (False, None, 0)
    assert "尊敬的张三老师：" in seen.shown.text
    assert "尊敬的张三老师：" in seen.shown.html
    assert seen.shown.calendar == "deadline.ics"


def test_a_letter_that_reminds_of_nothing_any_more_says_that_it_will_not_leave(posted: House) -> None:
    with posted.write(CLOSES - DAY) as work:
        (due,) = [each for each in work.occasions if each.key.startswith("collection-closes:1天前")]
        work.connection.execute(
            update(LETTER).where(LETTER.c.occasion == due.key).values(contact_ref="contact:999", key=LETTER.c.key + "x")
        )
    seen = _seen(posted, "collection-closes")
    assert seen.stops is not None
    assert seen.stops.zh == "已办理，无需再提醒"


def test_a_letter_that_was_attempted_is_shown_byte_for_byte(posted: House) -> None:
    with posted.write(CLOSES) as work:
        row = rows(work, "submission-receipt")[0]
        to = Recipient(name="张三", address=Address(local="zhang", domain="example.cn"))
        sender = Sender(name="办公室", address=Address(local="office", domain="example.cn"))
        raw = build(Envelope(sender=sender, to=to, message_id="<a@example.cn>", date=CLOSES),
                    Rendered(subject="原样", text="正文\n", html="<p>正文</p>"))  # fmt: skip
        work.connection.execute(update(LETTER).where(LETTER.c.id == row.id).values(claimed_by="w"))
        freeze(work.connection, {row.id: Frozen(message_id="<a@example.cn>", date=CLOSES, raw=raw)}, token="w")
    seen = _seen(posted, "submission-receipt")
    assert seen.shown is not None
    assert (seen.frozen, seen.shown.subject, seen.shown.text, seen.shown.html) == (
        True, "原样", "正文\n", "<p>正文</p>",
    )  # fmt: skip
    assert seen.shown.sender == "办公室 <office@example.cn>"


def test_a_receipt_names_the_nomination_and_the_event_it_was_written_with(posted: House) -> None:
    seen = _seen(posted, "submission-receipt")
    assert seen.about is not None
    assert seen.about[0] == "nomination"
    assert [each.verb for each in seen.cause] == ["submit"]


def test_a_letter_that_can_not_be_written_says_why(posted: House) -> None:
    with posted.write(CLOSES) as work:
        work.connection.execute(update(LETTER).values(template="none"))
    seen = _seen(posted, "none")
    assert seen.shown is None
    assert seen.fault is not None
    assert seen.fault.zh.startswith("TPL-07")


def test_only_the_office_and_the_auditor_read_letters(posted: House) -> None:
    with _reading(posted) as work:
        key = rows(work)[0].public_id
    with _reading(posted) as work:
        assert desk.letter(work, key).line.to_name == "张三"
    with _reading(posted, unit_actor(1)) as work:
        with pytest.raises(NotFound):
            letters(work)
        with pytest.raises(NotFound):
            one_letter(work, key, LETTERS)
