"""Campaign files made up by Hypothesis: any mixture of what the language can say, most of them sound, some not.

What is drawn is a campaign as nested tables, and `text_of` writes it as a file. Times are drawn as days in a row, so
that calendars are mostly in order; now and then two milestones overlap, and then the check has something to refuse.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

Tables = dict[str, Any]
START = date(2025, 3, 3)
A_DAY = timedelta(days=1)


def text_of(tables: Mapping[str, Any], path: tuple[str, ...] = ()) -> str:
    """The tables as TOML: values first, then the tables within."""
    lines: list[str] = []
    inner = {key: value for key, value in tables.items() if isinstance(value, dict)}
    values = {key: value for key, value in tables.items() if key not in inner}
    if path and (values or not inner):
        lines.append(f"[{'.'.join(path)}]")
    lines += [f"{_key(key)} = {_value(value)}" for key, value in values.items()]
    return "\n".join([*lines, *(text_of(value, (*path, _key(key))) for key, value in inner.items())])


def _key(key: str) -> str:
    return key if key.isascii() and key.replace("-", "").isalnum() else json.dumps(key, ensure_ascii=False)


def _value(value: Any) -> str:
    if isinstance(value, Inline):
        return "{ " + ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    return json.dumps(value, ensure_ascii=False)


class Inline(Mapping[str, Any]):
    """A table on one line."""

    def __init__(self, **values: Any) -> None:
        self.values_ = {key.rstrip("_"): value for key, value in values.items() if value is not None}

    def __getitem__(self, key: str) -> Any:
        return self.values_[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_)

    def __len__(self) -> int:
        return len(self.values_)


class Days:
    """A pointer into the calendar that moves on with each milestone."""

    def __init__(self, draw: Any) -> None:
        self.draw, self.day = draw, START

    def window(self, longest: int = 20) -> str:
        """The next so many days; rarely it begins before the last one has ended."""
        back = self.draw(st.sampled_from((0,) * 12 + (2,)))
        first = self.day - back * A_DAY
        last = first + self.draw(st.integers(1, longest)) * A_DAY
        self.day = last + A_DAY
        return f"{first}/{last}"


@st.composite
def campaigns(draw: Any) -> Tables:
    """A campaign as nested tables."""
    days = Days(draw)
    collection = days.window()
    tables: Tables = {
        "campaign": {"key": "made-up", "name": "虚构奖", "edition": 2025, "notice": "通知", "organiser": "学会",
                     "withdrawal": draw(st.sampled_from(("until-publication", "until-review", "never")))},
        "calendar": {"zone": draw(st.sampled_from(("Asia/Shanghai", "UTC", "AoE"))), "collection": "collection",
                     "publication": "publication", "promotion": "promotion"},
        "attributes": {"region": {"name": "地区", "of": "unit", "kind": "word", "values": ["east", "west"],
                                  "needed": True}},
        "materials": {"form": {"name": "申报表"}},
        "milestones": {"collection": {"name": "征集", "opens": collection[:10], "closes": collection[11:]}},
        "office": {"name": "办公室", "contacts": [Inline(name="赵书", email="zhao@office.example", for_=["office"])]},
    }  # fmt: skip
    _lists(draw, tables)
    _channels(draw, tables)
    _quotas(draw, tables)
    _classes(draw, tables)
    _stages(draw, tables, days)
    tables["milestones"]["publication"] = {"name": "发布", "window": days.window(), "to_choose": draw(st.booleans())}
    tables["milestones"]["promotion"] = {"name": "推广", "after": "publication"}
    _duties(draw, tables)
    _reminders(draw, tables)
    return tables


def _lists(draw: Any, tables: Tables) -> None:
    lists: Tables = {}
    for number in range(1, draw(st.integers(1, 3)) + 1):
        nominee = draw(st.sampled_from(("project", "organisation", "person")))
        each: Tables = {"name": f"榜单{number}", "nominee": nominee}
        if draw(st.booleans()):
            each["materials"] = ["form"]
        if draw(st.booleans()):
            each["winners"] = draw(st.integers(1, 6))
        if draw(st.integers(0, 3)) == 0:
            each["minimum"] = draw(st.integers(1, 3))
        if draw(st.booleans()):
            each["fields"] = {f"f{place}": {"name": f"领域{place}"} for place in range(draw(st.integers(1, 2)))}
        if draw(st.integers(0, 3)) == 0:
            each["levels"] = {f"l{place}": {"name": f"{place}等"} for place in range(1, draw(st.integers(1, 2)) + 1)}
        lists[f"list-{number}"] = each
    if draw(st.integers(0, 3)) == 0:
        lists["elsewhere"] = {"name": "另行组织的榜单", "nominee": "project", "elsewhere": "另行组织"}
    if draw(st.integers(0, 3)) == 0:
        lists["special"] = {
            "name": "特别奖",
            "nominee": lists["list-1"]["nominee"],
            "drawn_from": "list-1",
            "winners": 1,
        }
    tables["lists"] = lists


def taking(tables: Tables) -> list[str]:
    """The lists that take nominations."""
    return [key for key in tables["lists"] if key.startswith("list-")]


def _channels(draw: Any, tables: Tables) -> None:
    channels: Tables = {"members": {"name": "会员单位", "lists": "all"}}
    if draw(st.booleans()):
        channels["cities"] = {"name": "城市", "lists": [draw(st.sampled_from(taking(tables)))]}
    if draw(st.integers(0, 3)) == 0:
        channels["fellows"] = {"name": "会士", "lists": ["list-1"], "persons": True,
                               "jointly": draw(st.integers(1, 2))}  # fmt: skip
    tables["channels"] = channels


def _quotas(draw: Any, tables: Tables) -> None:
    quotas: Tables = {}
    for key in taking(tables):
        per = draw(st.sampled_from(("field", "list") if "fields" in tables["lists"][key] else ("list",)))
        limit: Any = draw(st.sampled_from((1, 2, 3, "unlimited")))
        holders = [name for name, each in tables["channels"].items()
                   if name != "fellows" and each["lists"] in ("all", [key])]  # fmt: skip
        quotas[key] = {"lists": [key], "channels": holders, "per": per, "limit": limit}
    if "fellows" in tables["channels"]:
        quotas["fellows"] = {"lists": ["list-1"], "channels": ["fellows"], "per": "list", "limit": 1}
    tables["quotas"] = quotas


def _classes(draw: Any, tables: Tables) -> None:
    collection = tables["milestones"]["collection"]
    closes = date.fromisoformat(collection["closes"])
    classes: Tables = {}
    if draw(st.integers(0, 2)) == 0:
        classes["west"] = {"where": Inline(region="west"), "closes": str(closes + draw(st.integers(0, 3)) * A_DAY)}
    if draw(st.integers(0, 3)) == 0:
        classes["writing"] = {"role": "applicant", "closes": f"{closes} 15:00"}
    if classes:
        collection["classes"] = classes


def _stages(draw: Any, tables: Tables, days: Days) -> None:
    stages: Tables = {}
    kinds: Sequence[str] = draw(
        st.lists(st.sampled_from(("institution", "secretariat", "clock")), min_size=1, max_size=3)
    )
    for number, judge in enumerate(kinds, 1):
        key = f"stage-{number}"
        tables["milestones"][key] = {"name": f"阶段{number}", "window": days.window()}
        each: Tables = {"name": f"第{number}阶段", "judge": judge, "window": key, "due": key}
        if judge == "clock":
            each["objections"] = draw(st.booleans())
        elif draw(st.integers(0, 2)) == 0:
            each["correction"] = draw(st.sampled_from(("2天", "3个工作日")))
        if judge != "clock" and draw(st.integers(0, 3)) == 0:
            each["shortlist"] = draw(st.sampled_from(("50%", "2倍", "3个")))
        if number > 1 and len(taking(tables)) > 1 and draw(st.booleans()):
            each["lists"] = [draw(st.sampled_from(taking(tables)))]
        stages[key] = each
    tables["stages"] = stages
    tables["institutions"] = {
        key: {"name": f"机构{key}", "stage": key, "tracks": _tracks(tables, each),
              "contacts": [Inline(name="评审", email=f"{key}@review.example")]}
        for key, each in stages.items() if each["judge"] == "institution"
    }  # fmt: skip


def _tracks(tables: Tables, stage: Tables) -> list[str]:
    lists = stage.get("lists") or taking(tables)
    return [f"{key}/{field}" if field else key for key in lists for field in tables["lists"][key].get("fields", [None])]


def _duties(draw: Any, tables: Tables) -> None:
    duties: Tables = {}
    for key, each in tables["stages"].items():
        if each["judge"] == "institution":
            duties[f"results-{key}"] = {"name": f"结果{key}", "stage": key, "fulfilment": "results", "due": key}
    if draw(st.integers(0, 2)) == 0:
        duties["letter"] = {"name": "推荐函", "owed_by": "unit",
                            "each": draw(st.sampled_from(("unit", "nomination"))),
                            "fulfilment": draw(st.sampled_from(("filing", "receipt"))),
                            "due": "collection"}  # fmt: skip
    if duties:
        tables["duties"] = duties


def _reminders(draw: Any, tables: Tables) -> None:
    some = st.sampled_from(("3天前", "1天前", "2个工作日前", "3小时前", "1天后"))
    offsets = draw(st.lists(some, min_size=1, max_size=3, unique=True))
    tables["reminders"] = {
        "closing": {"milestone": "collection", "edge": "closes", "offsets": offsets, "audience": "units-collecting",
                    "letter": "collection-closes", "useful": "2天",
                    "shift": draw(st.sampled_from(("none", "before")))},
    }  # fmt: skip
