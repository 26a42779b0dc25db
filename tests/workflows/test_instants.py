"""A notice's words about time mean exact instants, and are shown back as they were meant."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from workflows.instants import (
    Edge,
    InstantRefused,
    Window,
    check_order,
    end_of_day,
    iso,
    read_instant,
    read_window,
    remaining,
    remaining_en,
    show,
    show_en,
    show_window,
    show_window_en,
    start_of_day,
    zone_name,
    zone_of,
)

BEIJING = zone_of("Asia/Shanghai")
NEW_YORK = zone_of("America/New_York")
AOE = zone_of("AoE")
CLOSING = datetime(2023, 11, 30, 16, tzinfo=UTC)


def end(text: object, zone: tzinfo = BEIJING) -> str:
    return iso(read_instant(text, zone=zone, edge="end", year=2023).instant)


def start(text: object, zone: tzinfo = BEIJING) -> str:
    return iso(read_instant(text, zone=zone, edge="start", year=2023).instant)


def refusal(text: object, *, zone: tzinfo = BEIJING, edge: Edge = "end", year: int | None = None) -> list[str]:
    with pytest.raises(InstantRefused) as caught:
        read_instant(text, zone=zone, edge=edge, year=year)
    return [f"{reason.code} {reason.en}" for reason in caught.value.reasons]


def codes(text: object, *, zone: tzinfo = BEIJING, edge: Edge = "end") -> list[str]:
    return [line.split()[0] for line in refusal(text, zone=zone, edge=edge)]


@pytest.mark.parametrize(
    "text",
    [
        "2023-11-30 24:00",
        "2023-11-30T24:00",
        "2023-11-30T24:00:00",
        "2023-11-30T24:00:00.000000",
        "2023-11-30",
        "2023-11-30 24:00+08:00",
        "2023-11-30 24:00 +0800",
        "2023-11-30 16:00Z",
        "2023-11-30T11:00:00-05:00",
        "2023-11-30 24:00 (Asia/Shanghai)",
        "2023-11-30 Thu 24:00 (Asia/Shanghai)",
        "2023-11-30 04:00 AoE",
        "2023年11月30日24时",
        "2023年11月30日24点整",
        "2023年11月30日24时00分",
        "2023年11月30日24:00",
        "2023年11月30日 24：00",
        "2023年11月30日（周四）24:00",
        "2023年11月30日（星期四）24时前",
        "2023年11月30日",
        "2023年11月30日前",
        "2023年11月30号之前",
        "2023年11月",
        "2023-11",
        "11月30日",
        "11月30日24时止",
        "北京时间2023年11月30日24时",
        "2023年11月30日24时（北京时间）",
        "２０２３-11-30　２４：００",
        "  2023-11-30 24:00 ",
        date(2023, 11, 30),
    ],
)
def test_the_closing_of_2023_is_the_same_instant_however_it_is_written(text: object) -> None:
    assert end(text) == "2023-11-30T16:00:00Z"


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2023年10月7日", "2023-10-06T16:00:00Z"),
        ("2023年10月7日起", "2023-10-06T16:00:00Z"),
        ("自2023年10月7日9:00起", "2023-10-07T01:00:00Z"),
        ("2023-10-07 00:00", "2023-10-06T16:00:00Z"),
        ("2024年1月", "2023-12-31T16:00:00Z"),
        ("2024-01", "2023-12-31T16:00:00Z"),
        ("2024-02-29 08:30:15.5", "2024-02-29T00:30:15.500000Z"),
        ("4月28日中午12:00", "2023-04-28T04:00:00Z"),
        ("4月28日上午9时", "2023-04-28T01:00:00Z"),
        ("4月28日下午5点30分", "2023-04-28T09:30:00Z"),
        ("4月28日下午17:00", "2023-04-28T09:00:00Z"),
        ("4月28日晚8时", "2023-04-28T12:00:00Z"),
        ("4月28日中午1点", "2023-04-28T05:00:00Z"),
        ("4月28日12时30分15秒", "2023-04-28T04:30:15Z"),
    ],
)
def test_a_start_is_the_first_instant_that_the_text_names(text: str, instant: str) -> None:
    assert start(text) == instant


def test_ends_of_other_zones_are_exact() -> None:
    found = [
        end("2024-12-15 AoE"),
        end("2024-12-15", AOE),
        end("2012-04-30 23:59", NEW_YORK),
        end("2023-09-12 12:00", zone_of("Europe/London")),
        end("2024-12-15 24:00 (AoE)"),
    ]
    assert found == [
        "2024-12-16T12:00:00Z",
        "2024-12-16T12:00:00Z",
        "2012-05-01T03:59:00Z",
        "2023-09-12T11:00:00Z",
        "2024-12-16T12:00:00Z",
    ]


@pytest.mark.parametrize(
    ("text", "precision"), [("2024年1月", "month"), ("2024-01-05", "day"), ("2024-01-05 0:00", "clock")]
)
def test_a_reading_keeps_the_wording_and_how_exact_it_was(text: str, precision: str) -> None:
    reading = read_instant(text, zone=BEIJING, edge="start")
    assert (reading.wording, reading.precision, reading.remarks) == (text, precision, ())


@pytest.mark.parametrize("clock", ["24:01", "25:00", "24:00:01", "24:00:00.000001", "12:75", "24时01分", "下午25:00"])
def test_a_time_after_24_00_does_not_exist(clock: str) -> None:
    assert codes(f"2023年11月30日{clock}") == ["CFG-03"]


def test_the_answer_names_the_time_that_does_not_exist() -> None:
    assert refusal("2023-11-30 24:01") == ["CFG-03 24:00 is the last time of a day; 24:01 does not exist"]


@pytest.mark.parametrize(
    "value", [1440, True, 5.0, None, datetime(2023, 11, 30, 23, 59, tzinfo=UTC), time(23, 59), ["a"]]
)
def test_a_time_without_quotes_is_asked_back(value: object) -> None:
    assert codes(value) == ["CFG-04"]


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "明天", "择机", "2023年", "24:00", "2023-11-30 24", "2023-11-30 24:00 24:00", "2023-02-30", "2023-13",
        "2023-11 24:00", "2023年11月前", "2023年十一月三十日", "٢٠٢٣-11-30", "2023-11-30 \u202e24:00",
        "0000-01-01", "9999-12-31", "2023-11-30 24:00 +25:00", "2023-11-30 24:00 +08:75",
        "2023年4月28日晚上12点", "2023年4月28日上午12:00", "2023-11-30 24:00 +09:00 (Asia/Shanghai)",
        "2023-11-30 " * 30, "2023-11-30\x00", "2023-11/30",
    ],
)  # fmt: skip
def test_what_can_not_be_understood_is_never_guessed(text: str) -> None:
    assert codes(text) == ["CFG-05"]


@pytest.mark.parametrize("text", ["2023-11-30T", "2023-11-30 24:00 UTC+8", "2012-04-30 23:59 EDT"])
def test_an_unknown_word_after_the_time_is_asked_back_as_a_zone(text: str) -> None:
    assert codes(text) == ["CFG-11"]


def test_a_day_without_its_year_is_refused_unless_the_year_is_given() -> None:
    assert refusal("11月30日") == ['CFG-05 time "11月30日" names no year; write e.g. 2023-11-30']


def test_a_long_or_unprintable_text_is_quoted_short_and_escaped() -> None:
    [long, unprintable] = refusal("x" * 500) + refusal("2023\u202e")
    assert (f'"{"x" * 39}…"' in long, '"2023\\u202e"' in unprintable) == (True, True)


def test_a_start_at_24_00_is_to_be_written_as_the_next_day() -> None:
    expected = ["CFG-06 write a start as 00:00 of the next day: 2023-12-01 00:00"]
    assert refusal("2023年11月30日24时", edge="start") == expected


def test_a_time_that_the_clock_skips_does_not_exist() -> None:
    assert refusal("2023-03-12 02:30", zone=NEW_YORK) == [
        "CFG-12 2023-03-12 02:30 does not exist in America/New_York: the clock skips it"
    ]


def test_a_time_that_happens_twice_asks_for_its_offset() -> None:
    assert refusal("2023-11-05 01:30", zone=NEW_YORK) == [
        "CFG-13 2023-11-05 01:30 happens twice in America/New_York; add the offset -04:00 or -05:00"
    ]
    assert [end("2023-11-05 01:30 -04:00", NEW_YORK), end("2023-11-05 01:30-05:00", NEW_YORK)] == [
        "2023-11-05T05:30:00Z",
        "2023-11-05T06:30:00Z",
    ]


@pytest.mark.parametrize("text", ["2023-11-30 23:59:60", "2016-12-31 23:59:60Z", "2023年11月30日23时59分60秒"])
def test_leap_seconds_are_not_used(text: str) -> None:
    assert codes(text) == ["CFG-15"]


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("2023/11/30", "2023-11-30"),
        ("2023.11.5 24:00", "2023-11-05"),
        ("2023-11-5", "2023-11-05"),
        ("20231130", "2023-11-30"),
        ("30.11.2023", "YYYY-MM-DD"),
        ("11-30-2023", "YYYY-MM-DD"),
        ("23-11-30", "YYYY-MM-DD"),
        ("11/12/2023", "YYYY-MM-DD"),
        ("11/30", "YYYY-MM-DD"),
        ("2023-11-3024:00", "YYYY-MM-DD"),
    ],
)
def test_other_styles_of_date_are_refused_with_the_one_that_is_clear(text: str, better: str) -> None:
    [answer] = refusal(text)
    assert answer == f'CFG-17 date "{text}" can be read in several ways; write {better}'


def test_a_weekday_must_fit_its_date() -> None:
    assert refusal("2023年11月30日（周五）") == [
        'CFG-18 "2023年11月30日（周五）": the weekday does not fit; 2023-11-30 is a Thu'
    ]


def test_a_text_is_refused_that_says_the_opposite_of_its_use() -> None:
    assert [codes("2023年11月30日前", edge="start"), codes("2023年10月7日起", edge="end")] == [["CFG-19"], ["CFG-19"]]


def test_an_end_before_24_00_is_a_warning_and_one_at_00_00_a_remark() -> None:
    almost = read_instant("2023-11-30 23:59", zone=BEIJING, edge="end")
    midnight = read_instant("2023-12-01 00:00", zone=BEIJING, edge="end")
    assert (len(almost.warnings), len(almost.remarks)) == (1, 0)
    assert (len(midnight.warnings), len(midnight.remarks)) == (0, 1)


@pytest.mark.parametrize(
    ("text", "remark"),
    [
        ("2023-11-30 23:59", "CFG-31 ends at 23:59:00; did you mean 24:00?"),
        ("2023年11月30日23时59分59秒", "CFG-31 ends at 23:59:59; did you mean 24:00?"),
        (
            "2023-12-01 00:00",
            "CFG-32 ends as that day begins, at 2023-11-30 24:00 (Asia/Shanghai); did you mean 24:00?",
        ),
    ],
)
def test_an_end_that_may_be_a_slip_is_accepted_with_a_question(text: str, remark: str) -> None:
    reading = read_instant(text, zone=BEIJING, edge="end")
    assert [f"{each.code} {each.en}" for each in (*reading.warnings, *reading.remarks)] == [remark]
    start = read_instant(text, zone=BEIJING, edge="start")
    assert (start.warnings, start.remarks) == ((), ())


def test_the_microsecond_before_24_00_is_read_and_shown_without_a_warning() -> None:
    reading = read_instant("2023-11-30 23:59:59.999999", zone=BEIJING, edge="end")
    assert (reading.instant, reading.warnings, reading.remarks) == (CLOSING - timedelta.resolution, (), ())
    assert show(reading.instant, zone=BEIJING, edge="end") == "2023年11月30日23:59:59.999999"


def test_an_instant_is_shown_by_what_it_ends_or_starts() -> None:
    assert [
        show(CLOSING, zone=BEIJING, edge="end"),
        show(CLOSING, zone=BEIJING, edge="end", weekday=True),
        show(CLOSING, zone=BEIJING, edge="start"),
        show(CLOSING, zone=AOE, edge="end"),
        show(datetime(2023, 11, 5, 5, 30, tzinfo=UTC), zone=NEW_YORK, edge="end"),
        show_en(CLOSING, zone=BEIJING, edge="end"),
        show_en(CLOSING, zone=BEIJING, edge="end", weekday=True),
        show_en(CLOSING, zone=BEIJING, edge="start", name_zone=False),
    ] == [
        "2023年11月30日24:00",
        "2023年11月30日（周四）24:00",
        "2023年12月1日00:00",
        "2023年11月30日04:00（AoE）",
        "2023年11月5日01:30 -04:00（America/New_York）",
        "2023-11-30 24:00 (Asia/Shanghai)",
        "2023-11-30 Thu 24:00 (Asia/Shanghai)",
        "2023-12-01 00:00",
    ]


def test_machines_get_utc() -> None:
    assert iso(read_instant("2023-11-30 24:00", zone=BEIJING, edge="end").instant) == "2023-11-30T16:00:00Z"
    with pytest.raises(ValueError, match="no instant"):
        iso(datetime(2023, 11, 30))  # noqa: DTZ001 - a naive one is what is refused


# Midnight skipped, midnight twice, a day that comes back for a minute, a day left out, half an hour, odd seconds.
ZONES = [
    BEIJING, NEW_YORK, AOE, zone_of("UTC"), zone_of("America/Sao_Paulo"), zone_of("America/Havana"),
    zone_of("America/St_Johns"), zone_of("Pacific/Apia"), zone_of("Australia/Lord_Howe"), zone_of("Africa/Monrovia"),
]  # fmt: skip
TURNS = [  # UTC instants at which one of these clocks changed
    datetime(1901, 1, 1, tzinfo=UTC) - timedelta(hours=8, minutes=5, seconds=43),
    datetime(1972, 1, 7, 0, 44, 30, tzinfo=UTC),
    datetime(2006, 10, 29, 2, 31, tzinfo=UTC),
    datetime(2011, 12, 30, 10, tzinfo=UTC),
    datetime(2017, 10, 15, 3, tzinfo=UTC),
    datetime(2018, 2, 18, 2, tzinfo=UTC),
    datetime(2023, 3, 12, 7, tzinfo=UTC),
    datetime(2023, 10, 1, 15, 30, tzinfo=UTC),
    datetime(2023, 11, 5, 5, tzinfo=UTC),
    datetime(2023, 11, 5, 6, tzinfo=UTC),
]
NEAR = st.timedeltas(min_value=timedelta(hours=-30), max_value=timedelta(hours=30))
MINUTES = st.integers(-1800, 1800).map(lambda n: timedelta(minutes=n))
INSTANTS = st.one_of(
    st.datetimes(datetime(1, 2, 1), datetime(9999, 11, 30), timezones=st.just(UTC)),  # noqa: DTZ001 - zoned by the last
    st.builds(lambda turn, away: turn + away, st.sampled_from(TURNS), NEAR | MINUTES),
)
EDGES: st.SearchStrategy[Edge] = st.sampled_from(("start", "end"))


@given(instant=INSTANTS, zone=st.sampled_from(ZONES), edge=EDGES, weekday=st.booleans())
@example(instant=CLOSING, zone=BEIJING, edge="end", weekday=True)
@example(instant=datetime(2017, 10, 15, 3, tzinfo=UTC), zone=zone_of("America/Sao_Paulo"), edge="end", weekday=False)
@example(instant=datetime(2011, 12, 30, 10, tzinfo=UTC), zone=zone_of("Pacific/Apia"), edge="end", weekday=False)
@example(instant=datetime(2006, 10, 29, 2, 30, tzinfo=UTC), zone=zone_of("America/St_Johns"), edge="end", weekday=False)
def test_what_is_shown_is_read_back(instant: datetime, zone: tzinfo, edge: Edge, weekday: bool) -> None:
    chinese = show(instant, zone=zone, edge=edge, weekday=weekday)
    english = show_en(instant, zone=zone, edge=edge, weekday=weekday)
    assert read_instant(chinese, zone=zone, edge=edge).instant == instant
    assert read_instant(english, zone=BEIJING, edge=edge).instant == instant
    assert read_instant(iso(instant), zone=zone, edge=edge).instant == instant


@given(instant=INSTANTS, zone=st.sampled_from(ZONES))
def test_no_instant_belongs_to_a_day_that_is_over(instant: datetime, zone: tzinfo) -> None:
    day = instant.astimezone(zone).date()
    assert start_of_day(day, zone) <= instant < end_of_day(day, zone)


@given(text=st.text(alphabet="0123456789-:/年月日时点分前起周四 TZ+～—AoE上中下午（）", max_size=24), edge=EDGES)
def test_any_text_is_read_or_refused_with_a_reason(text: str, edge: Edge) -> None:
    assert re.fullmatch(r"CFG-\d\d|\d{4}-.*Z", answer(text, edge))


def answer(text: str, edge: Edge) -> str:
    try:
        return iso(read_instant(text, zone=BEIJING, edge=edge, year=2023).instant)
    except InstantRefused as refused:
        return refused.reasons[0].code


def test_a_day_that_a_zone_skipped_has_neither_start_nor_end() -> None:
    apia = zone_of("Pacific/Apia")
    assert [codes("2011-12-30", zone=apia, edge="start"), codes("2011-12-30", zone=apia)] == [["CFG-12"], ["CFG-12"]]
    assert end("2011-12-29", apia) == start("2011-12-31", apia) == "2011-12-30T10:00:00Z"


def test_a_day_ends_where_its_midnight_is_skipped_or_repeated() -> None:
    assert [
        end("2017-10-14 24:00", zone_of("America/Sao_Paulo")),
        start("2017-10-15", zone_of("America/Sao_Paulo")),
        end("2023-11-04", zone_of("America/Havana")),
        end("2006-10-28", zone_of("America/St_Johns")),
        start("2006-10-29", zone_of("America/St_Johns")),
    ] == [
        "2017-10-15T03:00:00Z",
        "2017-10-15T03:00:00Z",
        "2023-11-05T04:00:00Z",
        "2006-10-29T03:30:00Z",
        "2006-10-29T02:30:00Z",
    ]


def window(text: object, year: int | None = None) -> str:
    return show_window(read_window(text, zone=BEIJING, year=year), zone=BEIJING)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2023年10月7日—2023年11月30日", "2023年10月7日00:00—2023年11月30日24:00"),
        ("2023-10-07/2023-11-30 24:00", "2023年10月7日00:00—2023年11月30日24:00"),
        ("自2023年10月7日起至2023年11月30日止", "2023年10月7日00:00—2023年11月30日24:00"),
        ("2023年10月7日-11月30日24时", "2023年10月7日00:00—2023年11月30日24:00"),
        ("2023-10-07 - 2023-11-30", "2023年10月7日00:00—2023年11月30日24:00"),
        ("10月7日～11月30日", "2023年10月7日00:00—2023年11月30日24:00"),
        ("2022年9月—10月31日", "2022年9月1日00:00—2022年10月31日24:00"),
        ("2023年10月—2024年4月", "2023年10月1日00:00—2024年4月30日24:00"),
        ("2023年12月", "2023年12月1日00:00—2023年12月31日24:00"),
        ("2024年1月", "2024年1月1日00:00—2024年1月31日24:00"),
        ("2024年2月", "2024年2月1日00:00—2024年2月29日24:00"),
        ("2024-01", "2024年1月1日00:00—2024年1月31日24:00"),
        ("2023年12月30日", "2023年12月30日00:00—2023年12月30日24:00"),
        ("2024年11月7日至13日", "2024年11月7日00:00—2024年11月13日24:00"),
        ("2020年4月26日8:30—16:30", "2020年4月26日08:30—2020年4月26日16:30"),
        ("9月7日00:00至9月22日24:00", "2023年9月7日00:00—2023年9月22日24:00"),
        ("2024-12-01/2024-12-15 AoE", "2024年12月1日20:00—2024年12月16日20:00"),
        (date(2023, 12, 30), "2023年12月30日00:00—2023年12月30日24:00"),
    ],
)
def test_a_window_is_read_as_the_notice_means_it(text: object, shown: str) -> None:
    assert window(text, 2023) == shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023-11-15/2023-11-01", ["CFG-01"]),
        ("2023年10月—4月", ["CFG-01"]),
        ("2023-11-15 08:00/2023-11-15 08:00", ["CFG-02"]),
        ("2023-11-30 24:00/2023-12-01", ["CFG-06"]),
        ("2023-11-30 24:00", ["CFG-05"]),
        ("2023年11月30日前", ["CFG-05"]),
        ("2023年9月—10月—11月", ["CFG-05"]),
        ("2023/10/07—2023/11/30", ["CFG-17"]),
        ("10月7日—11月30日", ["CFG-05", "CFG-05"]),
        ("2023-02-30/2023-03-01 23:59 (America/New_York)", ["CFG-05"]),
        (20231130, ["CFG-04"]),
    ],
)
def test_what_is_no_window_is_refused(text: object, expected: list[str]) -> None:
    with pytest.raises(InstantRefused) as caught:
        read_window(text, zone=BEIJING)
    assert [reason.code for reason in caught.value.reasons] == expected


def test_a_window_is_half_open_and_keeps_its_wording_and_warnings() -> None:
    found = read_window("2023-10-07/2023-11-30 23:59", zone=BEIJING)
    assert [found.opens in found, found.closes - timedelta.resolution in found, found.closes in found] == [
        True,
        True,
        False,
    ]
    assert (found.wording, [each.code for each in found.warnings]) == ("2023-10-07/2023-11-30 23:59", ["CFG-31"])


@given(INSTANTS, st.timedeltas(timedelta.resolution, timedelta(days=400)), st.sampled_from(ZONES))
def test_a_window_shown_is_read_back(opens: datetime, length: timedelta, zone: tzinfo) -> None:
    shown = Window(opens=opens, closes=min(opens + length, datetime(9999, 12, 1, tzinfo=UTC)), wording="")
    for text in (show_window(shown, zone=zone), show_window_en(shown, zone=zone)):
        found = read_window(text, zone=zone)
        assert (found.opens, found.closes) == (shown.opens, shown.closes)


def test_two_ends_read_apart_are_checked_by_the_same_rule() -> None:
    later = CLOSING + timedelta(days=1)
    found = [check_order(*ends, zone=BEIJING) for ends in ((CLOSING, later), (CLOSING, CLOSING), (later, CLOSING))]
    assert [reason.code if reason else None for reason in found] == [None, "CFG-02", "CFG-01"]


@pytest.mark.parametrize("name", ["Asia/Shanghai", "America/New_York", "UTC", "AoE"])
def test_a_zone_is_found_again_by_its_name(name: str) -> None:
    assert zone_name(zone_of(name)) == name


def test_spellings_of_anywhere_on_earth_are_one_zone() -> None:
    assert [zone_of("aoe"), zone_of(" AOE ")] == [AOE, AOE]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Asia/Beijing", "Asia/Shanghai"),
        ("CST", "Asia/Shanghai"),
        ("GMT+8", "Asia/Shanghai"),
        ("UTC+8", "Asia/Shanghai"),
        ("北京时间", "Asia/Shanghai"),
        ("PRC", "Asia/Shanghai"),
        ("asia/shanghai", "Asia/Shanghai"),
        ("Asia/Shangai", "Asia/Shanghai"),
        ("Etc/GMT-8", "Asia/Shanghai"),
        ("Tokyo", "Asia/Tokyo"),
        ("EST", "America/New_York"),
        ("Etc/GMT+12", "AoE"),
        ("GMT+9", ""),
        ("Etc/GMT+8", ""),
        ("localtime", ""),
        ("right/Asia/Shanghai", "Asia/Shanghai"),
        ("../../etc/passwd", ""),
        ("/etc/localtime", ""),
        ("a/\x00", ""),
        (8, ""),
    ],
)
def test_an_unknown_zone_is_refused_with_the_one_that_was_meant(name: object, meant: str) -> None:
    with pytest.raises(InstantRefused) as caught:
        zone_of(name)
    [reason] = caught.value.reasons
    assert (reason.code, reason.facts["meant"]) == ("CFG-11", meant)


@pytest.mark.parametrize("name", [None, ""])
def test_a_missing_zone_is_said_to_be_missing(name: object) -> None:
    with pytest.raises(InstantRefused) as caught:
        zone_of(name)
    assert [str(reason) for reason in caught.value.reasons] == [
        'CFG-10 缺少时区，例如 Asia/Shanghai（北京时间） / timezone is missing; e.g. "Asia/Shanghai"'
    ]


@pytest.mark.parametrize(
    ("left", "chinese", "english"),
    [
        (timedelta(days=3), "还有3天", "3 days left"),
        (timedelta(days=3, minutes=59), "还有3天", "3 days left"),
        (timedelta(days=2, hours=23, minutes=59), "还有2天23小时", "2 days 23 hours left"),
        (timedelta(days=1, hours=1), "还有1天1小时", "1 day 1 hour left"),
        (timedelta(hours=3), "还有3小时", "3 hours left"),
        (timedelta(hours=3, minutes=20, seconds=59), "还有3小时20分钟", "3 hours 20 minutes left"),
        (timedelta(seconds=60), "还有1分钟", "1 minute left"),
        (timedelta(microseconds=1), "还有不到1分钟", "less than a minute left"),
        (timedelta(), "时间已到", "the time has come"),
        (timedelta(microseconds=-1), "已过不到1分钟", "less than a minute past"),
        (timedelta(days=-2), "已过2天", "2 days past"),
        (timedelta(days=-2, minutes=-90), "已过2天1小时", "2 days 1 hour past"),
    ],
)
def test_what_remains_is_rounded_down(left: timedelta, chinese: str, english: str) -> None:
    assert [remaining(CLOSING, CLOSING + left), remaining_en(CLOSING, CLOSING + left)] == [chinese, english]


def test_a_zone_given_as_a_zone_of_the_library_is_shown_alike() -> None:
    assert show(CLOSING, zone=ZoneInfo("Asia/Shanghai"), edge="end") == "2023年11月30日24:00"
