"""How soon both ends of a line to PostgreSQL notice that the other is gone: a cut network says nothing by itself.

Our end gives up a server that answers no more. The server's end gives up us, and with us the locks and the letters that
we held: by default it would keep them for two hours, and everybody would wait for somebody who is not there any more.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import URL, Engine

OURS = {
    "keepalives_idle": 5,
    "keepalives_interval": 3,
    "keepalives_count": 3,
    "tcp_user_timeout": 15_000,
}  # s, s, -, ms
_GIVE_UP = (
    "SET tcp_keepalives_idle = {}; SET tcp_keepalives_interval = {}; SET tcp_keepalives_count = {}; "
    "SET tcp_user_timeout = {}"
)
THEIRS = _GIVE_UP.format(*OURS.values())
# Of a process without people: it only begins anew, and whoever waits for what it holds may be a person.
SOON = _GIVE_UP.format(2, 1, 2, 4_000)
STOPPED = "SET idle_in_transaction_session_timeout = '5min'"  # longer than anybody computes between two statements


def ours(url: URL) -> dict[str, int]:
    """How soon our end gives up the server; what the address itself says of it stands."""
    return {name: value for name, value in OURS.items() if name not in url.query}


def notice_loss(engine: Engine) -> None:
    """From now on each new connection says to the server how soon it is to give us up."""

    @event.listens_for(engine, "connect")
    def _on_connect(raw: Any, _record: object) -> None:
        _say(raw, THEIRS)


def hold_nothing_in_vain(engine: Engine) -> None:
    """What a process without people holds is free soon when it was cut off, and when it was stopped in a transaction.

    It takes back its own transaction when it goes on.
    """

    @event.listens_for(engine, "connect")
    def _on_connect(raw: Any, _record: object) -> None:
        _say(raw, f"{SOON}; {STOPPED}")

    engine.dispose()


def _say(raw: Any, what: str) -> None:
    raw.execute(what)
    raw.commit()
