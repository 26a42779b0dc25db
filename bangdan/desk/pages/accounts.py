"""账号: who has a role in the campaign, who has signed in, who is guessed at; giving and taking roles."""

from __future__ import annotations

from pydantic import Field
from starlette.responses import Response

from bangdan.desk.fields import DeskForm
from bangdan.desk.policy import EVERYBODY, OFFICE
from bangdan.desk.problems import status_for
from bangdan.desk.routing import Pages
from bangdan.desk.visit import Visit
from bangdan.desk.visiting import Visiting
from bangdan.language import Words
from engine import units
from engine.accounts import members, second_factor, shutting
from engine.office import Work
from engine.queries import accounts as reading
from workflows.nomination import Role
from workflows.reasons import NotFound, Reason, Refused

pages = Pages()


class GrantForm(DeskForm):
    """Somebody by name and address, and the role they are to have."""

    name: str = Field(max_length=members.LONGEST_NAME)
    email: str = Field(max_length=254)
    role: Role
    of: str = ""  # the unit's code, or the institution's key


@pages.get("/c/{campaign}/accounts", name="accounts", allow=OFFICE)
def accounts(visit: Visiting, q: str = "", after: str | None = None) -> Response:
    """Who may come in."""
    return _page(visit, q=q, after=after)


def _page(
    visit: Visit, *, q: str = "", after: str | None = None, reasons: tuple[Reason, ...] = (), status: int = 200
) -> Response:  # fmt: skip
    with visit.read() as work:
        return visit.page(
            "accounts/list.html.j2", status=status, reasons=reasons, typed=visit.fields, q=q, after=after,
            members=reading.members(work), contacts=reading.contacts(work, search=q, after=after), given=EVERYBODY,
            alarms=reading.alarms(work), institutions=work.definition.institutions, me=visit.person.account.public_id,
        )  # fmt: skip


@pages.post("/c/{campaign}/accounts", name="account-grant", allow=OFFICE)
def grant(visit: Visiting) -> Response:
    """Give somebody a role; who has no account yet gets one."""
    try:
        form = visit.form(GrantForm)
        with visit.write() as work:
            visit.once(work, {"verb": "account-grant", **form.asked()}, lambda: _grant(work, form))
    except (Refused, NotFound) as refused:
        return _page(visit, reasons=refused.reasons, status=status_for(refused.reasons))
    return visit.go(
        "accounts", said=Words(f"已授予{form.name}身份，可用登记的邮箱登录", f"{form.name} has the role now")
    )


def _grant(work: Work, form: GrantForm) -> dict[str, str]:
    account = members.add(work.connection, name=form.name, address=members.read_address(form.email), at=work.at)
    unit = units.find(work, form.of).id if form.role is Role.UNIT else None
    institution = form.of or None if form.role is Role.INSTITUTION else None
    members.grant(work, account, form.role, unit_id=unit, institution=institution, name=form.name)
    return {}


@pages.post("/c/{campaign}/accounts/roles/{role}/revoke", name="account-revoke", allow=OFFICE)
def revoke(visit: Visiting, role: str) -> Response:
    """Take a role in this campaign back."""
    visit.form(DeskForm)
    with visit.write() as work:
        members.revoke(work, role, by=visit.person)
    return visit.go(
        "accounts", said=Words("已收回身份，其登录已全部退出", "the role is taken back and its sessions ended")
    )


@pages.post("/c/{campaign}/accounts/{account}/disable", name="account-disable", allow=OFFICE)
def disable(visit: Visiting, account: str) -> Response:
    """Shut an account."""
    _switch(visit, account, on=False)
    return visit.go(
        "accounts", said=Words("账号已停用，其登录已全部退出", "the account is shut and its sessions ended")
    )


@pages.post("/c/{campaign}/accounts/{account}/enable", name="account-enable", allow=OFFICE)
def enable(visit: Visiting, account: str) -> Response:
    """Open an account again."""
    _switch(visit, account, on=True)
    return visit.go("accounts", said=Words("账号已启用", "the account is open again"))


@pages.post("/c/{campaign}/accounts/{account}/sign-out", name="account-sign-out", allow=OFFICE)
def sign_out(visit: Visiting, account: str) -> Response:
    """End every session of somebody: a device was lost."""
    visit.form(DeskForm)
    with visit.write() as work:
        shutting.send_out(visit.desk.office, work, members.find_here(work, account).id)
    return visit.go("accounts", said=Words("已退出其全部登录", "every session of theirs is ended"))


@pages.post("/c/{campaign}/accounts/{account}/lost-app", name="account-lost-app", allow=OFFICE)
def lost_app(visit: Visiting, account: str) -> Response:
    """Take the second factor from somebody who lost the app, and whom the secretariat knows to be them."""
    visit.form(DeskForm)
    with visit.write() as work:
        row = members.find_here(work, account)
        shutting.may_take_factor(work, row.id, visit.person)
        second_factor.remove(visit.desk.office, work.connection, row.id, at=work.at, by=work.actor)
    return visit.go(
        "accounts",
        said=Words("已停用其两步验证，其登录已全部退出", "their second factor is removed and their sessions ended"),
    )


def _switch(visit: Visit, account: str, *, on: bool) -> None:
    visit.form(DeskForm)
    with visit.write() as work:
        row = members.find_here(work, account)
        switch = shutting.open_again if on else shutting.shut
        switch(visit.desk.office, work, row.id, by=visit.person)
