"""What is hidden from somebody stands in no file, no printed page, no feed, no letter to them, and in no log at all."""

from __future__ import annotations

import io
import itertools
import logging
import re
import zipfile
from collections.abc import Iterator, Mapping
from email import message_from_bytes, policy

import pytest
from fastapi.routing import APIRoute
from httpx2 import Response
from sqlalchemy import or_, select
from sqlmodel import col

from bangdan.desk.api.app import SUBJECTS
from bangdan.desk.api.describing import operations
from engine.exports.catalogue import Form, What
from engine.tables import Contact, Unit
from notifications.tables import LETTER, LETTER_BYTES
from tests.builders import House
from tests.desk.people import OTHER_UNIT, UNIT, Browser
from tests.desk.test_api_matrix import Programs
from tests.desk.test_matrix import ENDING, WHO, ask, own, path_with, routes
from tests.desk.world import CANARIES, HIDDEN, World, collecting, reviewing

NARROWED: tuple[Mapping[str, str], ...] = ({}, {"text": HIDDEN}, {"unit": OTHER_UNIT}, {"state": "draft"})
NOBODY = "没有这个单位"
OURS = ("bangdan", "engine", "notifications", "workflows")  # whose lines are logged


@pytest.fixture(params=[collecting, reviewing], ids=["collecting", "reviewing"])
def world(request: pytest.FixtureRequest, quick: House) -> World:
    """The same campaign at two moments."""
    made: World = request.param(quick)
    return made


def opened(answer: Response) -> str:
    """All that an answer says, of a workbook what is in its parts."""
    content = answer.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            content = b"".join(book.read(name) for name in book.namelist())
    return content.decode("utf-8", "replace") + str(dict(answer.headers))


def canaries(text: str, asked: Mapping[str, str]) -> list[str]:
    """Those in the text; what was asked for may be said again."""
    return [word for word in CANARIES if word in text.replace(asked.get("text", "\0"), "")]


def exports() -> Iterator[str]:
    """Every file and every page to print, by its path."""
    yield from (f"exports/{what}.{form}" for what in What for form in Form)
    yield from (f"print/{what}" for what in What)


@pytest.mark.parametrize("who", ["unit", "academy"])
def test_no_file_and_no_printed_page_holds_what_is_hidden(world: World, who: str) -> None:
    browser = world.desk.as_(who)
    read, leaked = 0, []
    for path, asked in itertools.product(exports(), NARROWED):
        answer = browser.get(path, params=asked)
        read += answer.status_code == 200
        leaked += [(path, asked, word) for word in canaries(opened(answer), asked)]
    assert (leaked, read >= 10) == ([], True)


def test_whose_it_is_finds_it_in_the_workbook(world: World) -> None:
    book = world.desk.as_("other_unit").get("exports/nominations.xlsx")
    assert HIDDEN in canaries(opened(book), {})


@pytest.mark.parametrize("who", ["unit", "academy"])
def test_a_file_about_another_unit_is_like_one_about_nobody(world: World, who: str) -> None:
    browser = world.desk.as_(who)
    for path in exports():
        answers = [browser.get(path, params={"unit": unit}) for unit in (OTHER_UNIT, NOBODY)]
        told = [(each.status_code, opened(each).replace(OTHER_UNIT, NOBODY)) for each in answers]
        assert (path, told[0][0], _undated(told[0][1])) == (path, told[1][0], _undated(told[1][1]))


def _undated(text: str) -> str:
    """Without what goes with the clock of the machine or the length of what was asked."""
    text = re.sub(r"%[0-9A-F]{2}|'content-length': '\d+'", "", text)
    return re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "", text)


@pytest.mark.parametrize("who", ["unit", "academy"])
def test_no_table_of_the_api_holds_what_is_hidden(world: World, who: str) -> None:
    programs = Programs(world)
    read, leaked = 0, []
    for what, form, asked in itertools.product(What, Form, NARROWED):
        path = f"/api/campaigns/{world.desk.house.campaign}/exports/{what}"
        answer = programs.http.get(
            path, params={"form": form, **asked}, headers={"authorization": f"Bearer {programs.tokens[who]}"}
        )
        read += answer.status_code == 200
        leaked += [(what, form, asked, word) for word in canaries(opened(answer), asked)]
    assert (leaked, read >= 6) == ([], True)


@pytest.mark.parametrize("who", ["unit", "academy"])
def test_no_feed_holds_what_is_hidden(world: World, who: str) -> None:
    page = world.desk.as_(who).post("feeds/new").text
    found = re.search(r"/feeds/[\w-]+\.ics", page)
    assert found
    feed = world.desk.as_(None).get(found.group())
    assert (feed.status_code, canaries(opened(feed), {})) == (200, [])


def test_no_letter_to_somebody_holds_what_is_hidden_from_them(world: World) -> None:
    texts = list(_letters_to_us(world))
    assert texts
    assert [word for text in texts for word in CANARIES if word in text] == []


def _letters_to_us(world: World) -> Iterator[str]:
    """Every letter that left for the unit and the academy, its head and all its parts."""
    with world.desk.house.read() as work:
        ours = or_(col(Unit.code) == UNIT, col(Contact.institution) == "academy")
        contacts = select(col(Contact.id)).outerjoin(Unit, col(Unit.id) == col(Contact.unit_id)).where(ours)
        refs = [f"contact:{row}" for row in work.connection.execute(contacts).scalars()]
        query = select(LETTER_BYTES.c.frozen).join(LETTER, LETTER.c.id == LETTER_BYTES.c.letter_id)
        for frozen in work.connection.execute(query.where(LETTER.c.contact_ref.in_(refs))).scalars():
            message = message_from_bytes(frozen, policy=policy.default)
            parts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
            yield "\n".join([*(f"{name}: {value}" for name, value in message.items()), *parts])


def test_the_log_names_nobody_whatever_is_done(quick: House, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        world = reviewing(quick)
        browser, programs = world.desk.as_("office"), Programs(world)
        for route, method in _everything_of(world):
            _ask_both(browser, route, method, world)
        for each in operations(SUBJECTS):
            for ids in (world.own, {**world.own, **world.other}):
                programs.ask("office", each, ids)
    lines = [f"{record.getMessage()} {vars(record)}" for record in caplog.records
             if record.name.partition(".")[0] in OURS]  # fmt: skip
    words = (*CANARIES, "赵书", "jia@example.org", *programs.tokens.values())
    assert len(lines) > 100
    assert [(line[:200], word) for line in lines for word in words if word in line] == []


def _everything_of(world: World) -> list[tuple[APIRoute, str]]:
    mine = [(route, method) for route, method, policy in routes(world.desk.app)
            if route.name not in ENDING and (not policy.roles or WHO["office"] in policy.roles)]  # fmt: skip
    return sorted(mine, key=lambda each: each[1])


def _ask_both(browser: Browser, route: APIRoute, method: str, world: World) -> None:
    ids = own(world, "office", route)
    for values in (ids, {**ids, **world.other}) if ids is not None else ():
        ask(browser, route, method, path_with(route, world, values))
