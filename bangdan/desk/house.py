"""What the desk is made over: an office, a clock, and where it is reached. Put together by the wiring, frozen then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bangdan.language import Language
from engine.accounts.keys import Keys, some_keys
from engine.accounts.passwords import Passwords
from engine.accounts.sessions import Signed
from engine.clock import Clock
from engine.office import Office
from engine.webhooks.addresses import Network

OF_THIS_HOST = "__Host-"  # before a cookie's name: no other host, and nothing without https, can set it


def _nobody() -> None:
    """No engine runs beside this desk; the one that does looks once a minute."""


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One desk. `nudge` lets the engine beside it look at once, so that a receipt needn't wait for the next beat.

    `address` is where people reach it, scheme and host; over https its cookies are bound to that host. `rehearsal` is
    what drives the virtual clock when this is the desk of a rehearsal, None at a real one; there `who` says by the
    cookies in whose place the visitor looks on, and nobody signs in. `proxies` are those whose word for a visitor's
    address is taken, `webhook_networks` the private ones that webhooks may reach; `metrics_token` is what a monitor
    shows, empty where only this machine may ask. `second_factor`: the office and the supervision must have one.
    """

    office: Office
    clock: Clock
    address: str = "http://127.0.0.1:8000"
    lang: Language = "zh"
    nudge: Callable[[], None] = _nobody
    webhook_networks: tuple[Network, ...] = ()
    rehearsal: Any = None
    who: Callable[[Mapping[str, str]], Signed | None] | None = None
    keys: Keys = field(default_factory=some_keys)
    passwords: Passwords = field(default_factory=Passwords)
    proxies: str = ""
    metrics_token: str = ""
    second_factor: bool = False

    @property
    def secure(self) -> bool:
        """Whether people come over https."""
        return self.address.startswith("https://")

    def cookie(self, name: str) -> str:
        """What a cookie is called: over https by a prefix that no other host can set."""
        return f"{OF_THIS_HOST}{name}" if self.secure else name
