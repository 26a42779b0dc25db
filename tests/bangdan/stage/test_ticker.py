"""The ticker: single acts by name while they are few, sums when they come in crowds, and what the clock does."""

from __future__ import annotations

from datetime import timedelta

from bangdan.stage.house import Stage
from bangdan.stage.ticker import Line, lines
from engine.rehearsal.stream import Numbered, Stream
from engine.rehearsal.theatre import Acted, Happening, Posted, Refusal
from tests.bangdan.stage.conftest import arrive
from tests.small import AUDITOR, CLOSES, OPENS, SWEPT
from workflows.reasons import Reason

SECOND = timedelta(seconds=1)


def _told(held: Stage, *happened: Happening) -> list[Line]:
    news = [Numbered(number=number, what=what) for number, what in enumerate(happened, 1)]
    with held.office.read(held.pacing.played.campaign, AUDITOR, at=held.now()) as work:
        return list(lines(work, news))


def test_an_act_is_told_with_who_and_what_to_the_second(held: Stage) -> None:
    (line,) = _told(held, Acted(at=CLOSES - 19 * SECOND, who="甲学会", verb="submit", what="一号项目"))

    assert (line.when, line.words.zh) == ("03-14 23:59:41", "甲学会 提交《一号项目》")


def test_many_acts_are_one_line(held: Stage) -> None:
    acts = [Acted(at=OPENS + n * SECOND, who=f"单位{n % 3}", verb="draft", what=f"{n}") for n in range(7)]

    (line,) = _told(held, *acts)

    assert (line.words.zh, line.number) == ("起草7项（3方）", 7)


def test_a_refusal_is_told_with_its_reason(held: Stage) -> None:
    why = (Reason(code="DLN-01", zh="已过截止时间", en="after the deadline"),)
    refused = [Refusal(at=CLOSES, who="乙学会", verb="submit", what="二号", reasons=why) for _ in range(4)]

    told = _told(held, *refused)

    assert [(line.tone, line.words.zh) for line in told] == [
        ("bad", "乙学会 提交《二号》被拒：已过截止时间"),
        ("bad", "乙学会 提交《二号》被拒：已过截止时间"),
        ("bad", "另有2次被拒"),
    ]


def test_letters_of_several_rounds_are_summed_and_none_is_no_line(held: Stage) -> None:
    assert _told(held, Posted(at=OPENS, sent=0)) == []

    (line,) = _told(held, Posted(at=OPENS, sent=3), Posted(at=OPENS + SECOND, sent=4))

    assert (line.words.zh, line.page) == ("寄出邮件7封", "letters")


def test_the_deadline_is_told_at_24_00_with_what_lapsed(held: Stage) -> None:
    held.stream = held.pacing.played.theatre.hears = Stream()
    held.pacing.jump(SWEPT)
    arrive(held)

    with held.office.read(held.pacing.played.campaign, AUDITOR, at=held.now()) as work:
        told = lines(work, held.stream.since(0))

    marks = [(line.when, line.words.zh.partition("：")[0]) for line in told if line.tone == "mark"]
    assert ("03-14 24:00", "征集截止") in marks
    assert ("03-15 00:02", "截止处理") in marks
