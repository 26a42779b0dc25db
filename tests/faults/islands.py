"""A host of its own as far as the network goes: a namespace that one cable joins to this machine, and that can be cut.

    with island() as there:
        subprocess.Popen([*there.on_it, "bangdan", "worker"])   # reaches this machine at there.shore
        there.cut()                                              # nothing arrives any more, and nobody is told
        there.heal()

Needs root and `ip` (`needs.network`).
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Island:
    """`shore` is this machine's address on the cable, by which it is reached from there."""

    name: str
    cable: str
    shore: str

    @property
    def on_it(self) -> tuple[str, ...]:
        """What makes a command run there."""
        return ("ip", "netns", "exec", self.name)

    def cut(self) -> None:
        """Pull the cable."""
        _ip("link", "set", self.cable, "down")

    def heal(self) -> None:
        """Put it back."""
        _ip("link", "set", self.cable, "up")


@contextmanager
def island() -> Iterator[Island]:
    """One that nobody else has, until the end of the block."""
    number = os.getpid() % 16384  # a pair of addresses of 10.213.0.0/16 for each
    shore, beach = (f"10.213.{number >> 6}.{((number & 63) << 2) + host}" for host in (1, 2))
    made = Island(name=f"bangdan-{os.getpid()}", cable=f"bd{os.getpid()}", shore=shore)
    _ip("netns", "add", made.name)
    try:
        _ip("link", "add", made.cable, "type", "veth", "peer", "name", "sea", "netns", made.name)
        _ip("addr", "add", f"{shore}/30", "dev", made.cable)
        made.heal()
        for words in (
            ("addr", "add", f"{beach}/30", "dev", "sea"),
            ("link", "set", "sea", "up"),
            ("link", "set", "lo", "up"),
        ):
            _ip("-n", made.name, *words)
        yield made
    finally:
        _ip("netns", "delete", made.name)  # the cable goes with it


def _ip(*words: str) -> None:
    command = ["ip", *words]
    subprocess.run(command, check=True, capture_output=True)
