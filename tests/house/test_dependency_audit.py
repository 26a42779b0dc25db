"""What the audit of the locked packages says: what is known fails it, and what was not looked up is not clean."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.dependency_audit import Audited, judged

CLEAN = {"name": "alembic", "version": "1.20.1", "vulns": []}
BAD = {"name": "jinja2", "version": "3.1.5", "vulns": [{"id": "CVE-2025-27516"}, {"id": "GHSA-x"}]}
UNKNOWN = {"name": "rich", "skip_reason": "Dependency not found"}


def _said(*packages: dict[str, Any]) -> str:
    return json.dumps({"dependencies": packages, "fixes": []})


def test_a_known_vulnerability_fails_it_and_is_named() -> None:
    audited = judged(_said(CLEAN, BAD), "Found 2 known vulnerabilities in 1 package")
    assert (audited.code, audited.words.splitlines()[1:]) == (1, ["jinja2 3.1.5: CVE-2025-27516, GHSA-x"])


def test_nothing_known_of_any_passes() -> None:
    audited = judged(_said(CLEAN, CLEAN), "")
    assert (audited.code, audited) == (0, Audited(looked_up=2))


def test_what_the_service_does_not_know_is_named() -> None:
    audited = judged(_said(CLEAN, UNKNOWN), "")
    assert (audited.code, audited.words.splitlines()[1:]) == (0, ["未能查询 / not looked up: rich"])


@pytest.mark.parametrize(
    ("out", "err"),
    [
        (_said(UNKNOWN), "No known vulnerabilities found"),
        ("", "Traceback …\nrequests.exceptions.ConnectionError: Failed to resolve"),
        ("", "ERROR:pip_audit._cli:Could not connect to the vulnerability feed"),
    ],
    ids=["knows nothing", "no name", "no connection"],
)
def test_where_nothing_was_looked_up_it_says_that_it_was_skipped(out: str, err: str) -> None:
    audited = judged(out, err)
    assert (audited.code, "SKIPPED" in audited.words, "已跳过" in audited.words) == (0, True, True)


def test_any_other_failure_of_the_tool_is_one() -> None:
    with pytest.raises(RuntimeError, match="invalid requirement"):
        judged("", "ERROR: invalid requirement")
