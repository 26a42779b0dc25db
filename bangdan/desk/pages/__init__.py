"""The pages, one module for each subject; all of them stand in `PAGES`."""

from bangdan.desk.pages import (
    accounts,
    calendar,
    exports,
    feeds,
    home,
    imports,
    mine,
    my_nominations,
    my_own,
    overview,
    profile,
    rehearsal,
    review,
    signing_in,
    tokens,
    watching,
)

PAGES = (
    accounts.pages,
    calendar.pages,
    exports.pages,
    feeds.pages,
    home.pages,
    imports.pages,
    mine.pages,
    my_nominations.pages,
    my_own.pages,
    overview.pages,
    profile.pages,
    rehearsal.pages,
    review.pages,
    signing_in.pages,
    tokens.pages,
    watching.pages,
)
