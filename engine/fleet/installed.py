"""Whether this house can have a fleet at all; imports nothing of it."""

from __future__ import annotations

from importlib.util import find_spec

from engine.database import Database
from workflows.reasons import Reason, Refused

ON_SQLITE = Reason(
    code="WRK-01",
    zh="多机运行需要 PostgreSQL，而当前数据库是 SQLite；单机请用 bangdan run 或 bangdan serve，"
    "多机请先设 BANGDAN_DATABASE_URL=postgresql://…",
    en="several workers need PostgreSQL, and the database is SQLite; on one machine use `bangdan run` or "
    "`bangdan serve`, for several set BANGDAN_DATABASE_URL=postgresql://… first",
)
NOT_INSTALLED = Reason(
    code="WRK-02",
    zh="本机没有安装多机运行所需的组件；请执行 pip install 'bangdan[fleet]'"
    "（检出的代码：pip install -r requirements/fleet.txt）",
    en="what several workers need is not installed here; run pip install 'bangdan[fleet]' "
    "(in a checkout: pip install -r requirements/fleet.txt)",
)


def is_installed() -> bool:
    """Whether the libraries are there."""
    return all(find_spec(name) is not None for name in ("procrastinate", "psycopg_pool"))


def must_be_there(database: Database) -> None:
    """Raises Refused: WRK-01 on SQLite, WRK-02 where the libraries are missing."""
    if database.sqlite:
        raise Refused(ON_SQLITE)
    if not is_installed():
        raise Refused(NOT_INSTALLED)
