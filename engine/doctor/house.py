"""The house as a whole: is it being moved elsewhere, and is the key of this host the one it goes by."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.accounts import house_key
from engine.accounts.keys import keys_in
from engine.database import Database
from engine.doctor.finding import Finding, error, ok, warning
from engine.relocation import standing
from engine.settings import Settings
from workflows.reasons import Refused


def house(told: Database, settings: Settings) -> Iterator[Finding]:
    """A finding about a move where there is one, and about the key where one was ever used."""
    with told.read() as connection:
        move, noted = standing.in_force(connection), house_key.noted(connection)
    if move is not None:
        yield _moving(move)
    if noted is not None:
        yield _key(settings.key_path, noted)


def _moving(move: standing.Move) -> Finding:
    if move.outcome:
        return error(
            "DOC-07",
            f"系统已迁到 {move.place}，此数据库不再使用",
            f"the house lives at {move.place} now, this database is not used any more",
            "把 BANGDAN_DATABASE_URL 设为新地址",
            "set BANGDAN_DATABASE_URL to the new address",
        )
    where = ("此数据库正在迁入", "this database is being moved to") if move.arriving else (
        f"系统正在迁往 {move.place}，暂停办理", f"the house is being moved to {move.place} and accepts nothing"
    )  # fmt: skip
    return warning(
        "DOC-07",
        *where,
        "在原系统上再次执行 bangdan migrate-to 继续，或加 --abandon 放弃",
        "say `bangdan migrate-to` again at the old house, or give it up with --abandon",
    )


def _key(path: Path, noted: str) -> Finding:
    """Compared by fingerprint; whether others can read the file is looked at elsewhere (DOC-80)."""
    do = (
        "从首台主机复制密钥文件（权限 600）；或 bangdan admin key --renew",
        "copy the key file of the first host (mode 600); or bangdan admin key --renew",
    )
    if not path.exists():
        return error("DOC-81", f"找不到密钥文件 {path}", f"there is no key file {path}", *do)
    try:
        found = keys_in(path).fingerprint
    except Refused as refused:
        reason = refused.reasons[0]
        return error("DOC-81", f"密钥文件不可用：{reason.zh}", f"the key file can't be used: {reason.en}", *do)
    if found != noted:
        return error(
            "DOC-81",
            f"密钥文件的指纹是 {found}，数据库登记的是 {noted}",
            f"the key file's fingerprint is {found}, the database has {noted}",
            *do,
        )
    return ok("DOC-81", f"密钥与数据库登记的一致（{noted}）", f"the key is the one that the database has ({noted})")
