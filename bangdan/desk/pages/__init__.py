"""The pages, one module for each subject; all of them stand in `PAGES`."""

from bangdan.desk.pages import (
    accounts,
    calendar,
    home,
    overview,
    profile,
    rehearsal,
    signing_in,
    tokens,
    imports,
    mine,
    my_nominations,
    my_own,
    rehearsal,
    review,
)

PAGES = (
    accounts.pages,
    calendar.pages,
    home.pages,
    overview.pages,
    profile.pages,
    rehearsal.pages,
    signing_in.pages,
    tokens.pages,
    imports.pages,
    mine.pages,
    my_nominations.pages,
    my_own.pages,
    rehearsal.pages,
    review.pages,
)
