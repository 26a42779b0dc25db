"""What a campaign is: the values that one campaign file says, resolved and frozen.

`workflows.loading` reads a file into these; everything else only reads them. A `wording` is the notice's own text for
a value; `ours` marks a value that the notice leaves open and that we chose.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cached_property

from workflows.vocabulary import (
    Audience,
    Bearer,
    Days,
    Decisive,
    Each,
    Edge,
    Fulfilment,
    Gate,
    Judge,
    Kind,
    Nominee,
    Once,
    Owner,
    Party,
    Per,
    Shift,
    Stacking,
    Withdrawal,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Attribute:
    """Something that is declared of every unit or nominee (属性), such as a region; `values` are a word's choices."""

    key: str
    name: str
    english: str
    of: Bearer
    kind: Kind
    values: tuple[str, ...] = ()
    needed: bool = False
    wording: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Who:
    """Whom or what something is for: each line that is given must hold, and within a line any of its values does.

    `channels` are held by the unit, `units` are codes of units, `tracks` are track keys, `attributes` are pairs of an
    attribute's key and the values that fit, `role` is whose act it is. Nothing given: everybody and everything.
    `workflows.matching` answers for one case, `engine.selecting` for the rows of the database.
    """

    channels: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    tracks: tuple[str, ...] = ()
    attributes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    role: Party | None = None

    @property
    def everybody(self) -> bool:
        return not (self.channels or self.units or self.tracks or self.attributes or self.role)


EVERYBODY = Who()


@dataclass(frozen=True, kw_only=True, slots=True)
class Share:
    """Of some places, at least (`least`) or at most (`most`) so many are for whom `who` names: 西部地区不少于2个."""

    key: str
    name: str
    who: Who
    least: int | None = None
    most: int | None = None
    wording: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    """A level of an award (等级) that the jury decides; `winners` caps it, None leaves its number to the jury."""

    key: str
    name: str
    english: str
    winners: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Length:
    """A length of time: so many calendar days, so many working days, or an exact span; `text` as it is shown."""

    text: str
    days: int | None = None
    working: int | None = None
    span: timedelta | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortlist:
    """How many may pass a stage on each track: a share of those who entered it, a multiple of the winners, a number."""

    text: str
    percent: int | None = None
    times: float | None = None
    number: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """A subdivision of a list (领域); `group` is the notice's name for its kind, e.g. 产业领域."""

    key: str
    name: str
    english: str = ""
    group: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class RankingList:
    """A list (榜单). `materials` are keys of what a nomination must carry before it can be submitted.

    `elsewhere` names who organises a list that takes no nominations here. With `drawn_from` its winners are chosen
    among those of another list. `winners` caps how many it has (None: the jury decides), `levels` divide them, and
    `shares` hold places among them. A track with fewer entries than `minimum` does not enter review by itself.
    """

    key: str
    name: str
    english: str
    nominee: Nominee
    fields: tuple[Field, ...] = ()
    materials: tuple[str, ...] = ()
    elsewhere: str = ""
    drawn_from: str | None = None
    winners: int | None = None
    levels: tuple[Level, ...] = ()
    shares: tuple[Share, ...] = ()
    minimum: int = 0
    wording: str = ""

    @property
    def takes_nominations(self) -> bool:
        return not self.elsewhere and self.drawn_from is None

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
    list of them. A channel with `laureates_edition` is held by persons: those on `laureates_list` in that edition;
    `persons` says so of others (院士). Only a unit that fits `who` may hold it, and none that holds one of `excludes`.
    `jointly`: so many of its holders must nominate together.
    """

    key: str
    name: str
    english: str = ""
    lists: tuple[str, ...]
    open_ended: bool = False
    laureates_edition: int | None = None
    laureates_list: str | None = None
    persons: bool = False
    who: Who = EVERYBODY
    excludes: tuple[str, ...] = ()
    jointly: int = 1
    wording: str = ""

    @property
    def person(self) -> bool:
        return self.persons or self.laureates_edition is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class Quota:
    """At most `limit` places (None: as many as they like) for a unit in each of `channels` on `lists`.

    Who: a unit that holds one of the channels and fits `who`; `units` are pairs of a unit's code and its own
    number, whichever of the channels it holds.
    Over what: each field, each list, or all the lists together (`per`). How many: over several of the channels that
    one unit holds they are added up or the most counts (`stacking`); `shares` hold some of them for some nominees.
    """

    key: str = ""
    lists: tuple[str, ...]
    channels: tuple[str, ...]
    per: Per
    limit: int | None
    who: Who = EVERYBODY
    units: tuple[tuple[str, int | None], ...] = ()
    stacking: Stacking = Stacking.ADD
    shares: tuple[Share, ...] = ()
    wording: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Exclusion:
    """Who was on an earlier edition is not nominated again; `waivable` is the notice's “原则上”.

    `award` names another award whose register it is, empty for this one; `since` and `until` are the first and the
    last edition that count.
    """

    key: str
    lists: tuple[str, ...]
    waivable: bool
    award: str = ""
    since: int | None = None
    until: int | None = None
    who: Who = EVERYBODY
    wording: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """What a nomination must fulfil to be submitted (申报条件), as a predicate over one `attribute`, or `once`.

    `least` and `most` bound its value (inclusive; numbers and dates), `among` lists the ones that fit, `own_field`
    asks that it is the key or the name of the nomination's field. `once`: the same candidate is nominated only once in
    that range of its lists. It asks nothing of whom `who` leaves out; the secretariat may waive a `waivable` one.
    """

    key: str
    name: str
    english: str
    lists: tuple[str, ...]
    attribute: str | None = None
    least: str | None = None
    most: str | None = None
    among: tuple[str, ...] = ()
    own_field: bool = False
    once: Once | None = None
    who: Who = EVERYBODY
    waivable: bool = False
    wording: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Milestone:
    """A named window of the calendar as announced, half-open: `opens <= t < closes`; either end may be missing.

    With `to_choose` the window only bounds a date that the secretariat chooses later (择机); `to_announce` has no date
    at all until then. With `after` it begins at `edge` of that milestone, or without `edge` when that has actually
    happened, `wait` later; with `lasts` it ends so long after it began, the first day `counted` or not, and `at_least`
    lets it end later but never earlier. It must end before `before` begins.

    A milestone `of` another stands in for it for whom `who` names: its key is `parent/name`, and of those that fit the
    first in the file counts. One with `who` and no `of` concerns only those. `slots` are hours in which something can
    be handed in.
    """

    key: str
    name: str
    english: str
    opens: datetime | None = None
    closes: datetime | None = None
    to_choose: bool = False
    to_announce: bool = False
    after: str | None = None
    edge: Edge | None = None
    wait: Length | None = None
    lasts: Length | None = None
    counted: bool = False
    at_least: bool = False
    before: str | None = None
    of: str | None = None
    who: Who = EVERYBODY
    slots: tuple[tuple[datetime, datetime], ...] = ()
    wording: str = ""
    ours: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """One stage of review (评审阶段), in the order of the file. Its key is a state of the nomination.

    `window` and `due` are milestone keys: when the stage runs, and by when its results are due. Only nominations of
    `lists` pass it. `correction` is how long a nomination that is returned in this stage may be corrected; with
    `objections` they may be raised while it runs, and hold up what they are about; `shortlist` bounds who passes.
    """

    key: str
    name: str
    english: str
    judge: Judge
    window: str
    due: str
    lists: tuple[str, ...] = ()
    correction: Length | None = None
    objections: bool = False
    shortlist: Shortlist | None = None
    wording: str = ""

    @property
    def held(self) -> bool:
        """Whether nobody goes on before its window has ended: it is a notice (公示)."""
        return self.objections or self.judge is Judge.CLOCK

    def passed_by(self, list_key: str) -> bool:
        """Whether nominations of that list pass it; without `lists` every list's do."""
        return not self.lists or list_key in self.lists


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
    """What each institution owes once for each of its tracks, or each unit once or for each nomination.

    `due` is a milestone key, None where no date is set. `stage` is the institution's stage; for a unit's duty per
    nomination, the stage that makes it owed (None: submitting does). Only whom `who` names owes it. While it is not
    settled it holds up what `gate` says. Of a paper, `decisive` is the day that counts.
    """

    key: str
    name: str
    english: str
    stage: str | None = None
    fulfilment: Fulfilment
    due: str | None = None
    owed_by: Owner = Owner.INSTITUTION
    each: Each = Each.TRACK
    gate: Gate | None = None
    decisive: Decisive = Decisive.ARRIVAL
    who: Who = EVERYBODY
    wording: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Offset:
    """A distance from an edge: whole calendar or working days at a time of day, or a span. Negative is before."""

    text: str
    days: int | None = None
    working: int | None = None
    span: timedelta | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminder:
    """A chain of letters around one edge of a milestone.

    Of several due letters of one chain only the last goes out. `useful` is how long after its instant a letter that
    could not go out in time still makes sense; one that counts down to the edge is never sent past it. `at` is its
    time of day (None: the campaign's), `shift` where it goes from a day of rest, `who` narrows its audience.
    """

    key: str
    milestone: str
    edge: Edge
    offsets: tuple[Offset, ...]
    audience: Audience
    letter: str
    useful: timedelta
    at: time | None = None
    shift: Shift = Shift.NONE
    who: Who = EVERYBODY
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
class Term:
    """What this campaign calls something."""

    zh: str
    en: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnLetter:
    """A letter as this campaign words it, in place of the template of that name. The parts are Jinja sources.

    `text` is what stands between greeting and signature, `english` the same in a few words.
    """

    name: str
    subject: str
    title: str
    text: str
    english: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Office:
    """The secretariat (秘书处) and whom the notice names for questions: `consultation` and `technical`."""

    name: str
    english: str
    contacts: tuple[Person, ...]
    consultation: tuple[Person, ...] = ()
    technical: tuple[Person, ...] = ()


def tracks_of(lists: Iterable[RankingList]) -> dict[str, Track]:
    """The tracks of those lists that take nominations, by their keys, in order."""
    open_lists = [each for each in lists if each.takes_nominations]
    tracks = [Track(list=each, field=field) for each in open_lists for field in (each.fields or (None,))]
    return {track.key: track for track in tracks}


@dataclass(frozen=True, kw_only=True)
class Definition:
    """One campaign, whole. Look-ups raise KeyError for a key that the file does not define.

    `attachments` are the titles of what is annexed to the notice, `requirements` its words that bind people and not
    the engine; both are for letters and pages to quote. `states` and `roles` are the campaign's own names for states
    and roles, by key; `letters` its own wordings.
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
    attributes: tuple[Attribute, ...] = ()
    rules: tuple[Rule, ...] = ()
    withdrawal: Withdrawal = Withdrawal.UNTIL_PUBLICATION
    states: tuple[tuple[str, Term], ...] = ()
    roles: tuple[tuple[str, Term], ...] = ()
    letters: tuple[OwnLetter, ...] = ()

    def stages_of(self, list_key: str) -> tuple[Stage, ...]:
        """The stages that nominations of a list pass, in order."""
        return tuple(stage for stage in self.stages if stage.passed_by(list_key))

    def deciding(self, list_key: str) -> Stage | None:
        """The stage in which somebody decides who is to be on the list: the last one that the clock does not judge."""
        judged = [stage for stage in self.stages_of(list_key) if stage.judge is not Judge.CLOCK]
        return judged[-1] if judged else None

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
    def attribute_by_key(self) -> dict[str, Attribute]:
        return {each.key: each for each in self.attributes}

    @cached_property
    def quota_keys(self) -> tuple[str, ...]:
        """The quotas as the file names them; one may stand for several values."""
        return tuple(dict.fromkeys(each.key for each in self.quotas))

    @cached_property
    def shared(self) -> bool:
        """Whether some quota holds places for some nominees, so that what a nomination is decides whether it fits."""
        return any(each.shares for each in self.quotas)

    @cached_property
    def jointly(self) -> bool:
        """Whether some channel's holders must nominate together."""
        return any(each.jointly > 1 for each in self.channels)

    @cached_property
    def material_by_key(self) -> dict[str, Material]:
        return {each.key: each for each in self.materials}
