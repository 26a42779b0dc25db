"""A circular from the draft to the outbox: whom it reaches, how it reads for each, and that it goes once."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlmodel import col

from engine import nominations
from engine.access import Actor
from engine.circulars import drafts, sending
from engine.circulars.aim import Aim, To
from engine.letters.correspondence import Sent
from engine.office import Work
from engine.queries.circulars import circular
from engine.tables import Contact
from notifications.rendering import Rendered, templates_in
from tests.builders import LETTERS, House, add_unit, calls, letters, readers
from tests.small import ACADEMY, AUDITOR, DURING, OPENED, draft, events, unit_actor
from workflows.reasons import NotFound, Refused

ALL_UNITS = Aim(to=To.UNITS)
BODY = "请{{单位}}尽快提交。\n\n截止：{{截止时间}}"


@pytest.fixture
def furnished(small: House) -> House:
    """Two units, one of them with a contact that has no address, and a draft and a submission of the first."""
    with small.write(OPENED) as work:
        first = add_unit(work, "甲学会", people=[("张三", "zhang@example.cn"), ("李四", None)])
        add_unit(work, "乙城市", channels=["cities"], people=[("王五", "wang@example.cn")])
    with small.write(DURING) as work:
        draft(work, first, "水泵{{7*7}}")
        nominations.submit(work, draft(work, first, "灯"))
    return small


def _new(work: Work, *, body: str = BODY, subject: str = "提醒", aim: Aim = ALL_UNITS) -> str:
    return drafts.draft(work, subject=subject, body=body, aim=aim)


def _send(work: Work, key: str) -> Sent:
    ready = sending.ready(work, key)
    expected = Sent(letters=ready.letters, calls=ready.calls)
    return sending.send_circular(work, key, version=circular(work, key).version, expected=expected)


def _read(row: object) -> Rendered:
    return templates_in(LETTERS).render("circular", row.context)  # type: ignore[attr-defined]  # a row of the outbox


def _codes(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in refusal.value.reasons]


def _names(work: Work, aim: Aim) -> list[str]:
    return [each.to.name for each in sending.ready(work, _new(work, aim=aim)).readers]


def test_every_contact_gets_one_letter_or_one_call_with_its_own_words(furnished: House) -> None:
    with furnished.write(DURING) as work:
        sent = _send(work, _new(work))

        written = letters(work, "circular")
        assert sent == Sent(letters=2, calls=1)
        assert readers(written) == ["张三", "王五"]
        assert readers(calls(work, "circular")) == ["李四"]
        assert "请甲学会尽快提交。\n\n截止：2025年3月14日（周五）24:00" in _read(written[0]).text


def test_the_subject_names_the_campaign_and_the_words_stand_under_the_letterhead(furnished: House) -> None:
    with furnished.write(DURING) as work:
        _send(work, _new(work, subject="致{{姓名}}"))

        letter = _read(letters(work, "circular")[0])
    assert letter.subject == "【2025年小奖】致张三"
    assert letter.text.startswith("示例学会办公室\n")


def test_what_looks_like_a_placeholder_or_a_link_in_a_name_is_printed_as_it_is(furnished: House) -> None:
    with furnished.write(DURING) as work:
        _send(work, _new(work, body="{{项目}} https://example.cn/a", aim=Aim(to=To.UNITS, unsubmitted=True)))

        letter = _read(letters(work, "circular")[0])
    assert "水泵{{7*7}} https://example.cn/a" in letter.text
    assert "水泵{{7*7}} https://example.cn/a" in letter.html
    assert "<a " not in letter.html


def test_sending_twice_is_refused_and_nobody_gets_it_again(furnished: House) -> None:
    with furnished.write(DURING) as work:
        key = _new(work)
        _send(work, key)
        with pytest.raises(Refused) as refusal:
            _send(work, key)
        assert _codes(refusal) == ["CIR-01"]
        assert len(letters(work, "circular")) == 2
        assert events(work, "draft", "send")[-2:] == [("draft", None, "draft"), ("send", "draft", "sent")]


def test_nothing_is_sent_when_the_readers_have_changed_since_they_were_looked_at(furnished: House) -> None:
    with furnished.write(DURING) as work:
        key = _new(work)
        with pytest.raises(Refused) as refusal:
            sending.send_circular(work, key, version=1, expected=Sent(letters=1, calls=1))
        assert _codes(refusal) == ["CIR-04"]
        assert letters(work, "circular") == []


def test_nothing_is_sent_when_somebody_has_changed_the_words_since(furnished: House) -> None:
    with furnished.write(DURING) as work:
        key = _new(work)
        drafts.change(work, key, subject="另一主题", body=BODY, aim=ALL_UNITS, version=1)
        with pytest.raises(Refused) as refusal:
            sending.send_circular(work, key, version=1, expected=Sent(letters=2, calls=1))
        assert _codes(refusal) == ["CIR-03"]


@pytest.mark.parametrize(
    ("body", "code", "where"),
    [
        ("{{ 姓民 }}", "TPL-02", "body:1"),
        ("好\n{% if %}", "TPL-01", "body:2"),
        ("{{ 姓名.__class__ }}", "TPL-04", "body:1"),
        ("{{ 姓名|safe }}", "TPL-03", "body:1"),
        ('{% include "_base.txt.j2" %}', "TPL-07", "body"),
        ("", "TXT-01", "body"),
    ],
)
def test_faulty_words_are_kept_and_told_and_not_sent(furnished: House, body: str, code: str, where: str) -> None:
    with furnished.write(DURING) as work:
        key = _new(work, body=body)
        assert [(each.code, each.where) for each in sending.ready(work, key).faults] == [(code, where)]
        with pytest.raises(Refused) as refusal:
            _send(work, key)
        assert _codes(refusal) == [code]


def test_a_deadline_is_no_placeholder_of_those_who_have_none(furnished: House) -> None:
    with furnished.write(DURING) as work:
        key = _new(work, aim=Aim(to=To.INSTITUTIONS))
        assert [each.code for each in sending.ready(work, key).faults] == ["TPL-02"]


def test_readers_are_narrowed_by_channel_list_state_and_unit(furnished: House) -> None:
    with furnished.write(DURING) as work:
        assert _names(work, Aim(to=To.UNITS, channels=("cities",))) == ["王五"]
        assert _names(work, Aim(to=To.UNITS, tracks=("people",))) == ["张三", "李四"]
        assert _names(work, Aim(to=To.UNITS, states=("submitted",))) == ["张三", "李四"]
        assert _names(work, Aim(to=To.UNITS, unsubmitted=True, channels=("cities",))) == []
        assert _names(work, Aim(to=To.UNITS, units=("乙城市",))) == ["王五"]
        assert _names(work, Aim(to=To.INSTITUTIONS, tracks=("people",))) == ["孙工"]


def test_an_applicant_of_several_drafts_is_told_once(small: House) -> None:
    with small.write(OPENED) as work:
        unit_id = add_unit(work, "甲学会")
    with small.write(DURING) as work:
        for title in ("水泵", "灯"):
            key = draft(work, unit_id, title)
            nominations.edit(work, key, applicant_contact="周八", applicant_email="zhou@example.cn")
        aim = Aim(to=To.APPLICANTS, unsubmitted=True)
        (reader,) = sending.ready(work, _new(work, aim=aim)).readers
    assert (reader.to.name, reader.values["项目"], reader.values["项目数"]) == ("周八", "水泵、灯", 2)


def test_chosen_contacts_are_written_to_whosever_they_are(furnished: House) -> None:
    with furnished.write(DURING) as work:
        query = select(col(Contact.public_id)).where(col(Contact.name).in_(["王五", "钱学"])).order_by(col(Contact.id))
        chosen = tuple(work.connection.execute(query).scalars())
        assert _names(work, Aim(to=To.CONTACTS, contacts=chosen)) == ["钱学", "王五"]


@pytest.mark.parametrize(
    ("aim", "code"),
    [
        (Aim(to=To.UNITS, tracks=("people/none",)), "FLT-01"),
        (Aim(to=To.INSTITUTIONS, channels=("cities",)), "CIR-05"),
        (Aim(to=To.CONTACTS), "CIR-02"),
    ],
)
def test_readers_that_make_no_sense_are_refused(furnished: House, aim: Aim, code: str) -> None:
    with furnished.write(DURING) as work, pytest.raises(Refused) as refusal:
        _new(work, aim=aim)
    assert _codes(refusal) == [code]


def test_a_circular_without_readers_is_not_sent(furnished: House) -> None:
    with furnished.write(DURING) as work:
        key = _new(work, aim=Aim(to=To.UNITS, states=("published",)))
        assert [each.code for each in sending.ready(work, key).faults] == ["CIR-06"]


def test_one_reader_sees_it_before_it_is_sent(furnished: House) -> None:
    with furnished.write(DURING) as work:
        key = _new(work)
        reader = sending.ready(work, key).readers[2].to.ref
        message = sending.preview(work, key, reader)
        assert message.context["paragraphs"] == [["请乙城市尽快提交。"], ["截止：2025年3月14日（周五）24:00"]]
        with pytest.raises(NotFound):
            sending.preview(work, key, "contact:999")


def test_it_is_the_secretariats_and_the_auditor_only_reads(furnished: House) -> None:
    with furnished.write(DURING) as work:
        key = _new(work)
    with furnished.office.read(furnished.campaign, AUDITOR, at=DURING) as work:
        assert circular(work, key).subject == "提醒"
        with pytest.raises(Refused):
            drafts.discard(work, key)
    for actor in (Actor(role=ACADEMY.role, name="钱学", institution="academy"), unit_actor(1)):
        with furnished.office.read(furnished.campaign, actor, at=DURING) as work, pytest.raises(NotFound):
            circular(work, key)


def test_a_draft_that_was_given_up_is_not_sent(furnished: House) -> None:
    with furnished.write(DURING) as work:
        key = _new(work)
        drafts.discard(work, key)
        with pytest.raises(Refused) as refusal:
            _send(work, key)
    assert _codes(refusal) == ["CIR-01"]
