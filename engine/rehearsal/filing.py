"""What institutions file in a rehearsal: the last of them late, and one filing comes back once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from sqlalchemy import select
from sqlmodel import col

from engine import duties
from engine.office import Work
from engine.rehearsal.script import Script, action, of_institution
from engine.rehearsal.theatre import Action
from engine.tables import Duty
from workflows.definition import DutyKind, Institution
from workflows.vocabulary import Fulfilment, Owner

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(kw_only=True)
class Filing:
    """Writes what the institutions owe beside their results."""

    script: Script

    def plan(self) -> None:
        """Institutions file what they owe; the last of them is late, and one filing comes back once."""
        for kind in self.script.definition.duties:
            if kind.fulfilment is Fulfilment.FILING and kind.stage and kind.owed_by is Owner.INSTITUTION:
                institutions = self.script.institutions(kind.stage)
                for number, institution in enumerate(institutions):
                    self._file(kind, institution, number, late=number == len(institutions) - 1)

    def _file(self, kind: DutyKind, institution: Institution, number: int, *, late: bool) -> None:
        due = self.script.edge(kind.due or self.script.definition.stage_by_key[institution.stage].due)
        at = due + 2 * DAY if late else due - DAY * self.script.random.uniform(1, 20)
        actor = of_institution(institution)

        def do(work: Work) -> None:
            for duty in _duties_of(work, institution, kind):
                duties.file(work, duty, document=f"{institution.name}{kind.name}.pdf")
                if number == 0 and kind is self.script.definition.duties[-1]:
                    reason = "缺少专家回避规定 / rules on conflicts of interest are missing"
                    back = partial(duties.send_back, duty=duty, reason=reason)
                    again = partial(duties.file, duty=duty, document=f"{institution.name}{kind.name}（修订）.pdf")
                    self.script.theatre.plan(
                        self.script.theatre.now + 4 * HOUR, self.script.office("send-back", kind.name, back)
                    )
                    self.script.theatre.plan(self.script.theatre.now + 3 * DAY, action(actor, "file", kind.name, again))
                    self.script.theatre.plan(self.script.theatre.now + 4 * DAY, self._accepting(kind, duty))
                else:
                    self.script.theatre.plan(self.script.theatre.now + DAY, self._accepting(kind, duty))

        self.script.theatre.plan(self.script.waking(at), Action(actor=actor, verb="file", what=kind.name, do=do))

    def _accepting(self, kind: DutyKind, duty: str) -> Action:
        return self.script.office("accept", kind.name, partial(duties.accept, duty=duty))


def _duties_of(work: Work, institution: Institution, kind: DutyKind) -> list[str]:
    query = select(col(Duty.public_id)).where(
        col(Duty.campaign_id) == work.campaign_id, col(Duty.institution) == institution.key, col(Duty.kind) == kind.key
    )
    return list(work.connection.execute(query.order_by(col(Duty.id))).scalars())
