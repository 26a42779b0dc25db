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
_IDLE, _INTERVAL, _COUNT, _UNHEARD = OURS.values()
THEIRS = (
    f"SET tcp_keepalives_idle = {_IDLE}; SET tcp_keepalives_interval = {_INTERVAL}; "
    f"SET tcp_keepalives_count = {_COUNT}; SET tcp_user_timeout = {_UNHEARD}"
)
STOPPED = "SET idle_in_transaction_session_timeout = '5min'"  # longer than anybody computes between two statements


def ours(url: URL) -> dict[str, int]:
    """How soon our end gives up the server; what the address itself says of it stands."""
    return {name: value for name, value in OURS.items() if name not in url.query}


def notice_loss(engine: Engine) -> None:
    """From now on each new connection says to the server how soon it is to give us up."""

    @event.listens_for(engine, "connect")
    def _on_connect(raw: Any, _record: object) -> None:
        _say(raw, THEIRS)


def hold_nothing_while_stopped(engine: Engine) -> None:
    """What a process that was stopped in the middle of a transaction holds is free soon: for one without people.

    It takes back its own transaction when it goes on.
    """

    @event.listens_for(engine, "connect")
    def _on_connect(raw: Any, _record: object) -> None:
        _say(raw, STOPPED)

    engine.dispose()


def _say(raw: Any, what: str) -> None:
    raw.execute(what)
    raw.commit()
