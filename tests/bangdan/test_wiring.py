"""What the composition root makes of the files it finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from bangdan.wiring import workdays
from engine.settings import read
from workflows.reasons import FileRefused


def test_a_wrong_holiday_file_is_refused_with_the_places_of_its_errors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANGDAN_HOLIDAYS", str(tmp_path))
    text = (
        'year = 2031\nsource = "x"\nholidays = [\n  { name = "元旦", days = 1, off = "1月1日" },\n  { name = 1 },\n]\n'
    )
    (tmp_path / "holidays-2031.toml").write_text(text, encoding="utf-8")

    with pytest.raises(FileRefused) as refusal:
        workdays(read())

    assert [(reason.where, reason.code) for reason in refusal.value.reasons] == [
        ("holidays-2031.toml:5:3", "CFG-22"),
        ("holidays-2031.toml:5:3", "CFG-22"),
        ("holidays-2031.toml:5:5", "CFG-25"),
    ]
