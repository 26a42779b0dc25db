"""Lengths, offsets and times of day are read in both languages, and one value has one spelling."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from workflows.definition import Length, Offset
from workflows.spans import SpanRefused, read_clock, read_duration, read_length, read_offset


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("3天", timedelta(days=3)),
        ("３ 天", timedelta(days=3)),
        ("1 day", timedelta(days=1)),
        ("2小时", timedelta(hours=2)),
        ("90 Seconds", timedelta(seconds=90)),
        ("3660 days", timedelta(days=3660)),
    ],
)
def test_a_length_is_a_number_and_a_unit(text: str, length: timedelta) -> None:
    assert read_length(text) == length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("5个工作日", Length(text="5个工作日", working=5)),
        ("５ 工作日", Length(text="5个工作日", working=5)),
        ("5 Working Days", Length(text="5个工作日", working=5)),
        ("1 working day", Length(text="1个工作日", working=1)),
        ("30日", Length(text="30天", days=30)),
        ("30个自然日", Length(text="30天", days=30)),
        ("120 minutes", Length(text="2小时", span=timedelta(hours=2))),
    ],
)
def test_a_duration_keeps_days_apart_from_spans_and_has_one_spelling(text: str, length: Length) -> None:
    assert read_duration(text) == length
    assert read_duration(length.text) == length


@pytest.mark.parametrize("text", ["", "0个工作日", "3661个工作日", "5个工作日前", "工作日", "5 weeks", "五个工作日"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(SpanRefused) as refusal:
        read_duration(text)
    assert [reason.code for reason in refusal.value.reasons] == ["CFG-54"]


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("30天前", Offset(text="30天前", days=-30)),
        ("30 days before", Offset(text="30天前", days=-30)),
        ("1日后", Offset(text="1天后", days=1)),
        ("3个工作日前", Offset(text="3个工作日前", working=-3)),
        ("3 working days after", Offset(text="3个工作日后", working=3)),
        ("3 hours before", Offset(text="3小时前", span=timedelta(hours=-3))),
        ("180分钟前", Offset(text="3小时前", span=timedelta(hours=-3))),
        ("90 minutes after", Offset(text="90分钟后", span=timedelta(minutes=90))),
        ("当日", Offset(text="当天", days=0)),
        ("当时", Offset(text="当时", span=timedelta())),
    ],
)
def test_an_offset_has_one_spelling_however_it_was_written(text: str, offset: Offset) -> None:
    assert read_offset(text) == offset
    assert read_offset(offset.text) == offset


@pytest.mark.parametrize(
    "text", ["", "天", "-3天", "0天", "3661天", "999999999天", "1.5天", "三天", "3天前", "٣天", "3 weeks", "5个工作日"]
)
def test_what_is_no_length_is_refused(text: str) -> None:
    with pytest.raises(SpanRefused) as refusal:
        read_length(text)
    assert [reason.code for reason in refusal.value.reasons] == ["CFG-54"]


@pytest.mark.parametrize("text", ["", "3天", "0天前", "前3天", "before 3 days", "3 weeks before", "天前", "3天 前后"])
def test_what_is_no_offset_is_refused(text: str) -> None:
    with pytest.raises(SpanRefused) as refusal:
        read_offset(text)
    assert [reason.code for reason in refusal.value.reasons] == ["CFG-54"]


def test_a_time_of_day_is_read() -> None:
    assert [read_clock(text) for text in ("08:30", "8:30", "０８：３０", "23:59", "00:00")] == [
        time(8, 30),
        time(8, 30),
        time(8, 30),
        time(23, 59),
        time(0),
    ]


@pytest.mark.parametrize("text", ["24:00", "9", "08:60", "8:3", "08:30:00", "上午9点"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(SpanRefused) as refusal:
        read_clock(text)
    assert [reason.code for reason in refusal.value.reasons] == ["CFG-54"]
