"""The pages, one module for each subject; all of them stand in `PAGES`."""

from bangdan.desk.pages import (
    bulk,
    duties,
    home,
    institutions,
    mine,
    my_nominations,
    nomination,
    nominations,
    quotas,
    rehearsal,
    units,
)

PAGES = (
    bulk.pages,
    duties.pages,
    home.pages,
    institutions.pages,
    mine.pages,
    my_nominations.pages,
    nomination.pages,
    nominations.pages,
    quotas.pages,
    rehearsal.pages,
    units.pages,
)
