"""Why a nomination can't take the places that it needs: they are used, held for others, or there are none at all."""

from __future__ import annotations

from collections.abc import Iterable

from workflows.places import Part, Place
from workflows.reasons import Reason


def reasons_against_places(places: Iterable[Place], *, takes: bool = True) -> tuple[Reason, ...]:
    """Why a nomination can't have these places; empty means that it can.

    What `takes` none has its places already, and is asked about the shares among them only.
    """
    return tuple(reason for place in places for reason in _of_place(place, takes=takes))


def _of_place(place: Place, *, takes: bool) -> list[Reason]:
    if takes and place.full:
        return [_full(place) if place.used or place.limit else no_right(place)]
    return [_share(place, part) for part in place.parts if part.used >= part.limit]


def _full(place: Place) -> Reason:
    return Reason(
        code="QTA-01",
        zh=f"{place.unit}{place.scope}的推荐名额{place.limit}个已全部使用（已用{place.used}个）",
        en=f"{place.used} of {place.limit} places are used ({_named(place)})",
        facts={"scope": place.scope, "limit": place.limit, "used": place.used, "unit": place.unit},
    )


def _share(place: Place, part: Part) -> Reason:
    whose, whose_en = (part.share, part.share) if part.inside else (f"{part.share}以外", f"outside {part.share}")
    held = "" if part.inside else "，其余名额须留给" + part.share
    return Reason(
        code="QTA-03",
        zh=f"{place.unit}{place.scope}中{whose}的推荐名额{part.limit}个已全部使用（已用{part.used}个）{held}",
        en=f"{part.used} of {part.limit} places {whose_en} are used ({_named(place)})"
        + ("" if part.inside else f"; the others are held for {part.share}"),
        facts={"scope": place.scope, "share": part.share, "limit": part.limit, "used": part.used, "unit": place.unit},
    )


def _named(place: Place) -> str:
    return f"{place.unit}, {place.scope}" if place.unit else place.scope


def no_right(place: Place) -> Reason:
    """QTA-02: no channel of the unit may recommend there."""
    whose, whose_en = (
        (place.unit, f"the channels of {place.unit}") if place.unit else ("本单位", "this unit's channels")
    )
    return Reason(
        code="QTA-02",
        zh=f"{whose}的推荐渠道不能推荐{place.scope}",
        en=f"{whose_en} may not recommend for {place.scope}",
        facts={"scope": place.scope, "limit": 0},
    )
