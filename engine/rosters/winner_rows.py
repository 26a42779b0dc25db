"""The winners of a campaign as a table of laureates, for the register of the next one."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import col

from engine.access import visible
from engine.office import Work
from engine.rosters.columns import columns
from engine.sheets.writing import write_csv
from engine.tables import Nomination
from workflows.vocabulary import Nominee

N = Nomination


def winners(work: Work) -> tuple[bytes, int]:
    """The published nominations in the format that laureates are imported in, and how many they are."""
    query = select(N).where(col(N.campaign_id) == work.campaign_id, col(N.state).in_(work.shape.sources("promote")))
    rows = work.connection.execute(visible(query, N, work.actor, work.definition).order_by(col(N.track), col(N.id)))
    tracks, edition = work.definition.tracks, work.definition.edition
    header = columns("laureates", work.definition)
    found = []
    for row in rows:
        ranking = tracks[row.track].list
        said = {"year": edition, "list": ranking.name, "name": row.title, "applicant": row.applicant,
                "person": "是" if ranking.nominee is Nominee.PERSON else "否"}  # fmt: skip
        found.append([said.get(column.key, "") for column in header])
    return write_csv(found, [column.title for column in header]), len(found)
