"""The quotas in force, and changing one: first whom it would leave with too many, then, on confirming, the change."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pydantic import Field
from starlette.responses import Response

from bangdan.desk.fields import DeskForm
from bangdan.desk.policy import OFFICE, READERS
from bangdan.desk.problems import status_for
from bangdan.desk.routing import Pages
from bangdan.desk.visit import Visit
from bangdan.desk.visiting import Visiting
from bangdan.language import Words
from engine.office import Work
from engine.quota_changes import QuotaChanged, change_quota
from engine.trying import tried
from workflows.reasons import Reason, Refused

pages = Pages()


class QuotaForm(DeskForm):
    """A quota's new number, empty for no limit; of one unit where a code is given.

    `keep`: units that have more than that keep what they have.
    """

    quota: str = Field(max_length=100)
    unit: str = Field(default="", max_length=100)
    limit: int | None = Field(default=None, ge=0, le=1_000_000)
    unlimited: bool = False
    reason: str = Field(default="", max_length=2000)
    keep: bool = False


@pages.get("/c/{campaign}/quotas", name="quotas", allow=READERS)
def quotas(visit: Visiting, unit: str = "") -> Response:
    """The numbers in force, for all and for single units."""
    return _page(visit, unit=unit)


def _page(visit: Visit, *, unit: str, reasons: tuple[Reason, ...] = ()) -> Response:
    with visit.read() as work:
        return visit.page("units/quotas.html.j2", status=status_for(reasons) if reasons else 200, unit=unit,
                          definition=work.definition, reasons=reasons, typed=visit.fields)  # fmt: skip


@pages.post("/c/{campaign}/quotas/preview", name="quota-preview", allow=OFFICE)
def preview(visit: Visiting) -> Response:
    """What the change would mean; nothing is stored."""
    try:
        form = visit.form(QuotaForm)
        with visit.write(alone=True) as work:
            changed = tried(work, lambda: _changed(work, form, keep=True))
    except Refused as refused:
        return _page(visit, unit=visit.fields.one("unit"), reasons=refused.reasons)
    return visit.page("units/quota.html.j2", form=form, changed=changed)


@pages.post("/c/{campaign}/quotas", name="quota-change", allow=OFFICE)
def change(visit: Visiting) -> Response:
    """Change it."""
    try:
        form = visit.form(QuotaForm)
        with visit.write(alone=True) as work:
            visit.once(work, {"verb": "quota-change", **form.asked()}, lambda: _done(work, form))
    except Refused as refused:
        return _page(visit, unit=visit.fields.one("unit"), reasons=refused.reasons)
    said = Words("名额已调整", "the quota is changed")
    return visit.go("unit", unit=form.unit, said=said) if form.unit else visit.go("quotas", said=said)


def _changed(work: Work, form: QuotaForm, *, keep: bool) -> QuotaChanged:
    if form.limit is None and not form.unlimited:
        raise Refused(Reason(code="FRM-01", zh="请填写新的名额，或勾选“不限”", en="give a number, or say unlimited",
                             where="limit"))  # fmt: skip
    limit = None if form.unlimited else form.limit
    return change_quota(work, form.quota, limit=limit, unit=form.unit or None, reason=form.reason, keep=keep)


def _done(work: Work, form: QuotaForm) -> dict[str, Any]:
    return {"over": len(asdict(_changed(work, form, keep=form.keep))["over"])}
