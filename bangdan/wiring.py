"""The one composition root: from the settings to a house that works. Nothing is built or opened at import.

Settings → database, brought up to date → office, which knows the holidays that were entered → mail door → post.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.office import Office
    from engine.settings import Settings
    from workflows.workdays import Workdays


@cache
def settings() -> Settings:
    """What the environment says, read once. Raises Refused."""
    # Here and below, not above: these take 100 to 400 ms to import, and help needs none of them.
    from engine.settings import read

    return read()


def office(told: Settings) -> Office:
    """The office on the settings' database, whose tables are brought up to date. Dispose of its database afterwards."""
    from engine.database import Database
    from engine.office import Office
    from engine.schema import bring_up

    database = Database(told.database_url.render_as_string(hide_password=False))
    bring_up(database)
    return Office(database=database, workdays=workdays(told))


def workdays(told: Settings) -> Workdays:
    """The working days, with the years that were entered as `holidays-YYYY.toml`. Raises FileRefused."""
    import tomllib

    from workflows.holiday_file import read_holiday_year
    from workflows.workdays import Workdays

    entered = [
        read_holiday_year(tomllib.loads(path.read_text(encoding="utf-8")), name=path.name)
        for path in sorted(told.holidays.glob("holidays-*.toml"))
    ]
    return Workdays(overrides=tuple(entered))
