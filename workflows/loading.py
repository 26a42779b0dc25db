"""From a campaign file to a `Definition`, strictly: all errors of a file at once, each with its line.

Nothing is opened here; whoever has the file gives its bytes and its name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from workflows.consistency import check
from workflows.definition import Definition, tracks_of
from workflows.findings import Findings
from workflows.lines import dotted
from workflows.loading_duties import read_duties
from workflows.loading_matching import Known, read_attributes
from workflows.loading_when import (
    read_dailies,
    read_frame,
    read_milestones,
    read_reminders,
    read_stages,
)
from workflows.loading_who import (
    EARLIEST_EDITION,
    LATEST_EDITION,
    read_channels,
    read_exclusions,
    read_institutions,
    read_lists,
    read_materials,
    read_office,
    read_quotas,
)
from workflows.reading import Table
from workflows.reasons import FileRefused, Reason
from workflows.syntax import parse

MOST_ERRORS = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """A campaign file as understood.

    `remarks` are warnings that keep nobody from opening it; `lines` gives the line of every key
    (`milestones.collection.closes`); `known` are the keys that the language has, by kind of table (`lists.*`).
    """

    definition: Definition
    remarks: tuple[Reason, ...]
    lines: Mapping[str, int]
    known: Mapping[str, tuple[str, ...]]


def load(data: str | bytes, *, name: str, letters: Collection[str] | None = None) -> Loaded:
    """The campaign that a file describes.

    `name` is the file's name for messages; `letters`, if given, are the names of the letter templates there are, and
    a reminder may name no other. Raises `FileRefused` with every error of the file, at most 200.
    """
    findings = Findings(name=name)
    document = parse(data, findings)
    definition = None if document is None else _definition(Table(findings, (), "", document), letters)
    if definition:
        check(definition, findings)
    if findings.errors or definition is None:
        raise FileRefused(_first(findings.in_order()))
    return Loaded(
        definition=definition,
        remarks=tuple(findings.remarks),
        lines={dotted(path): line for path, line in findings.lines.line_of.items()},
        known={kind: tuple(keys) for kind, keys in findings.known.items()},
    )


def _first(errors: list[Reason]) -> list[Reason]:
    left = len(errors) - MOST_ERRORS
    if left <= 0:
        return errors
    more = Reason(
        code="CFG-99", zh=f"还有{left}处错误未列出", en=f"{left} more errors are not listed", facts={"left": left}
    )
    return [*errors[:MOST_ERRORS], more]


def _definition(root: Table, letters: Collection[str] | None) -> Definition:
    campaign = root.table("campaign")
    title = campaign.text("name")
    edition = campaign.whole("edition", low=EARLIEST_EDITION, high=LATEST_EDITION)
    attributes = read_attributes(root)
    materials = read_materials(root)
    lists = read_lists(root, materials)
    channels = read_channels(root, lists, edition)
    dated = root.entries("milestones", needed=True)
    milestones_there = [table.key for table in dated]
    frame = read_frame(root, milestones_there)
    stages = read_stages(root, milestones_there)
    stages_there = [each.key for each in stages]
    by_key = {each.key: each for each in attributes}
    whom = Known(attributes=by_key, channels=channels, tracks=tracks_of(lists), units=True)
    definition = Definition(
        key=campaign.slug("key"),
        name=title,
        english=campaign.english(title),
        edition=edition,
        notice=campaign.text("notice"),
        organiser=campaign.text("organiser"),
        platform=campaign.text("platform", default=""),
        attachments=campaign.texts("attachments"),
        requirements=campaign.texts("requirements"),
        wording=campaign.wording(),
        zone=frame.zone,
        settle=frame.settle,
        letters_at=frame.letters_at,
        collection=frame.collection,
        publication=frame.publication,
        promotion=frame.promotion,
        office=read_office(root),
        lists=lists,
        materials=materials,
        channels=channels,
        quotas=read_quotas(root, lists, channels),
        exclusions=read_exclusions(root, lists),
        milestones=read_milestones(dated, frame.tz),
        stages=stages,
        institutions=read_institutions(root, tracks_of(lists), stages_there),
        duties=read_duties(root, stages_there, milestones_there, whom),
        reminders=read_reminders(root, milestones_there, letters),
        attributes=attributes,
        dailies=read_dailies(root, milestones_there, letters, frame.letters_at),
    )
    campaign.done()
    root.done()
    return definition
