"""The key of sign-in links: a file for its owner alone, made when it is first needed, and codes that nobody guesses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from engine.accounts.keys import Keys, keys_in, some_keys
from engine.secret_files import mode_of
from workflows.reasons import Refused


def test_the_file_is_made_for_its_owner_alone_and_is_the_same_ever_after(tmp_path: Path) -> None:
    path = tmp_path / "bangdan.key"

    made = keys_in(path)

    assert (oct(mode_of(path)), keys_in(path) == made, [each.name for each in tmp_path.iterdir()]) == (
        "0o600", True, ["bangdan.key"]
    )  # fmt: skip


def test_many_processes_at_once_agree_on_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(max_workers=8) as pool:
        found = list(pool.map(lambda _: keys_in(tmp_path / "bangdan.key").secret, range(8)))

    assert len(set(found)) == 1


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bangdan.key"
    keys_in(path)
    path.chmod(0o640)

    with pytest.raises(Refused, match="CFG-30"):
        keys_in(path)


@pytest.mark.parametrize("text", ["", "abc", "zz" * 32, "ab" * 31, "钥匙"])
def test_a_file_that_holds_no_key_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bangdan.key"
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")

    with pytest.raises(Refused, match="KEY-01"):
        keys_in(path)


def test_a_code_fits_its_text_its_purpose_and_its_key_only() -> None:
    keys, code = Keys(b"k" * 32), Keys(b"k" * 32).code("sign-in", "a")

    fits = [
        keys.fits("sign-in", "a", code), keys.fits("sign-in", "b", code), keys.fits("feed", "a", code),
        keys.fits("sign-in", "a", code[:-1]), keys.fits("sign-in", "a", "钥"),
        Keys(b"l" * 32).fits("sign-in", "a", code),
    ]  # fmt: skip

    assert fits == [True, False, False, False, False, False]


def test_a_key_does_not_show_when_it_is_printed() -> None:
    keys = some_keys()

    assert keys.secret.hex() not in f"{keys!r} {keys}"
