"""The whole campaign in one sentence: which milestones were kept, which were not, and what came out."""

from __future__ import annotations

from bangdan.report.gathering import Findings
from bangdan.report.milestones import Course
from bangdan.report.words import Words


def verdict(found: Findings) -> Words:
    """For the headline."""
    judged = [course for course in found.courses if course.verdict.kind != "none"]
    missed = [course for course in judged if course.verdict.kind != "kept"]
    entries = Words(f"最终{found.selected}项入榜。", f"{found.selected} entries were listed.")
    if not missed:
        return Words(
            f"{len(judged)}个时间节点全部如期，{entries.zh}", f"All {len(judged)} milestones were kept; {entries.en}"
        )
    said_zh = "，".join(f"“{course.name.zh}”{course.verdict.words.zh}{_who(found, course).zh}" for course in missed)
    said_en = ", ".join(f"{course.name.en}: {course.verdict.words.en}{_who(found, course).en}" for course in missed)
    kept = len(judged) - len(missed)
    return Words(
        f"{len(judged)}个时间节点中{kept}个如期；{said_zh}。{entries.zh}",
        f"{kept} of {len(judged)} milestones were kept. {said_en}. {entries.en}",
    )


def _who(found: Findings, course: Course) -> Words:
    late = [each.institution.zh for each in found.late if each.milestone == course.definition.key]
    if not late:
        return Words("", "")
    more = len(late) - 1
    return Words(
        f"（{late[0]}{f'等{more + 1}家' if more else ''}）", f" ({len(late)} institution{'s' if more else ''})"
    )
