"""The verbs of a campaign: opening it, moving or suspending a deadline, announcing or choosing a date."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col

from engine import calendars, duties, moving, scopes, units, versions
from engine.access import Actor, may_office
from engine.database import insert_into
from engine.history import record
from engine.letters import movement, occasional
from engine.letters.correspondence import Sent
from engine.moving import Moved
from engine.office import Office, Work
from engine.organisers import keeping as organisers
from engine.tables import Campaign
from engine.texts import reason_of
from workflows.definition import Definition, Milestone, Who
from workflows.loading import load
from workflows.reasons import Reason, Refused
from workflows.timeline import InForce
from workflows.vocabulary import Edge


def open_campaign(
    office: Office, source: str, *, name: str, actor: Actor, at: datetime, organiser: str | None = None
) -> str:
    """Open the campaign that a file describes; returns its key. It is and stays one of the `organiser` with that key,
    which may be left out where there are no two.

    Raises FileRefused, or Refused when it is open already (CMP-01) or which organiser is not known (ORG-03, ORG-04).
    The file is kept in the database, so that the campaign goes on when the file is changed or lost.
    """
    may_office(actor)
    definition = load(source, name=name, workdays=office.workdays).definition
    with office.database.write() as connection:
        whose = organisers.meant(connection, organiser, at=at).id
        values = {"key": definition.key, "organiser_id": whose, "source_name": name, "source": source, "opened_at": at,
                  "digest": versions.digest_of(source)}  # fmt: skip
        added = insert_into(connection, Campaign).on_conflict_do_nothing(index_elements=["key"])
        campaign_id = connection.execute(added.returning(col(Campaign.id)), values).scalar()
        if campaign_id is None:
            raise Refused(_already_open(definition))
        work = office.work(connection, definition.key, actor, at, uncommitted=True)
        versions.keep(work, source, name=name)
        calendars.announce(work, definition)
        record(work, "campaign", campaign_id, "open", digest=values["digest"], file=name)
        _add_contacts(work)
        duties.create_all(work)
    return definition.key


def _add_contacts(work: Work) -> None:
    for person in work.definition.office.contacts:
        units.add_contact(work, name=person.name, phones=person.phones, email=person.email)
    for institution in work.definition.institutions:
        for person in institution.contacts:
            units.add_contact(
                work, name=person.name, phones=person.phones, email=person.email, institution=institution.key
            )


def _already_open(definition: Definition) -> Reason:
    return Reason(
        code="CMP-01", zh=f"活动“{definition.key}”已经启动", en=f'campaign "{definition.key}" is already open'
    )


def movable(work: Work, milestone: str) -> tuple[str, ...]:
    """By which verbs its date may be moved now, as far as the date itself has a say; what else is asked, each says."""
    old, announced = _standing(work, milestone)
    if announced.to_choose:
        return ("choose",)
    if _awaits(announced, old):
        return ("announce",)
    suspended = old.closes is None or old.chosen is not None
    return ("extend",) if suspended else ("extend", "suspend")


def extend(
    work: Work, milestone: str, *, closes: datetime, reason: str, opens: datetime | None = None, reopen: bool = True,
    who: Who | None = None,
) -> Moved:  # fmt: skip
    """Move a milestone's end (and, before it began, its start). Needs a transaction that is `alone`.

    With `who` it is moved for those only: a class of it is made, which comes before all the others. Unsent letters with
    the old date are dropped and exactly those who were told it get a correction. With `reopen`, nominations that lapsed
    at the old deadline are drafts again. Raises Refused (EXT-…).
    """
    may_office(work.actor)
    old, announced = _standing(work, milestone)
    reason = reason_of(reason)
    moving.must_have_reason(reason)
    if old.chosen is not None:  # the chosen date stands for both ends, so moving them would move nothing
        raise Refused(_choose_anew(announced))
    if announced.to_choose and old.closes is None:
        raise Refused(_choose_instead(announced))
    if _awaits(announced, old):
        raise Refused(_announce_instead(announced))
    if who is not None and not who.everybody:
        old, announced = scopes.narrowed(work, announced, who)
    new_opens = opens or old.opens
    if new_opens != old.opens and old.opens and old.opens <= work.at:
        raise Refused(moving.has_begun(announced))
    moving.check_window(work, announced, new_opens, closes, old)
    if new_opens != old.opens:
        moving.check_start(work, announced, new_opens)
    edge = Edge.OPENS if closes == old.closes else Edge.CLOSES
    return _moved(work, announced, old, opens=new_opens, closes=closes, reason=reason, reopen=reopen, edge=edge)


def suspend(work: Work, milestone: str, *, reason: str, reopen: bool = True) -> Moved:
    """Take a milestone's end back without a new one: nothing closes until `extend` says when. Needs to be `alone`.

    It can be the end of a class too. Who was told the old date hears that the new one is to be announced. Raises
    Refused (EXT-12).
    """
    may_office(work.actor)
    old, announced = _standing(work, milestone)
    reason = reason_of(reason)
    moving.must_have_reason(reason)
    if old.closes is None or old.chosen is not None:
        raise Refused(_nothing_to_suspend(announced, old))
    return _moved(work, announced, old, opens=old.opens, closes=None, suspended=True, reason=reason, reopen=reopen,
                  edge=Edge.CLOSES, verb="suspend")  # fmt: skip


def _moved(
    work: Work, announced: Milestone, old: InForce, *, opens: datetime | None, closes: datetime | None, reason: str,
    reopen: bool, edge: Edge, suspended: bool = False, verb: str = "extend",
) -> Moved:  # fmt: skip
    before, again = movement.now(work), moving.was_closed(work, announced)
    standing = old if announced.key in work.calendar else scopes.begin(work, announced)
    new = moving.revise(work, standing, opens=opens, closes=closes, suspended=suspended, reason=reason, verb=verb)
    reopened = moving.collect_again(work, new.milestone, reason=reason, reopen=reopen) if again else 0
    told = occasional.deadline_moved(
        work, milestone=new.milestone, edge=edge, old=old, new=new, reason=reason, before=before
    ) + occasional.followers_moved(work, milestone=new.milestone, reason=reason, before=before)
    affected = moving.affected(work, new.milestone)
    return Moved(old=old, new=new, told=told, reopened=reopened, affected=affected)


def announce(
    work: Work, milestone: str, *, opens: datetime | None = None, closes: datetime | None = None, reason: str = ""
) -> Moved:
    """Announce the dates of a milestone that was left “to be announced” (另行通知). Needs to be `alone`.

    Nobody was told a date before, so nobody is corrected; its reminders go out as for any other. Raises Refused.
    """
    may_office(work.actor)
    old, announced = _standing(work, milestone)
    if not _awaits(announced, old):
        raise Refused(_announced_already(announced))
    if opens is None and closes is None:
        raise Refused(Reason(code="EXT-14", zh=f"公布“{announced.name}”须给出开始时间或截止时间",
                             en=f'give the start or the end of "{announced.english}"'))  # fmt: skip
    if closes:
        moving.check_window(work, announced, opens or old.opens, closes, old)
    moving.check_start(work, announced, opens)
    reason = reason_of(reason) if reason else ""
    new = moving.revise(work, old, opens=opens or old.opens, closes=closes, reason=reason, verb="announce")
    return Moved(old=old, new=new, told=Sent())


def _awaits(announced: Milestone, standing: InForce) -> bool:
    """Whether its dates are still to be announced."""
    return announced.to_announce and standing.closes is None and not standing.suspended and standing.revision == 1


def choose_date(work: Work, milestone: str, *, date: datetime, reason: str = "") -> Moved:
    """Choose the date of a milestone that was left open (择机). Outside its window it needs a reason.

    Choosing anew moves it, and who was told the earlier date gets a correction.
    """
    may_office(work.actor)
    old, announced = _standing(work, milestone)
    reason = reason_of(reason)
    if not announced.to_choose:
        raise Refused(Reason(code="EXT-05", zh=f"“{announced.name}”不是择机事项，请改用延期",
                             en=f'"{announced.english}" is not a date to choose; extend it instead'))  # fmt: skip
    if date == old.chosen:
        raise Refused(_no_change(announced, moving.words(work, date, edge="start")[0]))
    inside = (announced.opens is None or date >= announced.opens) and (
        announced.closes is None or date < announced.closes
    )
    if not inside or old.chosen is not None:
        moving.must_have_reason(reason)
    moving.check_start(work, announced, date)
    before = movement.now(work)
    new = moving.revise(work, old, opens=old.opens, closes=old.closes, chosen=date, reason=reason, verb="choose")
    told = occasional.followers_moved(work, milestone=milestone, reason=reason, before=before)
    if old.chosen is not None:  # else nobody was told a date that would have to be corrected
        told += occasional.deadline_moved(work, milestone=milestone, edge=Edge.OPENS, old=old, new=new, reason=reason)
    return Moved(old=old, new=new, told=told)


def _standing(work: Work, milestone: str) -> tuple[InForce, Milestone]:
    standing = work.calendar.get(milestone)
    if standing is None:
        known = "、".join(f"{key}（{each.name}）" for key, each in work.definition.milestone_by_key.items())
        raise Refused(Reason(code="EXT-01", zh=f"没有这个时间节点：{milestone[:60]!r}；可用：{known}",
                             en=f"no such milestone: {milestone[:60]!r}; defined: {known}"))  # fmt: skip
    return standing, work.definition.milestone_by_key[milestone]


def _choose_anew(announced: Milestone) -> Reason:
    return Reason(code="EXT-02", zh=f"“{announced.name}”的日期已经选定，请另选日期",
                  en=f'the date of "{announced.english}" is chosen; choose another one')  # fmt: skip


def _no_change(announced: Milestone, date: str) -> Reason:
    return Reason(code="EXT-04", zh=f"“{announced.name}”的日期已选定为{date}，没有变化",
                  en=f'"{announced.english}" has that date already; nothing changes')  # fmt: skip


def _choose_instead(announced: Milestone) -> Reason:
    return Reason(code="EXT-02", zh=f"“{announced.name}”为择机事项，请选定日期",
                  en=f'"{announced.english}" has no date yet; choose one')  # fmt: skip


def _announce_instead(announced: Milestone) -> Reason:
    return Reason(code="EXT-13", zh=f"“{announced.name}”的时间尚未公布，请先公布时间（announce）",
                  en=f'the dates of "{announced.english}" are to be announced; announce them first')  # fmt: skip


def _announced_already(announced: Milestone) -> Reason:
    return Reason(code="EXT-13", zh=f"“{announced.name}”不是待公布的事项，请改用延期（extend）或选定日期",
                  en=f'"{announced.english}" is not waiting to be announced; extend or choose it')  # fmt: skip


def _nothing_to_suspend(announced: Milestone, standing: InForce) -> Reason:
    if standing.suspended:
        return Reason(code="EXT-12", zh=f"“{announced.name}”的截止时间已经暂停，恢复时请用延期给出新的时间",
                      en=f'"{announced.english}" is suspended already; extend it to give the new date')  # fmt: skip
    return Reason(code="EXT-12", zh=f"“{announced.name}”没有可以暂停的截止时间",
                  en=f'"{announced.english}" has no deadline that could be suspended')  # fmt: skip
