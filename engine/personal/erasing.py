"""Erasing a person: their rows, their words in the history, their letters, and wherever else they are named.

What the award's record or the law asks stays, and is told: names that were published, the public notice's file. The
history stays whole: events keep the marks, and the erasure's own event says which of them lead nowhere from then on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, delete, false, or_, select, update
from sqlmodel import col

from engine import witness
from engine.access import may_office
from engine.accounts import rights
from engine.accounts.tables import (
    Account,
    AccountHere,
    ApiToken,
    DeskSession,
    Membership,
    SecondFactor,
    SignInFailure,
    SignInLink,
    SignInPlace,
)
from engine.exports import kept
from engine.feeds.tables import Feed
from engine.history import record
from engine.locks import lock_alone
from engine.office import Office, Work
from engine.organisers import keeping as organisers
from engine.personal import scrubbing
from engine.personal.people import Kind, Person, linked, person, ref, shared
from engine.personal.scrubbing import delete_where, ends_with, without
from engine.personal.tables import EventWord
from engine.personal.words import ERASE, ERASED
from engine.queries.calls import OPEN
from engine.searching import keeping
from engine.tables import Call, Campaign, Contact, Event, Nomination, Request
from engine.tables import public_id as fresh_id
from engine.texts import reason_of
from engine.uploads.tables import HeldUpload
from notifications import outbox
from notifications.tables import LETTER, LETTER_BYTES
from workflows.reasons import Reason, Refused

AT_ONCE = 500  # marks an event names, and rows a statement
W = EventWord


@dataclass(frozen=True, kw_only=True, slots=True)
class Erased:
    """What went, by what it was; what stays, and why; the letters whose files are to go too."""

    went: tuple[tuple[str, str, int], ...]
    stays: tuple[tuple[str, str], ...]
    letters: tuple[str, ...]


def erase(office: Office, work: Work, kind: Kind, public_id: str, *, reason: str) -> Erased:
    """Erase the person behind a contact, a nomination or an account; what else they are here goes with it.

    An account acts in every campaign of an organiser, so it is erased in all of them. Each organiser answers for what
    it holds and for no more: of an account with a part under another one too that part stays, and how they sign in.
    Raises NotFound, Refused: no reason (RSN-01), a nomination that is under way (ERS-01), a letter that is just being
    sent (ERS-02).
    """
    may_office(work.actor)
    if not (reason := reason_of(reason)):
        raise Refused(Reason(code="RSN-01", zh="须说明理由", en="a reason must be given"))
    first = person(work, kind, public_id)
    _may_go(work, first)
    went, stays, letters = Counter[str](), dict[tuple[str, str], None](), list[str]()
    for mine in (first, *linked(work, first)):
        for each in _works(office, work, mine):
            apart = shared(each, mine)
            stays |= dict.fromkeys(_stays(each, mine, apart))
            gone = _erase(each, mine, apart, without(reason, mine, apart))
            letters += gone.letters
            went.update(gone.rows)
        went[mine.kind] += 1
    return Erased(went=tuple(scrubbing.lines(went)), stays=tuple(stays), letters=tuple(letters))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Gone:
    rows: Counter[str]
    letters: tuple[str, ...]


def _erase(work: Work, mine: Person, apart: tuple[str, ...], reason: str) -> _Gone:
    """One person in one campaign."""
    marks, letters = _words_of(work, mine, apart), _letters(work, mine, apart)
    rows = Counter(scrubbing.scrub(work, mine, apart)) + Counter(_others(work, mine, apart))
    rows += Counter(letter_bytes=len(letters), event_word=_forget(work, marks))
    _own_row(work, mine)  # before it is told: the event says what became of the row
    _tell(work, mine, marks, reason)
    return _Gone(rows=rows, letters=letters)


def _works(office: Office, work: Work, mine: Person) -> list[Work]:
    """This campaign; for an account every one of the organiser, in the same transaction."""
    if mine.kind != "account":
        return [work]
    others = select(col(Campaign.id), col(Campaign.key)).where(
        col(Campaign.organiser_id) == work.organiser_id, col(Campaign.id) != work.campaign_id
    )
    rows = work.connection.execute(others.order_by(col(Campaign.id))).all()
    for row in rows:  # what is read of a row is written back without the person: nobody may change it in between
        lock_alone(work.connection, row.id)
    return [work, *(office.work(work.connection, row.key, work.actor, work.at) for row in rows)]


def _may_go(work: Work, mine: Person) -> None:
    state = work.shape.state_by_key[mine.row.state] if mine.kind == "nomination" else None
    if state is not None and not (state.final or mine.public):
        raise Refused(Reason(
            code="ERS-01",
            zh=f"此项目正在办理（{state.zh}），不能删除其个人信息；请先办理退出，再删除",
            en=f"this nomination is under way ({state.en}); withdraw it first, then erase",
        ))  # fmt: skip
    held = select(LETTER.c.id).where(LETTER.c.campaign_id == work.campaign_id, LETTER.c.state.in_(("claimed", "dot")))
    if work.connection.execute(held.limit(1)).first() is not None:
        raise Refused(Reason(code="ERS-02", zh="有邮件正在发送，请一分钟后再试",
                             en="a letter is just being sent; try again in a minute"))  # fmt: skip


def _words_of(work: Work, mine: Person, apart: tuple[str, ...]) -> list[str]:
    """The marks of all words of theirs: what was said of them, what names them, and their name where they acted."""
    found = set[str]()
    about = select(col(Event.words)).where(
        col(Event.campaign_id) == work.campaign_id, col(Event.subject) == mine.kind,
        col(Event.subject_id) == mine.row.id,
    )  # fmt: skip
    for words in work.connection.execute(about).scalars():
        found.update(words.values())
    telling = [each for each in mine.telling if each not in apart]
    names = (
        or_(*(col(W.value).contains(each, autoescape=True) for each in telling)) if telling else col(W.mark).is_(None)
    )
    own = ends_with(W.holder, [*mine.callers, *_tokens(work, mine)])
    query = select(col(W.mark)).where(col(W.campaign_id) == work.campaign_id, or_(names, own))
    return sorted(found | set(work.connection.execute(query).scalars()))


def _tokens(work: Work, mine: Person) -> list[str]:
    """How what their tokens did is held."""
    if mine.kind != "account":
        return []
    query = select(col(ApiToken.id)).where(col(ApiToken.account_id) == mine.row.id)
    return [f":token:{each}" for each in work.connection.execute(query).scalars()]


def _letters(work: Work, mine: Person, apart: tuple[str, ...]) -> tuple[str, ...]:
    """Stop what is to be sent to them, and drop the messages that name them; the ids of these letters.

    A sender may have taken one of them in this moment: what it writes must not be stored afterwards.
    """
    own = [each for each in mine.marks if each not in apart]
    theirs = or_(LETTER.c.contact_ref == ref(mine), LETTER.c.to_address.in_(own))
    ids = select(LETTER.c.public_id).where(LETTER.c.campaign_id == work.campaign_id)
    telling = [each for each in mine.telling if each not in apart]
    named = or_(theirs, *(scrubbing.holds(LETTER.c.context, each) for each in telling))
    outbox.take_back(work.connection, and_(LETTER.c.campaign_id == work.campaign_id, named))
    waiting = work.connection.execute(ids.where(theirs, LETTER.c.state == "ready")).scalars().all()
    why = "应本人要求删除 / erased on request"
    if waiting:
        outbox.cancel(work.connection, campaign_id=work.campaign_id, reason=why, public_ids=waiting)
    found = work.connection.execute(select(LETTER.c.id, LETTER.c.public_id).where(
        LETTER.c.campaign_id == work.campaign_id, named, LETTER.c.message_id.is_not(None),
    )).all()  # fmt: skip
    for start in range(0, len(found), AT_ONCE):
        few = [row.id for row in found[start : start + AT_ONCE]]
        work.connection.execute(delete(LETTER_BYTES).where(LETTER_BYTES.c.letter_id.in_(few)))
    return tuple(row.public_id for row in found)


def _others(work: Work, mine: Person, apart: tuple[str, ...]) -> dict[str, int]:
    """What goes as whole rows: first answers to them, files that wait, traces of signing in; calls still to be made."""
    callers = (*mine.callers, *_tokens(work, mine))
    open_calls = [Call.contact_id, Call.nomination_id][mine.kind == "nomination"]
    if mine.kind != "account":
        gone = update(Call).where(col(open_calls) == mine.row.id, col(Call.state) == OPEN)
        work.connection.execute(gone.values(state="cancelled"))
    keys = [mark for mark in mine.marks if "@" in mark and mark not in apart]
    failures = or_(false(), *(col(SignInFailure.key).contains(f":{each}") for each in keys))
    return {
        "request": delete_where(work, Request, col(Request.campaign_id) == work.campaign_id,
                                ends_with(Request.caller, callers)),
        "held_upload": delete_where(work, HeldUpload, col(HeldUpload.campaign_id) == work.campaign_id),
        "export_piece": kept.forget(work),
        "sign_in_link": delete_where(work, SignInLink, col(SignInLink.email_key).in_(keys)),
        "sign_in_failure": delete_where(work, SignInFailure, failures),
    }  # fmt: skip


def _own_row(work: Work, mine: Person) -> None:
    {"contact": _contact, "nomination": _nominee, "account": _account}[mine.kind](work, mine)


def _contact(work: Work, mine: Person) -> None:
    values = {"name": ERASED, "phones": "", "email": None, "email_key": None, "active": False}
    work.connection.execute(update(Contact).where(col(Contact.id) == mine.row.id).values(values))


def _nominee(work: Work, mine: Person) -> None:
    values: dict[str, Any] = {"applicant_contact": "", "applicant_phones": "", "applicant_email": None,
                              "salt": fresh_id()}  # fmt: skip
    if not mine.public:
        values |= {"title": ERASED, "title_key": "", "applicant": ERASED, "attributes": {}, "earlier": None}
        keeping.rename_nomination(work, mine.row, values)
    held = select(Nomination).where(col(Nomination.id) == mine.row.id)
    witness.note(work, Nomination, work.connection.execute(held).one(), values)
    work.connection.execute(update(Nomination).where(col(Nomination.id) == mine.row.id).values(values))


def _account(work: Work, mine: Person) -> None:
    account, here = mine.row.id, organisers.campaigns(work)
    delete_where(work, AccountHere, col(AccountHere.account_id) == account,
                 col(AccountHere.organiser_id) == work.organiser_id)  # fmt: skip
    delete_where(
        work,
        Membership,
        col(Membership.account_id) == account,
        or_(col(Membership.campaign_id).in_(here), col(Membership.organiser_id) == work.organiser_id),
    )
    delete_where(work, Feed, col(Feed.account_id) == account, col(Feed.campaign_id).in_(here))
    kept.forget_those_of(work, account, here)
    revoked = {"revoked_at": work.at, "name": ERASED, "maker": ERASED}
    theirs = col(ApiToken.account_id) == account, col(ApiToken.campaign_id).in_(here)
    work.connection.execute(update(ApiToken).where(*theirs).values(revoked))
    if _is_elsewhere(work, account):
        return
    for table in (SignInPlace, DeskSession, SecondFactor, AccountHere):
        delete_where(work, table, col(table.account_id) == account)
    values = {"name": ERASED, "email": "", "email_key": f"erased:{mine.row.public_id}", "password_hash": None,
              "disabled_at": work.at}  # fmt: skip
    work.connection.execute(update(Account).where(col(Account.id) == account).values(values))


def _is_elsewhere(work: Work, account_id: int) -> bool:
    """Whether an account has a part under another organiser too."""
    return any(seat.organiser != work.organiser_id for seat in rights.held(work.connection, account_id))


def _forget(work: Work, marks: list[str]) -> int:
    for start in range(0, len(marks), AT_ONCE):
        delete_where(work, W, col(W.mark).in_(marks[start : start + AT_ONCE]))
    for key in [key for key, mark in work.marks.items() if mark in set(marks)]:
        del work.marks[key]
    return len(marks)


def _tell(work: Work, mine: Person, marks: list[str], reason: str) -> None:
    """One event for each lot of marks; there is one even where nothing was said of them."""
    for start in range(0, max(len(marks), 1), AT_ONCE):
        told = " ".join(marks[start : start + AT_ONCE])
        record(work, mine.kind, mine.row.id, ERASE, reason=reason, marks=told)


def _stays(work: Work, mine: Person, apart: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if mine.kind == "account" and _is_elsewhere(work, mine.row.id):
        yield ("账号本身：还用于另一主办方的活动，由其登录；如也要删除，请在那里再执行一次（--campaign）",
               "the account itself: it also serves another organiser; erase it there, too (--campaign)")  # fmt: skip
    if mine.public:
        yield ("已公布的名称：评选结果须长期公开", "the name that was published: the award's result is public for good")
    if apart:
        yield ("与他人同名、共用的电话或邮箱：无法判断所指，在他人的记录和文字中保留原样",
               "a name, number or address that somebody else here has too: it stays in what is others'")  # fmt: skip
    source = work.connection.execute(
        select(col(Campaign.source)).where(col(Campaign.id) == work.campaign_id)
    ).scalar_one()
    if any(each in source for each in mine.telling):
        yield ("活动文件（已公布的通知）中的姓名、电话：可用 amend 换下，旧版作为记录保留",
               "the campaign's file, a public notice: amend it; its earlier versions stay as the record")  # fmt: skip
    yield ("以前的备份：其中仍有这些内容，请按贵单位的期限销毁",
           "earlier backups: it is in them still; destroy them by the house's own term")  # fmt: skip
    yield ("已经发出的邮件、已经下载的表格：不在本系统内",
           "letters that arrived and tables taken away: out of reach")  # fmt: skip
