"""Proven before it opens: that what a campaign file says can work, from the first draft to the last letter.

`workflows.consistency` refuses what contradicts itself on paper; these rooms ask what would happen. Each notes findings
and changes nothing; all of them are asked only of a file that has no other error.
"""

from __future__ import annotations

from workflows.consistency_dates import check_dates
from workflows.definition import Definition
from workflows.findings import Findings
from workflows.soundness import acting, dead_ends, order, outcomes, reaching, reminding, wording
from workflows.soundness.bounds import bounds_of
from workflows.workdays import Workdays


def prove(definition: Definition, findings: Findings, workdays: Workdays) -> None:
    """Notes in `findings` whatever would keep the campaign from working, or deserves a look."""
    check_dates(definition, findings, workdays)
    if findings.errors:  # dates that contradict each other prove nothing about anything else
        return
    bounds = bounds_of(definition, workdays)
    reaching.prove(definition, findings)
    order.prove(definition, bounds, findings)
    acting.prove(definition, bounds, findings)
    reminding.prove(definition, bounds, findings, workdays)
    outcomes.prove(definition, findings)
    dead_ends.prove(definition, bounds, findings, workdays)
    wording.prove(definition, findings)
