"""Lists that take no nominations here: why, in words, for whoever tries."""

from __future__ import annotations

from workflows.definition import Definition
from workflows.reasons import Reason


def takes_none(definition: Definition, named: str) -> Reason | None:
    """NOM-03 for the key or the name of a list that is organised elsewhere, or drawn from another one."""
    ranking = next((each for each in definition.lists if named in (each.key, each.name)), None)
    if ranking is None or ranking.takes_nominations:
        return None
    why, why_en = ranking.elsewhere or "", ranking.elsewhere or ""
    if ranking.drawn_from:
        base = definition.list_by_key[ranking.drawn_from]
        why, why_en = f"从“{base.name}”的拟入榜者中产生", f"drawn from {base.english}"
    here = [each for each in definition.lists if each.takes_nominations]
    return Reason(
        code="NOM-03",
        zh=f"“{ranking.name}”不在此接受推荐（{why}）；可推荐：{'、'.join(each.name for each in here)}",
        en=f"{ranking.english} takes no nominations here ({why_en}); those that do: "
        + ", ".join(each.english for each in here),
        facts={"list": ranking.key},
    )
