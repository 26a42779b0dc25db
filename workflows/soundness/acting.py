"""Who must act and by when: somebody for every open end, and a date, or a date that is left open on purpose."""

from __future__ import annotations

from collections.abc import Mapping

from workflows.calling import called
from workflows.definition import Definition
from workflows.findings import Findings
from workflows.instants import show, show_en, zone_of
from workflows.nomination import Role
from workflows.soundness.bounds import Bounds
from workflows.vocabulary import Party


def prove(definition: Definition, bounds: Mapping[str, Bounds], findings: Findings) -> None:
    """SND-10 … 15."""
    _office(definition, findings)
    _institutions(definition, findings)
    _open_dates(definition, bounds, findings)
    _drafts(definition, bounds, findings)


def _office(definition: Definition, findings: Findings) -> None:
    people = definition.office.contacts
    if not people:
        findings.warning(
            "SND-10", ("office",),
            '秘书处没有写明人员，该由秘书处办理的事没有人收到提醒；请加 for = ["office"] 的联系人',
            'nobody is named for the secretariat: nobody is told what it must do; add a contact with for = ["office"]',
        )  # fmt: skip
    elif not any(person.email for person in people):
        findings.remark(
            "SND-11", ("office", "contacts"), "秘书处人员都没有邮箱，给秘书处的信都会进电话通知名单",
            "nobody of the secretariat has an e-mail: its letters become lines of the call sheet",
        )  # fmt: skip


def _institutions(definition: Definition, findings: Findings) -> None:
    silent = [each for each in definition.institutions if not any(person.email for person in each.contacts)]
    if silent:
        count, all_ = len(silent), len(definition.institutions)
        findings.remark(
            "SND-12", ("institutions", silent[0].key, "contacts"),
            f"{all_}个评审机构中{count}个没有邮箱，给它们的信进电话通知名单",
            f"{count} of {all_} institutions have no e-mail: their letters become lines of the call sheet", count=count,
        )  # fmt: skip


def _open_dates(definition: Definition, bounds: Mapping[str, Bounds], findings: Findings) -> None:
    zone = zone_of(definition.zone)
    for each in definition.milestones:
        latest = bounds[each.key].ends_latest
        if each.to_choose and latest:
            findings.remark(
                "SND-13", ("milestones", each.key, "to_choose"),
                f"日期待秘书处选定，最迟{show(latest, zone=zone, edge='end')}",
                f"the secretariat has to choose its date by {show_en(latest, zone=zone, edge='end')}",
            )  # fmt: skip
        elif each.to_announce:
            findings.remark(
                "SND-14", ("milestones", each.key, "to_announce"), "日期另行通知；在公布之前，没有人会被提醒",
                "its date is to be announced; nobody is reminded before it is",
            )  # fmt: skip
    for duty in definition.duties:
        if duty.due is None:
            findings.remark(
                "SND-14", ("duties", duty.key), "没有期限；不会提醒，也不会逾期",
                "has no date: nobody is reminded of it, and it is never overdue",
            )  # fmt: skip


def _drafts(definition: Definition, bounds: Mapping[str, Bounds], findings: Findings) -> None:
    """What becomes of drafts at the deadline is said, so that nobody learns it afterwards."""
    latest = bounds[definition.collection].ends_latest
    if latest:
        zone, unit = zone_of(definition.zone), called(definition, Role.UNIT).zh
        classes_of = [each for each in definition.milestones if each.of == definition.collection and each.closes]
        own = any(each.who.role is not Party.APPLICANT for each in classes_of)
        classes, classes_en = ("（分类截止的，各按其时间）", " (of each class at its own)") if own else ("", "")
        findings.remark(
            "SND-15", ("calendar", "collection"),
            f"{show(latest, zone=zone, edge='end')}{classes}未提交的草稿逾期失效，并告知{unit}；延期时可以恢复",
            f"drafts not submitted at {show_en(latest, zone=zone, edge='end')}{classes_en} lapse and their units are"
            " told; an extension can bring them back",
        )  # fmt: skip
