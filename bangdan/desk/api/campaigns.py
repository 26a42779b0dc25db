"""The campaign over the API: what it is called and made of, its calendar, its numbers, what needs a person."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from starlette.responses import Response

from bangdan.desk.api.call import Calling
from bangdan.desk.api.campaign_shapes import (
    Attention,
    CalendarTold,
    Campaign,
    CampaignLine,
    CampaignList,
    Named,
    Status,
    TrackName,
)
from bangdan.desk.api.nominations import ByChannel, Track
from bangdan.desk.api.routing import CAMPAIGN, Calls
from bangdan.desk.api.shapes import parameter
from bangdan.desk.policy import EVERYBODY, READERS
from engine.accounts.tokens import Scope
from engine.office import Work
from engine.queries.attention import attention, health
from engine.queries.calendar_view import calendar_view
from engine.queries.funnel import funnel
from engine.queries.naming import channel_named, tracks_named
from engine.queries.outcomes import outcomes

calls = Calls("活动", "Campaigns")
Past = Annotated[bool, parameter("包括已过的提醒", "past reminders too", example=False)]


@calls.get("/campaigns", name="list_campaigns", allow=EVERYBODY, scope=Scope.READ, answers=CampaignList,
           zh="此令牌可用的活动", en="The campaigns that the token is for")  # fmt: skip
def list_campaigns(call: Calling) -> Response:
    with call.read() as work:
        return call.plain(CampaignList.model_validate({"rows": [_line(work)]}))


@calls.get(CAMPAIGN, name="get_campaign", allow=EVERYBODY, scope=Scope.READ, answers=Campaign,
           zh="活动的榜单、渠道、状态、材料等", en="What the campaign is made of, by key and name")  # fmt: skip
def get_campaign(call: Calling) -> Response:
    with call.read() as work:
        it = work.definition
        return call.plain(Campaign(
            **_line(work).model_dump(), edition=it.edition, organiser=it.organiser, now=work.at,
            tracks=[_track(work, key) for key in it.tracks], channels=_named(it.channels),
            states=[Named(key=each.key, name=each.zh, english=each.en) for each in work.shape.states],
            materials=_named(it.materials), attributes=_named(it.attributes), milestones=_named(it.milestones),
        ))  # fmt: skip


def _line(work: Work) -> CampaignLine:
    return CampaignLine.model_validate(work.definition)


def _track(work: Work, key: str) -> TrackName:
    track = work.definition.tracks[key]
    field = track.field.english or track.field.name if track.field else ""
    return TrackName(
        key=key, name=track.name, english=f"{track.list.english}: {field}" if field else track.list.english,
        ranking=track.list.key, materials=list(track.list.materials),
        institutions=[each.key for each in work.definition.institutions if key in each.tracks],
    )  # fmt: skip


def _named(those: Iterable[Any]) -> list[Named]:
    return [Named(key=each.key, name=each.name, english=each.english or each.name) for each in those]


@calls.get(f"{CAMPAIGN}/calendar", name="get_calendar", allow=EVERYBODY, scope=Scope.READ, answers=CalendarTold,
           zh="日程：全部时间节点和将要发出的提醒", en="The calendar: every instant, every letter to come")  # fmt: skip
def get_calendar(call: Calling, *, past: Past = False) -> Response:
    with call.read() as work:
        view = calendar_view(work, past=past)
        reminders = view.reminders if work.actor.role in READERS else ()  # whom we write to is the office's business
        told = {"instants": view.instants, "to_choose": view.to_choose, "reminders": reminders}
        return call.plain(CalendarTold.model_validate(told))


@calls.get(f"{CAMPAIGN}/status", name="get_status", allow=EVERYBODY, scope=Scope.READ, answers=Status,
           zh="现状：各榜单、领域、渠道的数字", en="Where everything stands, in numbers",
           about=("推荐单位和初评机构只见自己的", "Units and institutions see their own."))  # fmt: skip
def get_status(call: Calling, *, track: Track = None, channel: ByChannel = None) -> Response:
    with call.read() as work:
        numbers = funnel(
            work, tracks=tracks_named(work.definition, track) if track else None,
            channel=channel_named(work.definition, channel) if channel else None,
        )  # fmt: skip
        told = {"campaign": work.definition.key, "at": work.at, "funnel": numbers, "outcomes": outcomes(work)}
        return call.plain(Status.model_validate(told))


@calls.get(f"{CAMPAIGN}/attention", name="get_attention", allow=READERS, scope=Scope.READ, answers=Attention,
           zh="需要人处理的事，系统是否正常", en="What needs a person, and whether the engine keeps up")  # fmt: skip
def get_attention(call: Calling) -> Response:
    with call.read() as work:
        waiting = attention(work)
        told = {name: getattr(waiting, name) for name in Attention.model_fields if name != "engine"}
        return call.plain(Attention.model_validate({**told, "engine": health(work)}))
