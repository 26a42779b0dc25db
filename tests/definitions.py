"""Campaign files made up by Hypothesis: any mixture of what the language can say, most of them sound, some not.

What is drawn is a campaign as nested tables, and `text_of` writes it as a file. The parts are in `tests.drawn`.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.drawn import dates, letters, lists, review, rights
from tests.drawn.dice import Dice, Inline, Tables, text_of

__all__ = ["campaigns", "text_of"]


@st.composite
def campaigns(draw: Any) -> Tables:
    """A campaign as nested tables."""
    dice = Dice(draw=draw)
    days = dates.Days(dice=dice)
    closes = days.collection()
    known = lists.attributes(dice)
    ranked = lists.lists(dice, known)
    held = rights.channels(dice, ranked, known)
    if classes := rights.classes(dice, closes, ranked, held, known):
        days.milestones["collection"]["classes"] = classes
    stages = review.stages(dice, ranked, days)
    days.publication()
    days.promotion()
    days.others()
    tables: Tables = {
        "campaign": _campaign(dice), "calendar": _calendar(dice), "attributes": known, "lists": ranked,
        "materials": {"form": {"name": "申报表"}}, "channels": held,
        "quotas": rights.quotas(dice, ranked, held, known), "exclusions": rights.exclusions(dice, ranked),
        "rules": rights.rules(dice, ranked, held, known), "milestones": days.milestones, "stages": stages,
        "institutions": review.institutions(dice, ranked, stages),
        "duties": review.duties(dice, days, stages, ranked, known), "office": _office(dice),
    }  # fmt: skip
    tables["reminders"] = letters.reminders(dice, tables)
    tables |= {"dailies": letters.dailies(dice), "words": letters.words(dice, stages), "letters": letters.letters(dice)}
    return {key: each for key, each in tables.items() if each}


def _campaign(dice: Dice) -> Tables:
    return {"key": "made-up", "name": "虚构奖", "english": "Made Up", "edition": 2025, "notice": "通知",
            "organiser": "学会", "platform": "平台", "attachments": ["申报表"], "requirements": ["如实填报"],
            "withdrawal": dice.one("until-publication", "until-review", "never")}  # fmt: skip


def _calendar(dice: Dice) -> Tables:
    return {"zone": dice.one("Asia/Shanghai", "UTC", "AoE", "America/New_York"), "collection": "collection",
            "publication": "publication", "promotion": "promotion", "settle": dice.one("2分钟", "1小时")}  # fmt: skip


def _office(dice: Dice) -> Tables:
    email = dice.one("zhao@office.example", None)
    uses = dice.one(["office"], ["office", "consultation"], ["technical"])
    return {"name": "办公室", "contacts": [Inline(name="赵书", phones=["010-1"], email=email, for_=uses)]}
