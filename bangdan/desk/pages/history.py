"""历史: what happened, line by line, and the proof that nobody changed it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from starlette.responses import Response

from bangdan import happened
from bangdan.desk.days import beginning
from bangdan.desk.fields import Ordinal
from bangdan.desk.policy import READERS
from bangdan.desk.routing import Pages
from bangdan.desk.visiting import Visiting
from bangdan.language import Words
from engine.audit import verify
from engine.office import Work
from engine.queries.story import SUBJECTS, VERBS, Happened, story, words
from engine.sealed import seal_head
from workflows.duty import SHAPE as DUTY

pages = Pages()

PAGE = 50  # lines


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One event in words."""

    happened: Happened
    who: Words
    what: Words
    outcome: Words


@pages.get("/c/{campaign}/history", name="history", allow=READERS)
def history(
    visit: Visiting, *, subject: str = "", verb: str = "", actor: str = "", since: str = "", until: str = "",
    before: Ordinal | None = None,
) -> Response:  # fmt: skip
    """The newest lines first, narrowed by what they are about, what was done, by whom and when."""
    asked = {"subject": subject, "verb": verb, "actor": actor.strip(), "since": since, "until": until}
    with visit.read() as work:
        found = story(
            work, subject=subject or None, verb=verb or None, actor=actor.strip() or None,
            since=beginning(work, since, "since"), until=beginning(work, until, "until", after=1),
            before=before, limit=PAGE + 1,
        )[::-1]  # fmt: skip
        return visit.page(
            "history/list.html.j2", lines=[_line(work, each) for each in found[:PAGE]], asked=asked,
            before=found[PAGE - 1].number if len(found) > PAGE else None, first=before is None,
            subjects={key: Words(*called) for key, called in SUBJECTS.items()}, verbs=dict(_verbs(work)),
            head=seal_head(work),
        )  # fmt: skip


@pages.get("/c/{campaign}/history/verify", name="history-verify", allow=READERS)
def proof(visit: Visiting, kept: str = "") -> Response:
    """Recompute every seal, replay the history, and compare it with the rows and the counters."""
    with visit.read() as work:
        verdict = verify(work, kept=[kept.strip()] if kept.strip() else ())
    return visit.page("history/verify.html.j2", verdict=verdict, kept=kept.strip())


def _line(work: Work, each: Happened) -> Line:
    return Line(happened=each, who=happened.who(each), what=happened.what(each), outcome=happened.outcome(work, each))


def _verbs(work: Work) -> Iterator[tuple[str, Words]]:
    """Everything that can have happened, each word once."""
    of_rows = [("nomination", arrow.verb) for arrow in work.shape.arrows] + [("duty", a.verb) for a in DUTY.arrows]
    for subject, verb in [*(("campaign", key) for key in VERBS), *of_rows]:
        shape = DUTY if subject == "duty" else work.shape
        yield verb, Words(*words(shape, subject, verb))
