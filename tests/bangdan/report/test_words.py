"""Instants and names as the report writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bangdan import ROOT
from bangdan.language import Words
from bangdan.report.words import LETTERS, Dial, lateness, letter_name, offset_words
from workflows.definition import Offset
from workflows.instants import zone_of

DIAL = Dial(zone=zone_of("Asia/Shanghai"))
MIDNIGHT = datetime(2023, 11, 30, 16, tzinfo=UTC)
TICK = timedelta(microseconds=1)


def test_the_end_of_a_day_is_its_24_00() -> None:
    assert DIAL.full(MIDNIGHT, end=True) == Words("2023年11月30日24:00", "2023-11-30 24:00")
    assert DIAL.minute(MIDNIGHT, end=True) == Words("11月30日24:00", "11-30 24:00")
    assert DIAL.short(MIDNIGHT, end=True) == "11-30 24:00"
    assert DIAL.day(MIDNIGHT, end=True) == date(2023, 11, 30)


def test_the_same_instant_as_a_beginning_is_the_next_day() -> None:
    assert DIAL.short(MIDNIGHT) == "12-01 00:00"
    assert DIAL.day(MIDNIGHT) == date(2023, 12, 1)


def test_a_photo_finish_shows_every_microsecond() -> None:
    assert DIAL.exact(MIDNIGHT - TICK).en == "11-30 23:59:59.999999"
    assert DIAL.exact(MIDNIGHT, end=True).en == "11-30 24:00:00.000000"
    assert DIAL.exact(MIDNIGHT + TICK, end=True).en == "12-01 00:00:00.000001"


@pytest.mark.parametrize(
    ("span", "zh", "en"),
    [
        (timedelta(days=4, hours=8), "4天", "4 days"),
        (timedelta(hours=1, minutes=59), "1小时", "1 hour"),
        (timedelta(minutes=2), "2分钟", "2 minutes"),
        (timedelta(seconds=59), "不到1分钟", "less than a minute"),
        (timedelta(), "不到1分钟", "less than a minute"),
    ],
)
def test_lateness_is_told_in_the_largest_unit(span: timedelta, zh: str, en: str) -> None:
    assert lateness(span) == Words(zh, en)


@pytest.mark.parametrize(
    ("offset", "en"),
    [
        (Offset(text="3天前", days=-3), "3 days before"),
        (Offset(text="1天后", days=1), "1 day after"),
        (Offset(text="当天", days=0), "on the day"),
        (Offset(text="3个工作日前", working=-3), "3 working days before"),
        (Offset(text="1个工作日后", working=1), "1 working day after"),
        (Offset(text="3小时前", span=timedelta(hours=-3)), "3 hours before"),
        (Offset(text="90分钟前", span=timedelta(minutes=-90)), "90 minutes before"),
    ],
)
def test_an_offset_keeps_the_words_of_the_file(offset: Offset, en: str) -> None:
    assert offset_words(offset) == Words(offset.text, en)


def test_every_letter_that_comes_with_the_program_has_a_name() -> None:
    templates = {path.name.removesuffix(".subject.j2") for path in (ROOT / "templates/letters").glob("*.subject.j2")}

    assert set(LETTERS) == templates


def test_a_letter_of_a_campaign_s_own_goes_by_its_template() -> None:
    assert letter_name("our-own") == Words("our-own", "our-own")
