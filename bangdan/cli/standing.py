"""The text of a campaign that a person names: a file, an embedded one, or one that runs here or ran here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bangdan.cli.campaign_file import CampaignFile, embedded, read_campaign_file
from bangdan.language import say
from workflows.reasons import FileRefused, Reason

StandingArgument = Annotated[
    str,
    typer.Argument(
        metavar=say("旧活动", "OLD"), show_default=False,
        help=say("活动文件、自带活动的名称，或已启动活动的代号",
                 "A file, an embedded name, or the key of an open campaign."),
    ),
]  # fmt: skip


def read_standing(named: str) -> CampaignFile:
    """The file at the path `named`, the embedded one of that name, or the text that a campaign was opened with.

    Raises FileRefused.
    """
    if Path(named).exists() or named in embedded():
        return read_campaign_file(named)
    kept = opened()
    if named in kept:
        return kept[named]
    known = ", ".join((*embedded(), *kept))
    raise FileRefused(Reason(
        code="FIL-01", zh=f"没有这个文件，也不是自带或已启动的活动（{known.replace(', ', '、')}）",
        en=f"no such file, nor a campaign that comes with the program or was opened here ({known})", where=named[:200],
    ))  # fmt: skip


def opened() -> dict[str, CampaignFile]:
    """The campaigns of the database, by key; none where there is no database yet, and none is made."""
    from sqlalchemy import select
    from sqlmodel import col

    from bangdan import wiring
    from bangdan.cli.shell import office
    from engine.tables import Campaign

    url = wiring.settings().database_url
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return {}
    query = select(col(Campaign.key), col(Campaign.source)).order_by(col(Campaign.id))
    with office() as house, house.database.read() as connection:
        rows = connection.execute(query).all()
    return {key: CampaignFile(name=key, source=source.encode()) for key, source in rows}
