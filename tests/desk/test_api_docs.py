"""The examples of docs/api.md, asked in their order."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest

from bangdan import ROOT
from bangdan.desk.api.app import SUBJECTS
from bangdan.desk.api.describing import operations
from tests.builders import House
from tests.desk.api_client import Api, api_of
from tests.small import new_unit
from workflows.nomination import Role

TEXT = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
TABLE = "单位编号,榜单,领域,项目名称,申报单位\nJIA,发明榜,光,光学时钟,某某科技有限公司\n"


def _examples() -> list[str]:
    return [line.strip() for line in TEXT.splitlines() if line.startswith("    curl ")]


def _request(line: str) -> tuple[str, str, dict[str, Any]]:
    """Method, address and the rest of a line for curl, of which it may use -X, -H, -d, -F and -i."""
    words = iter(shlex.split(line)[1:])
    method, url = "GET", ""
    headers: dict[str, str] = {}
    more: dict[str, Any] = {}
    for word in words:
        match word:
            case "-X":
                method = next(words)
            case "-H":
                name, _, value = next(words).partition(": ")
                headers[name] = value
            case "-d":
                more["content"] = next(words).encode()
            case "-F":
                name, _, _file = next(words).partition("=@")
                more["files"] = {name: (_file, TABLE.encode())}
            case "-i":
                pass
            case _:
                url = word
    return method, url, {"headers": headers, **more}


def _filled(line: str, known: dict[str, str]) -> str:
    return re.sub(r"\$([A-Z]+)", lambda match: known[match[1]].replace('"', r"\""), line)


@pytest.fixture
def api(quick: House) -> Api:
    made = api_of(quick)
    made.token("jia", Role.UNIT, unit=new_unit(quick, "JIA"))
    return made


def test_the_examples_do_what_the_page_says(api: Api) -> None:
    known = {"TOKEN": api.tokens["jia"], "OFFICE": api.tokens["office"],
             "BANGDAN": f"/api/campaigns/{api.house.campaign}"}  # fmt: skip
    answered = []
    for line in _examples():
        method, url, more = _request(_filled(line, known))
        answer = api.http.request(method, url, **more)
        answered.append((answer.status_code, line if answer.is_error else ""))
        known |= {"ID": answer.json().get("id") or known.get("ID", ""), "ETAG": answer.headers.get("etag", "")}
    others = {1: 201, 7: 202, len(answered) - 1: 201}  # a draft, an ordered export, and a circular
    made = [others.get(each, 200) for each in range(len(answered))]
    assert answered == [(status, "") for status in made]


def test_every_scope_and_every_status_is_explained() -> None:
    for each in operations(SUBJECTS):
        assert all(f"`{scope}`" in TEXT for scope in each.need.scopes)
