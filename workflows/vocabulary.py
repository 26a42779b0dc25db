"""The words that a campaign file may use where it chooses between a few: one enumeration for each choice."""

from __future__ import annotations

from enum import StrEnum


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
    """Over what a quota's places are counted: each field, each list, or all the quota's lists together (one pool)."""

    FIELD = "field"
    LIST = "list"
    POOL = "pool"


class Stacking(StrEnum):
    """What a unit in several channels of a quota has: their places added up (叠加), or those of the best one."""

    ADD = "add"
    MOST = "most"


class Judge(StrEnum):
    """Who moves nominations out of a stage. `clock`: they go on by themselves when its window ends (公示)."""

    INSTITUTION = "institution"
    SECRETARIAT = "secretariat"
    CLOCK = "clock"


class Bearer(StrEnum):
    """Whose attribute it is."""

    UNIT = "unit"
    NOMINEE = "nominee"


class Kind(StrEnum):
    """What an attribute's value is; all are kept as text: a word, `2024-01-31`, `3.5`, `true`."""

    WORD = "word"
    DATE = "date"
    NUMBER = "number"
    FLAG = "flag"


class Party(StrEnum):
    """Whose act a deadline is for: the applicant fills the draft in, the unit submits it."""

    APPLICANT = "applicant"
    UNIT = "unit"


class Once(StrEnum):
    """Within what one candidate may be nominated only once."""

    LIST = "list"
    CAMPAIGN = "campaign"


class Withdrawal(StrEnum):
    """Until when a unit may withdraw a nomination."""

    UNTIL_PUBLICATION = "until-publication"
    UNTIL_REVIEW = "until-review"
    NEVER = "never"


class Fulfilment(StrEnum):
    """What settles a duty: reporting a track's results, filing a document, or something that must arrive on paper."""

    RESULTS = "results"
    FILING = "filing"
    RECEIPT = "receipt"


class Owner(StrEnum):
    """Who owes a duty."""

    INSTITUTION = "institution"
    UNIT = "unit"


class Each(StrEnum):
    """For what a duty is owed once each."""

    TRACK = "track"
    UNIT = "unit"
    NOMINATION = "nomination"


class Decisive(StrEnum):
    """Which day of a paper counts against its deadline: when it arrived, or when it was posted (邮戳)."""

    ARRIVAL = "arrival"
    POSTMARK = "postmark"


class Gate(StrEnum):
    """What an unsettled duty holds up: drafting, submitting, or going on from the first stage of review."""

    DRAFT = "draft"
    SUBMIT = "submit"
    REVIEW = "review"


class Shift(StrEnum):
    """Where a letter goes that falls on a day of rest: nowhere, or to the working day before or after."""

    NONE = "none"
    BEFORE = "before"
    AFTER = "after"


class Audience(StrEnum):
    """Whom a reminder is for; `engine.letters.audiences` has one function for each."""

    UNITS = "units"
    UNITS_COLLECTING = "units-collecting"
    UNITS_OWING = "units-owing"
    APPLICANTS = "applicants"
    INSTITUTIONS = "institutions"
    INSTITUTIONS_OWING = "institutions-owing"
    SECRETARIAT = "secretariat"
    SECRETARIAT_IF_OWED = "secretariat-if-owed"


class Days(StrEnum):
    """On which days a daily letter goes out."""

    EVERY = "every"
    WORKING = "working"
