"""One year of holidays as the secretariat copies it from the State Council's notice; see docs/holidays.md.

The reader is strict and checks one entry against the others, because one mistyped day moves every deadline that is
counted in working days.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, time, timedelta

from workflows.findings import Findings
from workflows.instants import InstantRefused, read_window
from workflows.lines import Lines
from workflows.reading import Table
from workflows.reasons import FileRefused, Reason
from workflows.workdays import HolidayYear

# Days off in every year, whatever else the notice says: New Year, Labour Day, National Day.
_ALWAYS = ((1, 1), (5, 1), (10, 1))
_LONGEST = 15  # days of one holiday

Entered = dict[date, tuple[str, str]]  # each day's key, "off" or "work", and the holiday it was entered for


def read_holiday_year(
    document: Mapping[str, object], *, name: str = "holidays.toml", lines: Lines | None = None
) -> HolidayYear:
    """The year that a parsed file holds; `name` and `lines` say where things stand in it.

    Raises `FileRefused` with every error: CAL-02 a day of another year, CAL-03 a make-up day that is a weekday anyway,
    CAL-04 a day both off and made up, CAL-05 a day twice, CAL-06 no whole days, CAL-07 another number of days than the
    notice says, CAL-08 a holiday of every year is missing; and what the reading of any file of ours refuses.
    """
    findings = Findings(name=name, lines=lines or Lines())
    table = Table(findings, (), "", document)
    year = table.whole("year", low=2004, high=2199)
    source = table.text("source")
    entered: Entered = {}
    for row in table.rows("holidays", needed=True):
        if not findings.wrong_in("year"):  # without the year, every day would look wrong
            _read_holiday(row, year, entered)
    table.done()
    if not findings.errors:
        _check_always(findings, year, entered)
    if findings.errors:
        raise FileRefused(findings.told())
    return HolidayYear(year=year, holidays=_all(entered, "off"), makeups=_all(entered, "work"), source=source)


def _all(entered: Entered, key: str) -> frozenset[date]:
    return frozenset(day for day, (under, _) in entered.items() if under == key)


def _read_holiday(row: Table, year: int, entered: Entered) -> None:
    name, count = row.text("name"), row.whole("days", low=1, high=_LONGEST)
    off = row.parsed("off", lambda text: _days(text, year)) or ()
    work = row.all_parsed("work", lambda text: _days(text, year)) if row.has("work") else ()
    row.done()
    if off and len(off) != count:
        zh, en = f"共 {len(off)} 天，而 days 写的是 {count}", f"is {len(off)} days, but days says {count}"
        row.error("CAL-07", "off", zh, en, days=len(off))
    for day in off:
        _enter(row, "off", name, day, entered)
    for day in (each for some in work for each in some):
        if day.weekday() < 5:
            row.error("CAL-03", "work", f"{day} 本来就是工作日，不是调休上班日", f"{day} is a weekday; no make-up day")
        _enter(row, "work", name, day, entered)


def _enter(row: Table, key: str, name: str, day: date, entered: Entered) -> None:
    before, other = entered.get(day, ("", ""))
    if before == key:
        row.error("CAL-05", key, f"{day} 写了两次（见“{other}”）", f"{day} stands twice (see {other})")
    elif before:
        zh, en = f"{day} 又放假又上班（见“{other}”）", f"{day} is both off and a make-up day (see {other})"
        row.error("CAL-04", key, zh, en)
    entered[day] = (key, name)


def _days(text: str, year: int) -> tuple[date, ...]:
    """“2月5日至11日”, “2027-01-31”: whole days of that year."""
    window = read_window(text, zone=UTC, year=year)  # days only: any zone without clock changes will do
    if {window.opens.time(), window.closes.time()} != {time.min}:
        raise _refused("CAL-06", "这里只写日期，不写钟点", "write days only, no time of day")
    first, last = window.opens.date(), window.closes.date() - timedelta(days=1)
    if first.year != year or last.year != year:
        raise _refused(
            "CAL-02", f"不全在 {year} 年内；别的年份另写一个文件", f"is not within {year}; use a file for each year"
        )
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))


def _refused(code: str, zh: str, en: str) -> InstantRefused:
    return InstantRefused(Reason(code=code, zh=zh, en=en))


def _check_always(findings: Findings, year: int, entered: Entered) -> None:
    """A file with half of the notice in it would be taken for a year with few holidays."""
    for month, day in _ALWAYS:
        if date(year, month, day) not in _all(entered, "off"):
            zh, en = (
                f"缺少 {month} 月 {day} 日，它每年都放假；请按通知写全",
                f"lacks {month}-{day}, a holiday every year",
            )
            findings.error("CAL-08", ("holidays",), zh, en, month=month, day=day)
