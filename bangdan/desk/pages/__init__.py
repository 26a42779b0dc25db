"""The pages, one module for each subject; all of them stand in `PAGES`."""

from bangdan.desk.pages import (
    home,
    mine,
    my_nominations,
    rehearsal,
)

PAGES = (
    home.pages,
    mine.pages,
    my_nominations.pages,
    rehearsal.pages,
)
