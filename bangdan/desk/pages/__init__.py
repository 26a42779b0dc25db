"""The pages, one module for each subject; all of them stand in `PAGES`."""

from bangdan.desk.pages import (
    home,
    imports,
    mine,
    my_nominations,
    my_own,
    rehearsal,
    review,
)

PAGES = (
    home.pages,
    imports.pages,
    mine.pages,
    my_nominations.pages,
    my_own.pages,
    rehearsal.pages,
    review.pages,
)
