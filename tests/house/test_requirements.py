"""The locked requirements: complete, hashed, from no particular host, and in step with pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bangdan import ROOT

FILES = ("run.txt", "fleet.txt", "test.txt")
PIN = re.compile(
    r"(?P<name>[a-z0-9-]+)==(?P<version>[^ ;]+)(?: ; .+)? \\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+"
)


def _locked(file: str) -> dict[str, str]:
    """Name and version of each pin; fails if the file holds anything that is not a pin with its hashes."""
    text = (ROOT / "requirements" / file).read_text()
    assert PIN.sub("", text) == ""
    return {pin["name"]: pin["version"] for pin in PIN.finditer(text)}


def _project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", FILES)
def test_the_lock_holds_pins_and_hashes_and_nothing_else(file: str) -> None:
    assert _locked(file) != {}


@pytest.mark.parametrize(("narrow", "wide"), [("run.txt", "fleet.txt"), ("fleet.txt", "test.txt")])
def test_the_wider_lock_pins_what_the_narrower_one_pins(narrow: str, wide: str) -> None:
    inner, outer = _locked(narrow), _locked(wide)

    assert {name: outer.get(name) for name in inner} == inner


@pytest.mark.parametrize("file", FILES)
def test_the_lock_satisfies_the_project(file: str) -> None:
    project, locked = _project(), _locked(file)
    wanted = [*project["project"]["dependencies"]]
    if file != "run.txt":
        wanted += project["project"]["optional-dependencies"]["fleet"]
    if file == "test.txt":
        wanted += project["dependency-groups"]["test"]

    unmet = [
        str(requirement)
        for requirement in map(Requirement, wanted)
        if not requirement.specifier.contains(locked.get(canonicalize_name(requirement.name), "0"))
    ]

    assert unmet == []
