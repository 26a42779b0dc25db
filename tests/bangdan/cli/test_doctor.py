"""`bangdan doctor` as somebody reads it, and as a script does."""

from __future__ import annotations

import pytest

from tests.bangdan.cli.conftest import DATABASE, Terminal


def test_each_line_has_a_code_and_what_to_do(opened: Terminal) -> None:
    said = opened("doctor")

    assert ("! DOC-30" in said.out, "→ 正式使用前请设置 BANGDAN_SMTP_HOST" in said.out) == (True, True)


def test_a_script_reads_the_same(opened: Terminal) -> None:
    found = opened("doctor", "--json").json["findings"]

    assert {each["code"]: each["status"] for each in found if each["code"] in ("DOC-01", "DOC-02", "DOC-61")} == {
        "DOC-01": "ok", "DOC-02": "ok", "DOC-61": "ok",
    }  # fmt: skip


def test_what_does_not_work_is_an_exit_code(opened: Terminal) -> None:
    (opened.folder / DATABASE).write_bytes(b"damaged" * 1000)

    said = opened("doctor", "--json")

    wrong = [each["code"] for each in said.json["findings"] if each["status"] == "error"]
    assert (said.code, wrong) == (1, ["DOC-01", "DOC-10"])  # this test's clock is not the disk's


def test_settings_that_cant_be_taken_are_found_too(opened: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANGDAN_SMTP_PORTT", "25")

    said = opened("doctor", "--json")

    assert (said.code, [each["code"] for each in said.json["findings"]]) == (1, ["SET-01"])
