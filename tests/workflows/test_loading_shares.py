"""Shares of places: for whom, at least and at most how many."""

from __future__ import annotations

import tomllib

import pytest

from workflows.definition import Attribute, Share, Who
from workflows.findings import Findings
from workflows.loading_shares import read_shares
from workflows.reading import Table
from workflows.vocabulary import Bearer, Kind

REGION = Attribute(key="region", name="地区", english="region", of=Bearer.UNIT, kind=Kind.WORD, values=("east", "west"))


def read(text: str) -> tuple[tuple[Share, ...], list[str]]:
    findings = Findings(name="small.toml")
    table = Table(findings, (), "", tomllib.loads(text))
    shares = read_shares(table, {"region": REGION}, most=20)
    return shares, [reason.code for reason in findings.errors]


def test_a_share_says_for_whom_at_least_and_at_most_how_many_places_are() -> None:
    west = Who(attributes=(("region", ("west",)),))
    expected = (Share(key="west", name="西部地区", who=west, least=2, most=5),)
    text = 'shares.west = { name = "西部地区", where = { region = "west" }, least = 2, most = 5 }'
    assert read(text) == (expected, [])


@pytest.mark.parametrize(
    ("share", "codes"),
    [
        ('where = { region = "west" }', ["CFG-95"]),
        ('where = { region = "west" }, least = 3, most = 2', ["CFG-95"]),
        ("least = 1", ["CFG-22"]),
        ('where = { region = "north" }, least = 1', ["CFG-62"]),
        ('where = { region = "west" }, least = 21', ["CFG-26"]),
        ('where = { region = "west" }, least = 1, leats = 2', ["CFG-20"]),
    ],
)
def test_a_share_that_can_t_be_kept_is_refused(share: str, codes: list[str]) -> None:
    assert read(f'shares.west = {{ name = "西部地区", {share} }}')[1] == codes
