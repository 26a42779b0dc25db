"""One's own account: in which capacity one acts, the language, the password, where one is signed in."""

from __future__ import annotations

from pydantic import Field
from starlette.responses import RedirectResponse, Response

from bangdan.desk.fields import AsTyped, DeskForm
from bangdan.desk.knocking import knocks
from bangdan.desk.pages.home import LanguageForm, landing, spoken
from bangdan.desk.pages.signing_in import LONGEST_PASSWORD, own_account, signed_in, until
from bangdan.desk.policy import SIGNED_IN
from bangdan.desk.problems import status_for
from bangdan.desk.routing import Pages
from bangdan.desk.visit import Visit
from bangdan.desk.visiting import SESSION, Visiting
from bangdan.language import Words
from engine.access import not_found
from engine.accounts import sessions, signing_in
from engine.accounts.passwords import SHORTEST
from engine.queries.accounts import sessions_of
from workflows.reasons import Reason, Refused, refuse

pages = Pages()


class PasswordForm(DeskForm):
    """A new password, twice, and the old one where it is asked for."""

    old: AsTyped = Field(default="", max_length=LONGEST_PASSWORD)
    password: AsTyped = Field(max_length=LONGEST_PASSWORD)
    again: AsTyped = Field(max_length=LONGEST_PASSWORD)


class SeatForm(DeskForm):
    """The seat to act in from now on."""

    seat: str


@pages.get("/profile", name="profile", allow=SIGNED_IN)
def profile(visit: Visiting) -> Response:
    """One's own account."""
    return _page(visit)


def _page(visit: Visit, *, reasons: tuple[Reason, ...] = (), status: int = 200) -> Response:
    own, person = own_account(visit), visit.person
    with visit.desk.office.database.read() as connection:
        mine = sessions_of(connection, own.id, this=person.session, at=visit.at)
        standing = signing_in.standing(connection, person, at=visit.at)
    answer = visit.page(
        "accounts/profile.html.j2", status=status, reasons=reasons, sessions=mine, standing=standing, shortest=SHORTEST,
        limits=sessions.limits(person.seats),
    )  # fmt: skip
    return until(answer, reasons)


@pages.post("/profile/password", name="profile-password", allow=SIGNED_IN)
def password(visit: Visiting) -> Response:
    """Set another password: everybody else who is signed in with this account is signed out."""
    own_account(visit)
    try:
        form = visit.form(PasswordForm)
        refuse(_unlike(form))
        token = signing_in.set_password(visit.desk.office, visit.desk.passwords, visit.person, form.password,
                                        old=form.old, visitor=knocks(visit.request), at=visit.at)  # fmt: skip
    except Refused as refused:
        return _page(visit, reasons=refused.reasons, status=status_for(refused.reasons))
    said = Words("密码已更改，其他设备上的登录已全部退出", "the password is changed; every other device is signed out")
    return signed_in(visit, token, visit.url("profile"), said=said)


def _unlike(form: PasswordForm) -> list[Reason]:
    if form.again == form.password:
        return []
    return [Reason(code="PWD-05", zh="两次输入的密码不一致", en="the two are not the same", where="again")]


class EndForm(DeskForm):
    """The password, where they signed in some time ago."""

    old: AsTyped = Field(default="", max_length=LONGEST_PASSWORD)


@pages.post("/profile/sessions/{session}/end", name="session-end", allow=SIGNED_IN)
def end(visit: Visiting, session: str) -> Response:
    """Sign out on one device, once it is sure that they ask for it themselves."""
    own_account(visit)
    try:
        signing_in.prove_again(visit.desk.office, visit.desk.passwords, visit.person, visit.form(EndForm).old,
                               visitor=knocks(visit.request), at=visit.at)  # fmt: skip
    except Refused as refused:
        return _page(visit, reasons=refused.reasons, status=status_for(refused.reasons))
    with visit.desk.office.database.write() as connection:
        sessions.end_one(connection, session, own_account(visit).id, at=visit.at)
    return visit.go("profile", said=Words("已退出该设备", "signed out on that device"))


@pages.post("/profile/seat", name="seat-choose", allow=SIGNED_IN)
def choose_seat(visit: Visiting) -> Response:
    """Act in another capacity. Raises NotFound for a seat that the person does not have."""
    own_account(visit)
    chosen = visit.person.seat(visit.form(SeatForm).seat)
    if chosen is None:
        raise not_found(visit.fields.one("seat"))
    with visit.desk.office.database.write() as connection:
        token = visit.request.cookies.get(visit.desk.cookie(SESSION), "")
        sessions.prefer(connection, token, chosen.key)
    return RedirectResponse(landing(visit, chosen), status_code=303)


@pages.post("/profile/language", name="profile-language", allow=SIGNED_IN)
def language(visit: Visiting) -> Response:
    """The language of this account, on every device that chose none."""
    lang = visit.form(LanguageForm).lang
    with visit.desk.office.database.write() as connection:
        sessions.speak(connection, own_account(visit).id, lang)
    return spoken(visit.go("profile", said=Words("已保存", "saved")), visit, lang)
