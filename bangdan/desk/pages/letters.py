"""Letters: the outbox by state, one letter as its reader sees it, and what a person decides about it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from starlette.responses import Response

from bangdan import ROOT
from bangdan.desk.days import beginning
from bangdan.desk.fields import DeskForm
from bangdan.desk.framing import framed
from bangdan.desk.letter_words import BY_KEY, GROUP_OF, GROUPS
from bangdan.desk.news import news
from bangdan.desk.policy import OFFICE, READERS
from bangdan.desk.routing import Pages
from bangdan.desk.visiting import Visiting
from bangdan.language import Words
from bangdan.report.words import letter_name
from engine.letters import desk
from engine.office import Work
from engine.queries import details, outbox
from engine.queries.naming import one_of
from engine.queries.one_letter import one_letter
from engine.queries.standstill import slowed, standstill
from notifications.errors import OutboxRefused
from notifications.mailbook import COUNTED, Which
from workflows.reasons import Reason, Refused

pages = Pages()

TEMPLATES = ROOT / "templates" / "letters"
ABOUT = ("nomination", "circular")  # what a letter may be about and has a page of its own


class RetryForm(DeskForm):
    """Which letters to try again."""

    ids: list[str] = Field(default_factory=list, max_length=200)


class ResolveForm(DeskForm):
    """What became of a letter of unknown outcome."""

    decision: Literal["sent", "again", "drop"]
    reason: str = Field(default="", max_length=500)


@pages.get("/c/{campaign}/letters", name="letters", allow=READERS)
def letters(
    visit: Visiting, *, state: str = "", kind: str = "", reader: str = "", occasion: str = "", since: str = "",
    until: str = "", after: str | None = None,
) -> Response:  # fmt: skip
    """The outbox, the newest first."""
    group = one_of(BY_KEY, state, "分类", "kind of state", BY_KEY) if state else None
    with visit.read() as work:
        which = Which(
            states=group.states if group else (), template=kind or None, occasion=occasion or None,
            since=beginning(work, since, "since"), until=beginning(work, until, "until", after=1),
        )  # fmt: skip
        filed = outbox.letters(work, which=which, reader=reader, after=after)
        kinds = {each: letter_name(each) for each in outbox.kinds(work)}
        post, slow, heard = standstill(work), slowed(work), news(visit, work, letters=True)
    asked = {"kind": kind, "reader": reader, "occasion": occasion, "since": since, "until": until}
    by_state = filed.counts.by_state
    counts = {each.key: sum(by_state.get(one, 0) for one in each.states) for each in GROUPS}
    return visit.page(
        "letters/list.html.j2", filed=filed, group=group, groups=GROUPS, group_of=GROUP_OF, counts=counts,
        counted=COUNTED, kinds=kinds, asked=asked, narrowed=any(asked.values()), post=post,
        slowed=slow, news=heard,
    )  # fmt: skip


@pages.post("/c/{campaign}/letters/retry", name="letters-retry", allow=OFFICE)
def retry(visit: Visiting) -> Response:
    """Try failed letters again, all or none."""
    form = visit.form(RetryForm)
    with visit.write() as work:
        done = visit.once(work, {"verb": "letters-retry", **form.asked()}, lambda: {"n": desk.retry(work, form.ids)})
    said = Words(f"{done['n']}封邮件将重新发送", f"{done['n']} letters will be tried again")
    return visit.go("letters", state="failed", said=said)


@pages.get("/c/{campaign}/letters/{letter}", name="letter", allow=READERS)
def letter(visit: Visiting, letter: str) -> Response:
    """One letter: as its reader sees it, why it was written, what comes next."""
    with visit.read() as work:
        found = one_letter(work, letter, TEMPLATES)
        kind, about = found.about or ("", "")
        title = details.nomination_row(work, about).title if kind == "nomination" else about
    return visit.page(
        "letters/one.html.j2", found=found, group=GROUP_OF[found.line.state], kind=letter_name(found.template),
        about=visit.url(kind, **{kind: about}) if kind in ABOUT and visit.has(kind) else "", title=title,
    )  # fmt: skip


@pages.get("/c/{campaign}/letters/{letter}/html", name="letter-html", allow=READERS)
def letter_html(visit: Visiting, letter: str) -> Response:
    """The letter's HTML, for the frame of its page."""
    with visit.read() as work:
        found = one_letter(work, letter, TEMPLATES)
    return framed(found.shown.html if found.shown else "")


@pages.post("/c/{campaign}/letters/{letter}/resolve", name="letter-resolve", allow=OFFICE)
def resolve(visit: Visiting, letter: str) -> Response:
    """Decide about a letter of unknown outcome."""
    form = visit.form(ResolveForm)
    with visit.write() as work:
        asked = {"verb": "letter-resolve", "letter": letter, **form.asked()}
        visit.once(work, asked, lambda: _resolved(work, letter, form))
    return visit.go("letter", letter=letter, said=Words("已处理", "decided"))


def _resolved(work: Work, letter: str, form: ResolveForm) -> dict[str, str]:
    try:
        desk.resolve(work, letter, decision=form.decision, reason=form.reason)
    except OutboxRefused as error:
        raise Refused(Reason(code=error.code, zh=error.zh, en=error.en)) from error
    return {"id": letter}
