"""From a campaign file to a `Definition`, strictly: all errors of a file at once, each with its line and column.

Nothing is opened here; whoever has the file gives its bytes and its name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from workflows import shapes, soundness
from workflows.consistency import check
from workflows.definition import Definition, tracks_of
from workflows.findings import Findings, in_order
from workflows.lines import dotted
from workflows.loading_duties import read_duties
from workflows.loading_lists import read_lists
from workflows.loading_matching import Known, read_attributes
from workflows.loading_milestones import milestone_keys, read_milestones, with_names
from workflows.loading_quotas import read_quotas
from workflows.loading_reminders import read_reminders
from workflows.loading_rules import read_exclusions, read_rules
from workflows.loading_stages import read_withdrawal
from workflows.loading_when import (
    read_dailies,
    read_frame,
    read_stages,
)
from workflows.loading_who import (
    EARLIEST_EDITION,
    LATEST_EDITION,
    read_channels,
    read_institutions,
    read_materials,
    read_office,
)
from workflows.loading_words import read_letters, read_words
from workflows.reading import Table
from workflows.reasons import FileRefused, Reason
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
    known: shapes.Known


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
    lists = read_lists(root, materials, attributes)
    attribute_by_key = {each.key: each for each in attributes}
    channels = read_channels(root, lists, edition, attribute_by_key)
    exclusions = read_exclusions(root, lists, channels, attributes, edition)
    dated = root.entries("milestones", needed=True)
    milestones_there = [table.key for table in dated]
    known = Known(attributes={each.key: each for each in attributes}, channels=channels, tracks=tracks_of(lists),
                  units=True, role=True)  # fmt: skip
    frame = read_frame(root, milestones_there)
    stages = read_stages(root, milestones_there, lists)
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
        quotas=read_quotas(root, lists, channels, attribute_by_key),
        exclusions=exclusions,
        rules=read_rules(root, lists, channels, attributes, exclusions),
        milestones=read_milestones(dated, frame.tz, known),
        stages=stages,
        institutions=read_institutions(root, tracks_of(lists), stages_there),
        duties=read_duties(root, stages_there, milestones_there, known),
        reminders=read_reminders(root, milestone_keys(dated), letters, known),
        attributes=attributes,
        states=states,
        roles=roles,
        letters=own,
        withdrawal=read_withdrawal(campaign),
        dailies=read_dailies(root, milestones_there, letters, frame.letters_at),
    )
    campaign.done()
    root.done()
    return definition if root.findings.errors else with_names(definition)
