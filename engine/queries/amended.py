"""What putting another file in force did, as plain values in both languages, for every door that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from engine.amending import Amended
from engine.effects import Effect
from engine.office import Work
from engine.queries.moved import plain_date, plain_shift
from engine.queries.occasions import occasion_words
from workflows.differences import Difference


def plain_amendment(work: Work, effect: Effect[Amended]) -> dict[str, Any]:
    """What changes for whom, and every consequence of it."""
    done = effect.answer
    return {
        "campaign": done.after.key, "name": done.after.name, "english": done.after.english, "version": done.version,
        "at": work.at.isoformat(), "zone": done.after.zone,
        "differences": [plain_difference(each) for each in done.differences], "eligibility": done.eligibility,
        "moved": [plain_date(work, each) for each in done.moved],
        "milestones": {"added": list(done.dates.added), "dropped": list(done.dates.dropped)},
        "reopened": done.reopened, "letters": done.told.letters, "calls": done.told.calls,
        "duties": {"owed": _duties(done, done.owed), "void": _duties(done, done.void)},
        "reminders": [{**_occasion(work, each.occasion.key), "readers": each.readers} for each in done.reminding],
        "passed": [_occasion(work, each.key) for each in done.passed],
        "over": [asdict(each) for each in done.over],
        "shifts": [plain_shift(each) for each in effect.shifts],
        "stopped": {"letters": effect.letters_stopped, "calls": effect.calls_stopped},
    }  # fmt: skip


def plain_difference(each: Difference) -> dict[str, Any]:
    """One difference, with whom it concerns."""
    return {**asdict(each), "whom": {"zh": each.whom[0], "en": each.whom[1]}}


def _duties(done: Amended, counted: Mapping[tuple[str, str], int]) -> list[dict[str, Any]]:
    kinds = done.before.duty_by_key | done.after.duty_by_key
    bodies = done.before.institution_by_key | done.after.institution_by_key
    return [
        {"duty": kind, "name": kinds[kind].name, "english": kinds[kind].english, "institution": body,
         "of": bodies[body].name if body else "推荐单位",
         "of_english": (bodies[body].english or bodies[body].name) if body else "units", "count": count}
        for (kind, body), count in counted.items()
    ]  # fmt: skip


def _occasion(work: Work, key: str) -> dict[str, str]:
    zh, en = occasion_words(work.definition, work.shape, key)
    return {"occasion": key, "words": zh, "english": en}
