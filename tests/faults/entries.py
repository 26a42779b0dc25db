"""Every entry of the house through which something can be late, and how to try it at an instant that a test chooses.

    scene = Scene(house, sit_down)                        # a unit's draft, its submission, one that was withdrawn …
    ENTRIES["api submit_nomination"].attempt(scene, at)   # "done", or the code of the refusal: "DLN-01"

The keys are a door and what it calls the entry: an operation of the API, the route of a form, a command. `BY_NO_DATE`
holds the others, by why no date is compared with; what is in neither of the two has been forgotten.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, cached_property
from itertools import count
from typing import Any

from fastapi import FastAPI
from httpx2 import Response
from starlette.routing import Mount
from starlette.testclient import TestClient

from bangdan.desk.api.pace import Pace
from bangdan.desk.app import make_app
from bangdan.desk.house import Desk
from engine import endorsing, nominations
from engine.database import Database
from engine.office import Office
from engine.sheets.writing import write_csv
from engine.turn import turn
from tests.bangdan.cli.conftest import Said, Terminal
from tests.builders import House, add_unit
from tests.desk.api_client import make_token
from tests.desk.people import AtTheDesk, Browser, Clock, _account, _people
from tests.desk.test_nomination_pages import _hidden
from tests.engine.test_endorsing import JOINT, person
from tests.owing import DUTIES, duty_of
from tests.small import CLOSES, DURING, OPENED, SWEPT, beijing, draft
from workflows.nomination import Role

FILE = JOINT + DUTIES
OURS = "U9"  # the code of the unit that acts
SOON = beijing("2025-03-12 00:00")  # an end that somebody sets while it is collected
SOON_TEXT = "2025-03-12 00:00"
ARRIVAL = beijing("2025-03-19 12:00")  # by when an original must have arrived
ARRIVED = beijing("2025-03-18 09:00")
LOOKING = timedelta(minutes=30)  # at a file, before it is confirmed
HEADER = ("单位编号", "榜单", "领域", "项目名称", "申报单位", "材料齐全")
NEW = {"track": "inventions/light", "title": "新的一项", "applicant": "某公司", "complete": True}
CODE = re.compile(r"<code>((?:DLN|EXT|RET|DUT)-\d\d)</code>")


CLOCK, KEYS = Clock(), count(1)


@cache
def _app() -> FastAPI:
    """One app for all scenes: to make it takes longer than most of what is asked of it."""
    nowhere = Desk(office=Office(database=Database("sqlite://")), clock=CLOCK)
    return make_app(nowhere, pace=Pace(clock=lambda: 0.0, burst=1_000_000))


class _Desk(AtTheDesk):
    """The desk of a house, on that app."""

    def __post_init__(self) -> None:
        self.desk = Desk(office=self.house.office, clock=CLOCK, address="http://testserver")
        self.app = _app()
        api: Any = next(each.app for each in self.app.routes if isinstance(each, Mount) and each.name == "api")
        for each in (self.app, api):
            each.state.desk = self.desk
        self.accounts = _people(self.house)


class Scene:
    """A house with something to be done at each entry, its three doors, and a clock for each of them."""

    def __init__(self, house: House, sit_down: Callable[[], Terminal]) -> None:
        self.house, self._sit_down = house, sit_down
        with house.write(OPENED) as work:
            self.unit = add_unit(work, OURS, people=[("经办人", "u9@example.org")])
        self.desk = _Desk(house, CLOCK)
        self.people = [person(house, name) for name in ("甲院士", "乙院士", "丙院士")]
        with house.office.database.write() as connection:
            self.desk.accounts |= {
                "unit": _account(connection, "经办人", "u9@example.org"),
                "academician": _account(connection, "乙院士秘书", f"a{self.people[1]}@b.example"),
            }
        with house.write(DURING) as work:
            self.draft, self.submitted, self.withdrawn, self.returnable, self.owing = (
                draft(work, self.unit, name, track=track)
                for name, track in (("草稿", "inventions/water"), ("已提交", "inventions/water"),
                                    ("已退出", "inventions/light"), ("待退回", "inventions/light"), ("欠件", "people"))
            )  # fmt: skip
            nominations.withdraw(work, self.withdrawn, reason="不报了")
            for key in (self.submitted, self.returnable, self.owing):
                nominations.submit(work, key)
            self.joint = draft(work, self.people[0], "某人", track="people")
            self.joined = draft(work, self.people[0], "另一人", track="people")
            endorsing.join(work, self.joined, unit_id=self.people[1])
        self.tokens = {
            "office": make_token(house, "平台", Role.SECRETARIAT),
            "unit": make_token(house, "单位平台", Role.UNIT, unit=self.unit),
            "academician": make_token(house, "院士平台", Role.UNIT, unit=self.people[1]),
        }

    @cached_property
    def terminal(self) -> Terminal:
        """Where commands are typed."""
        return self._sit_down()

    def close(self) -> None:
        """Let the collection be closed: what was submitted is in review."""
        turn(self.house.office, self.house.campaign, at=SWEPT)

    @cached_property
    def original(self) -> str:
        """The original of a nomination, which is owed since the review began."""
        with self.house.read() as work:
            return duty_of(work, OURS, "original", "欠件")

    def call(self, at: datetime, by: str, method: str, path: str, body: Any = None, **more: Any) -> str:
        """Ask the API."""
        self.desk.clock.now = at
        headers = {
            "authorization": f"Bearer {self.tokens[by]}",
            "if-match": "*",
            "idempotency-key": f"key-{next(KEYS)}",
        }
        asked = {"json": body} if body is not None else more
        full = f"/api/campaigns/{self.house.campaign}{path}"
        answer = TestClient(self.desk.app).request(method, full, headers=headers, **asked)
        return "done" if answer.status_code < 300 else str(answer.json()["code"])

    def browser(self, at: datetime, who: str) -> Browser:
        """Somebody's browser at that instant."""
        self.desk.clock.now = at
        return self.desk.as_(who)

    def form(self, at: datetime, who: str, path: str, fields: Mapping[str, Any] | None = None) -> str:
        """Send a form of the desk."""
        return heard(self.browser(at, who).post(path, fields))

    def command(self, at: datetime, *words: str) -> str:
        """Type a command."""
        said: Said = self.terminal(*words, "--json", at=at)
        return "done" if said.code == 0 else said.codes[0]

    def table(self) -> str:
        """A file with a new nomination."""
        return self.terminal.csv("new.csv", HEADER, *ROWS)


ROWS = ((OURS, "发明榜", "光", "表中一项", "某公司", "是"),)


def heard(answer: Response) -> str:
    """What a page answered: that it was done, or the code of its refusal."""
    if answer.status_code == 303:
        return "done"
    found = CODE.search(answer.text)
    return found[1] if found else f"{answer.status_code}"


Attempt = Callable[[Scene, datetime], str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One entry: the `verb` that it is for, by when it must be taken, and how it is refused from then on."""

    verb: str
    attempt: Attempt
    end: datetime = CLOSES
    code: str = "DLN-01"
    closed: bool = False  # it is about something that there is only after the closing


def _upload(by: str) -> Attempt:
    def attempt(scene: Scene, at: datetime) -> str:
        files = {"file": ("new.csv", write_csv(ROWS, HEADER))}
        return scene.call(at, by, "POST", "/imports/nominations", data={"submit": "true"}, files=files)

    return attempt


def _confirmed(who: str, prefix: str) -> Attempt:
    """A file that was looked at in time, and is confirmed at the instant."""

    def attempt(scene: Scene, at: datetime) -> str:
        browser = scene.browser(at - LOOKING, who)
        files = {"file": ("new.csv", write_csv(ROWS, HEADER))}
        sent = browser.post(f"{prefix}imports/nominations", {"submit": "true"}, files=files)
        shown = sent.headers["location"]
        found = re.search(r'name="digest" value="(\w+)"', browser.get(shown).text)
        assert found
        return scene.form(at, who, shown.partition("?")[0], {"digest": found[1], "submit": "true"})

    return attempt


def _many(verb: str, key: str, **more: str) -> Attempt:
    """Looked at and confirmed at the same instant."""

    def attempt(scene: Scene, at: datetime) -> str:
        office = scene.browser(at, "office")
        fields = {"ids": getattr(scene, key), "verb": verb, "reason": "说明", **more}
        shown = office.post("nominations/many", fields)
        done = office.post("nominations/many/confirm", _hidden(shown))
        return heard(done if done.status_code == 303 else shown)

    return attempt


def _verb(verb: str, key: str, **more: str) -> Attempt:
    fields = {"verb": verb, "reason": "说明", **more}
    return lambda scene, at: scene.form(at, "office", f"nominations/{getattr(scene, key)}/do", fields)


def _api(verb: str, key: str, by: str, body: Any = None) -> Attempt:
    return lambda scene, at: scene.call(at, by, "POST", f"/nominations/{getattr(scene, key)}/{verb}", body)


def _mine(verb: str, key: str, who: str, prefix: str, fields: Mapping[str, Any] | None = None) -> Attempt:
    return lambda scene, at: scene.form(at, who, f"{prefix}nominations/{getattr(scene, key)}/{verb}", fields)


def _typed(*words: str, key: str = "", after: tuple[str, ...] = ()) -> Attempt:
    return lambda scene, at: scene.command(at, *words, *([getattr(scene, key)] if key else []), *after)


WHY = ("-r", "说明")
EDITED = {"title": "草稿", "applicant": "又一公司", "materials": ["application", "letter"]}
DRAFTED = {"title": "又一项", "applicant": "某公司", "materials": ["application"], "track": "inventions/light"}
TOO_SOON: dict[str, Any] = {"end": SOON, "code": "RET-01"}
OWN: dict[str, Any] = {"end": SOON, "code": "EXT-06"}
LATE: dict[str, Any] = {"end": ARRIVAL, "code": "DUT-05", "closed": True}


def _of_desk(name: str, who: str, prefix: str, joint: str) -> dict[str, Entry]:
    """The pages that a unit has, and the secretariat for it."""
    person_too = {"academician": "mine/", "office": "for/乙院士/"}[joint]
    return {
        f"desk {name}my-draft-add": Entry(
            verb="draft", attempt=lambda scene, at: scene.form(at, who, f"{prefix}draft", DRAFTED)
        ),
        f"desk {name}my-edit-save": Entry(verb="edit", attempt=_mine("edit", "draft", who, prefix, EDITED)),
        f"desk {name}my-submit-now": Entry(verb="submit", attempt=_mine("submit", "draft", who, prefix)),
        f"desk {name}my-recall-now": Entry(verb="recall", attempt=_mine("recall", "submitted", who, prefix)),
        f"desk {name}my-join": Entry(verb="join", attempt=lambda scene, at: scene.form(
            at, joint, f"{person_too}join", {"nomination": scene.joint})),
        f"desk {name}my-leave": Entry(verb="leave", attempt=lambda scene, at: scene.form(
            at, joint, f"{person_too}leave", {"nomination": scene.joined})),
        f"desk {name}my-deadline-set": Entry(verb="own deadline", attempt=lambda scene, at: scene.form(
            at, who, f"{prefix}deadline", {"closes": SOON_TEXT}), **OWN),
        f"desk {name}import-confirm": Entry(verb="import", attempt=_confirmed(who, "" if who == "unit" else prefix)),
    }  # fmt: skip


ENTRIES: Mapping[str, Entry] = {
    "api draft_nomination": Entry(
        verb="draft", attempt=lambda scene, at: scene.call(at, "unit", "POST", "/nominations", NEW)
    ),
    "api edit_nomination": Entry(verb="edit", attempt=lambda scene, at: scene.call(
        at, "unit", "PATCH", f"/nominations/{scene.draft}", {"applicant": "又一公司"})),
    "api submit_nomination": Entry(verb="submit", attempt=_api("submit", "draft", "unit")),
    "api recall_nomination": Entry(verb="recall", attempt=_api("recall", "submitted", "unit")),
    "api reinstate_nomination": Entry(
        verb="reinstate", attempt=_api("reinstate", "withdrawn", "office", {"reason": "又报了"})
    ),
    "api return_nomination": Entry(verb="return", attempt=_api(
        "return", "returnable", "office", {"reason": "说明", "correct_by": SOON_TEXT}), **TOO_SOON),
    "api join_nomination": Entry(verb="join", attempt=_api("join", "joint", "academician", {"unit": "乙院士"})),
    "api leave_nomination": Entry(verb="leave", attempt=_api("leave", "joined", "academician", {"unit": "乙院士"})),
    "api import_nominations": Entry(verb="import", attempt=_upload("unit")),
    "api set_own_deadline": Entry(verb="own deadline", attempt=lambda scene, at: scene.call(
        at, "unit", "POST", f"/units/{OURS}/deadline", {"closes": SOON_TEXT}), **OWN),
    "api confirm_duty": Entry(verb="confirm", attempt=lambda scene, at: scene.call(
        at, "office", "POST", f"/duties/{scene.original}/confirm", {}), **LATE),
    **_of_desk("", "unit", "mine/", "academician"),
    **_of_desk("for-", "office", f"for/{OURS}/", "office"),
    "desk nomination-do": Entry(verb="reinstate", attempt=_verb("reinstate", "withdrawn")),
    "desk nomination-do return": Entry(
        verb="return", attempt=_verb("return", "returnable", correct_by=SOON_TEXT), **TOO_SOON
    ),
    "desk many-confirm": Entry(verb="submit", attempt=_many("submit", "draft")),
    "desk many-confirm reinstate": Entry(verb="reinstate", attempt=_many("reinstate", "withdrawn")),
    "desk many-confirm return": Entry(
        verb="return", attempt=_many("return", "returnable", correct_by=SOON_TEXT), **TOO_SOON
    ),
    "desk duty-do": Entry(verb="confirm", attempt=lambda scene, at: scene.form(
        at, "office", f"duties/{scene.original}", {"verb": "confirm"}), **LATE),
    "desk my-duty-confirm": Entry(verb="confirm", attempt=lambda scene, at: scene.form(
        at, "guild", f"my-duties/{scene.original}/confirm"), **LATE),
    "command nomination draft": Entry(verb="draft", attempt=_typed(
        "nomination", "draft", "--unit", OURS, "--track", "inventions/light", "--title", "命令一项", "--complete",
        "--applicant", "某公司")),
    "command nomination edit": Entry(
        verb="edit", attempt=_typed("nomination", "edit", key="draft", after=("--applicant", "又一公司"))
    ),
    "command nomination submit": Entry(verb="submit", attempt=_typed("nomination", "submit", key="draft")),
    "command nomination recall": Entry(verb="recall", attempt=_typed("nomination", "recall", key="submitted")),
    "command nomination reinstate": Entry(
        verb="reinstate", attempt=_typed("nomination", "reinstate", key="withdrawn", after=WHY)
    ),
    "command nomination return": Entry(verb="return", attempt=_typed(
        "nomination", "return", key="returnable", after=(*WHY, "--correct-by", SOON_TEXT)), **TOO_SOON),
    "command nomination join": Entry(
        verb="join", attempt=_typed("nomination", "join", key="joint", after=("--unit", "乙院士"))
    ),
    "command nomination leave": Entry(
        verb="leave", attempt=_typed("nomination", "leave", key="joined", after=("--unit", "乙院士"))
    ),
    "command nomination import": Entry(verb="import", attempt=lambda scene, at: scene.command(
        at, "nomination", "import", scene.table(), "--submit")),
    "command unit deadline": Entry(verb="own deadline", attempt=_typed(
        "unit", "deadline", OURS, "--to", SOON_TEXT, "--yes"), **OWN),
    "command duty confirm": Entry(verb="confirm", attempt=_typed("duty", "confirm", key="original"), **LATE),
}  # fmt: skip

BY_NO_DATE: Mapping[str, tuple[str, ...]] = {
    "a unit may leave, and the office end, waive or praise, at any time": (
        "api withdraw_nomination", "desk my-withdraw-now", "desk for-my-withdraw-now", "command nomination withdraw",
        "api disqualify_nomination", "api eliminate_nomination", "api waive_nomination", "api promote_nomination",
        "command nomination disqualify", "command nomination waive", "command nomination promote",
        "command nomination distinguish", "command nomination undistinguish",
    ),
    "late results and filings are taken, and said to be late": (
        "api import_results", "desk review-report", "desk review-check", "command report", "api file_duty",
        "desk my-duty-file", "desk for-my-duty-file", "command duty file", "desk for-my-duty-confirm",
    ),
    "the office decides when it decides": (
        "api accept_duty", "api send_back_duty", "command duty accept", "command duty send-back", "desk review-return",
        "api import_decisions", "command decide", "api publish", "desk publish-propose", "command publish",
        "api proceed", "command proceed", "api confirm_proposal", "api decline_proposal", "api take_back_proposal",
        "desk proposal-confirm", "desk proposal-decline", "desk proposal-take-back", "api change_quota",
        "desk quota-preview", "desk quota-change", "command quota set",
    ),
    "an objection is compared with the public notice that it is against (tests/engine, test_stages)": (
        "api object_nomination", "api settle_objection", "command objection add", "command objection settle",
    ),
    "it moves a date, or puts another file in force (tests/engine/test_moving, test_amending)": (
        "api extend_deadline", "api choose_date", "api suspend_deadline", "api announce_dates", "desk calendar-preview",
        "desk calendar-move", "desk calendar-propose", "desk amend-upload", "desk amend", "command extend",
        "command choose", "command suspend", "command announce", "command amend", "command open",
    ),
    "it shows, and stores nothing of a nomination": ("desk many", "desk import-upload", "desk for-import-upload",
        "desk import-drop", "desk for-import-drop", "command check", "command diff", "command new",
        "command completion", "command doctor", "command workers", "command privacy", "command template",
        "command schema",
        "command rehearse", "command diagram",
        "command history", "command explain", "command status", "command timeline", "command versions",
        "command unit list", "command unit show", "command contact list", "command quota show",
        "command nomination list", "command nomination show", "command objection list", "command duty list",
        "command audit verify", "command audit head", "command admin list", "command organiser list",
        "command organiser show", "command outbox list",
        "command outbox preview",
    ),
    "who there is, and who may come in": (
        "api add_unit", "api add_unit_contact", "api add_institution_contact", "api change_contact", "api import_units",
        "api import_contacts", "api import_laureates", "desk account-grant", "desk account-revoke",
        "desk account-disable", "desk account-enable", "desk institution-contact-add",
        "desk institution-contact-change", "desk institution-contact-active", "desk my-contact-add",
        "desk for-my-contact-add", "desk my-contact-change", "desk for-my-contact-change", "desk my-contact-active",
        "desk for-my-contact-active", "desk profile-password", "desk session-end", "desk seat-choose",
        "desk profile-language", "desk lang", "desk signin-ask", "desk account-sign-out",
        "desk account-lost-app", "desk second-factor-show",
        "desk second-factor-begin", "desk second-factor-confirm", "desk second-factor-end",
        "command admin sign-out", "command admin lost-app", "desk signin-password", "desk signin-use",
        "desk signout", "desk token-make", "desk token-revoke", "desk feed-make", "desk feed-revoke",
        "desk export-order", "desk export-discard", "api order_export", "api discard_export_order",
        "command unit import", "command unit add", "command contact import", "command contact add",
        "command contact change", "command laureate import", "command admin add", "command admin link",
        "command admin password", "command admin grant", "command admin revoke", "command admin disable",
        "command admin enable", "command admin key", "command organiser add", "command organiser set", "command erase",
    ),
    "letters, calls and webhooks": (
        "api retry_letter", "api resolve_letter", "api tick_call", "api untick_call", "api add_circular",
        "api change_circular", "api send_circular", "api discard_circular", "api add_webhook", "api pause_webhook",
        "api resume_webhook", "api end_webhook", "api rotate_webhook", "api ping_webhook", "api resend_delivery",
        "desk call-tick", "desk call-untick", "desk circular-add", "desk circular-change", "desk circular-send",
        "desk circular-discard", "desk letters-retry", "desk letter-resolve", "desk webhook-add",
        "desk webhook-rotate", "desk webhook-change", "desk webhook-pause", "desk webhook-resume", "desk webhook-ping",
        "desk webhook-end", "desk webhook-resend", "command outbox retry", "command outbox resolve",
        "command callsheet tick",
    ),
    "it runs, copies or silences the house, or plays a rehearsal": (
        "command run", "command worker", "command clock confirm", "desk clock-confirm",
        "command serve", "command backup", "command restore", "command migrate-to", "command mute", "command unmute",
        "desk rehearsal-turn", "desk rehearsal-restart", "desk rehearsal-seat", "desk rehearsal-begin",
        "desk rehearsal-close",
    ),
}  # fmt: skip
