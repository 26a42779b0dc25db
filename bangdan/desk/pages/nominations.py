"""The list of nominations: filtered, searched, sorted, page by page."""

from __future__ import annotations

from collections import Counter

from starlette.responses import Response

from bangdan.desk.news import news
from bangdan.desk.nomination_filters import NEWEST, Filters, page_of
from bangdan.desk.policy import READERS
from bangdan.desk.problems import status_for
from bangdan.desk.routing import Pages
from bangdan.desk.visiting import Visiting
from bangdan.language import Words
from engine import bulk
from engine.office import Work
from engine.queries.choosing import MOST_FOUND
from engine.queries.funnel import by_track
from engine.queries.listing import NominationLine
from engine.queries.naming import channel_named, tracks_named
from engine.queries.paging import Page
from workflows.reasons import Reason, Refused

pages = Pages()

WAITING = {"waiver": Words("待决定豁免", "to be waived or not"), "objection": Words("有异议待处理", "objected to")}
COLUMNS = (
    ("title", Words("申报项目", "Nomination")), ("unit", Words("推荐单位", "Unit")), ("state", Words("状态", "State")),
    ("submitted", Words("提交时间", "Submitted")), ("changed", Words("最近变动", "Changed")),
)  # fmt: skip
ORDER_WORDS = (
    ("-drafted", Words("最近起草在前", "drafted last first")),
    ("drafted", Words("最早起草在前", "drafted first first")),
    *((sign + by, Words(f"{words.zh}{zh}", f"{words.en.lower()}{en}"))
      for by, words in COLUMNS for sign, zh, en in (("", "", ""), ("-", "（倒序）", " (the other way round)"))),
)  # fmt: skip


@pages.get("/c/{campaign}/nominations", name="nominations", allow=READERS)
def nominations(
    visit: Visiting, *, q: str = "", track: str = "", state: str = "", unit: str = "", channel: str = "",
    waiting: str = "", since: str = "", sort: str = "", after: str | None = None,
) -> Response:  # fmt: skip
    """The nominations that were asked for; what can't be asked is said above all of them."""
    filters = Filters.model_construct(
        q=q.strip(),
        track=track,
        state=state,
        unit=unit.strip(),
        channel=channel,
        waiting=waiting,
        since=since,
        sort=sort,
    )
    with visit.read() as work:
        page, reasons = _asked(work, filters, after)
        return visit.page(
            "nominations/_found.html.j2" if visit.partial else "nominations/list.html.j2",
            status=status_for(reasons) if reasons else 200, page=page, reasons=reasons, filters=filters,
            first=after is None, columns=COLUMNS, orders=ORDER_WORDS, sort=filters.sort or NEWEST, waiting=WAITING,
            definition=work.definition, shape=work.shape, counts=_counts(work, filters), most=MOST_FOUND,
            verbs=bulk_verbs(work), most_at_once=bulk.MOST, news=news(visit, work),
        )  # fmt: skip


def _asked(
    work: Work, filters: Filters, after: str | None
) -> tuple[Page[NominationLine] | None, tuple[Reason, ...]]:  # fmt: skip
    try:
        return page_of(work, filters, after=after), ()
    except Refused as refused:
        return None, refused.reasons


def _counts(work: Work, filters: Filters) -> Counter[str]:
    """How many stand in each state, of the list and channel that were chosen."""
    try:
        tracks = tracks_named(work.definition, filters.track) if filters.track else None
        channel = channel_named(work.definition, filters.channel) if filters.channel else None
    except Refused:
        return Counter()
    found = Counter[str]()
    for (track, state), n in by_track(work, channel).items():
        found[state] += n if tracks is None or track in tracks else 0
    return found


def bulk_verbs(work: Work) -> dict[str, Words]:
    """What can be done with many at once, by what the campaign calls it."""
    known = [verb for verb in bulk.VERBS if verb in bulk.JUDGED or work.shape.sources(verb)]
    return {verb: verb_words(work, verb) for verb in known}


def verb_words(work: Work, verb: str) -> Words:
    """What one of them is called."""
    if verb in bulk.JUDGED:
        return JUDGED[verb]
    arrow = work.shape.words(verb)
    return Words(arrow.zh, arrow.en)


JUDGED = {
    "pass": Words("评审通过（末阶段为拟入榜）", "pass (in the last stage: select)"),
    "fail": Words("评审未通过", "fail"),
}
