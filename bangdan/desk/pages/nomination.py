"""One nomination: where it stands, who must act, what each verb would need, its letters and its story."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field
from starlette.responses import Response

from bangdan.desk.fields import DeskForm
from bangdan.desk.news import news
from bangdan.desk.policy import OFFICE, READERS
from bangdan.desk.problems import status_for
from bangdan.desk.routing import Pages
from bangdan.desk.visit import Visit
from bangdan.desk.visiting import Visiting
from bangdan.happened import changed
from bangdan.language import Words
from bangdan.report.words import letter_name
from engine import batches, distinctions, given, judged, nominations
from engine.attributes import declared
from engine.batches import Result
from engine.office import Work
from engine.queries import contacts as people
from engine.queries import details, explaining, outbox
from engine.queries.explanation import Possible
from engine.queries.standing import chain
from notifications.mailbook import Which
from workflows.distinction import drawn_lists
from workflows.nomination import CLOCK, Role
from workflows.reasons import Reason, Refused
from workflows.vocabulary import Bearer

pages = Pages()
LETTERS = 50  # the newest about one nomination

Act = Callable[[Work, str, "VerbForm"], object]
BY_UNIT = {"edit": "for-my-edit", "submit": "for-my-submit", "recall": "for-my-recall", "withdraw": "for-my-withdraw"}
"""Verbs of the unit, and the page on which the secretariat takes them for it."""


class VerbForm(DeskForm):
    """What a verb is told. `ranking` is a list that is drawn from this one's, `level` that of a decision."""

    verb: str = Field(max_length=40)
    reason: str = Field(default="", max_length=2000)
    correct_by: str = Field(default="", max_length=60)
    level: str = Field(default="", max_length=100)
    ranking: str = Field(default="", max_length=100)
    score: float | None = Field(default=None, allow_inf_nan=False)
    rank: int | None = Field(default=None, ge=1, le=1_000_000)


@dataclass(frozen=True, kw_only=True, slots=True)
class Offered:
    """A verb as the page offers it: a form here (`form`), a page of its own (`href`), or in other hands."""

    it: Possible
    form: bool = False
    href: str = ""
    clock: bool = False


@pages.get("/c/{campaign}/nominations/{nomination}", name="nomination", allow=READERS)
def nomination(visit: Visiting, nomination: str) -> Response:
    """Everything about one nomination."""
    return _page(visit, nomination)


def _page(
    visit: Visit, nomination: str, *, verb: str = "", reasons: tuple[Reason, ...] = (), status: int = 200
) -> Response:  # fmt: skip
    with visit.read() as work:
        full, found = details.nomination(work, nomination), explaining.nomination(work, nomination)
        track = work.definition.tracks[full.line.track]
        sent = outbox.letters(work, which=Which(subject_ref=f"nomination:{nomination}"), limit=LETTERS)
        return visit.page(
            "nominations/one.html.j2", status=status, full=full, found=found,
            steps=chain(work, nomination, found.history), unit_contacts=people.contacts(work, unit=full.line.unit).rows,
            offered=list(_offered(visit, full.line.unit, found.verbs, nomination)), tried=verb, reasons=reasons,
            typed=visit.fields, letters=sent, letter_name=letter_name, levels=track.list.levels,
            drawn=[each for each in drawn_lists(work.definition) if each.drawn_from == track.list.key],
            materials=[work.definition.material_by_key[key] for key in track.list.materials],
            attributes=declared(work.definition, Bearer.NOMINEE), changed=changed, news=news(visit, work, nomination),
        )  # fmt: skip


def _offered(visit: Visit, unit: str, verbs: tuple[Possible, ...], nomination: str) -> Iterator[Offered]:
    for it in verbs:
        if it.verb in BY_UNIT and Role.SECRETARIAT in it.roles:
            yield Offered(it=it, href=visit.url(BY_UNIT[it.verb], unit=unit, nomination=nomination))
        elif it.verb == "publish" and visit.has("publish"):
            yield Offered(it=it, href=visit.url("publish"))
        else:
            yield Offered(it=it, form=it.verb in _ACTS and Role.SECRETARIAT in it.roles, clock=it.roles == CLOCK)


@pages.post("/c/{campaign}/nominations/{nomination}/do", name="nomination-do", allow=OFFICE)
def act(visit: Visiting, nomination: str) -> Response:
    """Take one verb; what is refused is said beside it, with what was typed."""
    verb = visit.fields.one("verb")
    try:
        form = visit.form(VerbForm)
        with visit.write() as work:
            details.nomination_row(work, nomination)
            done = visit.once(work, {"nomination": nomination, **form.asked()}, lambda: _done(work, nomination, form))
    except Refused as refused:
        return _page(visit, nomination, verb=verb, reasons=refused.reasons, status=status_for(refused.reasons))
    return visit.go("nomination", nomination=nomination, said=Words(f"已办理：{done['zh']}", f"done: {done['en']}"))


def _done(work: Work, nomination: str, form: VerbForm) -> dict[str, Any]:
    if form.verb not in _ACTS:
        raise Refused(Reason(code="FRM-01", zh="没有这个办理事项", en="there is no such verb", where="verb"))
    words = explaining.nomination(work, nomination).verbs
    _ACTS[form.verb](work, nomination, form)
    said = next((it.words for it in words if it.verb == form.verb), None)
    return {"zh": said.zh if said else form.verb, "en": said.en if said else form.verb}


def _return(work: Work, nomination: str, form: VerbForm) -> None:
    until = given.instant(work, form.correct_by, where="correct_by") if form.correct_by else None
    nominations.return_(work, nomination, reason=form.reason, correct_by=until)


def _judge(passed: bool) -> Act:
    def act(work: Work, nomination: str, form: VerbForm) -> None:
        result = Result(id=nomination, passed=passed, score=form.score, rank=form.rank, note=form.reason,
                        level=form.level or None)  # fmt: skip
        row = details.nomination_row(work, nomination)
        if row.state in judged.decided(work)[row.track]:
            batches.decide(work, [result], occasion=work.at.isoformat())
        else:
            batches.report(work, [result])

    return act


_ACTS: Mapping[str, Act] = {
    "return": _return,
    "waive": lambda work, key, form: nominations.waive(work, key, reason=form.reason),
    "disqualify": lambda work, key, form: nominations.disqualify(work, key, reason=form.reason),
    "reinstate": lambda work, key, form: nominations.reinstate(work, key, reason=form.reason),
    "promote": lambda work, key, form: nominations.promote(work, key, note=form.reason),
    "distinguish": lambda work, key, form: distinctions.distinguish(
        work, key, ranking=form.ranking, reason=form.reason
    ),
    "advance": _judge(True),
    "select": _judge(True),
    "eliminate": _judge(False),
}
