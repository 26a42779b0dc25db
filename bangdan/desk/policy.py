"""Who may ask for a route. Each route says it where it is declared; an app with a route that does not won't start."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from starlette.routing import BaseRoute, Mount, Route

from workflows.nomination import Role

OFFICE = (Role.SECRETARIAT,)
READERS = (Role.SECRETARIAT, Role.AUDITOR)
EVERYBODY = (Role.SECRETARIAT, Role.AUDITOR, Role.UNIT, Role.INSTITUTION)
OPEN_MOUNTS = ("static", "copy")  # the copy lets in who sees the whole of its campaign (`desk/copied`)


@dataclass(frozen=True, slots=True)
class Policy:
    """`roles` of a campaign, or (none) whoever is signed in, or (`public`) anybody.

    `secret`: what is in the path or the header is the right itself, as of a one-time link, a feed or an API token.
    """

    roles: tuple[Role, ...] = ()
    public: bool = False
    secret: bool = False


ANYBODY = Policy(public=True)
SIGNED_IN = Policy()
BY_SECRET = Policy(public=True, secret=True)

Allow = Policy | tuple[Role, ...]


def keep(endpoint: Callable[..., Any], allow: Allow) -> None:
    """Note the policy of an endpoint, on itself: whoever finds the route finds it too."""
    policy = allow if isinstance(allow, Policy) else Policy(roles=allow)
    endpoint.policy = policy  # type: ignore[attr-defined]  # a function takes any attribute


def policy_of(endpoint: Callable[..., Any]) -> Policy:
    """The policy that was kept. Raises LookupError where there is none."""
    found: Policy | None = getattr(endpoint, "policy", None)
    if found is None:
        raise LookupError(f"{endpoint.__module__}.{endpoint.__name__} does not say who may ask for it")
    return found


def prove(routes: Iterable[BaseRoute]) -> None:
    """Every route has a policy. Raises LookupError naming the first that has none."""
    for route in routes:
        if isinstance(route, Route):
            policy_of(route.endpoint)
        elif isinstance(route, Mount) and route.routes:
            prove(route.routes)
        elif not (isinstance(route, Mount) and route.name in OPEN_MOUNTS):
            raise LookupError(f"{route!r} is no route that a policy can be kept on")
