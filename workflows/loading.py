"""From a campaign file to a `Definition`, strictly: all errors of a file at once, each with its line and column.

Nothing is opened here; whoever has the file gives its bytes and its name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from workflows import soundness
from workflows.consistency import check
from workflows.definition import Definition, tracks_of
from workflows.findings import Findings, in_order
from workflows.lines import dotted
from workflows.loading_matching import read_attributes
from workflows.loading_when import (
    read_dailies,
    read_duties,
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
from workflows.loading_words import read_letters, read_words
from workflows.reading import Table
from workflows.reasons import FileRefused, Reason
from workflows.shapes import Known
from workflows.syntax import parse
from workflows.workdays import Workdays


@dataclass(frozen=True, kw_only=True, slots=True)
class Loaded:
    """A campaign file as understood.

    `warnings` and `remarks` keep nobody from opening it; `lines` gives the line of every key
    (`milestones.collection.closes`); `known` are the keys that the language has and what they may hold.
    """

    definition: Definition
    warnings: tuple[Reason, ...]
    remarks: tuple[Reason, ...]
    lines: Mapping[str, int]
    known: Known


def load(
    data: str | bytes, *, name: str, letters: Collection[str] | None = None, workdays: Workdays | None = None
) -> Loaded:  # fmt: skip
    """The campaign that a file describes.

    `name` is the file's name for messages; `letters`, if given, are the names of the letter templates there are, and
    a reminder may name no other. With `workdays` it is also proven that the campaign can work (`workflows.soundness`):
    before it is opened, not each time it is read. Raises `FileRefused` with every error of the file, at most 200.
    """
    findings = Findings(name=name)
    definition = examine(data, findings, letters=letters)
    if definition and workdays:
        soundness.prove(definition, findings, workdays)
    if definition is None or findings.errors:
        raise FileRefused(findings.told())
    return Loaded(
        definition=definition,
        warnings=tuple(in_order(findings.warnings)),
        remarks=tuple(in_order(findings.remarks)),
        lines={dotted(path): place.line for path, place in findings.lines.place_of.items()},
        known=findings.known,
    )


def examine(data: str | bytes, findings: Findings, *, letters: Collection[str] | None = None) -> Definition | None:
    """The campaign that a file describes, None if there are errors; what there is to say of it is in `findings`."""
    document = parse(data, findings)
    definition = None if document is None else _definition(Table(findings, (), "", document), letters)
    if definition:
        check(definition, findings)
    return None if findings.errors else definition


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
    states, roles = read_words(root, stages)
    own = read_letters(root)
    letters = None if letters is None else (*letters, *(each.name for each in own))
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
        duties=read_duties(root, stages_there, milestones_there),
        reminders=read_reminders(root, milestones_there, letters),
        attributes=attributes,
        states=states,
        roles=roles,
        letters=own,
        dailies=read_dailies(root, milestones_there, letters, frame.letters_at),
    )
    campaign.done()
    root.done()
    return definition
