"""Why a letter or a call exists, what became of it, and what comes next for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import select

from engine.access import not_found, visible
from engine.office import Work
from engine.queries import calls
from engine.queries.called import called
from engine.queries.explanation import OFFICE, Explanation, Fact, Must, Words, same
from engine.queries.finding import row_of
from notifications import mailbook
from notifications.mailbook import LetterInFull, LetterLine
from notifications.states import LetterState
from notifications.tables import LETTER, Letter
from workflows.reasons import NotFound
from workflows.vocabulary import Edge

LETTER_STATES: Mapping[LetterState, Words] = {
    "ready": Words(zh="待发送", en="ready to be sent"),
    "claimed": Words(zh="正在发送", en="being sent"),
    "dot": Words(zh="已送出，等待服务器答复", en="sent off, waiting for the server's answer"),
    "sent": Words(zh="已由邮件服务器接收", en="accepted by the mail server"),
    "failed": Words(zh="发送失败", en="failed"),
    "parked": Words(zh="结果未知，待人工确认", en="outcome unknown, for a person to decide"),
    "expired": Words(zh="已过有效期，未发送", en="past its use, not sent"),
    "cancelled": Words(zh="内容已失效，未发送", en="no longer true, not sent"),
}
CALL_STATES: Mapping[str, Words] = {
    "open": Words(zh="待通知", en="to be called"),
    "done": Words(zh="已通知", en="called"),
    "cancelled": Words(zh="内容已失效，不必通知", en="no longer true, needless"),
}


def letter(work: Work, public_id: str) -> Explanation:
    """Explain a letter. Raises NotFound."""
    seen = select(LETTER.c.id).where(LETTER.c.campaign_id == work.campaign_id, LETTER.c.public_id == public_id)
    known = work.connection.execute(visible(seen, Letter, work.actor, work.definition)).first()
    found = mailbook.read(work.connection, campaign_id=work.campaign_id, public_id=public_id) if known else None
    if found is None:
        raise not_found(public_id)
    line = found.line
    return Explanation(
        kind="letter", id=public_id, name=found.template, state=LETTER_STATES[line.state],
        since=line.sent_at or line.created_at, facts=tuple(_letter_facts(work, found)), must=tuple(_letter_must(line)),
    )  # fmt: skip


def _letter_facts(work: Work, found: LetterInFull) -> Iterator[Fact]:
    line = found.line
    yield Fact(label=Words(zh="收件人", en="to"), value=same(f"{line.to_name} <{line.to_address}>"))
    yield Fact(label=Words(zh="缘由", en="because"), value=because(work, line.occasion, line.milestone, line.revision))
    yield Fact(label=Words(zh="写成时间", en="written"), value=line.created_at)
    if line.sent_at:
        yield Fact(label=Words(zh="发出时间", en="sent"), value=line.sent_at)
    if line.state == "ready":
        yield Fact(label=Words(zh="下次发送", en="next attempt"), value=line.next_attempt_at)
    if line.useful_until:
        yield Fact(label=Words(zh="有效至", en="useful until"), value=line.useful_until, edge=Edge.CLOSES)
    if line.attempts:
        attempts = Words(zh=f"{line.attempts}次，其中结果未知{line.unknowns}次",
                         en=f"{line.attempts}, {line.unknowns} of them of unknown outcome")  # fmt: skip
        yield Fact(label=Words(zh="已尝试", en="attempts"), value=attempts)
    if line.last_answer:
        yield Fact(label=Words(zh="最近答复", en="last answer"), value=same(line.last_answer))
    if line.cancelled_reason:
        yield Fact(label=Words(zh="失效原因", en="cancelled because"), value=same(line.cancelled_reason))


def because(work: Work, occasion: str, milestone: str | None, revision: int | None) -> Words:
    """Why somebody is told something: which occasion or thing, and which announcement of which milestone it tells."""
    about = _about(work, occasion)
    if milestone is None:
        return about
    named = work.definition.milestone_by_key.get(milestone)  # none: the file has it no more
    return Words(
        zh=f"{about.zh}；“{named.name if named else milestone}”第{revision or 1}次公布的时间",
        en=f'{about.en}; "{named.english if named else milestone}" as announced for the {revision or 1}. time',
    )


def _about(work: Work, occasion: str) -> Words:
    """What an occasion's key means: one of the calendar as it is, else the thing that somebody did something to."""
    _, _, rest = occasion.partition("/")
    about = rest.partition("/")[0]
    if not about:
        return same(occasion)
    try:
        subject, row_id = row_of(work, about)
    except NotFound:
        return same(occasion)
    name = called(work, subject, row_id)
    return Words(zh=f"“{name}”（{about}）", en=f'"{name}" ({about})')


def _letter_must(line: LetterLine) -> Iterator[Must]:
    if line.state in _FOR_A_PERSON:
        yield Must(who=OFFICE, what=_FOR_A_PERSON[line.state], by=line.useful_until)


_FOR_A_PERSON: Mapping[LetterState, Words] = {
    "parked": Words(
        zh="向收件人核实后确认（bangdan outbox resolve）", en="ask the reader, then decide (bangdan outbox resolve)"
    ),
    "failed": Words(
        zh="更正邮箱后重发（bangdan outbox retry），或电话通知",
        en="mend the address and try again (bangdan outbox retry), or call",
    ),
}


def call(work: Work, public_id: str) -> Explanation:
    """Explain a line of the call sheet. Raises NotFound."""
    line = calls.line(work, calls.find(work, public_id))
    facts = [
        Fact(label=Words(zh="单位", en="of"), value=same(line.of)),
        Fact(label=Words(zh="电话", en="phones"), value=same(line.phones)),
        Fact(label=Words(zh="缘由", en="because"), value=because(work, line.occasion, line.milestone, None)),
        Fact(label=Words(zh="有效至", en="useful until"), value=line.useful_until, edge=Edge.CLOSES),
    ]
    if line.settled_at:
        facts.append(Fact(label=Words(zh="处理", en="settled"), value=same(f"{line.settled_by} {line.note}".strip())))
    what = Words(zh="电话通知，并在名单上勾选（bangdan callsheet）", en="call, and tick it off (bangdan callsheet)")
    must = (Must(who=OFFICE, what=what, by=line.useful_until, late=line.late),) if line.state == calls.OPEN else ()
    return Explanation(
        kind="call", id=public_id, name=line.name, state=CALL_STATES.get(line.state, same(line.state)),
        since=line.settled_at or line.made_at, facts=tuple(facts), must=must,
    )  # fmt: skip
