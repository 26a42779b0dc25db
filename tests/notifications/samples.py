"""Letters, people and instants that the tests of the mail room share."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from notifications.claims import Claimed, Frozen, Outcome, Settlement, claim, freeze
from notifications.letter import Recipient, Sender, check_address
from notifications.outbox import NewLetter
from notifications.tables import LETTER

NOON = datetime(2023, 11, 27, 4, 0, tzinfo=UTC)
DEADLINE = datetime(2023, 11, 30, 16, 0, tzinfo=UTC)
LEASE = timedelta(minutes=20)
REPEAT = timedelta(minutes=5)
OFFICE = Sender(name="秘书处", address=check_address("office@host.example"))
LOOPBACK_PAIR = Path(__file__).parent / "loopback.pem"


def letter(number: int = 1, **changed: Any) -> NewLetter:
    """A reminder to contact number `number`."""
    facts: dict[str, Any] = {
        "campaign_id": 1,
        "key": f"closing/1/{number}",
        "occasion": "reminder",
        "template": "reminder",
        "to": Recipient(name="郑伯龙", address=check_address(f"zheng{number}@unit.example")),
        "created_at": NOON,
        "milestone": "closing",
        "revision": 1,
        "contact_ref": f"contact-{number}",
        "context": {"days": 3},
        "useful_until": DEADLINE,
    }
    return NewLetter(**(facts | changed))


def take(conn: Connection, *, at: datetime = NOON, worker: str = "w", limit: int = 10) -> list[Claimed]:
    """Claim with the lease the tests reckon with, and freeze what is new as real workers do."""
    held = claim(conn, at=at, worker=worker, limit=limit, lease_until=at + LEASE, repeat_at=at + REPEAT)
    new = {one.id: Frozen(message_id=f"<{one.id}@host.example>", date=at, raw=b"raw") for one in held if not one.frozen}
    freeze(conn, new, token=held[0].token if held else "")
    return held


def states(conn: Connection) -> list[str]:
    """The state of every letter, in the order they were put."""
    return list(conn.execute(select(LETTER.c.state).order_by(LETTER.c.id)).scalars())


def row(conn: Connection, *columns: str) -> tuple[Any, ...]:
    """These columns of the first letter."""
    return tuple(conn.execute(select(*(LETTER.c[name] for name in columns)).order_by(LETTER.c.id)).first() or ())


def outcome(held: Claimed, result: Outcome, *, next_attempt_at: datetime = NOON) -> Settlement:
    """What became of a letter, in words of no interest."""
    return Settlement(id=held.id, token=held.token, outcome=result, answer="words", next_attempt_at=next_attempt_at)
