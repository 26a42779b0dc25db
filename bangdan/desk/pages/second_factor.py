"""The second factor: setting an authenticator up, showing its code when coming in, and doing without it again."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import Field
from starlette.responses import RedirectResponse, Response

from bangdan.desk.fields import AsTyped, DeskForm
from bangdan.desk.knocking import knocks
from bangdan.desk.pages.signing_in import LONGEST_PASSWORD, own_account, signed_in, until
from bangdan.desk.policy import ANYBODY, SIGNED_IN
from bangdan.desk.problems import status_for
from bangdan.desk.routing import Pages
from bangdan.desk.visit import Visit, local
from bangdan.desk.visiting import SESSION, Visiting
from bangdan.language import Words
from engine.accounts import second_factor, sessions, signing_in, totp
from engine.accounts.sessions import Signed
from workflows.reasons import Reason, Refused

pages = Pages()


class BeginForm(DeskForm):
    """The password, where they signed in some time ago."""

    old: AsTyped = Field(default="", max_length=LONGEST_PASSWORD)


class CodeForm(DeskForm):
    """What the authenticator shows, and the page to go on with."""

    code: str = Field(max_length=20)
    then: str = "/"


@pages.get("/profile/second-factor", name="second-factor", allow=SIGNED_IN)
def second_factor_of_mine(visit: Visiting) -> Response:
    """How it stands; never the secret."""
    return _page(visit)


def _page(
    visit: Visit, *, secret: bytes = b"", reasons: tuple[Reason, ...] = (), status: int = 200
) -> Response:  # fmt: skip
    own = own_account(visit)
    with visit.desk.office.database.read() as connection:
        found = second_factor.of(connection, own.id)
        standing = signing_in.standing(connection, visit.person, at=visit.at)
    answer = visit.page(
        "accounts/second_factor.html.j2", status=status, reasons=reasons, standing=standing, found=found,
        written=totp.written(secret) if secret else "",
        address=totp.address(secret, account=own.email) if secret else "",
    )  # fmt: skip
    return until(answer, reasons)


def _refused(visit: Visit, refused: Refused) -> Response:
    return _page(visit, reasons=refused.reasons, status=status_for(refused.reasons))


@pages.post("/profile/second-factor", name="second-factor-begin", allow=SIGNED_IN)
def begin(visit: Visiting) -> Response:
    """Make a secret for the app, and show it this once."""
    own_account(visit)
    try:
        signing_in.prove_again(visit.desk.office, visit.desk.passwords, visit.person, visit.form(BeginForm).old,
                               visitor=knocks(visit.request), at=visit.at)  # fmt: skip
        with visit.desk.office.database.write() as connection:
            secret = second_factor.begin(connection, visit.desk.keys, visit.person, at=visit.at)
    except Refused as refused:
        return _refused(visit, refused)
    return _page(visit, secret=secret)


@pages.post("/profile/second-factor/confirm", name="second-factor-confirm", allow=SIGNED_IN)
def confirm(visit: Visiting) -> Response:
    """Let it count from now on, by a first code."""
    said = Words("已启用两步验证，其他设备上的登录已全部退出", "it is set up; every other device is signed out")
    return _by_a_code(visit, second_factor.confirm, said)


@pages.post("/profile/second-factor/end", name="second-factor-end", allow=SIGNED_IN)
def end(visit: Visiting) -> Response:
    """Do without it again, by a last code."""
    said = Words("已停用两步验证，其他设备上的登录已全部退出", "it is given up; every other device is signed out")
    return _by_a_code(visit, second_factor.give_up, said)


def _by_a_code(visit: Visit, use: Callable[..., str], said: Words) -> Response:
    """Do what the code in the form is for, and go on in the session that takes the place of this one."""
    own_account(visit)
    try:
        token = use(visit.desk.office, visit.desk.keys, visit.person, visit.form(CodeForm).code,
                    knocks(visit.request), at=visit.at)  # fmt: skip
    except Refused as refused:
        return _refused(visit, refused)
    return signed_in(visit, token, visit.url("second-factor"), said=said)


@pages.get("/signin-code", name="second-factor-code", allow=ANYBODY)
def ask_for_code(visit: Visiting, then: str = "/") -> Response:
    """Where who came by link or password shows the code that is owed."""
    if _owing(visit) is None:
        return RedirectResponse(visit.url("signin"), status_code=303)
    return _ask(visit, then=then)


def _ask(visit: Visit, *, then: str, reasons: tuple[Reason, ...] = (), status: int = 200) -> Response:
    answer = visit.page("signing_in/code.html.j2", status=status, reasons=reasons, then=local(then))
    return until(answer, reasons)


@pages.post("/signin-code", name="second-factor-show", allow=ANYBODY)
def show_code(visit: Visiting) -> Response:
    """Show the code, and be signed in."""
    owing = _owing(visit)
    if owing is None:
        return RedirectResponse(visit.url("signin"), status_code=303)
    try:
        form = visit.form(CodeForm)
        token = second_factor.prove(visit.desk.office, visit.desk.keys, owing, form.code, knocks(visit.request),
                                    at=visit.at)  # fmt: skip
    except Refused as refused:
        return _ask(visit, then=visit.fields.one("then"), reasons=refused.reasons, status=status_for(refused.reasons))
    return signed_in(visit, token, local(form.then))


def _owing(visit: Visit) -> Signed | None:
    token = visit.request.cookies.get(visit.desk.cookie(SESSION), "")
    with visit.desk.office.database.read() as connection:
        return sessions.owing(connection, token, at=visit.at)
