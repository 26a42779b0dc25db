"""The pages, one module for each subject; all of them stand in `PAGES`."""

from bangdan.desk.pages import (
    accounts,
    home,
    mine,
    my_nominations,
    profile,
    rehearsal,
    signing_in,
    tokens,
)

PAGES = (
    accounts.pages,
    home.pages,
    mine.pages,
    my_nominations.pages,
    profile.pages,
    rehearsal.pages,
    signing_in.pages,
    tokens.pages,
)
