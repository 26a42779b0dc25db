"""The pages, one module for each subject; all of them stand in `PAGES`."""

from bangdan.desk.pages import (
    exports,
    feeds,
    home,
    mine,
    my_nominations,
    rehearsal,
)

PAGES = (
    exports.pages,
    feeds.pages,
    home.pages,
    mine.pages,
    my_nominations.pages,
    rehearsal.pages,
)
