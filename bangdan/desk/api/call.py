"""One request of a program, as handlers see it: which token, when, for which campaign, under which request key.

`read` and `write` open the campaign's transaction for the token's seat, so a handler reaches rows through the scoped
door and no other way. `change` carries something out once per key, and answers a repeated request as the first time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bangdan.desk.fields import Fields
from bangdan.desk.house import Desk
from engine.access import Actor
from engine.accounts.tokens import Holder
from engine.behalf import acting_for
from engine.office import Work, once
from engine.trying import tried
from workflows.reasons import Reason, Refused

JSON_TYPE = "application/json"


@dataclass(kw_only=True)
class Call:
    """One request. `asked` is its content as plain values: what a repeated request is compared with."""

    desk: Desk
    request: Request
    at: datetime
    holder: Holder
    key: str | None = None
    asked: Mapping[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    fields: Fields = field(default_factory=Fields)

    @property
    def campaign(self) -> str:
        """The campaign that the token is for."""
        return self.holder.campaign

    @property
    def actor(self) -> Actor:
        """Who acts, as the engine knows them."""
        return self.holder.actor

    @contextmanager
    def read(self) -> Iterator[Work]:
        """A consistent look at the campaign, as far as the token's seat may see it."""
        with self.desk.office.read(self.campaign, self.actor, at=self.at) as work:
            yield work

    @contextmanager
    def write(self, *, alone: bool = False) -> Iterator[Work]:
        """One transaction; `alone` for moving dates. The engine looks at once for what it caused."""
        with self.desk.office.write(self.campaign, self.actor, at=self.at, alone=alone) as work:
            yield work
        self.desk.nudge()

    def change(
        self, do: Callable[[Work], BaseModel], *, status: int = 200, for_unit: str | None = None, alone: bool = False,
        preview: bool = False, secrets: Callable[[], Mapping[str, str]] = dict,
    ) -> Response:  # fmt: skip
        """Carry out what `do` does, once per request key, for the unit with that code if one is named.

        The keys are the token's own, for whomever it acts. `secrets` are told with the first answer and kept nowhere,
        so an answer that is given again is without them. Raises whatever `do` refuses, NotFound, and API-11.
        """
        done: list[bool] = []
        with self.write(alone=alone) as work:

            def carry_out() -> dict[str, Any]:
                done.append(True)
                with acting_for(work, for_unit):
                    return _plain(do(work))

            answer = tried(work, carry_out) if preview else once(work, self.key, self.asked, carry_out)
        if not done:
            self.headers["Idempotent-Replay"] = "true"
        return self._answer({**answer, **(secrets() if done else {})}, status=200 if preview else status)

    def change_own(self, do: Callable[[Work], BaseModel], *, status: int = 200) -> Response:
        """The same for what is the caller's own and nothing of the campaign: whoever may change nothing may do it."""
        done: list[bool] = []
        with self.desk.office.beside(self.campaign, self.actor, at=self.at) as work:

            def carry_out() -> dict[str, Any]:
                done.append(True)
                return _plain(do(work))

            answer = once(work, self.key, self.asked, carry_out)
        self.desk.nudge()
        if not done:
            self.headers["Idempotent-Replay"] = "true"
        return self._answer(answer, status=status)

    def plain(self, told: BaseModel) -> Response:
        """What is told, and no more."""
        return self._answer(_plain(told))

    def single(self, told: BaseModel, *, version: int | None = None) -> Response:
        """One thing, with its mark; nothing but the mark when that is the one that the caller has (304)."""
        body = _plain(told)
        self.headers["ETag"] = mark_of(body, version)
        known = self.request.headers.get("if-none-match", "")
        if known.strip() == "*" or self.headers["ETag"] in _marks(known):
            return Response(status_code=304, headers=self.headers)
        return self._answer(body)

    def page(self, told: BaseModel) -> Response:
        """A page of a list, with the address of the next one in `Link` where there is one."""
        body = _plain(told)
        if after := body["after"]:
            kept = [(name, value) for name, value in self.request.query_params.multi_items() if name != "after"]
            body["next"] = f"{self.request.url.path}?{urlencode([*kept, ('after', after)])}"
            self.headers["Link"] = f'<{body["next"]}>; rel="next"'
        return self._answer(body)

    def expect(self, version: int) -> None:
        """The caller changes what they have read, and not what became of it since. Raises Refused (API-12, API-16)."""
        given = self.request.headers.get("if-match")
        if given is None:
            raise Refused(READ_FIRST)
        if given.strip() != "*" and version not in {_version(mark) for mark in _marks(given)}:
            raise Refused(CHANGED)

    def _answer(self, body: Any, *, status: int = 200) -> Response:
        return JSONResponse(body, status_code=status, headers=self.headers)


def _plain(told: BaseModel) -> dict[str, Any]:
    return told.model_dump(mode="json")


def mark_of(body: Any, version: int | None) -> str:
    """The mark of an answer: its content, and before it the row's version where changes are compared with one."""
    digest = hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]
    return f'"{digest}"' if version is None else f'"{version}-{digest}"'


def _marks(header: str) -> list[str]:
    return [each.strip().removeprefix("W/") for each in header.split(",") if each.strip()]


def _version(mark: str) -> int | None:
    number, dash, _ = mark.strip('"').partition("-")
    return int(number) if dash and number.isascii() and number.isdecimal() and len(number) < 19 else None


READ_FIRST = Reason(
    code="API-16",
    zh="修改须带 If-Match：先读取，把得到的 ETag 写在其中",
    en="a change needs If-Match: read it first, and give the ETag that came with it",
)
CHANGED = Reason(
    code="API-12",
    zh="此项在您读取之后已被改动，没有保存；请重新读取后再改",
    en="it was changed since you read it, nothing was stored; read it again and repeat the change",
)


def call_of(request: Request) -> Call:
    """The call that the door has admitted (`admitting.admit`)."""
    found: Call = request.state.call
    return found


Calling = Annotated[Call, Depends(call_of)]
"""A handler's parameter."""
