"""Every operation of the API, every role, on what is one's own, another's, and not there. Generated from the API.

What a role may never ask for gets the same answer whatever it names; what is another's and what is not there get the
same bytes; and no answer that somebody may have holds a word of what is hidden from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from bangdan.desk.api.app import SUBJECTS
from bangdan.desk.api.describing import operations
from bangdan.desk.api.pace import Pace
from bangdan.desk.api.routing import Operation
from bangdan.desk.app import make_app
from engine.access import sees_all
from engine.accounts import rights, tokens
from engine.accounts.tokens import OF_ROLE
from tests.builders import House
from tests.desk.test_matrix import WHO
from tests.desk.world import ABSENT, CANARIES, World, collecting, reviewing

SAME_FOR_ALL: Mapping[str, str] = {
    "milestone": "collection",
    "what": "nominations",
    "quota": "inventions",
    "number": "1",
}
"""Parts of a path that name no row of anybody."""
KEYS = count(1)
CHANGING = ("date", "ratelimit-remaining", "ratelimit-reset")  # headers that go with the clock, not with the answer


@pytest.fixture(params=[collecting, reviewing], ids=["collecting", "reviewing"])
def world(request: pytest.FixtureRequest, quick: House) -> World:
    """The same campaign at two moments."""
    made: World = request.param(quick)
    return made


class Programs:
    """One program for each role, in the seat of that person of the world."""

    def __init__(self, world: World) -> None:
        self.world = world
        app = make_app(world.desk.desk, pace=Pace(clock=lambda: 0.0, burst=1_000_000))
        self.http = TestClient(app, raise_server_exceptions=False)
        self.tokens = {who: self._token(who) for who in WHO}

    def _token(self, who: str) -> str:
        desk, at = self.world.desk, self.world.desk.clock.now
        with desk.house.office.database.write() as connection:
            seat = rights.seats(connection, desk.accounts[who])[0]
            ends = at + timedelta(days=90)
            return tokens.make(connection, desk.accounts[who], seat, name=who, scopes=OF_ROLE[seat.role], ends_at=ends,
                               at=at)[0]  # fmt: skip

    def ask(self, who: str, each: Operation, ids: Mapping[str, str]) -> Response:
        """The operation on those ids, with no more in its body than it must have."""
        known = {"campaign": self.world.desk.house.campaign, **ids, **SAME_FOR_ALL, "call_id": ids.get("call", ABSENT)}
        path = "/api" + each.path.format_map({name: known.get(name, ABSENT) for name in named(each, every=True)})
        headers = {"authorization": f"Bearer {self.tokens[who]}", "if-match": "*"}
        more: dict[str, Any] = {}
        if each.changes:
            headers["idempotency-key"] = f"key-{next(KEYS)}"
        if each.form:
            more["files"] = {"file": ("a.csv", b"x")}
        elif each.asks():
            more["json"] = _least(each)
        return self.http.request(each.method, path, headers=headers, **more)


def _least(each: Operation) -> dict[str, Any]:
    schema = each.asks()
    return {name: schema["properties"][name]["examples"][0] for name in schema.get("required", ())}


def named(each: Operation, *, every: bool = False) -> list[str]:
    """The parts of its path that name a row."""
    found = re.findall(r"{(\w+)}", each.path)
    return found if every else [name for name in found if name != "campaign" and name not in SAME_FOR_ALL]


def bare(answer: Response) -> tuple[int, bytes, dict[str, str]]:
    """Everything of an answer that somebody outside can compare."""
    return answer.status_code, answer.content, {k: v for k, v in answer.headers.items() if k not in CHANGING}


def every() -> Iterator[Operation]:
    return operations(SUBJECTS)


def test_whom_an_operation_is_not_for_hears_the_same_whatever_it_names(world: World) -> None:
    programs = Programs(world)
    told: dict[str, set[Any]] = {}
    for each in every():
        for who, role in WHO.items():
            if role in each.need.roles:
                continue
            for ids in (world.own, world.other, {}):
                answer = programs.ask(who, each, ids)
                told.setdefault(f"{each.name} {who}", set()).add((answer.status_code, answer.content))
    assert {key: [status for status, _ in each] for key, each in told.items()} == {key: [403] for key in told}


def test_what_is_another_s_and_what_is_not_there_are_the_same_byte_for_byte(world: World) -> None:
    programs = Programs(world)
    different = []
    for each in every():
        for who, role in WHO.items():
            if role not in each.need.roles:
                continue
            for name in named(each):
                key = "call" if name == "call_id" else name
                hidden = ABSENT if sees_all(role) else world.other.get(key, ABSENT)
                answers = [bare(programs.ask(who, each, {**world.own, key: value})) for value in (hidden, ABSENT)]
                if answers[0] != answers[1] or answers[0][0] != 404:
                    different.append((each.name, who, name, answers[0][0], answers[1][0]))
    assert different == [], "\n".join(map(str, different))


@pytest.mark.parametrize("who", WHO)
def test_nothing_fails_and_nothing_shows_what_is_hidden(world: World, who: str) -> None:
    programs, leaked, failed = Programs(world), [], []
    mine = [each for each in every() if WHO[who] in each.need.roles]
    for each in sorted(mine, key=lambda one: one.method):  # look at everything before anything is changed
        answer = programs.ask(who, each, world.own)
        if answer.status_code >= 500 or (not named(each) and not each.changes and answer.status_code != 200):
            failed.append((each.name, answer.status_code, answer.text[:200]))
        if not sees_all(WHO[who]):
            seen = answer.content.decode("utf-8", "replace") + str(dict(answer.headers))
            leaked += [(each.name, word) for word in CANARIES if word in seen]
    assert (failed, leaked) == ([], []), "\n".join(map(str, [*failed, *leaked]))
