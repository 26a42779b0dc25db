"""The pages, one module for each subject; all of them stand in `PAGES`."""

from bangdan.desk.pages import (
    accounts,
    calendar,
    exports,
    feeds,
    history,
    home,
    overview,
    profile,
    proposals,
    publishing,
    rehearsal,
    review,
    signing_in,
    tokens,
)

PAGES = (
    accounts.pages,
    calendar.pages,
    exports.pages,
    feeds.pages,
    history.pages,
    home.pages,
    overview.pages,
    profile.pages,
    proposals.pages,
    publishing.pages,
    rehearsal.pages,
    review.pages,
    signing_in.pages,
    tokens.pages,
)
