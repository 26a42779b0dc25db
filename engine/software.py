"""Which versions are at work here: ours, Python's, SQLite's, and of what we stand on."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version

from engine.database import SQLITE_VERSION

LIBRARIES = (
    "sqlalchemy", "sqlmodel", "alembic", "fastapi", "starlette", "uvicorn", "jinja2", "pydantic", "icalendar",
    "aiosmtplib", "dnspython", "tzdata", "chinesecalendar",
)  # fmt: skip


def versions() -> dict[str, str]:
    """Ours, Python's and SQLite's."""
    return {"bangdan": own(), "python": platform.python_version(), "sqlite": SQLITE_VERSION}


def own() -> str:
    """Our version, as it was installed."""
    return _of("bangdan") or "checkout"


def libraries() -> dict[str, str]:
    """Of the libraries that are installed."""
    return {name: found for name in LIBRARIES if (found := _of(name))}


def _of(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:  # a checkout that was not installed
        return ""
