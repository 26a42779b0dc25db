"""What is written: one page, and letters that a mail program opens."""

from __future__ import annotations

import email
import email.policy
from pathlib import Path

from bangdan.report.files import write
from tests.bangdan.report.conftest import Rehearsal


def test_there_is_exactly_one_page(rehearsal: Rehearsal) -> None:
    assert [path.name for path in rehearsal.out.glob("*.html")] == ["report.html"]


def test_there_is_one_letter_of_each_kind_that_was_written(rehearsal: Rehearsal) -> None:
    names = sorted(path.name[3:-4] for path in (rehearsal.out / "letters").glob("*.eml"))

    assert names == sorted(kind.template for kind in rehearsal.found.post.kinds if kind.sample)


def test_a_letter_is_the_frozen_message_itself(rehearsal: Rehearsal) -> None:
    for kind in rehearsal.found.post.kinds:
        if kind.sample:
            [path] = (rehearsal.out / "letters").glob(f"*-{kind.template}.eml")
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            assert message["Subject"] == kind.sample.subject
            assert message["Auto-Submitted"] == "auto-generated"
            assert kind.sample.text.strip() != ""
            assert kind.sample.html.lstrip().lower().startswith("<!doctype html>")


def test_letters_of_an_earlier_report_go_and_other_files_stay(rehearsal: Rehearsal, tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "99-gone.eml").write_text("old")
    (folder / "mine.eml").write_text("kept")

    written = write(rehearsal.found, rehearsal.done, tmp_path)

    assert not (folder / "99-gone.eml").exists()
    assert (folder / "mine.eml").read_text() == "kept"
    assert len([*folder.iterdir()]) == written.letters + 1
