"""What all imports share: one transaction's part that is kept whole or not at all, and everything that is said of it.

A preview runs the import and takes it back, so that what it shows is what confirming does. Whoever confirms may hand
in the digest of the file that was previewed; another file is then refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum

from engine.batches import Judged
from engine.history import record
from engine.office import Work
from engine.rosters import answers
from engine.rosters.columns import columns
from engine.sheets.answers import more_errors
from engine.sheets.findings import MOST_LISTED
from engine.sheets.reading import read_table
from engine.sheets.table import Row, Table
from workflows.reasons import BangdanError, FileRefused, Reason


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """A file that a person hands in. `sheet` names one sheet of a workbook; `strict` refuses columns nobody asked for.

    `preview` checks everything and stores nothing. `confirm` is the SHA-256 (hex) of the file that was previewed.
    """

    content: bytes
    name: str
    sheet: str | None = None
    strict: bool = False
    preview: bool = False
    confirm: str | None = None


class Outcome(StrEnum):
    """What an import did with a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One row of the file: where it stands, whom it names, what was done; `id` is empty in a preview."""

    place: str
    name: str
    outcome: Outcome
    id: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Imported:
    """What an import did, or would do (`preview`). `headings`: column key → header as the file has it.

    `judged` is there for results and decisions; `matched` counts drafts that bear an earlier laureate's name.
    """

    kind: str
    digest: str
    preview: bool
    lines: tuple[Line, ...]
    remarks: tuple[Reason, ...]
    header_row: int
    headings: Mapping[str, str]
    sheet: str | None
    judged: Judged | None = None
    matched: int = 0

    def count(self, outcome: Outcome) -> int:
        """How many rows had that outcome."""
        return sum(line.outcome is outcome for line in self.lines)


@dataclass(kw_only=True)
class Notes:
    """What turns up while the rows of one file are stored."""

    file: str
    errors: list[Reason] = field(default_factory=list)
    remarks: list[Reason] = field(default_factory=list)
    judged: Judged | None = None
    matched: int = 0

    @contextmanager
    def at(self, row: Row) -> Iterator[None]:
        """Errors of one row are noted at its place, and the next row is looked at."""
        try:
            yield
        except BangdanError as refused:
            self.refuse(refused.reasons, row.place)

    def refuse(self, reasons: Iterable[Reason], place: str) -> None:
        self.errors += [reason.at(reason.where or place) for reason in reasons]

    def remark(self, reason: Reason, place: str) -> None:
        self.remarks.append(reason.at(place))

    def settle(self) -> None:
        """Raise FileRefused with all errors, the first 200; a deadline that stops every row is told once."""
        every = _told_once(self.errors, self.file)
        rest = len(every) - MOST_LISTED
        if every:
            raise FileRefused([*every[:MOST_LISTED], *([more_errors(rest)] if rest > 0 else [])])


Store = Callable[[Table, Notes], Sequence[Line]]


def import_table(work: Work, upload: Upload, kind: str, store: Store) -> Imported:
    """Read the file and let `store` take its rows. Raises FileRefused with every error; then nothing is stored."""
    table = read_table(
        upload.content, name=upload.name, columns=columns(kind, work.definition), sheet=upload.sheet,
        strict=upload.strict,
    )  # fmt: skip
    if upload.confirm is not None and upload.confirm.lower() != table.digest:
        raise FileRefused(answers.another_file(upload.confirm, table.digest).at(upload.name))
    notes = Notes(file=upload.name)
    with work.part() as part:
        lines = tuple(store(table, notes))
        notes.settle()
        imported = _imported(kind, table, lines, notes, preview=upload.preview)
        if upload.preview:
            part.rollback()
        else:
            _remember(work, upload, imported)
    return imported


def each_row(table: Table, notes: Notes, take: Callable[[Row], Line]) -> list[Line]:
    """`take` for every row; what it refuses is noted."""
    lines = []
    for row in table.rows:
        with notes.at(row):
            lines.append(take(row))
    return lines


def together(*outcomes: Outcome) -> Outcome:
    """The outcome of a row that says several things."""
    return min(outcomes, key=list(Outcome).index)


def _imported(kind: str, table: Table, lines: tuple[Line, ...], notes: Notes, *, preview: bool) -> Imported:
    return Imported(
        kind=kind, digest=table.digest, preview=preview, sheet=table.sheet, header_row=table.header_row,
        headings=table.headings, remarks=(*table.remarks, *notes.remarks)[:MOST_LISTED], judged=notes.judged,
        matched=notes.matched, lines=tuple(replace(line, id="") for line in lines) if preview else lines,
    )  # fmt: skip


def _remember(work: Work, upload: Upload, imported: Imported) -> None:
    """One line of the campaign's history for an import that stored something: which file, and what it did."""
    new, changed = imported.count(Outcome.NEW), imported.count(Outcome.CHANGED)
    if new or changed:
        record(work, "campaign", work.campaign_id, "import", kind=imported.kind, file=upload.name[:200],
               digest=imported.digest, new=new, changed=changed)  # fmt: skip


def _told_once(errors: list[Reason], file: str) -> list[Reason]:
    """A deadline that is over is over for the whole file: said once, with the number of rows."""
    late: dict[str, list[Reason]] = {}
    for reason in errors:
        if reason.code.startswith("DLN"):
            late.setdefault(reason.en, []).append(reason)
    others = [reason for reason in errors if not reason.code.startswith("DLN")]
    return [answers.for_rows(found[0], len(found)).at(file) for found in late.values()] + others
