"""Coming in and going out: a link by mail, or a password.

Whether an address is known is not to be seen here: asking for a link does the same for every one, and whom it reaches
is found out when the answer is on its way. Opening a link changes nothing, for mail scanners open every link; the
button on its page does.
"""

from __future__ import annotations

from functools import partial

from pydantic import Field
from starlette.background import BackgroundTask
from starlette.responses import RedirectResponse, Response

from bangdan.desk.fields import AsTyped, DeskForm
from bangdan.desk.knocking import knocks
from bangdan.desk.policy import ANYBODY, BY_SECRET, SIGNED_IN
from bangdan.desk.problems import status_for
from bangdan.desk.routing import Pages
from bangdan.desk.visit import Visit, local
from bangdan.desk.visiting import SESSION, Visiting
from bangdan.language import Words
from engine.accounts import links, members, sessions, signing_in
from engine.accounts.sessions import Person
from workflows.reasons import Reason, Refused

pages = Pages()

LONGEST_ADDRESS, LONGEST_PASSWORD = 254, 1000  # characters


class AskForm(DeskForm):
    """The address that a link is asked for, and the page to go on with."""

    email: str = Field(max_length=LONGEST_ADDRESS)
    then: str = "/"


class PasswordForm(AskForm):
    """Address and password."""

    password: AsTyped = Field(max_length=LONGEST_PASSWORD)


class UseForm(DeskForm):
    """The button on a link's page."""


@pages.get("/signin", name="signin", allow=ANYBODY)
def sign_in(visit: Visiting, next: str = "/") -> Response:  # noqa: A002 - what it is called in every address bar
    """Where whoever is not signed in arrives."""
    if visit.signed is not None:
        return RedirectResponse(local(next), status_code=303)
    return visit.page("signing_in/signin.html.j2", then=local(next), email="", reasons=())


@pages.post("/signin/link", name="signin-ask", allow=ANYBODY)
def ask(visit: Visiting) -> Response:
    """Ask for a link; the letter is written when this answer has gone out."""
    try:
        form = visit.form(AskForm)
        address = members.read_address(form.email)
        with visit.desk.office.database.write() as connection:
            link = links.ask(connection, address, place=knocks(visit.request).place, at=visit.at, then=local(form.then))
    except Refused as refused:
        return _again(visit, refused)
    answer = visit.go("signin-sent")
    # On this connection nothing more is answered before the letter is written: how long that takes would tell.
    answer.headers["connection"] = "close"
    answer.background = BackgroundTask(_write, visit, link)
    return answer


def _write(visit: Visit, link: str) -> None:
    if links.write(visit.desk.office, link, desk=visit.desk.address, at=visit.at):
        visit.desk.nudge()


def _again(visit: Visit, refused: Refused) -> Response:
    """The page again, with what was typed and what is wrong with it; never with the password."""
    typed = {"then": local(visit.fields.one("then")), "email": visit.fields.one("email")[:LONGEST_ADDRESS]}
    answer = visit.page("signing_in/signin.html.j2", status=status_for(refused.reasons), reasons=refused.reasons,
                        **typed)  # fmt: skip
    return until(answer, refused.reasons)


def until(answer: Response, reasons: tuple[Reason, ...]) -> Response:
    """The same answer, which tells a program too how long to wait, where somebody has to."""
    if reasons and (seconds := reasons[0].facts.get("seconds")):
        answer.headers["retry-after"] = str(seconds)
    return answer


@pages.get("/signin/sent", name="signin-sent", allow=ANYBODY)
def sent(visit: Visiting) -> Response:
    """Look into your mail."""
    return visit.page("signing_in/sent.html.j2", minutes=links.LASTS.seconds // 60)


@pages.post("/signin/password", name="signin-password", allow=ANYBODY)
def with_password(visit: Visiting) -> Response:
    """Sign in with a password."""
    try:
        form = visit.form(PasswordForm)
        token = signing_in.by_password(visit.desk.office, visit.desk.passwords, form.email, form.password,
                                       knocks(visit.request), at=visit.at)  # fmt: skip
    except Refused as refused:
        return _again(visit, refused)
    return signed_in(visit, token, local(form.then))


@pages.get("/signin/{code}", name="signin-link", allow=BY_SECRET)
def look_at_link(visit: Visiting, code: str) -> Response:
    """Whom the link signs in, and the button that does it."""
    try:
        with visit.desk.office.database.read() as connection:
            opened = links.look(connection, visit.desk.keys, code, at=visit.at)
    except Refused as refused:
        return _spent(visit, refused)
    return visit.page("signing_in/link.html.j2", opened=opened, code=code, reasons=())


@pages.post("/signin/{code}", name="signin-use", allow=BY_SECRET)
def use_link(visit: Visiting, code: str) -> Response:
    """Sign in with the link."""
    visit.form(UseForm)
    try:
        token, then = signing_in.by_link(visit.desk.office, visit.desk.keys, code, knocks(visit.request), at=visit.at)
    except Refused as refused:
        return _spent(visit, refused)
    return signed_in(visit, token, local(then))


def _spent(visit: Visit, refused: Refused) -> Response:
    return visit.page("signing_in/link.html.j2", status=status_for(refused.reasons), opened=None, code="",
                      reasons=refused.reasons)  # fmt: skip


def own_account(visit: Visit) -> Person:
    """The account of who is signed in. Raises Refused (ACC-05) in a rehearsal, where nobody signs in."""
    if visit.desk.who is not None:
        raise Refused(Reason(code="ACC-05", zh="彩排中不需要登录，没有个人账号；此处可在正式系统中使用",
                             en="nobody signs in to a rehearsal, and nobody has an account there"))  # fmt: skip
    return visit.person.account


@pages.post("/signout", name="signout", allow=SIGNED_IN)
def sign_out(visit: Visiting) -> Response:
    """End this session."""
    visit.form(UseForm)
    own_account(visit)
    name = visit.desk.cookie(SESSION)
    with visit.desk.office.database.write() as connection:
        sessions.end(connection, visit.request.cookies.get(name, ""), at=visit.at)
    answer = visit.go("signin", said=Words("您已退出", "you are signed out"))
    answer.delete_cookie(name, secure=visit.desk.secure, httponly=True, samesite="lax")
    answer.headers["clear-site-data"] = '"storage"'
    return answer


def signed_in(visit: Visit, token: str, then: str, *, said: Words | None = None) -> Response:
    """On to the page that was asked for first, or to the code that is owed, with the cookie of the new session."""
    answer = visit.go("home", said=said)
    with visit.desk.office.database.read() as connection:
        owes = sessions.owing(connection, token, at=visit.at) is not None
    answer.headers["location"] = visit.url("second-factor-code", then=then) if owes else then
    keep = partial(answer.set_cookie, visit.desk.cookie(SESSION), token, httponly=True, samesite="lax")
    keep(max_age=int(sessions.LONGEST.total_seconds()), secure=visit.desk.secure)
    return answer
