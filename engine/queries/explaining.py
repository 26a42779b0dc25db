"""Why is it here, what can happen next, who must act, by when, and what blocks it: of a nomination or anything.

What blocks a verb is asked of the very function that would refuse it, so `explain` never says other words than the
refusal does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row

from engine import cases, distinctions, endorsements, gates, noticed, rulings, taking
from engine.access import not_found
from engine.attributes import in_words
from engine.awards import awards
from engine.office import Work
from engine.queries import details, explaining_duty, explaining_post
from engine.queries.clock import doubted
from engine.queries.explaining_review import as_told
from engine.queries.explanation import (
    GIVEN,
    OFFICE,
    STORY,
    Explanation,
    Fact,
    Must,
    Possible,
    Words,
    acting_as,
    must_by,
    possible,
    same,
    state_words,
    unit_words,
)
from engine.queries.story import story_of
from engine.rulings import Candidate
from engine.shortfall import closed_short
from workflows.definition import Stage
from workflows.distinction import DISTINGUISH, drawn_lists
from workflows.duty import OWING
from workflows.nomination import BEFORE_REVIEW, Role
from workflows.reasons import NotFound, Reason
from workflows.rules import ruling_name
from workflows.vocabulary import Edge, Judge


def explain(work: Work, public_id: str) -> Explanation:
    """Explain the nomination, duty, letter or call with that public id. Raises NotFound."""
    for look in (nomination, explaining_duty.duty, explaining_post.letter, explaining_post.call):
        try:
            return look(work, public_id)
        except NotFound:
            continue
    raise not_found(public_id)


def nomination(work: Work, public_id: str) -> Explanation:
    """Explain a nomination. Raises NotFound."""
    row = details.nomination_row(work, public_id)
    unit = details.unit_of(work, row.unit_id)
    verbs = possible(work, work.shape, row, taking.reasons_for)
    to_decide = rulings.standing(work, Candidate.of(row)).waivable
    found = Explanation(
        kind="nomination", id=public_id, name=row.title, state=state_words(work.shape, row.state),
        since=row.changed_at, facts=tuple(_nomination_facts(work, row, unit)),
        must=tuple(_nomination_must(work, row, unit.name)),
        verbs=(*(one for one in verbs if one.verb != "waive" or to_decide), *_drawing(work, row)),
        history=tuple(story_of(work, "nomination", row.id, limit=STORY)),
    )  # fmt: skip
    return as_told(work, row, found)


def _drawing(work: Work, row: Row[Any]) -> Iterator[Possible]:
    """Whether it can be put on a list that is drawn from its own."""
    for drawn in drawn_lists(work.definition) if row.state in work.shape.sources("publish") else ():
        if drawn.drawn_from == work.definition.tracks[row.track].list.key:
            words = Words(zh=f"{DISTINGUISH.zh}{drawn.name}", en=f"{DISTINGUISH.en} {drawn.english}")
            asking = acting_as(work, DISTINGUISH.roles[0])
            yield Possible(
                verb=DISTINGUISH.verb, words=words, roles=DISTINGUISH.roles, target=state_words(work.shape, row.state),
                needs_reason=True, reasons=distinctions.reasons_for(asking, row, drawn, DISTINGUISH, reason=GIVEN),
            )  # fmt: skip


def _nomination_facts(work: Work, row: Row[Any], unit: Row[Any]) -> Iterator[Fact]:
    yield Fact(label=Words(zh="榜单", en="list"), value=same(work.definition.tracks[row.track].name))
    yield Fact(label=unit_words(work), value=same(f"{unit.name}（{unit.code}）"))
    if others := endorsements.joined(work, row.id):
        yield Fact(label=Words(zh="共同提名", en="jointly with"), value=same("、".join(name for _, name in others)))
    if row.applicant:
        yield Fact(label=Words(zh="申报单位", en="applicant"), value=same(row.applicant))
    for attribute, value in in_words(work.definition, row.attributes):
        yield Fact(label=Words(zh=attribute.name, en=attribute.english), value=same(value))
    yield from _under_way(work, row)
    yield from _judged_facts(work, row)


def _under_way(work: Work, row: Row[Any]) -> Iterator[Fact]:
    """When it was handed in, until when it is corrected, or on notice."""
    if row.submitted_at:
        yield Fact(label=Words(zh="提交时间", en="submitted"), value=row.submitted_at)
    for each in doubted(work, row.id):
        yield Fact(label=Words(zh="提交时时钟存疑：系统时间", en="clock in doubt then: system time"), value=each.wall)
        yield Fact(label=Words(zh="提交时的推算时间", en="carried on"), value=each.carried)
    if row.correct_by:
        yield Fact(label=Words(zh="补正期限", en="correct by"), value=row.correct_by, edge=Edge.CLOSES)
    if row.returned_from:
        stage = work.definition.stage_by_key[row.returned_from]
        yield Fact(label=Words(zh="退回的阶段", en="returned in"), value=Words(zh=stage.name, en=stage.english))
    if notice := noticed.notice_of(work, row):
        end = noticed.ends(work, row, notice)
        yield Fact(label=Words(zh="公示至", en="on notice until"), value=end or same("—"), edge=Edge.CLOSES)
    yield from _deadline_facts(work, row)


def _judged_facts(work: Work, row: Row[Any]) -> Iterator[Fact]:
    """What is held against it, what was waived, and what it won."""
    if row.earlier:
        entry = f"{row.earlier['edition']} {row.earlier['award']}{row.earlier['list']}：{row.earlier['name']}"
        yield Fact(label=Words(zh="曾入选", en="on an earlier list"), value=same(entry))
    for key, reason in (row.waiver or {}).items():
        zh, en = ruling_name(work.definition, key)
        yield Fact(label=Words(zh=f"豁免“{zh}”", en=f"waived ({en})"), value=same(reason))
    if row.selected:
        yield Fact(label=Words(zh="拟入榜", en="selected"), value=Words(zh="是", en="yes"))
    award = awards(work, [row])[row.id]
    if award.zh:
        yield Fact(label=Words(zh="等级（荣誉）", en="award"), value=Words(zh=award.zh, en=award.en))


def _deadline_facts(work: Work, row: Row[Any]) -> Iterator[Fact]:
    """Which of several deadlines is this one's, that it is suspended, and until when the applicant may write."""
    if row.state not in BEFORE_REVIEW:
        return
    submit, edit = (cases.window_of(work, row, verb) for verb in ("submit", "edit"))
    if submit.closes_of and work.calendar[submit.closes_of].suspended:
        value = Words(zh="已暂停，另行通知", en="suspended, to be announced")
        yield Fact(label=Words(zh="截止时间", en="deadline"), value=value)
    elif submit.closes_of and submit.closes_of != work.definition.collection:
        named = work.definition.milestone_by_key[submit.closes_of]
        yield Fact(label=Words(zh="适用的截止", en="deadline"), value=Words(zh=named.name, en=named.english))
    if edit.closes and edit.closes != submit.closes:
        yield Fact(label=Words(zh="填报截止", en="to be written by"), value=edit.closes, edge=Edge.CLOSES)


def _nomination_must(work: Work, row: Row[Any], unit: str) -> Iterator[Must]:
    """Who has to act for this nomination to get on, read from the arrows that lead on from its state."""
    stage = work.definition.stage_by_key.get(row.state)
    yield from _objections_must(work, row)
    if row.state in work.shape.sources("submit"):
        yield from _unit_must(work, row, unit)
    elif row.state in work.shape.sources("begin") and any(one.track == row.track for one in closed_short(work)):
        what = Words(zh="申报数量不足：延期，或同意进入评审", en="too few entries: extend, or let the track proceed")
        yield must_by(work, OFFICE, what, None)
    elif row.state in work.shape.sources("begin"):
        yield _closing_must(work, row)
    elif stage and row.selected:
        what = Words(zh="发布", en="publish")
        yield must_by(work, OFFICE, what, cases.publication(work), _blocks(work, row, "publish"))
    elif stage:
        yield from _papers_must(work, row, stage)
        yield _stage_must(work, row, stage)


def _closing_must(work: Work, row: Row[Any]) -> Must:
    closes = cases.window_of(work, row, "begin").closes
    if closes is None:
        return must_by(work, OFFICE, Words(zh="公布新的截止时间", en="announce the new deadline"), None)
    what = Words(zh="截止后自动进入评审", en="enters review after the deadline")
    return Must(who=Words(zh="系统", en="the engine"), what=what, by=closes + work.definition.settle, itself=True)


def _objections_must(work: Work, row: Row[Any]) -> Iterator[Must]:
    stage = noticed.notice_of(work, row)
    count = noticed.open_objections(work, row.id)
    if count:
        end = noticed.ends(work, row, stage) if stage else None
        yield must_by(work, OFFICE, Words(zh=f"处理{count}件异议", en=f"settle {count} objections"), end)


def _unit_must(work: Work, row: Row[Any], unit: str) -> Iterator[Must]:
    blocks = _blocks(work, row, "submit")
    what = Words(zh="修改后重新提交", en="correct and submit") if row.correct_by else Words(zh="提交", en="submit")
    by = cases.window_of(work, row, "submit").closes
    yield must_by(work, same(unit), what, by, blocks)
    names = [ruling_name(work.definition, key) for key in rulings.standing(work, Candidate.of(row)).waivable]
    if names:
        waive = Words(
            zh=f"决定是否豁免：{'、'.join(zh for zh, _ in names)}",
            en=f"decide whether to waive: {', '.join(en for _, en in names)}",
        )
        yield must_by(work, OFFICE, waive, by)


def _papers_must(work: Work, row: Row[Any], stage: Stage) -> Iterator[Must]:
    """Who has to settle what holds the nomination up in its first stage."""
    if stage.key == work.shape_of(row.track).stages[0]:
        for each in gates.unsettled(work, "advance", row.unit_id, row.id):
            owing = each.state in OWING
            who = same(details.unit_of(work, row.unit_id).name) if owing else OFFICE
            what = Words(zh=f"办结“{each.kind.name}”", en=f'settle "{each.kind.english}"')
            yield must_by(work, who, what, each.due)


def _stage_must(work: Work, row: Row[Any], stage: Stage) -> Must:
    judges = [
        each.name
        for each in work.definition.institutions
        if stage.judge is Judge.INSTITUTION and each.stage == stage.key and row.track in each.tracks
    ]
    if stage.judge is Judge.CLOCK:
        end = noticed.ends(work, row, stage)
        what = Words(zh="公示期满且无待处理的异议，自动通过", en="goes on when the notice is over, unless objected to")
        if end is None:
            announce = Words(zh=f"公布“{stage.name}”的起止时间", en=f"announce when the {stage.english} is")
            return must_by(work, OFFICE, announce, None)
        by = end + work.definition.settle
        return Must(who=Words(zh="系统", en="the engine"), what=what, by=by, itself=True)
    what = Words(zh=f"给出{stage.name}结果", en=f"give the result of the {stage.english}")
    who = same("、".join(judges)) if judges else OFFICE
    return must_by(work, who, what, work.calendar[stage.due].edge(Edge.CLOSES))


def _blocks(work: Work, row: Row[Any], verb: str) -> tuple[Reason, ...]:
    arrow = work.shape.arrow(verb, row.state)
    role = arrow.roles[0] if arrow else Role.SECRETARIAT
    return taking.reasons_for(acting_as(work, role), row, verb, reason=GIVEN)
