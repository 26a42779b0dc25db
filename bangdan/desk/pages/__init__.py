"""The pages, one module for each subject; all of them stand in `PAGES`."""

from bangdan.desk.pages import (
    calls,
    circulars,
    home,
    letters,
    mine,
    my_nominations,
    rehearsal,
    webhooks,
)

PAGES = (
    calls.pages,
    circulars.pages,
    home.pages,
    letters.pages,
    mine.pages,
    my_nominations.pages,
    rehearsal.pages,
    webhooks.pages,
)
