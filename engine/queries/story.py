"""The history as people read it: who did what to which thing, when, and from which state to which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlmodel import col

from engine.access import sees_all, visible
from engine.office import Work
from engine.personal.words import Told, named_like
from engine.queries.called import names
from engine.tables import Event, SealedEvent
from notifications.clauses import at_most
from workflows import distinction
from workflows.duty import SHAPE as DUTY_SHAPE
from workflows.nomination import Role, Shape

# What things happen to.
SUBJECTS: Mapping[str, tuple[str, str]] = {
    "campaign": ("活动", "campaign"),
    "unit": ("单位", "unit"),
    "contact": ("联系人", "contact"),
    "nomination": ("项目", "nomination"),
    "duty": ("报送事项", "duty"),
    "circular": ("通知", "circular"),
    "letter": ("邮件", "letter"),
    "call": ("电话通知", "call"),
    "webhook": ("事件推送", "webhook"),
    "account": ("账号", "account"),
}
MOST = 1000  # lines a page

# What happens to things that have no states.
VERBS: Mapping[str, tuple[str, str]] = {
    "open": ("启动活动", "open"),
    "amend": ("修改活动文件", "amend the file"),
    "extend": ("调整时间", "move a date"),
    "suspend": ("暂停截止", "suspend a deadline"),
    "announce": ("公布时间", "announce dates"),
    "own-deadline": ("设定本单位截止时间", "set a unit's own deadline"),
    "choose": ("选定日期", "choose a date"),
    "reach": ("到达时间节点", "reach an instant"),
    "remind": ("发出提醒", "remind"),
    "pass": ("不再提醒", "pass over"),
    "close": ("截止处理", "close"),
    "publish": ("发布榜单", "publish"),
    "propose": ("提交复核", "propose"),
    "confirm": ("复核同意", "confirm a proposal"),
    "decline": ("不予同意", "decline a proposal"),
    "take-back": ("撤回复核", "take a proposal back"),
    "proceed": ("同意进入评审", "let enter review"),
    "import": ("导入文件", "import a file"),
    "add": ("登记", "add"),
    "change": ("变更", "change"),
    "channels": ("核定渠道", "set channels"),
    "quota": ("调整名额", "change a quota"),
    "join": ("加入共同提名", "join the nomination"),
    "leave": ("退出共同提名", "leave the nomination"),
    "declare": ("登记属性", "declare"),
    "draft": ("起草", "draft"),
    "object": ("提出异议", "object"),
    "send": ("发出通知", "send a circular"),
    "discard": ("放弃通知", "give a circular up"),
    "retry": ("重发邮件", "try a letter again"),
    "resolve": ("核实邮件结果", "decide what became of a letter"),
    "tick": ("电话已通知", "tick a call off"),
    "untick": ("撤销“已通知”", "take a tick back"),
    "pause": ("暂停推送", "pause a subscription"),
    "resume": ("恢复推送", "resume a subscription"),
    "end": ("结束推送", "end a subscription"),
    "rotate": ("更换密钥", "change a secret"),
    "ping": ("测试推送", "test a subscription"),
    "resend": ("重新推送", "send an event again"),
    "settle": ("处理异议", "settle an objection"),
    "grant": ("授予身份", "give a role"),
    "revoke": ("收回身份", "take a role back"),
    "disable": ("停用账号", "shut an account"),
    "enable": ("启用账号", "open an account again"),
    "password": ("更改密码", "change a password"),
    "second-factor": ("启用两步验证", "set up a second factor"),
    "second-factor-end": ("停用两步验证", "give a second factor up"),
    "sign-out": ("退出其全部登录", "end every session"),
    "guessed": ("多次登录失败", "many failed sign-ins"),
    "token": ("新建接口令牌", "make an API token"),
    "token-revoke": ("吊销接口令牌", "revoke an API token"),
    "clock-doubt": ("时钟存疑，暂停到期事项", "the clock is in doubt; what is due is held"),
    "clock-agrees": ("时钟恢复一致，继续办理", "the clock agrees again; going on"),
    "clock-confirm": ("确认系统时间正确", "confirm that the clock is right"),
    "erase": ("删除个人信息", "erase personal data"),
    "mute": ("静音，停发邮件", "mute: no letter leaves"),
    "unmute": ("解除静音", "let letters leave again"),
    "renew-key": ("改用另一密钥", "go by another key"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Happened:
    """One line of the history. `number` is its place, for paging; `id` and `name` are of the thing it happened to."""

    number: int
    at: datetime
    role: Role
    actor: str
    behalf: str
    subject: str
    id: str
    name: str
    verb: str
    verb_zh: str
    verb_en: str
    source: str | None
    target: str | None
    target_zh: str
    target_en: str
    details: Mapping[str, Any]


def story(
    work: Work, *, subject: str | None = None, verb: str | None = None, since: datetime | None = None,
    until: datetime | None = None, actor: str | None = None, before: int | None = None, limit: int = 50,
) -> list[Happened]:  # fmt: skip
    """The newest lines of the whole campaign, oldest of them first; `before` is the number of the oldest line known.

    `actor` is a part of the name of who acted, or of whom they acted for.
    """
    query = select(Event).where(col(Event.campaign_id) == work.campaign_id)
    if subject is not None:
        query = query.where(col(Event.subject) == subject)
    if until is not None:
        query = query.where(col(Event.at) < until)
    if actor is not None:
        query = query.where(_acted(work, actor))
    seen = visible(query, Event, work.actor, work.definition)
    return told_of(work, _newest(work, _narrowed(seen, verb, since, before), limit))


def onwards(work: Work, *, after: int = 0, limit: int = MOST) -> list[Happened]:
    """The oldest lines of the whole campaign whose number is past `after`, in order."""
    query = select(Event).where(col(Event.campaign_id) == work.campaign_id, col(Event.id) > after)
    seen = visible(query, Event, work.actor, work.definition).order_by(col(Event.id)).limit(at_most(limit))
    return told_of(work, work.connection.execute(seen).all())


def sealed_onwards(work: Work, after: tuple[int, int], *, limit: int) -> tuple[list[Happened], tuple[int, int]]:
    """What is sealed and comes behind `after` (a seal, and an event under it), in the seals' order; where it ended.

    An event is sealed once and never before it is stored, so whoever goes on from there misses none, also where
    transactions end in another order than they began.
    """
    seal, event = after
    behind = or_(col(SealedEvent.seal_id) > seal, and_(col(SealedEvent.seal_id) == seal, col(Event.id) > event))
    query = (
        select(*Event.__table__.c, col(SealedEvent.seal_id))  # type: ignore[attr-defined]
        .join(SealedEvent, col(SealedEvent.event_id) == col(Event.id))
        .where(col(Event.campaign_id) == work.campaign_id, behind)
        .order_by(col(SealedEvent.seal_id), col(Event.id))
        .limit(at_most(limit))
    )
    rows = work.connection.execute(visible(query, Event, work.actor, work.definition)).all()
    return told_of(work, rows), ((rows[-1].seal_id, rows[-1].id) if rows else after)


def story_of(
    work: Work, subject: str, row_id: int, *, verb: str | None = None, since: datetime | None = None,
    before: int | None = None, limit: int = 50,
) -> list[Happened]:  # fmt: skip
    """The same of one thing, by its row id, which the caller got through the scoped door.

    To whom sees a part of the campaign only, a line's number is its place in this story: the events' own numbers would
    tell how much everybody else does.
    """
    query = select(Event).where(col(Event.subject) == subject, col(Event.subject_id) == row_id)
    if sees_all(work.actor.role):
        return told_of(work, _newest(work, _narrowed(query, verb, since, before), limit))
    places = dict(enumerate(work.connection.execute(query.with_only_columns(col(Event.id)).order_by(col(Event.id)))
                            .scalars(), start=1))  # fmt: skip
    lines = told_of(work, _newest(work, _narrowed(query, verb, since, places.get(before or 0)), limit))
    numbers = {number: place for place, number in places.items()}
    return [replace(line, number=numbers[line.number]) for line in lines]


def story_at(work: Work, subject: str, row_id: int, at: datetime) -> list[Happened]:
    """What happened to one thing at that very instant, by its row id, which the caller got through the scoped door."""
    query = select(Event).where(
        col(Event.campaign_id) == work.campaign_id, col(Event.subject) == subject,
        col(Event.subject_id) == row_id, col(Event.at) == at,
    )  # fmt: skip
    return told_of(work, work.connection.execute(query.order_by(col(Event.id))).all())


def _narrowed(query: Select[Any], verb: str | None, since: datetime | None, before: int | None) -> Select[Any]:
    if verb is not None:
        query = query.where(col(Event.verb) == verb)
    if since is not None:
        query = query.where(col(Event.at) >= since)
    if before is not None:
        query = query.where(col(Event.id) < before)
    return query


def _acted(work: Work, part: str) -> ColumnElement[bool]:
    """That somebody acted, or was acted for, whose name contains `part`."""
    marks = named_like(work, part)
    engine = and_(col(Event.role) == Role.ENGINE, col(Event.actor).contains(part, autoescape=True))
    return or_(col(Event.actor).in_(marks), col(Event.behalf).in_(marks), engine)


def _newest(work: Work, query: Select[Any], limit: int) -> Sequence[Row[Any]]:
    newest = query.order_by(col(Event.id).desc()).limit(at_most(min(max(limit, 1), MOST)))
    return work.connection.execute(newest).all()[::-1]


def told_of(work: Work, rows: Sequence[Row[Any]]) -> list[Happened]:
    """Rows of `Event` as lines; the caller got them through the scoped door."""
    known, told = names(work, rows), Told(work.connection, rows)
    return [_line(work, row, known, told) for row in rows]


def _line(work: Work, row: Row[Any], names: Mapping[tuple[str, int], tuple[str, str]], told: Told) -> Happened:
    shape = DUTY_SHAPE if row.subject == "duty" else work.shape
    verb_zh, verb_en = words(shape, row.subject, row.verb)
    target = shape.state_by_key.get(row.to_state or "")
    public_id, name = names.get((row.subject, row.subject_id), ("", work.definition.name))
    return Happened(
        number=row.id, at=row.at, role=Role(row.role), actor=told.actor(row), behalf=told.behalf(row),
        subject=row.subject, id=public_id, name=name, verb=row.verb, verb_zh=verb_zh, verb_en=verb_en,
        source=row.from_state,
        target=row.to_state, target_zh=target.zh if target else "", target_en=target.en if target else "",
        details=told.details(row),
    )  # fmt: skip


def words(shape: Shape, subject: str, verb: str) -> tuple[str, str]:
    """What a verb is called in Chinese and in English."""
    if subject == "nomination" and verb in distinction.WORDS:
        return distinction.WORDS[verb].zh, distinction.WORDS[verb].en
    if subject in ("nomination", "duty") and any(arrow.verb == verb for arrow in shape.arrows):
        arrow = shape.words(verb)
        return arrow.zh, arrow.en
    return VERBS.get(verb, (verb, verb))
