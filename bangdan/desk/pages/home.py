"""Where everybody arrives: on to their campaign, or a choice among several. And the switch of languages."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlsplit

from starlette.responses import RedirectResponse, Response

from bangdan.desk.fields import DeskForm
from bangdan.desk.policy import ANYBODY, SIGNED_IN
from bangdan.desk.routing import Pages
from bangdan.desk.visit import Visit, local
from bangdan.desk.visiting import LANG, Visiting
from bangdan.language import Language
from engine.accounts.rights import Seat
from workflows.nomination import Role

pages = Pages()

LANDING = {Role.UNIT: "mine", Role.INSTITUTION: "review"}  # everybody else sees the whole


class LanguageForm(DeskForm):
    """The language switched to."""

    lang: Language


@pages.get("/", name="home", allow=SIGNED_IN)
def home(visit: Visiting) -> Response:
    """The one campaign of the visitor, or their choice."""
    seats = visit.person.seats
    if len(seats) == 1:
        return RedirectResponse(landing(visit, seats[0]), status_code=303)
    groups: dict[int, list[tuple[Seat, str]]] = {}
    for seat in seats:
        groups.setdefault(seat.organiser, []).append((seat, landing(visit, seat)))
    return visit.page("home.html.j2", groups=list(groups.values()))


@pages.post("/lang", name="lang", allow=ANYBODY)
def switch_language(visit: Visiting) -> Response:
    """The page from which this came, in the other language."""
    form = visit.form(LanguageForm)
    came = urlsplit(visit.request.headers.get("referer", ""))
    response = RedirectResponse(local(f"{came.path}?{came.query}".rstrip("?")), status_code=303)
    return spoken(response, visit, form.lang)


def spoken(response: Response, visit: Visit, lang: Language) -> Response:
    """The answer, with which the browser remembers the language for a year."""
    keep = partial(response.set_cookie, visit.desk.cookie(LANG), lang, httponly=True, samesite="lax")
    keep(max_age=31536000, secure=visit.desk.secure)
    return response


def landing(visit: Visit, seat: Seat) -> str:
    """The page on which somebody in that seat begins."""
    return visit.url(LANDING.get(seat.role, "overview"), campaign=seat.campaign)
