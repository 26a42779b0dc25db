"""One bucket of requests for each token of the API, in the database: what all processes that answer it share.

A process takes several requests' worth at a time, and gives back what it did not use. One statement, which locks the
row of its token alone; time is the database's own, since hosts disagree about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Float, Integer, bindparam, cast, func, literal
from sqlalchemy.dialects import postgresql
from sqlmodel import col

from engine.accounts.tables import ApiPace

P = ApiPace


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """What a process was given: so many requests, and so many are left for others."""

    given: int
    left: float


def take(connection: Connection, token: int, *, wanted: int, back: int, burst: int, per_second: float) -> Taken:
    """Take up to `wanted` requests out of that token's bucket, having put `back` what was taken before and not used.

    The bucket holds `burst` and fills up again by `per_second`. PostgreSQL.
    """
    given = {"token": token, "wanted": wanted, "back": back, "burst": burst, "rate": per_second}
    row = connection.execute(_TAKE, given).one()
    return Taken(given=row.taken, left=row.remaining)


def _number(name: str) -> ColumnElement[Any]:
    return cast(bindparam(name), Float(53))


_NOW: ColumnElement[Any] = cast(func.extract("epoch", func.clock_timestamp()), Float(53))


def _statement() -> Any:
    burst, wanted = _number("burst"), _number("wanted")
    whole = func.least(wanted, burst)
    adding = postgresql.insert(P).values(token_id=bindparam("token"), at=_NOW, taken=cast(whole, Integer),
                                         remaining=burst - whole)  # fmt: skip
    # Another host's statement may be the later one by the clock: a bucket never fills by less than nothing.
    filled = func.greatest(_NOW - col(P.at), literal(0.0)) * _number("rate")
    there = func.least(burst, col(P.remaining) + _number("back") + filled)
    part = func.floor(func.least(wanted, there))
    return adding.on_conflict_do_update(
        index_elements=["token_id"],
        set_={"at": _NOW, "taken": cast(part, Integer), "remaining": there - part},
    ).returning(col(P.taken), col(P.remaining))


_TAKE = _statement()
