"""The pages, one module for each subject; all of them stand in `PAGES`."""

from bangdan.desk.pages import (
    home,
    imports,
    mine,
    my_nominations,
    rehearsal,
)

PAGES = (
    home.pages,
    imports.pages,
    mine.pages,
    my_nominations.pages,
    rehearsal.pages,
)
