"""One verb for many nominations: first what it would do to each, then, on confirming, just that."""

from __future__ import annotations

from typing import Any

from pydantic import Field
from starlette.responses import Response

from bangdan.desk.fields import DeskForm
from bangdan.desk.nomination_filters import Filters, page_of
from bangdan.desk.pages.nominations import verb_words
from bangdan.desk.policy import OFFICE
from bangdan.desk.problems import status_for
from bangdan.desk.routing import Pages
from bangdan.desk.visit import Visit
from bangdan.desk.visiting import Visiting
from bangdan.language import Words
from bangdan.report.words import letter_name
from engine import bulk, given
from engine.bulk import Asked, Effects
from engine.office import Work
from workflows.reasons import Reason, Refused

pages = Pages()


class Choice(Filters):
    """What is chosen: rows by their ids, or (`all`) everything that the filters leave."""

    ids: list[str] = Field(default_factory=list, max_length=1000)
    all: bool = False
    verb: str = Field(default="", max_length=40)
    reason: str = Field(default="", max_length=2000)
    correct_by: str = Field(default="", max_length=60)


class Confirmed(DeskForm):
    """What was shown, and its digest."""

    ids: list[str] = Field(max_length=1000)
    verb: str = Field(max_length=40)
    reason: str = Field(default="", max_length=2000)
    correct_by: str = Field(default="", max_length=60)
    digest: str = Field(max_length=64)


@pages.post("/c/{campaign}/nominations/many", name="many", allow=OFFICE)
def many(visit: Visiting) -> Response:
    """What it would do; nothing is stored."""
    choice = visit.form(Choice)
    with visit.write() as work:
        ids = _everything(work, choice) if choice.all else tuple(choice.ids)
        asked = _asked(work, choice, ids)
        return _shown(visit, work, choice, asked, bulk.preview(work, asked))


def _everything(work: Work, choice: Choice) -> tuple[str, ...]:
    """Every nomination that the filters leave; one more than may be, where there are more."""
    return tuple(row.id for row in page_of(work, choice, rows=bulk.MOST + 1).rows)


def _asked(work: Work, said: Choice | Confirmed, ids: tuple[str, ...]) -> Asked:
    if not said.verb:
        raise Refused(Reason(code="BLK-04", zh="请选择要办理的事项", en="choose what is to be done", where="verb"))
    until = given.instant(work, said.correct_by, where="correct_by") if said.correct_by else None
    return Asked(verb=said.verb, ids=ids, reason=said.reason, correct_by=until)


def _shown(
    visit: Visit, work: Work, said: Choice | Confirmed, asked: Asked, effects: Effects, *,
    reasons: tuple[Reason, ...] = (),
) -> Response:  # fmt: skip
    return visit.page(
        "nominations/many.html.j2", status=status_for(reasons) if reasons else 200, asked=asked, effects=effects,
        letter_name=letter_name, words=verb_words(work, asked.verb), shape=work.shape, correct_by=said.correct_by,
        reasons=reasons or effects.against, back=said.narrowing if isinstance(said, Choice) else {},
    )  # fmt: skip


@pages.post("/c/{campaign}/nominations/many/confirm", name="many-confirm", allow=OFFICE)
def confirm(visit: Visiting) -> Response:
    """Do what was shown; if it would be something else by now, show that instead."""
    form = visit.form(Confirmed)
    try:
        with visit.write() as work:
            asked, words = _asked(work, form, tuple(form.ids)), verb_words(work, form.verb)
            done = visit.once(work, {"verb": "many", **form.asked()}, lambda: _done(work, asked, form.digest))
    except Refused as refused:
        with visit.write() as work:
            asked = _asked(work, form, tuple(form.ids))
            return _shown(visit, work, form, asked, bulk.preview(work, asked), reasons=refused.reasons)
    return visit.go("nominations", said=Words(
        f"已办理“{words.zh}”{done['count']}项，邮件{done['letters']}封、待电话通知{done['calls']}人",
        f"done for {done['count']}: {words.en}; {done['letters']} letters, {done['calls']} to be called",
    ))  # fmt: skip


def _done(work: Work, asked: Asked, digest: str) -> dict[str, Any]:
    done = bulk.carry_out(work, asked, digest=digest)
    return {"count": len(done.possible), "letters": sum(done.letters.values()), "calls": done.calls}
