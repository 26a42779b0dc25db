"""A calendar that is mostly in order: each milestone begins after the one before it, now and then not."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from tests.drawn.dice import Dice, Inline, Tables

START = date(2025, 3, 3)
A_DAY = timedelta(days=1)


@dataclass(kw_only=True)
class Days:
    """A pointer into the year that moves on with each milestone; `last` is the milestone before."""

    dice: Dice
    day: date = START
    last: str = "collection"
    milestones: Tables = field(default_factory=dict)

    def span(self, longest: int) -> tuple[date, date]:
        """The next so many days; rarely they begin before the last ones have ended."""
        back = 3 if self.dice.rarely(25) else 0
        first = self.day - back * A_DAY
        last = first + self.dice.number(1, longest) * A_DAY
        self.day = last + self.dice.one(1, 1, 3) * A_DAY
        return first, last

    def collection(self) -> date:
        """The collection; returns its last day."""
        first, last = self.span(18)
        self._add("collection", {"name": "征集", "opens": str(first), "closes": self._end(last)})
        return last

    def stage(self, key: str, name: str, *, ends: bool) -> None:
        """The window of a stage: dates of its own, days after the one before, or dates that come later."""
        kind = self.dice.number(0, 9)
        if kind == 9 and not ends:
            table: Tables = {"opens": str(self.span(12)[0])}
        elif kind == 8:
            table = {"to_announce": True}
        elif kind in (6, 7):
            table = self._after(self.last)
        elif kind == 5 and self.dice.often():
            table = {**self._window(12), "to_choose": True}
        else:
            table = self._window(12)
        self._add(key, {"name": name, **table})
        if kind != 8:
            self.last = key

    def results(self, key: str, name: str) -> None:
        """When results are due: a day of its own."""
        last = self.span(6)[1]
        self._add(key, {"name": name, "closes": self._end(last)})
        self.last = key

    def publication(self) -> None:
        kind = self.dice.number(0, 7)
        if kind == 7:
            table: Tables = {"to_announce": True}
        elif kind == 6:
            table = {"after": self.last, **self._anchor(self.last), "wait": self.dice.one("2个工作日", "3天", "5小时")}
        elif kind < 4:
            first, last = self.span(20)
            table = {"window": f"{first}/{last}", "to_choose": True}
        else:
            table = {"opens": self.dice.one("{} 10:00", "{}").format(self.span(3)[0])}
        self._add("publication", {"name": "发布", **table})

    def promotion(self) -> None:
        self._add("promotion", {"name": "推广", **self.dice.one(
            {"after": "publication"}, {"after": "publication", "wait": "3个工作日", "lasts": "30天"},
            {"opens": str(self.day + 30 * A_DAY)}, {"to_announce": True},
        )})  # fmt: skip

    def others(self) -> None:
        """What nobody's way leads through: a ceremony, a date of some units' own."""
        if self.dice.rarely(3):
            self._add("ceremony", {"name": "颁奖", "to_announce": True, "ours": True})
        if self.dice.rarely():
            self._add("internal", {"name": "内部截止", "closes": str(START), "for": Inline(channels=["members"]),
                                   "wording": ["会员单位内部截止", "以此为准"]})  # fmt: skip

    def ahead(self, key: str, name: str, closes: date, **more: Any) -> None:
        """A milestone beside the way, such as the date for papers."""
        self._add(key, {"name": name, "closes": self._end(closes), **more})

    def _after(self, key: str) -> Tables:
        working = self.dice.often()
        length = self.dice.number(1, 6)
        self.day += (2 * length + 4) * A_DAY
        found: Tables = {"after": key, **self._anchor(key),
                         "lasts": f"{length}个工作日" if working else f"{length}天"}  # fmt: skip
        found |= {"counted": True} if self.dice.often() else {}
        found |= {"wait": self.dice.one("1天", "2个工作日", "12小时")} if self.dice.rarely(3) else {}
        found |= {"at_least": True} if self.dice.rarely(3) else {}
        return found | ({"before": "publication"} if self.dice.rarely(3) else {})

    def _anchor(self, key: str) -> Tables:
        """At the end of that milestone as it stands; rarely only when it has really happened."""
        if key == "collection" or "lasts" in self.milestones[key] or "closes" in self.milestones[key]:
            return {} if self.dice.rarely(25) else {"edge": "closes"}
        return {} if self.dice.rarely(25) else {"edge": "closes" if "window" in self.milestones[key] else "opens"}

    def _window(self, longest: int) -> Tables:
        first, last = self.span(longest)
        text = self.dice.one("{first}/{last}", "{first} 09:00/{last} 17:00", "{first}—{last} 24:00")
        return {"window": text.format(first=first, last=last)}

    def _end(self, day: date) -> str:
        return self.dice.one("{}", "{} 24:00", "{} 17:00", "{}前").format(day)

    def _add(self, key: str, table: Tables) -> None:
        self.milestones[key] = table
