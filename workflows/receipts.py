"""What arrived on paper, against its deadline: by its postmark's day, or by the instant of its arrival."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo

from workflows.instants import show, show_en
from workflows.reasons import Reason
from workflows.slots import hours
from workflows.timeline import day_of
from workflows.vocabulary import Decisive, Edge

Dated = date | datetime  # a datetime is a date too; it is asked for first
Slots = Sequence[tuple[datetime, datetime]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """Something that arrived, and what it is compared with; `at` is when somebody says so."""

    decisive: Decisive
    dated: Dated
    due: datetime | None
    slots: Slots
    at: datetime
    zone: tzinfo

    @property
    def instant(self) -> datetime:
        """The instant that counts; of a day without a time its beginning."""
        if self.by_day:
            return datetime.combine(self.day, time(), self.zone)
        return self.dated if isinstance(self.dated, datetime) else datetime.combine(self.dated, time(), self.zone)

    @property
    def by_day(self) -> bool:
        """Whether only the day counts, or only it is known."""
        return self.decisive is Decisive.POSTMARK or not isinstance(self.dated, datetime)

    @property
    def day(self) -> date:
        """The day it is dated, by the campaign's clocks."""
        return self.dated.astimezone(self.zone).date() if isinstance(self.dated, datetime) else self.dated

    @property
    def words(self) -> str:
        """What counts, in Chinese."""
        said = f"{self.day.year}年{self.day.month}月{self.day.day}日"
        return said if self.by_day else show(self.instant, zone=self.zone, edge="start")

    @property
    def words_en(self) -> str:
        """What counts, in English."""
        return self.day.isoformat() if self.by_day else show_en(self.instant, zone=self.zone, edge="start")


NAMES = {Decisive.POSTMARK: ("邮戳日期", "the postmark"), Decisive.ARRIVAL: ("收到时间", "the arrival")}


def wrong(receipt: Receipt) -> tuple[Reason, ...]:
    """What nobody can confirm: a date to come, or no time where the time counts."""
    zh, en = NAMES[receipt.decisive]
    if receipt.instant > receipt.at:
        return (
            Reason(code="DUT-09", zh=f"{zh}{receipt.words}晚于现在，请核对",
                   en=f"{en} {receipt.words_en} is still to come"),
        )  # fmt: skip
    if receipt.decisive is Decisive.ARRIVAL and receipt.by_day and (receipt.due or receipt.slots):
        return (
            Reason(code="DUT-08", zh="以收到时间为准，请写明几点几分，例如 2020-04-28 10:30",
                   en="its arrival counts: give the time too, e.g. 2020-04-28 10:30"),
        )  # fmt: skip
    return ()


def against(receipt: Receipt) -> tuple[Reason, ...]:
    """Why it is not taken; the secretariat may take it all the same, with a reason."""
    found = (_late(receipt), _outside(receipt))
    return tuple(reason for reason in found if reason)


def _late(receipt: Receipt) -> Reason | None:
    if receipt.due is None:
        return None
    last = day_of(receipt.due, Edge.CLOSES, receipt.zone)
    if receipt.day <= last if receipt.by_day else receipt.instant < receipt.due:
        return None
    zh, en = NAMES[receipt.decisive]
    return Reason(
        code="DUT-05",
        zh=f"{zh}{receipt.words}，期限为{show(receipt.due, zone=receipt.zone, edge='end')}，已逾期；"
        "确需受理的，请注明逾期受理及理由",
        en=f"{en} is {receipt.words_en}, due was {show_en(receipt.due, zone=receipt.zone, edge='end')}: too late;"
        " to take it all the same, say so and why",
        facts={"dated": receipt.dated.isoformat(), "due": receipt.due.isoformat()},
    )


def _outside(receipt: Receipt) -> Reason | None:
    """DUT-06: handed in outside the hours for it; what comes by post has none."""
    at, zone = receipt.instant, receipt.zone
    if receipt.decisive is Decisive.POSTMARK or not receipt.slots:
        return None
    if any(opens <= at < closes for opens, closes in receipt.slots):
        return None
    return Reason(
        code="DUT-06",
        zh=f"{receipt.words}不在接收时段内；接收时段：{hours(receipt.slots, zone, zh=True)}；"
        "确需受理的，请注明逾期受理及理由",
        en=f"{receipt.words_en} is outside the hours for handing in: {hours(receipt.slots, zone, zh=False)};"
        " to take it all the same, say so and why",
        facts={"dated": receipt.dated.isoformat()},
    )
