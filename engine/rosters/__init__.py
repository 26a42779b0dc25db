"""The rosters that people hand in, stored: units, nominations, results, decisions, laureates, contacts.

`engine.sheets` reads the bytes; here every row goes through the same verbs as a single act, in one transaction, all or
nothing. All errors of a file are told at once, each at its place, and a row that says what is stored already is no
error and causes no letter.
"""

from engine.rosters.columns import KINDS, columns
from engine.rosters.contact_rows import import_contacts
from engine.rosters.importing import Imported, Line, Outcome, Upload
from engine.rosters.laureate_rows import import_laureates
from engine.rosters.nomination_rows import import_nominations
from engine.rosters.result_rows import import_decisions, import_results
from engine.rosters.template_book import workbook
from engine.rosters.templates import FILLED, empty, plain_table, to_fill_in
from engine.rosters.unit_rows import import_units
from engine.rosters.winner_rows import winners

__all__ = [
    "FILLED", "KINDS", "Imported", "Line", "Outcome", "Upload", "columns", "empty", "import_contacts",
    "import_decisions", "import_laureates", "import_nominations", "import_results", "import_units", "plain_table",
    "to_fill_in", "winners", "workbook",
]  # fmt: skip
