"""The verbs of accounts: adding somebody, giving and taking roles, shutting an account. Each is told to the history.

The secretariat of one campaign gives roles in that one. Roles in every campaign of an organiser, also those to come,
are given where the server stands (`bangdan admin`). At the desk nobody takes their own role or shuts their own account,
so one who can undo it is always left; and what is done there to an account is done for its organiser alone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update
from sqlmodel import col

from engine.access import Actor, may_office, not_found
from engine.accounts import rights, sessions
from engine.accounts.sessions import Signed
from engine.accounts.tables import Account, AccountHere, Membership
from engine.database import insert_into, inserted_id
from engine.history import record
from engine.office import Office, Work
from engine.organisers import keeping as organisers
from engine.tables import Unit, public_id
from notifications.errors import AddressRefused
from notifications.letter import Address, check_address
from workflows.nomination import Role
from workflows.reasons import Reason, Refused

M, H = Membership, AccountHere
EVERYWHERE = "*"  # of a role that holds in every campaign of an organiser
IN_WORDS = "全部活动 / every campaign"
OFFICE_ROLES = (Role.SECRETARIAT, Role.AUDITOR)
LONGEST_NAME = 40  # characters


def read_address(text: str) -> Address:
    """The one address that a text is, by the strict check. Raises Refused (ADR-01, ADR-02)."""
    try:
        return check_address(text)
    except AddressRefused as error:
        raise Refused(Reason(code=error.code, zh=error.zh, en=error.en, where="email")) from error


def add(connection: Connection, *, name: str, address: Address, at: datetime) -> int:
    """The account with that address, made if there is none; its row id. Raises Refused (ACC-01)."""
    if not 0 < len(name.strip()) <= LONGEST_NAME:  # first: who is known to another organiser is as unknown here
        raise Refused(Reason(code="ACC-01", zh=f"请写姓名，最多 {LONGEST_NAME} 个字", where="name",
                             en=f"give a name of at most {LONGEST_NAME} characters"))  # fmt: skip
    existing = connection.execute(select(col(Account.id)).where(col(Account.email_key) == address.key)).scalar()
    if existing is not None:
        return existing
    values = {"public_id": public_id(), "name": name.strip(), "email": str(address), "email_key": address.key,
              "added_at": at}  # fmt: skip
    return inserted_id(connection.execute(insert(Account), values))


def find(connection: Connection, account: str) -> Row[Any]:
    """The account with that public id or address. Raises NotFound."""
    where = col(Account.public_id) == account
    if "@" in account:
        where = col(Account.email_key) == read_address(account).key
    row = connection.execute(select(Account).where(where)).first()
    if row is None:
        raise not_found(account)
    return row


def find_here(work: Work, account: str) -> Row[Any]:
    """The account with that public id, if it has a part in this campaign, or would have. Raises NotFound."""
    row = find(work.connection, account)
    if all(seat.campaign != work.definition.key for seat in rights.held(work.connection, row.id)):
        raise not_found(account)
    return row


def grant(
    work: Work, account_id: int, role: Role, *, unit_id: int | None = None, institution: str | None = None,
    name: str = "",
) -> None:  # fmt: skip
    """Give an account a role in this campaign and end its sessions; a role it has already stays as it is.

    `name` is how they are called here, if not by the account's.

    Raises Refused (ACC-02) where the role needs a unit or an institution and another, or none, is named.
    """
    may_office(work.actor)
    _check(work, role, unit_id, institution)
    if _hold(work.connection, account_id, role, at=work.at, by=work.actor, campaign_id=work.campaign_id,
             unit_id=unit_id, institution=institution):  # fmt: skip
        _call(work.connection, account_id, work.organiser_id, name)
        record(work, "account", account_id, "grant", role=role.value, of=_of(work, unit_id, institution))
        sessions.leave(work.connection, account_id, work.organiser_id, at=work.at)


def grant_everywhere(
    office: Office, connection: Connection, account_id: int, role: Role, *, at: datetime, by: Actor,
    organiser: str | None = None, name: str = "",
) -> None:  # fmt: skip
    """Give an account a role in every campaign of an organiser, also those to come.

    Raises Refused (ACC-02: office roles only; ORG-03), NotFound (ORG-04).
    """
    may_office(by)
    if role not in OFFICE_ROLES:
        raise Refused(_unfit("这个身份只能在一个活动中授予，请指明活动", "this role is given in one campaign: name it"))
    whose = organisers.meant(connection, organiser, at=at).id
    if _hold(connection, account_id, role, at=at, by=by, organiser_id=whose):
        _call(connection, account_id, whose, name)
        for work in works(office, connection, account_id, at=at, by=by, organiser_id=whose):
            record(work, "account", account_id, "grant", role=role.value, reach=IN_WORDS)
        sessions.leave(connection, account_id, whose, at=at)


def _hold(
    connection: Connection, account_id: int, role: Role, *, at: datetime, by: Actor, campaign_id: int | None = None,
    organiser_id: int | None = None, unit_id: int | None = None, institution: str | None = None,
) -> bool:  # fmt: skip
    """Whether that was new."""
    reach = campaign_id or f"{EVERYWHERE}{organiser_id}"
    values = {"public_id": public_id(), "account_id": account_id,
              "holds": f"{reach}:{role.value}:{unit_id or institution or ''}", "campaign_id": campaign_id,
              "organiser_id": organiser_id, "role": role.value, "unit_id": unit_id, "institution": institution,
              "given_at": at, "given_by": by.name}  # fmt: skip
    added = insert_into(connection, M).on_conflict_do_nothing(index_elements=["account_id", "holds"])
    return connection.execute(added.returning(col(M.id)), values).first() is not None


def _call(connection: Connection, account_id: int, organiser_id: int, name: str) -> None:
    """By what name the organiser knows them from now on; where none was given, by the account's."""
    known = select(col(Account.name)).where(col(Account.id) == account_id)
    sessions.note(connection, account_id, organiser_id, name=name.strip() or connection.execute(known).scalar_one())


def _check(work: Work, role: Role, unit_id: int | None, institution: str | None) -> None:
    named = {Role.UNIT: unit_id is not None and institution is None,
             Role.INSTITUTION: institution in work.definition.institution_by_key and unit_id is None,
             Role.ENGINE: False}  # fmt: skip
    if not named.get(role, unit_id is None and institution is None):
        raise Refused(_unfit("推荐单位和初评机构的身份须指明是哪一个，其他身份不须指明",
                             "a unit's or an institution's role names which one; the others name none"))  # fmt: skip


def _unfit(zh: str, en: str) -> Reason:
    return Reason(code="ACC-02", zh=zh, en=en, where="role")


def _of(work: Work, unit_id: int | None, institution: str | None) -> str:
    """What the history calls the unit or the institution of a role; nothing for the others."""
    if institution is not None:
        return work.definition.institution_by_key[institution].name
    query = select(col(Unit.name)).where(col(Unit.id) == unit_id)
    return str(work.connection.execute(query).scalar_one()) if unit_id is not None else ""


def role_of(work: Work, account_id: int, role: Role) -> str:
    """The public id of a role that an account was given in this campaign. Raises NotFound."""
    where = col(M.account_id) == account_id, col(M.role) == role.value, col(M.campaign_id) == work.campaign_id
    found = work.connection.execute(select(col(M.public_id)).where(*where)).scalar()
    if found is None:
        raise not_found(role.value)
    return found


def revoke(work: Work, membership: str, *, by: Signed | None = None) -> None:
    """Take a role in this campaign back, by its public id, and end the sessions of who had it.

    `by` is who asks at the desk. Raises NotFound (also for one in every campaign, which is not this one's to take),
    Refused (ACC-03).
    """
    may_office(work.actor)
    where = col(M.public_id) == membership, col(M.campaign_id) == work.campaign_id
    row = work.connection.execute(select(M).where(*where)).first()
    if row is None:
        raise not_found(membership)
    not_oneself(row.account_id, by)
    work.connection.execute(delete(M).where(col(M.id) == row.id))
    known = row.institution is None or row.institution in work.definition.institution_by_key
    of = _of(work, row.unit_id, row.institution) if known else row.institution
    record(work, "account", row.account_id, "revoke", role=row.role, of=of)
    sessions.leave(work.connection, row.account_id, work.organiser_id, at=work.at)


def revoke_everywhere(
    office: Office, connection: Connection, account_id: int, role: Role, *, at: datetime, by: Actor,
    organiser: str | None = None,
) -> None:  # fmt: skip
    """Take a role back that held in every campaign of an organiser. Raises NotFound, Refused (ORG-03)."""
    may_office(by)
    whose = organisers.meant(connection, organiser, at=at).id
    concerned = works(office, connection, account_id, at=at, by=by, organiser_id=whose)
    mine = delete(M).where(col(M.account_id) == account_id, col(M.role) == role.value, col(M.organiser_id) == whose)
    if connection.execute(mine).rowcount == 0:
        raise not_found(role.value)
    for work in concerned:
        record(work, "account", account_id, "revoke", role=role.value, reach=IN_WORDS)
    sessions.leave(connection, account_id, whose, at=at)


def works(
    office: Office, connection: Connection, account_id: int, *, at: datetime, by: Actor,
    organiser_id: int | None = None,
) -> list[Work]:  # fmt: skip
    """A work, in the open transaction, for each campaign that an account has a part in: where its affairs are told.

    With `organiser_id` those of that organiser: what it does is not told to others.
    """
    mine = (seat for seat in rights.held(connection, account_id) if organiser_id in (None, seat.organiser))
    keys = dict.fromkeys(seat.campaign for seat in mine)
    return [office.work(connection, key, by, at) for key in keys]


def own_works(office: Office, connection: Connection, account: Row[Any], *, at: datetime) -> list[Work]:
    """The same, for what people do themselves: in each campaign they act from the first seat that they have in it."""
    mine = {seat.campaign: seat for seat in reversed(rights.held(connection, account.id))}
    return [office.work(connection, key, rights.acting(rights.called(account.name, seat), seat), at)
            for key, seat in mine.items()]  # fmt: skip


def disable(office: Office, connection: Connection, account_id: int, *, at: datetime, by: Actor) -> None:
    """Shut an account in the whole house: nobody signs in with it, its sessions end and its tokens open nothing."""
    disabled = update(Account).where(col(Account.id) == account_id, col(Account.disabled_at).is_(None))
    if connection.execute(disabled.values(disabled_at=at)).rowcount:
        sessions.end_all(connection, account_id, at=at)
        for work in works(office, connection, account_id, at=at, by=by):
            record(work, "account", account_id, "disable")


def enable(office: Office, connection: Connection, account_id: int, *, at: datetime, by: Actor) -> None:
    """Open an account again, in the whole house and for every organiser that shut it."""
    disabled = update(Account).where(col(Account.id) == account_id, col(Account.disabled_at).is_not(None))
    shut = update(H).where(col(H.account_id) == account_id, col(H.shut_at).is_not(None))
    changed = connection.execute(disabled.values(disabled_at=None)).rowcount
    changed += connection.execute(shut.values(shut_at=None)).rowcount
    if changed:
        for work in works(office, connection, account_id, at=at, by=by):
            record(work, "account", account_id, "enable")


def sign_out(office: Office, connection: Connection, account_id: int, *, at: datetime, by: Actor) -> None:
    """End every session of an account; whoever can sign in comes in again."""
    sessions.end_all(connection, account_id, at=at)
    for work in works(office, connection, account_id, at=at, by=by):
        record(work, "account", account_id, "sign-out")


def not_oneself(account_id: int, by: Signed | None) -> None:
    """Raises Refused (ACC-03) where somebody at the desk is about to do that to themselves."""
    if by is not None and by.account.id == account_id:
        raise Refused(Reason(code="ACC-03", zh="不能收回自己的身份或停用自己的账号；请由另一位秘书处人员办理",
                             en="nobody takes their own role or shuts their own account: ask a colleague"))  # fmt: skip
