"""What is sent for an event, and the headers that prove from whom it comes, as Standard Webhooks has them.

Ids, verb, states and instants, no personal data: whoever is told asks the API for the rest, with a right of its own.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from engine.office import Work
from engine.queries.called import names

SECRET_BYTES = 32
PREFIX = "whsec_"


def new_secret() -> str:
    """A secret as both sides keep it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def of_event(work: Work, event: Row[Any]) -> bytes:
    """What is said of one event. The same event gives the same bytes, however often it is sent."""
    if event.subject == "campaign":
        known = work.definition.key
    else:
        known, _ = names(work, [event]).get((event.subject, event.subject_id), ("", ""))
    data = {
        "campaign": work.definition.key, "number": event.id, "subject": event.subject, "id": known,
        "verb": event.verb, "from": event.from_state, "to": event.to_state,
    }  # fmt: skip
    if milestone := event.details.get("milestone"):
        data["milestone"] = milestone
    return _body(f"{event.subject}.{event.verb}", event.at, data)


def of_test(work: Work, at: datetime) -> bytes:
    """What is said to try an address."""
    return _body("ping", at, {"campaign": work.definition.key})


def _body(kind: str, at: datetime, data: dict[str, Any]) -> bytes:
    instant = at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    told = {"type": kind, "timestamp": instant, "data": data}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def headers(message: str, body: bytes, *, at: datetime, keys: Sequence[str]) -> dict[str, str]:
    """The headers of one attempt at `at`; `message` is the same for every attempt, and each key signs."""
    stamp = str(int(at.timestamp()))
    return {
        "Content-Type": "application/json", "User-Agent": "bangdan-webhooks/1", "Webhook-Id": message,
        "Webhook-Timestamp": stamp,
        "Webhook-Signature": " ".join(signature(key, message, stamp, body) for key in keys),
    }  # fmt: skip


def signature(key: str, message: str, stamp: str, body: bytes) -> str:
    """HMAC-SHA256 over id, time and body with the secret's bytes."""
    signed = b".".join((message.encode(), stamp.encode(), body))
    made = hmac.new(base64.b64decode(key.removeprefix(PREFIX)), signed, hashlib.sha256)
    return "v1," + base64.b64encode(made.digest()).decode()
