"""What a campaign is: the values that one campaign file says, resolved and frozen.

`workflows.loading` reads a file into these; everything else only reads them. A `wording` is the notice's own text for
a value; `ours` marks a value that the notice leaves open and that we chose.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from functools import cached_property


class Nominee(StrEnum):
    """What a list ranks."""

    PROJECT = "project"
    ORGANISATION = "organisation"
    PERSON = "person"


class Edge(StrEnum):
    """Which end of a milestone's window an instant belongs to."""

    OPENS = "opens"
    CLOSES = "closes"


class Per(StrEnum):
    """Over what a quota's places are counted."""

    FIELD = "field"
    LIST = "list"


class Judge(StrEnum):
    """Who moves nominations out of a stage."""

    INSTITUTION = "institution"
    SECRETARIAT = "secretariat"


class Fulfilment(StrEnum):
    """What settles a duty: reporting a track's results, or filing a document."""

    RESULTS = "results"
    FILING = "filing"


class Audience(StrEnum):
    """Whom a reminder is for; `engine.letters.audiences` has one function for each."""

    UNITS = "units"
    UNITS_COLLECTING = "units-collecting"
    INSTITUTIONS = "institutions"
    INSTITUTIONS_OWING = "institutions-owing"
    SECRETARIAT = "secretariat"
    SECRETARIAT_IF_OWED = "secretariat-if-owed"


class Days(StrEnum):
    """On which days a daily letter goes out."""

    EVERY = "every"
    WORKING = "working"


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """A subdivision of a list (领域); `group` is the notice's name for its kind, e.g. 产业领域."""

    key: str
    name: str
    english: str = ""
    group: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class RankingList:
    """A list (榜单). `materials` are keys of what a nomination must carry before it can be submitted."""

    key: str
    name: str
    english: str
    nominee: Nominee
    fields: tuple[Field, ...] = ()
    materials: tuple[str, ...] = ()
    wording: str = ""

    @property
    def counter(self) -> str:
        """The Chinese counting word for its places."""
        return "人" if self.nominee is Nominee.PERSON else "个"


@dataclass(frozen=True, kw_only=True, slots=True)
class Material:
    """What an applicant has to fill in or upload."""

    key: str
    name: str
    english: str = ""
    wording: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Track:
    """A list, or one field of a list that has fields: the unit of preliminary review. Key: `list` or `list/field`."""

    list: RankingList
    field: Field | None = None

    @property
    def key(self) -> str:
        return f"{self.list.key}/{self.field.key}" if self.field else self.list.key

    @property
    def name(self) -> str:
        return f"{self.list.name}·{self.field.name}" if self.field else self.list.name


@dataclass(frozen=True, kw_only=True, slots=True)
class Channel:
    """A category through which a unit may recommend (推荐渠道).

    `lists` are the keys of the lists it may recommend for. `open_ended` is the notice's “其他各有关单位”: nobody has a
    list of them. A channel with `laureates_edition` is held by persons: those on `laureates_list` in that edition.
    """

    key: str
    name: str
    english: str = ""
    lists: tuple[str, ...]
    open_ended: bool = False
    laureates_edition: int | None = None
    laureates_list: str | None = None
    wording: str = ""

    @property
    def person(self) -> bool:
        return self.laureates_edition is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class Quota:
    """At most `limit` places for a unit in each of `channels` on each of `lists`, per field or per list.

    Places add up over the channels that one unit is in.
    """

    key: str = ""
    lists: tuple[str, ...]
    channels: tuple[str, ...]
    per: Per
    limit: int
    wording: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Exclusion:
    """Who was on an earlier edition is not nominated again; `waivable` is the notice's “原则上”."""

    key: str
    lists: tuple[str, ...]
    waivable: bool
    wording: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Milestone:
    """A named window of the calendar as announced, half-open: `opens <= t < closes`; either end may be missing.

    With `to_choose` the window only bounds a date that the secretariat chooses later (择机). With `after` it begins
    when that milestone has actually happened.
    """

    key: str
    name: str
    english: str
    opens: datetime | None = None
    closes: datetime | None = None
    to_choose: bool = False
    after: str | None = None
    wording: str = ""
    ours: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """One stage of review (评审阶段), in the order of the file. Its key is a state of the nomination.

    `window` and `due` are milestone keys: when the stage runs, and by when its results are due.
    """

    key: str
    name: str
    english: str
    judge: Judge
    window: str
    due: str
    wording: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """A contact as the notice prints it."""

    name: str
    organisation: str = ""
    phones: tuple[str, ...] = ()
    email: str | None = None
    wording: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Institution:
    """A review institution (初评机构) and the tracks it reviews, by track key."""

    key: str
    name: str
    english: str = ""
    stage: str
    tracks: tuple[str, ...]
    contacts: tuple[Person, ...]
    wording: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DutyKind:
    """What each institution owes, once for each of its tracks; `due` is a milestone key."""

    key: str
    name: str
    english: str
    stage: str
    fulfilment: Fulfilment
    due: str
    wording: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Offset:
    """A distance from an edge: whole calendar days at a time of day, or an exact span. Negative is before."""

    text: str
    days: int | None = None
    span: timedelta | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminder:
    """A chain of letters around one edge of a milestone.

    Of several due letters of one chain only the last goes out. `useful` is how long after its instant a letter that
    could not go out in time still makes sense; one that counts down to the edge is never sent past it.
    """

    key: str
    milestone: str
    edge: Edge
    offsets: tuple[Offset, ...]
    audience: Audience
    letter: str
    useful: timedelta
    ours: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Daily:
    """A letter of every day, or of every working day, from where `since` opens to where `until` closes."""

    key: str
    since: str
    until: str
    days: Days
    at: time
    audience: Audience
    letter: str
    ours: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Office:
    """The secretariat (秘书处) and whom the notice names for questions: `consultation` and `technical`."""

    name: str
    english: str
    contacts: tuple[Person, ...]
    consultation: tuple[Person, ...] = ()
    technical: tuple[Person, ...] = ()


def tracks_of(lists: Iterable[RankingList]) -> dict[str, Track]:
    """The tracks of some lists by their keys, in order."""
    tracks = [Track(list=each, field=field) for each in lists for field in (each.fields or (None,))]
    return {track.key: track for track in tracks}


@dataclass(frozen=True, kw_only=True)
class Definition:
    """One campaign, whole. Look-ups raise KeyError for a key that the file does not define.

    `attachments` are the titles of what is annexed to the notice, `requirements` its words that bind people and not
    the engine; both are for letters and pages to quote.
    """

    key: str
    name: str
    english: str
    zone: str
    edition: int
    notice: str
    organiser: str
    platform: str
    attachments: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    wording: str = ""
    settle: timedelta
    letters_at: time
    office: Office
    lists: tuple[RankingList, ...]
    materials: tuple[Material, ...]
    channels: tuple[Channel, ...]
    quotas: tuple[Quota, ...]
    exclusions: tuple[Exclusion, ...]
    milestones: tuple[Milestone, ...]
    collection: str
    publication: str
    promotion: str
    stages: tuple[Stage, ...]
    institutions: tuple[Institution, ...]
    duties: tuple[DutyKind, ...]
    reminders: tuple[Reminder, ...]
    dailies: tuple[Daily, ...]

    @cached_property
    def tracks(self) -> dict[str, Track]:
        """Every track by its key, in the order of the file."""
        return tracks_of(self.lists)

    @cached_property
    def list_by_key(self) -> dict[str, RankingList]:
        return {each.key: each for each in self.lists}

    @cached_property
    def channel_by_key(self) -> dict[str, Channel]:
        return {each.key: each for each in self.channels}

    @cached_property
    def milestone_by_key(self) -> dict[str, Milestone]:
        return {each.key: each for each in self.milestones}

    @cached_property
    def stage_by_key(self) -> dict[str, Stage]:
        return {each.key: each for each in self.stages}

    @cached_property
    def institution_by_key(self) -> dict[str, Institution]:
        return {each.key: each for each in self.institutions}

    @cached_property
    def duty_by_key(self) -> dict[str, DutyKind]:
        return {each.key: each for each in self.duties}

    @cached_property
    def material_by_key(self) -> dict[str, Material]:
        return {each.key: each for each in self.materials}
