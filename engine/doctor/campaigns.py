"""Each campaign: is its file the one that was put in force, do its letters render, does the engine keep up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from engine import versions
from engine.access import ENGINE
from engine.calendars import drifted
from engine.doctor.finding import Finding, error, ok, unknown, warning
from engine.letters.samples import prove_letters
from engine.office import Office, Work
from engine.queries.attention import health
from engine.turn import campaigns as opened
from notifications import muting
from workflows.workdays import Workdays, YearUnknown

PUBLISHED_BY = 12  # the month in which next year's holidays are known


def campaigns(office: Office, *, at: datetime, letters: Path) -> Iterator[Finding]:
    """Everything about each campaign; `letters` is the folder of the templates."""
    keys = opened(office)
    if not keys:
        yield ok("DOC-62", "尚未启动任何活动", "no campaign is open yet")
    for key in keys:
        with office.read(key, ENGINE, at=at) as work:
            yield _file(work)
            for drift in drifted(work.connection, work.campaign_id, work.filed):
                yield warning("TZ-01", f"{key}：{drift.zh}", f"{key}: {drift.en}", "核对通知原文", "look at the notice")
            yield from _letters(work, letters)
            yield _engine(work)
    with office.database.read() as connection:
        mute = muting.in_force(connection)
    if mute is not None:
        yield warning(
            "DOC-32",
            f"已静音，不发任何邮件：{mute.reason}",
            f"muted, no letter leaves: {mute.reason}",
            "确认是正式系统后执行 bangdan unmute",
            "if it is the real house: bangdan unmute",
        )


def _file(work: Work) -> Finding:
    key, wrong = work.definition.key, next(versions.disagreements(work), None)
    if wrong is None:
        return ok(
            "DOC-61", f"{key}：活动文件与历史所记摘要一致", f"{key}: its file has the digest that the history tells"
        )
    zh, _, en = wrong.partition(" / ")
    return error("DOC-61", f"{key}：{zh}", f"{key}: {en}", "执行 bangdan audit verify", "run `bangdan audit verify`")


def _letters(work: Work, folder: Path) -> Iterator[Finding]:
    key, found = work.definition.key, prove_letters(work.filed, folder)
    for wrong in found:
        yield error(
            "DOC-60",
            f"{key}：{wrong.where} {wrong.zh}",
            f"{key}: {wrong.where} {wrong.en}",
            "更正该模板",
            "correct that template",
        )
    if not found:
        yield ok("DOC-60", f"{key}：全部信件模板可用", f"{key}: all its letters render")


def _engine(work: Work) -> Finding:
    key, found = work.definition.key, health(work)
    if not found.turns(work.at):
        since = f"{found.turned:%Y-%m-%d %H:%M}Z" if found.turned else ""
        return warning(
            "DOC-62",
            f"{key}：引擎没有在运行（最近一轮 {since or '无'}）",
            f"{key}: the engine does not run (last turn {since or 'never'})",
            "启动 bangdan serve 或 bangdan run",
            "start `bangdan serve` or `bangdan run`",
        )
    if found.behind or found.closing_due:
        return warning(
            "DOC-62",
            f"{key}：有到期未办的事项",
            f"{key}: something is due and not done",
            "查看运行日志",
            "look at its log",
        )
    return ok("DOC-62", f"{key}：引擎在运行", f"{key}: the engine runs")


def holidays(workdays: Workdays, *, at: datetime) -> Iterator[Finding]:
    """This year's and next year's working days."""
    for year in (at.year, at.year + 1):
        try:
            table = workdays.year(year)
        except YearUnknown:
            yield _not_known(year, at)
        else:
            yield ok(
                "DOC-50",
                f"{year}年放假安排已收录（{table.source}）",
                f"the holidays of {year} are on file ({table.source})",
            )


def _not_known(year: int, at: datetime) -> Finding:
    todo = (f"国务院办公厅公布后，录入 holidays-{year}.toml", f"enter holidays-{year}.toml once they are published")
    zh, en = f"{year}年放假安排尚未收录", f"the holidays of {year} are not on file"
    if year == at.year or at.month >= PUBLISHED_BY:
        return warning("DOC-50", zh, en, *todo)
    return unknown("DOC-50", f"{zh}，通常11月公布", f"{en}; they are usually published in November", *todo)
