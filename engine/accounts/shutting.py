"""Shutting somebody out at the desk, ending their sessions, taking a second factor: for one organiser alone.

What an account is under another organiser has no say in it, is not touched by it and can't be learned by trying it. An
account is shut in the whole house where the server stands (`members.disable`).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from engine.accounts import members, rights, sessions
from engine.accounts.sessions import Signed
from engine.accounts.tables import Account, AccountHere, Membership
from engine.history import record
from engine.office import Office, Work
from engine.organisers import keeping as organisers
from workflows.nomination import Role
from workflows.reasons import Reason, Refused

M, H = Membership, AccountHere


def shut(office: Office, work: Work, account_id: int, *, by: Signed) -> None:
    """Shut an account for the organiser of this campaign: it opens nothing of it. Raises Refused (ACC-03, ACC-04)."""
    may_shut(work, account_id, by)
    if _shut_at(work, account_id) is None:
        sessions.note(work.connection, account_id, work.organiser_id, shut_at=work.at)
        sessions.leave(work.connection, account_id, work.organiser_id, at=work.at)
        _tell(office, work, account_id, "disable")


def open_again(office: Office, work: Work, account_id: int, *, by: Signed) -> None:
    """Open it again for that organiser. Raises Refused (ACC-03, ACC-04; ACC-06 where the server's people shut it)."""
    may_shut(work, account_id, by)
    disabled = select(col(Account.disabled_at)).where(col(Account.id) == account_id)
    if work.connection.execute(disabled).scalar() is not None:
        raise Refused(Reason(code="ACC-06", zh="此账号由系统管理员停用，须由系统管理员启用",
                             en="whoever runs the server shut this account, and opens it again"))  # fmt: skip
    if _shut_at(work, account_id) is not None:
        sessions.note(work.connection, account_id, work.organiser_id, shut_at=None)
        _tell(office, work, account_id, "enable")


def send_out(office: Office, work: Work, account_id: int) -> None:
    """End the sessions of an account as far as they open anything of this campaign's organiser."""
    sessions.leave(work.connection, account_id, work.organiser_id, at=work.at)
    _tell(office, work, account_id, "sign-out")


def _shut_at(work: Work, account_id: int) -> datetime | None:
    query = select(col(H.shut_at)).where(col(H.account_id) == account_id, col(H.organiser_id) == work.organiser_id)
    return work.connection.execute(query).scalar()


def _tell(office: Office, work: Work, account_id: int, verb: str) -> None:
    for each in members.works(
        office, work.connection, account_id, at=work.at, by=work.actor, organiser_id=work.organiser_id
    ):
        record(each, "account", account_id, verb)


def may_take_factor(work: Work, account_id: int, by: Signed) -> None:
    """Who may take somebody's second factor at the desk: who may shut them, in a house of one organiser.

    It is asked for whatever they open, so where there are several it is no single one's to take, whether or not this
    account has a part under another: nobody is to learn that. Raises Refused (ACC-03, ACC-04, ACC-07).
    """
    may_shut(work, account_id, by)
    if not organisers.alone(work.connection):
        raise Refused(Reason(code="ACC-07", zh="停用他人的两步验证，须由系统管理员核实是本人后办理",
                             en="whoever runs the server takes somebody's second factor, having made sure that it is "
                             "them"))  # fmt: skip


def may_shut(work: Work, account_id: int, by: Signed) -> None:
    """Who may shut an account at the desk and open it again: a secretariat of every campaign of this organiser that it
    has a part in. What it is elsewhere has no say, and is not to be learned by trying.

    One with a role in every campaign, also those to come, is shut by its like. Raises Refused (ACC-03, ACC-04).
    """
    members.not_oneself(account_id, by)
    theirs = {seat.campaign for seat in by.seats if seat.role is Role.SECRETARIAT}
    held = rights.held(work.connection, account_id)
    here = {seat.campaign for seat in held if seat.organiser == work.organiser_id}
    if not here <= theirs or (_is_everywhere(work, account_id) and not _is_everywhere(work, by.account.id)):
        raise Refused(Reason(
            code="ACC-04",
            zh="此账号还参与您不负责的活动，停用账号或其两步验证须由系统管理员办理；您可以收回它在本活动中的身份",
            en="this account has a part in campaigns that are not yours: whoever runs the server may shut it or take "
            "its second factor; you may take its role in this one",
        ))  # fmt: skip


def _is_everywhere(work: Work, account_id: int) -> bool:
    where = col(M.account_id) == account_id, col(M.organiser_id) == work.organiser_id
    return work.connection.execute(select(col(M.id)).where(*where)).first() is not None
