"""The files for systemd and for containers say what the house knows: its settings, its folders, its doors."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bangdan import ROOT
from bangdan.desk.pages import PAGES
from engine.settings import PREFIX, Settings

SERVICE = ROOT / "deploy" / "bangdan.service"
WORKER = ROOT / "deploy" / "bangdan-worker.service"
CONTAINER = ROOT / "deploy" / "Containerfile"
DATA = ("bangdan", "engine", "workflows", "notifications", "templates", "config")


def told(path: Path = SERVICE) -> list[tuple[str, str]]:
    """What a unit file says, in order."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [(name, value) for line in lines if "=" in line and not line.startswith("#")
            for name, _, value in [line.partition("=")]]  # fmt: skip


def steps(*words: str) -> Iterator[str]:
    """The instructions of the container file that begin with one of these words, lines that go on joined."""
    text = CONTAINER.read_text(encoding="utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        word, _, rest = line.partition(" ")
        if word in words:
            yield rest


@pytest.mark.parametrize("path", [SERVICE, WORKER, CONTAINER])
def test_they_name_settings_that_there_are(path: Path) -> None:
    named = set(re.findall(rf"{PREFIX}([A-Z_]+)", path.read_text(encoding="utf-8")))

    assert {name.lower() for name in named} <= Settings.model_fields.keys()
    assert named >= {"DATABASE_URL", "MAIL_FOLDER", "LOG"}


def test_the_service_writes_to_its_own_folder_and_has_no_rights_beside() -> None:
    said = dict(told())

    assert (said["User"], said["StateDirectory"], said["StateDirectoryMode"], said["UMask"]) == (
        "bangdan", "bangdan", "0700", "0077",
    )  # fmt: skip
    assert (said["ProtectSystem"], said["NoNewPrivileges"], said["CapabilityBoundingSet"]) == ("strict", "yes", "")
    folders = [value for name, value in told() if name == "Environment" and "/var" in value]
    assert all("/var/lib/bangdan/" in value for value in folders)
    assert said["ExecStart"].endswith("/bangdan serve")


def test_a_worker_is_confined_like_the_desk_and_differs_in_what_it_runs() -> None:
    desk, worker = (dict(told(path)) for path in (SERVICE, WORKER))

    assert {name for name in desk.keys() | worker.keys() if desk.get(name) != worker.get(name)} == {
        "Description", "ExecStart",
    }  # fmt: skip
    assert worker["ExecStart"].endswith("/bangdan worker")


def test_the_service_can_see_which_start_of_the_machine_this_is() -> None:
    assert dict(told()).get("ProcSubset", "all") == "all"


def test_the_container_is_not_roots_and_holds_every_floor() -> None:
    (user,) = steps("USER")
    copied = {line.split()[0] for line in steps("COPY") if not line.startswith("--")}

    assert int(user.split(":")[0]) > 0
    assert set(DATA) | {"requirements"} == copied
    assert all((ROOT / name).exists() for name in (*copied, "requirements/run.txt", "requirements/fleet.txt"))
    assert list(steps("ARG")) == ["LIBRARIES=run"]
    assert any("--require-hashes" in line for line in steps("RUN"))


def test_the_container_asks_a_page_that_there_is_whether_it_lives() -> None:
    (check,) = steps("HEALTHCHECK")
    words = ast.literal_eval(check[check.index("CMD ") + 4 :])
    asked = re.search(r"http://127\.0\.0\.1:(\d+)(/\w+)", words[-1])
    assert asked

    assert int(asked.group(1)) == Settings.model_fields["desk_port"].default
    assert asked.group(2) in {page.path for pages in PAGES for page in pages.declared}
    ast.parse(words[-1])
