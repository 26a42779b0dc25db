"""What happened, as lines that anybody understands: single acts while they are few, sums when they come in crowds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from bangdan.language import Words
from bangdan.report.refused import verb_words
from bangdan.report.words import AUDIENCES, Dial, letter_name, own_words
from engine.office import Work
from engine.rehearsal.stream import Numbered
from engine.rehearsal.theatre import Acted, Posted, Refusal
from engine.turn import TurnReport, Wrote
from workflows.instants import zone_of
from workflows.timeline import Mark
from workflows.vocabulary import Audience, Edge

FEW = 3  # acts of one verb that are told one by one
MOST_REFUSED = 2
Tone = Literal["plain", "mark", "good", "bad", "post"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line. `number` is that of the newest happening in it; `page` the desk's page that says more."""

    number: int
    at: datetime
    when: str
    tone: Tone
    words: Words
    page: str = ""


def lines(work: Work, news: Sequence[Numbered]) -> tuple[Line, ...]:
    """The newest last."""
    dial = Dial(zone=zone_of(work.definition.zone))
    told = [*_crowd(work, dial, news), *_refused(work, dial, news), *_posted(dial, news), *_turns(work, dial, news)]
    return tuple(
        replace(line, words=own_words(work.definition, line.words)) for line in sorted(told, key=lambda it: it.at)
    )


def _crowd(work: Work, dial: Dial, news: Sequence[Numbered]) -> Iterator[Line]:
    by_verb: dict[str, list[tuple[int, Acted]]] = {}
    for each in news:
        if isinstance(each.what, Acted):
            by_verb.setdefault(each.what.verb, []).append((each.number, each.what))
    for verb, acts in by_verb.items():
        said = verb_words(work, verb)
        if len(acts) <= FEW:
            yield from (_one(dial, number, act, said) for number, act in acts)
        else:
            yield _many(dial, said, acts)


def _one(dial: Dial, number: int, act: Acted, said: Words) -> Line:
    about = Words(f"《{act.what}》", f" “{act.what}”") if act.what else Words("", "")
    words = Words(f"{act.who} {said.zh}{about.zh}", f"{act.who}: {said.en}{about.en}")
    return Line(number=number, at=act.at, when=_second(dial, act.at), tone=_tone(act.verb), words=words,
                page="nominations")  # fmt: skip


def _tone(verb: str) -> Tone:
    if verb in ("extend", "choose", "announce", "publish"):
        return "mark"
    return "bad" if verb in ("disqualify", "withdraw", "return", "send-back") else "plain"


def _many(dial: Dial, said: Words, acts: Sequence[tuple[int, Acted]]) -> Line:
    people = len({act.who for _, act in acts})
    words = Words(
        f"{said.zh}{len(acts):,}项" + (f"（{people}方）" if people > 1 else ""),
        f"{len(acts):,} × {said.en}" + (f" by {people}" if people > 1 else ""),
    )
    number, last = acts[-1]
    return Line(number=number, at=last.at, when=_minute(dial, last.at), tone="plain", words=words, page="nominations")


def _refused(work: Work, dial: Dial, news: Sequence[Numbered]) -> Iterator[Line]:
    refused = [(each.number, each.what) for each in news if isinstance(each.what, Refusal)]
    for number, it in refused[-MOST_REFUSED:]:
        verb, why = verb_words(work, it.verb), it.reasons[0]
        words = Words(
            f"{it.who} {verb.zh}《{it.what}》被拒：{why.zh}", f"{it.who}: {verb.en} “{it.what}” refused: {why.en}"
        )
        yield Line(number=number, at=it.at, when=_second(dial, it.at), tone="bad", words=words)
    if (more := len(refused) - MOST_REFUSED) > 0:
        number, it = refused[0]
        words = Words(f"另有{more}次被拒", f"{more} more were refused")
        yield Line(number=number, at=it.at, when=_minute(dial, it.at), tone="bad", words=words)


def _posted(dial: Dial, news: Sequence[Numbered]) -> Iterator[Line]:
    went = [(each.number, each.what) for each in news if isinstance(each.what, Posted) and each.what.sent]
    if went:
        sent, (number, last) = sum(it.sent for _, it in went), went[-1]
        words = Words(f"寄出邮件{sent:,}封", f"{sent:,} letters went out")
        yield Line(number=number, at=last.at, when=_minute(dial, last.at), tone="post", words=words, page="letters")


def _turns(work: Work, dial: Dial, news: Sequence[Numbered]) -> Iterator[Line]:
    for each in news:
        if isinstance(each.what, TurnReport):
            for at, when, tone, words, page in _turn(work, dial, each.what):
                yield Line(number=each.number, at=at, when=when, tone=tone, words=words, page=page)


_Told = tuple[datetime, str, Tone, Words, str]


def _turn(work: Work, dial: Dial, report: TurnReport) -> Iterator[_Told]:
    for mark in report.reached:
        yield mark.at, dial.short(mark.at, end=mark.edge is Edge.CLOSES), "mark", _reached(work, mark), "calendar"
    swept, now = report.swept, _minute(dial, report.at)
    if swept.lapsed or swept.begun:
        words = Words(
            f"截止处理：逾期失效{swept.lapsed:,}项，进入评审{swept.begun:,}项",
            f"the closing: {swept.lapsed:,} lapsed, {swept.begun:,} went on to the review",
        )
        yield report.at, now, "mark", words, "nominations"
    if report.noticed:
        words = Words(f"公示期满，{report.noticed:,}项进入下一步", f"the notice is over: {report.noticed:,} go on")
        yield report.at, now, "good", words, "nominations"
    for words in _wrote(report.wrote):
        yield report.at, now, "post", words, "letters"


def _reached(work: Work, mark: Mark) -> Words:
    it = work.definition.milestone_by_key[mark.milestone]
    if mark.edge is Edge.OPENS:
        return Words(f"{it.name}开始", f"{it.english} begins")
    return Words(f"{it.name}截止", f"{it.english} ends")


def _wrote(wrote: Iterable[Wrote]) -> Iterator[Words]:
    letters: Counter[tuple[str, Audience]] = Counter()
    calls: Counter[tuple[str, Audience]] = Counter()
    for one in wrote:
        key = (one.occasion.letter, one.occasion.audience)
        letters[key] += one.sent.letters
        calls[key] += one.sent.calls
    for key, n in letters.items():
        if n or calls[key]:
            yield _letter(key, n, calls[key])


def _letter(key: tuple[str, Audience], letters: int, calls: int) -> Words:
    name, to = letter_name(key[0]), AUDIENCES[key[1]]
    by_phone = Words(f"，待电话{calls}人", f", {calls} to call") if calls else Words("", "")
    return Words(f"{name.zh}致{to.zh}：{letters}封{by_phone.zh}", f"{name.en} to {to.en}: {letters}{by_phone.en}")


def _second(dial: Dial, at: datetime) -> str:
    return f"{dial.short(at)}:{dial.local(at):%S}"


def _minute(dial: Dial, at: datetime) -> str:
    return dial.short(at)
