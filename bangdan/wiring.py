"""The one composition root: from the settings to a house that works. Nothing is built or opened at import.

Settings → database, brought up to date → office, which knows the holidays that were entered and watches the clock →
mail door → post.
"""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from bangdan import ROOT

if TYPE_CHECKING:
    from bangdan.desk.house import Desk
    from engine.accounts.keys import Keys
    from engine.office import Office
    from engine.personal.terms import Terms
    from engine.settings import Settings
    from engine.webhooks.courier import Courier
    from notifications.delivery import DeliveryReport
    from workflows.workdays import Workdays

GAP = 0.02  # seconds


@cache
def settings() -> Settings:
    """What the environment says, read once. Raises Refused."""
    # Here and below, not above: these take 100 to 400 ms to import, and help needs none of them.
    from engine.settings import read

    return read()


def office(told: Settings) -> Office:
    """The office on the settings' database, whose tables are brought up to date. Dispose of its database afterwards."""
    from engine import clock
    from engine.database import Database
    from engine.office import Office
    from engine.schema import bring_up
    from engine.timekeeping import baseline

    database = Database(told.database_url.render_as_string(hide_password=False))
    bring_up(database)
    watch = baseline.watch(database, boot=clock.boot())
    return Office(database=database, workdays=workdays(told), terms=terms(told), watch=watch)


def terms(told: Settings) -> Terms:
    """For how long is kept what is only needed for a while."""
    from datetime import timedelta

    from engine.personal.terms import Terms

    days = {"answers": told.keep_answers_days, "places": told.keep_places_days, "letters": told.keep_letters_days}
    return Terms(**{name: timedelta(days=each) for name, each in days.items()})


def workdays(told: Settings) -> Workdays:
    """The working days, with the years that were entered as `holidays-YYYY.toml`. Raises FileRefused."""
    import tomllib

    from workflows.holiday_file import read_holiday_year
    from workflows.lines import index
    from workflows.workdays import Workdays

    texts = {path.name: path.read_text(encoding="utf-8") for path in sorted(told.holidays.glob("holidays-*.toml"))}
    entered = [read_holiday_year(tomllib.loads(text), name=name, lines=index(text)) for name, text in texts.items()]
    return Workdays(overrides=tuple(entered))


def post(told: Settings, opened: Office) -> Callable[[], list[DeliveryReport]]:
    """What delivers the letters that are due: to the mail server, or into the folder where there is none."""
    from engine.accounts import links
    from engine.letters import mailroom
    from engine.letters.composing import compose
    from engine.letters.post import Post
    from notifications.errand import Pace

    pace = Pace(told.smtp_per_minute)  # one for all doors of this process, or every beat would begin a new minute
    each = Post(
        office=opened,
        open_door=lambda: mailroom.open_door(told, pace),
        sender=mailroom.sender(told),
        compose=compose(opened.memory.latest, ROOT / "templates" / "letters"),
        clock=opened.clock,
        worker=worker_name(),
        secret_of=links.secret_of(lambda: keys(told)),
    )
    return each.deliver


def pause(opened: Office) -> Callable[[], None] | None:
    """What the engine does between two transactions of a long piece of work.

    On SQLite it leaves a gap: whoever waits in another process looks again and again, and nobody calls them.
    """
    import time

    return (lambda: time.sleep(GAP)) if opened.database.sqlite else None


def keys(told: Settings) -> Keys:
    """What codes of sign-in links are derived with; its file is made when it is first needed. Raises Refused."""
    from engine.accounts.keys import keys_in

    return keys_in(told.key_path)


def desk(told: Settings, opened: Office, *, nudge: Callable[[], None] | None = None) -> Desk:
    """What the desk is made over; `nudge` wakes the engine that runs beside it."""
    from bangdan.desk.house import Desk
    from engine.webhooks.addresses import networks_of

    made = Desk(office=opened, clock=opened.clock, address=told.desk_address, lang=told.lang, keys=keys(told),
                proxies=told.desk_proxies, second_factor=told.second_factor == "office",
                webhook_networks=networks_of(told.webhook_networks),
                metrics_token=told.metrics_token.get_secret_value() if told.metrics_token else "")  # fmt: skip
    return replace(made, nudge=nudge) if nudge else made


def courier(told: Settings, opened: Office) -> Courier:
    """What tells other systems of events."""
    from engine.webhooks.addresses import networks_of
    from engine.webhooks.courier import Courier

    return Courier(office=opened, clock=opened.clock, networks=networks_of(told.webhook_networks))


@contextmanager
def webhooks(told: Settings, opened: Office) -> Iterator[Callable[[], None]]:
    """The same on a thread of its own, as long as it is needed; calling what it gives asks for a round."""
    from engine.webhooks.aside import Aside

    each = courier(told, opened)
    aside = Aside(each.round, each.leaving)
    try:
        yield aside
    finally:
        aside.close()


def worker_name() -> str:
    """A name for this process as a sender of letters, which no other process has."""
    return f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}"
