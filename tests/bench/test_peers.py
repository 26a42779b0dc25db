"""The peers' environment: pinned like the project's own, and never on another version of what both use."""

from __future__ import annotations

import re
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bangdan import ROOT
from bench.peerage import LOCK, MAILER, PEERS

PIN = re.compile(
    r"(?P<name>[a-z0-9-]+)==(?P<version>[^ ;]+)(?: ; .+)? \\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+"
)


def _pinned(path: Path) -> dict[str, str]:
    return {pin["name"]: pin["version"] for pin in PIN.finditer(path.read_text(encoding="utf-8"))}


def _asked() -> list[Requirement]:
    lines = LOCK.with_suffix(".in").read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


def test_the_peers_lock_holds_pins_and_hashes_and_nothing_else() -> None:
    assert (PIN.sub("", LOCK.read_text(encoding="utf-8")), _pinned(LOCK) != {}) == ("", True)


def test_the_peers_lock_satisfies_what_is_asked_for_and_has_every_peer() -> None:
    pinned, asked = _pinned(LOCK), _asked()

    unmet = [str(each) for each in asked if not each.specifier.contains(pinned.get(canonicalize_name(each.name), "0"))]
    missing = {peer.package for peer in (*PEERS, MAILER)} - {canonicalize_name(each.name) for each in asked}

    assert (unmet, missing) == ([], set())


def test_peers_stand_on_the_same_libraries_as_the_project_where_both_use_one() -> None:
    project, peers = _pinned(ROOT / "requirements" / "test.txt"), _pinned(LOCK)

    assert {name: version for name, version in peers.items() if project.get(name, version) != version} == {}
