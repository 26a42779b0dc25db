"""The whole campaign in one sentence: which milestones were kept, which were not, and what came out."""

from __future__ import annotations

from bangdan.language import Words
from bangdan.report.gathering import Findings
from bangdan.report.milestones import Course


def verdict(found: Findings) -> Words:
    """For the headline."""
    judged = [course for course in found.courses if course.verdict.kind != "none"]
    told = [course for course in judged if course.verdict.kind != "kept"]
    kept = sum(course.verdict.kind in ("kept", "moved") for course in judged)
    entries = Words(f"最终{found.selected}项入榜。", f"{found.selected} entries were listed.")
    if not told:
        return Words(
            f"{len(judged)}个时间节点全部如期，{entries.zh}", f"All {len(judged)} milestones were kept; {entries.en}"
        )
    said = [(course, _how(found, course), _who(found, course)) for course in told]
    said_zh = "，".join(f"“{course.name.zh}”{how.zh}{who.zh}" for course, how, who in said)
    said_en = ", ".join(f"{course.name.en}: {how.en}{who.en}" for course, how, who in said)
    return Words(
        f"{len(judged)}个时间节点中{kept}个如期；{said_zh}。{entries.zh}",
        f"{kept} of {len(judged)} milestones were kept. {said_en}. {entries.en}",
    )


def _how(found: Findings, course: Course) -> Words:
    if course.verdict.kind != "moved" or course.standing.closes is None:
        return course.verdict.words
    to = found.dial.minute(course.standing.closes, end=True)
    return Words(f"延期至{to.zh}后如期", f"extended to {to.en}, then kept")


def _who(found: Findings, course: Course) -> Words:
    late = [each.owner.zh for each in found.late if each.milestone == course.definition.key]
    if not late:
        return Words("", "")
    more = len(late) - 1
    return Words(f"（{late[0]}{f'等{more + 1}家' if more else ''}）", f" ({len(late)} late)")
