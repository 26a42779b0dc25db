"""What a house that is being moved answers, and how the database's own refusal becomes that answer.

The triggers of `engine.relocation.holding` say no more than a code, because whoever tries to write may be a program
that was started before the move began.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.engine.interfaces import ExceptionContext

from workflows.reasons import Reason, Refused

MOVING = Reason(
    code="MOV-01",
    zh="系统正在迁移，暂停办理，本次内容没有保存；请稍后再试",
    en="the system is being moved and accepts nothing meanwhile, NOT stored; try again later",
)
MOVED = Reason(
    code="MOV-02",
    zh="系统已迁到另一数据库，此处不再办理，本次内容没有保存；请联系管理员",
    en="the system was moved to another database and accepts nothing here, NOT stored; tell whoever runs it",
)
ARRIVING = Reason(
    code="MOV-03",
    zh="此数据库正在迁入，尚未完成，暂不可用；请在原系统上再次执行 bangdan migrate-to，或等它完成",
    en="this database is being moved to and not complete; say `bangdan migrate-to` again at the old house, or wait",
)
SAID = "bangdan: "
HELD: Mapping[str, Reason] = {f"{SAID}{each.code}": each for each in (MOVING, MOVED, ARRIVING)}


def held(context: ExceptionContext) -> BaseException | None:
    """A listener of errors: what a held house refuses to store is refused, and no failing of the database."""
    reason = HELD.get(str(context.original_exception).partition("\n")[0])
    return Refused(reason) if reason is not None else None


def lives_at(place: str) -> Reason:
    """The house was moved for good."""
    return Reason(
        code="MOV-02",
        zh=f"系统已迁到 {place}，此数据库不再使用；请把 BANGDAN_DATABASE_URL 设为新地址（含密码）后再执行",
        en=f"the house lives at {place} now and this database is not used any more; set BANGDAN_DATABASE_URL to the "
        "new address, with its password",
        facts={"place": place},
    )


def not_between_versions(token: str) -> Reason:
    return Reason(
        code="MOV-04",
        zh="迁移进行中，不能升级数据库；请用开始迁移的那个版本完成（bangdan migrate-to）或放弃（--abandon），再升级",
        en="a move is under way, so the database is not upgraded; finish it (`bangdan migrate-to`) or give it up "
        "(`--abandon`) with the version that began it, then upgrade",
        facts={"token": token[:8]},
    )
