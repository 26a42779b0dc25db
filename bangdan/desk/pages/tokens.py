"""API tokens: made, shown once, listed, revoked. A token acts in the seat of whoever made it, and never beyond."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field
from starlette.responses import Response

from bangdan.desk.fields import DeskForm, Fields
from bangdan.desk.pages.signing_in import own_account
from bangdan.desk.problems import status_for
from bangdan.desk.routing import Pages
from bangdan.desk.token_words import SCOPES
from bangdan.desk.visit import Visit
from bangdan.desk.visiting import Visiting
from bangdan.language import Words
from engine.access import not_found
from engine.accounts import tokens as keeping
from engine.accounts.tokens import OF_ROLE, Scope
from engine.history import record
from engine.queries import accounts as reading
from workflows.nomination import Role
from workflows.reasons import Reason, Refused

pages = Pages()

MAKERS = (Role.SECRETARIAT, Role.UNIT, Role.INSTITUTION)


class TokenForm(DeskForm):
    """What the token is for, what it may do, and for how long."""

    name: str = Field(max_length=keeping.LONGEST_NAME)
    scopes: list[Scope] = Field(default_factory=list)
    days: int = Field(default=90, ge=1, le=keeping.LONGEST.days)


@pages.get("/c/{campaign}/tokens", name="tokens", allow=MAKERS)
def tokens(visit: Visiting) -> Response:
    """The tokens of the campaign (the office) or one's own."""
    return _page(visit)


def _page(visit: Visit, *, made: str = "", reasons: tuple[Reason, ...] = (), status: int = 200) -> Response:
    mine = None if visit.office else visit.person.account.id
    with visit.read() as work:
        return visit.page(
            "accounts/tokens.html.j2", status=status, made=made, reasons=reasons,
            typed=visit.fields if reasons else Fields(),
            tokens=reading.tokens(work, account_id=mine),
            scopes={scope.value: words for scope, words in SCOPES.items()},
            allowed=[scope.value for scope in Scope if scope in OF_ROLE[visit.seat.role]], longest=keeping.LONGEST.days,
        )  # fmt: skip


@pages.post("/c/{campaign}/tokens", name="token-make", allow=MAKERS)
def make(visit: Visiting) -> Response:
    """Make a token and show it, this once: nothing is kept that could show it again."""
    try:
        form = visit.form(TokenForm)
        own = own_account(visit)
        with visit.write() as work:
            ends = work.at + timedelta(days=form.days)
            token, _ = keeping.make(work.connection, own.id, visit.seat, name=form.name,
                                    scopes=form.scopes, ends_at=ends, at=work.at)  # fmt: skip
            record(work, "account", own.id, "token", name=form.name, ends=ends.date().isoformat(),
                   scopes="、".join(form.scopes))  # fmt: skip
    except Refused as refused:
        return _page(visit, reasons=refused.reasons, status=status_for(refused.reasons))
    return _page(visit, made=token)


@pages.post("/c/{campaign}/tokens/{token}/revoke", name="token-revoke", allow=MAKERS)
def revoke(visit: Visiting, token: str) -> Response:
    """Revoke a token: the office any of the campaign, others their own. Raises NotFound."""
    visit.form(DeskForm)
    with visit.write() as work:
        mine = None if visit.office else visit.person.account.id
        if token not in {each.id for each in reading.tokens(work, account_id=mine)}:
            raise not_found(token)
        account = keeping.revoke(work.connection, token, campaign_id=work.campaign_id, at=work.at)
        record(work, "account", account, "token-revoke")
    return visit.go("tokens", said=Words("令牌已吊销，立即失效", "the token is revoked and opens nothing any more"))
