"""Which key the house goes by: its fingerprint, noted in the database when a key is first used.

Each host has a key file of its own, and codes that one made open nothing at another with another key. So a process
whose file does not fit doesn't start, and where a key is noted none is made in its place: that is said in so many
words (`renew`).
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, delete, func, select
from sqlmodel import col

from engine.access import Actor, may_office
from engine.accounts.keys import Keys, keys_in
from engine.accounts.tables import KeyMark, SecondFactor
from engine.database import Database, insert_into
from engine.history import record
from engine.office import Office, every
from workflows.reasons import Reason, Refused

K = KeyMark
THE_ROW = 1


def house_keys(database: Database, path: Path, *, at: datetime) -> Keys:
    """The keys of that file, which have to be those of the house; the first ones that are used are.

    Raises Refused: CFG-30, KEY-01 (no key in it), KEY-02 (another key), KEY-03 (there is no such file any more).
    """
    with database.read() as connection:
        known = noted(connection)
    if known is None:
        keys = keys_in(path)
        with database.write() as connection:
            known = _note_first(connection, keys, at)
        return _fitting(keys, path, known)
    if not path.exists():
        raise Refused(_missing(path, known))
    return _fitting(keys_in(path), path, known)


def noted(connection: Connection) -> str | None:
    """The fingerprint of the house's key, None while none was used."""
    found: str | None = connection.execute(select(col(K.fingerprint))).scalar()
    return found


def renew(office: Office, actor: Actor, path: Path, *, at: datetime) -> Keys:
    """The house goes by that file's key from now on; the file is made where it is not there.

    Links under way and authenticators of another key open nothing any more; the history of each campaign says so.
    Raises Refused (KEY-01, role).
    """
    with office.database.write() as connection:
        may_office(actor)
        keys = keys_in(path)
        forget(connection)
        _note_first(connection, keys, at)
        for work in every(office, connection, actor, at):
            record(work, "campaign", work.campaign_id, "renew-key", fingerprint=keys.fingerprint)
    return keys


def forget(connection: Connection) -> None:
    """The key is not here, as in a restored copy: the first one that is used counts again."""
    connection.execute(delete(K))


def authenticators(connection: Connection) -> int:
    """How many people would have to set up their second factor anew."""
    counted = select(func.count()).where(col(SecondFactor.confirmed_at).is_not(None))
    return int(connection.execute(counted).scalar_one())


def _note_first(connection: Connection, keys: Keys, at: datetime) -> str:
    """Note that key unless one is noted; the fingerprint of the one that is."""
    mark = {"id": THE_ROW, "fingerprint": keys.fingerprint, "noted_at": at}
    connection.execute(insert_into(connection, K).values(mark).on_conflict_do_nothing())
    return noted(connection) or keys.fingerprint


def _fitting(keys: Keys, path: Path, known: str) -> Keys:
    if keys.fingerprint != known:
        raise Refused(_another(path, keys.fingerprint, known))
    return keys


def _another(path: Path, found: str, known: str) -> Reason:
    return Reason(
        code="KEY-02",
        zh=f"密钥文件 {path} 不是本系统所用的密钥：文件的指纹是 {found}，数据库登记的是 {known}。"
        "请把首台主机上的密钥文件复制到此处（权限 600）后再启动；"
        "如确需改用此文件的密钥，请执行 bangdan admin key --renew，改用后，已发出的登录链接失效，两步验证须重新启用",
        en=f"the key file {path} holds another key than this house goes by: its fingerprint is {found}, the database "
        f"has {known}. Copy the key file of the first host here (mode 600) and start again; or, if this key is to "
        "count from now on, bangdan admin key --renew: sign-in links under way are dead then, and second factors set "
        "up anew",
        where=str(path), facts={"found": found, "noted": known},
    )  # fmt: skip


def _missing(path: Path, known: str) -> Reason:
    return Reason(
        code="KEY-03",
        zh=f"找不到密钥文件 {path}；本系统的密钥已在数据库登记（指纹 {known}），不会自行另建。"
        "请把原来的密钥文件（首台主机上的，或另行保存的副本）放到此处（权限 600）；"
        "如已丢失，请执行 bangdan admin key --renew 另建，另建后，已发出的登录链接失效，两步验证须重新启用",
        en=f"there is no key file {path}, and the house has a key (fingerprint {known}), so none is made in its place. "
        "Put the file of the first host, or the copy that was kept, here (mode 600); if it is lost, bangdan admin key "
        "--renew makes another: sign-in links under way are dead then, and second factors set up anew",
        where=str(path), facts={"noted": known},
    )  # fmt: skip
