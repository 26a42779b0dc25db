"""Amending a running campaign: another text of its file is put in force, and all that follows from it follows at once.

The text goes through the same proof as at the opening. What people hold, have filed or have passed already stays; what
changed dates do to people is what moving them one by one would do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine import following, moving, redated, redating, versions
from engine.access import may_office
from engine.history import record
from engine.in_use import in_use
from engine.letters import audiences, movement
from engine.letters.correspondence import Sent
from engine.moving import Moved
from engine.office import Work
from engine.quota_changes import Over, by_scope, over_places, too_many
from engine.redating import Redated
from engine.texts import reason_of
from engine.turn import due_now
from workflows.amending import forbidden
from workflows.definition import Definition
from workflows.differences import Difference, differences
from workflows.loading import load
from workflows.nomination import shapes
from workflows.reasons import Reason, Refused, refuse
from workflows.timeline import Due, Occasion

ELIGIBILITY = frozenset({"exclusions", "rules", "channels", "attributes", "materials"})
Owed = Counter[tuple[str, str]]  # by duty and institution (empty: units)


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminding:
    """An occasion that is due now and was not, and how many it would be written to."""

    occasion: Occasion
    readers: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Amended:
    """What an amendment did. `over` are units that keep more nominations than they have places.

    `owed` and `void` count duties that are owed now, or no more; `passed` are letters that are asked for too late.
    """

    version: int
    before: Definition
    after: Definition
    differences: tuple[Difference, ...]
    dates: Redated
    moved: tuple[Moved, ...]
    owed: Owed = field(default_factory=Counter)
    void: Owed = field(default_factory=Counter)
    reminding: tuple[Reminding, ...] = ()
    passed: tuple[Occasion, ...] = ()
    over: tuple[Over, ...] = ()

    @property
    def told(self) -> Sent:
        """The corrections, all together."""
        return sum((each.told for each in self.moved), start=Sent())

    @property
    def reopened(self) -> int:
        return sum(each.reopened for each in self.moved)

    @property
    def eligibility(self) -> bool:
        """Whether something changed that is asked of what is submitted from now on, and of nothing else."""
        return any(each.section in ELIGIBILITY for each in self.differences)


def amend(
    work: Work, source: str, *, name: str, reason: str, reopen: bool = True, keep: bool = False
) -> Amended:  # fmt: skip
    """Put another text of the campaign's file in force. Needs a transaction that is `alone`.

    With `reopen`, nominations that lapsed at a deadline which is later now are drafts again; with `keep`, units that
    have more nominations than places keep them. Raises FileRefused, and Refused with everything that may not be
    changed (AMD-…), or with every date and quota that can't be as the file says (EXT-…, CFG-27).
    """
    may_office(work.actor)
    work.must_be_alone()
    reason = reason_of(reason)
    moving.must_have_reason(reason)
    digest = versions.digest_of(source)
    if digest == work.digest:
        raise Refused(_the_same())
    old = work.memory.definitions[work.digest][0]
    new = load(source, name=name, workdays=work.workdays).definition
    refuse(forbidden(old, new, shapes(new), in_use(work)))
    return _put_in_force(work, old, new, source, name=name, reason=reason, reopen=reopen, keep=keep)


def _put_in_force(
    work: Work, old: Definition, new: Definition, source: str, *, name: str, reason: str, reopen: bool, keep: bool
) -> Amended:  # fmt: skip
    before, closed, places = movement.now(work), redated.closed_ends(work), by_scope(work)
    owed, due, was = following.owed(work), due_now(work), work.digest
    number = versions.put_in_force(work, source, name=name, reason=reason)
    following.give_numbers_back(work, old, new, reason=reason)
    fresh = redating.announce(work, old, new)
    changes = differences(old, new)
    record(work, "campaign", work.campaign_id, "amend", version=number, file=name, reason=reason,
           digest=versions.digest_of(source), instead_of=was, changes="；".join(each.zh for each in changes),
           changes_en="; ".join(each.en for each in changes))  # fmt: skip
    dates = redating.write(work, old, new, fresh, reason=reason)
    work.file_changed(new, versions.digest_of(source))
    over = over_places(work, places, by_scope(work))
    refuse((*redated.against(work, before, dates), *(too_many(each) for each in over if not keep)))
    following.stop_letters(work, old, reason=reason)
    following.people(work, old, new)
    following.note_earlier(work, old)
    moved = redated.carry_out(work, before, dates, closed=closed, reason=reason, reopen=reopen)
    following.bring_duties(work)
    now_owed, now_due = following.owed(work), due_now(work)
    return Amended(
        version=number, before=old, after=new, differences=changes, dates=dates, moved=moved, over=over,
        owed=_beside(now_owed, owed), void=_beside(owed, now_owed), reminding=_reminding(work, due, now_due),
        passed=_new(due.passed, now_due.passed),
    )  # fmt: skip


def _the_same() -> Reason:
    return Reason(code="AMD-10", zh="文件与正在执行的完全相同，没有可修改的内容",
                  en="the file is the one that is in force already; nothing changes")  # fmt: skip


def _beside(some: Mapping[int, tuple[str, str]], others: Mapping[int, tuple[str, str]]) -> Owed:
    return Counter(duty for row_id, duty in some.items() if row_id not in others)


def _reminding(work: Work, before: Due, after: Due) -> tuple[Reminding, ...]:
    due = _new(before.now, after.now)
    return tuple(Reminding(occasion=each, readers=len(list(audiences.messages(work, each)))) for each in due)


def _new(before: Iterable[Occasion], after: Iterable[Occasion]) -> tuple[Occasion, ...]:
    known = {(each.key, each.revision) for each in before}
    return tuple(each for each in after if (each.key, each.revision) not in known)
