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
    from engine.clock import Clock
    from engine.exports.making import Maker
    from engine.fleet.worker import Worker
    from engine.letters.post import Post
    from engine.live import Beaten
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


def office(told: Settings, *, mover: bool = False) -> Office:
    """The office on the settings' database, whose tables are brought up to date. Dispose of its database afterwards.

    A house that was left for another database is opened by the `mover` alone.
    """
    from engine import clock
    from engine.database import Database
    from engine.office import Office
    from engine.schema import bring_up
    from engine.timekeeping import baseline

    database = Database(told.database_url.render_as_string(hide_password=False), kept=told.desk_threads)
    bring_up(database, mover=mover)
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
    return sender(told, opened).deliver


def sender(told: Settings, opened: Office) -> Post:
    """A sender of the letters that are due."""
    from engine.accounts import links
    from engine.letters import mailroom
    from engine.letters.composing import compose
    from engine.letters.post import Post

    known = keys(told, opened)  # now, not with the first link: by another key links would open nothing
    return Post(
        office=opened,
        open_door=lambda: mailroom.open_door(told),
        sender=mailroom.sender(told),
        compose=compose(opened.memory.latest, ROOT / "templates" / "letters"),
        clock=opened.clock,
        worker=worker_name(),
        secret_of=links.secret_of(lambda: known),
        limits=mailroom.limits(told),
    )


def pause(opened: Office) -> Callable[[], None] | None:
    """What the engine does between two transactions of a long piece of work.

    On SQLite it leaves a gap: whoever waits in another process looks again and again, and nobody calls them.
    """
    from threading import Event

    nothing_comes = Event()

    def gap() -> None:
        nothing_comes.wait(GAP)

    return gap if opened.database.sqlite else None


def keys(told: Settings, opened: Office) -> Keys:
    """What codes of sign-in links are derived with: the key that every process of the house has. Raises Refused."""
    from engine.accounts.house_key import house_keys

    return house_keys(opened.database, told.key_path, at=opened.clock())


def desk(told: Settings, opened: Office, *, nudge: Callable[[], None] | None = None) -> Desk:
    """What the desk is made over; `nudge` wakes the engine that runs beside it."""
    from bangdan.desk.house import Desk
    from engine.webhooks.addresses import networks_of

    made = Desk(office=opened, clock=opened.clock, address=told.desk_address, lang=told.lang, keys=keys(told, opened),
                proxies=told.desk_proxies, second_factor=told.second_factor == "office",
                webhook_networks=networks_of(told.webhook_networks),
                metrics_token=told.metrics_token.get_secret_value() if told.metrics_token else "")  # fmt: skip
    return replace(made, nudge=nudge) if nudge else made


def courier(told: Settings, opened: Office) -> Courier:
    """What tells other systems of events."""
    from engine.webhooks.addresses import networks_of
    from engine.webhooks.courier import Courier

    return Courier(office=opened, clock=opened.clock, networks=networks_of(told.webhook_networks))


def maker(opened: Office) -> Maker:
    """What makes the exports that were ordered."""
    from bangdan.happened import telling
    from engine.exports.making import Maker

    return Maker(office=opened, clock=opened.clock, telling=telling, by=_host(),
                 pause=pause(opened))  # fmt: skip


@contextmanager
def asides(told: Settings, opened: Office) -> Iterator[Callable[[], None]]:
    """Both on a thread of its own each, as long as they are needed; calling what this gives asks for a round."""
    from engine.webhooks.aside import Aside

    tells, makes = courier(told, opened), maker(opened)
    makes.begin()
    each = (Aside(tells.round, tells.leaving), Aside(makes.round, makes.leaving, name="exports"))

    def ask() -> None:
        for aside in each:
            aside()

    try:
        yield ask
    finally:
        for aside in each:
            aside.close()


def worker(
    told: Settings, opened: Office, *, tell: Callable[[Beaten], None], concurrency: int, name: str,
    clock: Clock | None = None,
) -> Worker:  # fmt: skip
    """A worker of the fleet on the settings' database, whose job tables are brought up to date.

    Raises Refused: WRK-01 on SQLite, WRK-02 where the fleet is not installed, and what the job tables have against it.
    """
    from datetime import timedelta

    from engine.fleet.installed import must_be_there

    must_be_there(opened.database)
    from engine.fleet import tables
    from engine.fleet.board import Board
    from engine.fleet.hands import Hands
    from engine.fleet.worker import Worker
    from engine.reach import hold_nothing_in_vain

    tables.bring_up(opened.database)
    hold_nothing_in_vain(opened.database.engine)
    clock = clock or opened.clock
    hands = Hands(
        office=opened, sender=replace(sender(told, opened), clock=clock),
        courier=replace(courier(told, opened), clock=clock), maker=replace(maker(opened), clock=clock),
        board=Board(opened.database), clock=clock, tell=tell,
        interval=timedelta(seconds=told.heartbeat_seconds),
    )  # fmt: skip
    return Worker(hands, opened.database.url, concurrency=concurrency, name=name)


@contextmanager
def hearing(opened: Office) -> Iterator[None]:
    """As long as this lasts, what is stored elsewhere is looked at by the fleet at once."""
    from engine.changes.listening import listening
    from engine.fleet.board import Board
    from engine.fleet.hearing import Hearing

    heard = Hearing(opened.database, Board(opened.database))
    try:
        with listening(opened.database, heard):
            yield
    finally:
        heard.close()


def _host() -> str:
    """This machine, as far as names in the database have room for it."""
    return socket.gethostname()[:40]


def worker_name() -> str:
    """A name for this process as a sender of letters, which no other process has."""
    return f"{_host()}-{os.getpid()}-{secrets.token_hex(4)}"
