"""The nomination's states and arrows: the one place that says what can happen to a nomination.

Read `FIXED_STATES` and `FIXED_ARROWS` aloud; the stages of a campaign file are put between `submitted` and
`published` by `shape`. Everything else (guards, buttons, diagram, bulk statements) is derived from the `Shape`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from workflows.definition import Stage, Term
from workflows.vocabulary import Judge


class Role(StrEnum):
    """Who acts. `engine` is the clock acting by itself."""

    SECRETARIAT = "secretariat"
    UNIT = "unit"
    INSTITUTION = "institution"
    AUDITOR = "auditor"
    ENGINE = "engine"


class Guard(StrEnum):
    """What must hold before an arrow may be taken; `workflows.eligibility` has one function for each."""

    WINDOW = "window"
    COMPLETE = "complete"
    QUOTA = "quota"
    CHANNEL = "channel"
    RULES = "rules"
    CLOSED = "closed"
    SELECTED = "selected"
    PUBLISHABLE = "publishable"
    REASON = "reason"
    RESUMABLE = "resumable"
    DUTIES = "duties"


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """One state. `counted` takes a place of the unit's quota; `final` needs nobody to act any more."""

    key: str
    zh: str
    en: str
    counted: bool = False
    final: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrow:
    """One verb from some states to another; `target` None keeps the state, `RESUME` goes back to where it was."""

    verb: str
    zh: str
    en: str
    sources: tuple[str, ...]
    target: str | None
    roles: tuple[Role, ...]
    guards: tuple[Guard, ...] = ()


RESUME = "(resume)"
UNIT_SIDE = (Role.UNIT, Role.SECRETARIAT)
OFFICE = (Role.SECRETARIAT,)
CLOCK = (Role.ENGINE,)

# Where nobody but the unit and the secretariat has anything to see yet.
BEFORE_REVIEW = ("drafted", "returned", "submitted")

FIXED_STATES = (
    State(key="drafted", zh="草稿", en="drafted"),
    State(key="returned", zh="退回修改", en="returned for correction", counted=True),
    State(key="submitted", zh="已提交", en="submitted", counted=True),
    # the campaign's stages stand here, each counted
    State(key="published", zh="已发布", en="published", counted=True),
    State(key="promoted", zh="推广中", en="promoted", counted=True),
    State(key="withdrawn", zh="已退出", en="withdrawn", final=True),
    State(key="lapsed", zh="逾期失效", en="lapsed at the deadline", final=True),
    State(key="eliminated", zh="未入围", en="eliminated", counted=True, final=True),
    State(key="disqualified", zh="取消资格", en="disqualified", final=True),
)
STAGES = "(stages)"
LAST_STAGE = "(last stage)"

# The way in: from nothing to a draft. A draft takes no place of the quota.
DRAFT = Arrow(verb="draft", zh="起草", en="draft", sources=(), target="drafted", roles=UNIT_SIDE,
              guards=(Guard.WINDOW, Guard.CHANNEL, Guard.DUTIES))  # fmt: skip

FIXED_ARROWS = (
    Arrow(verb="edit", zh="修改", en="edit", sources=("drafted", "returned"), target=None,
          roles=UNIT_SIDE, guards=(Guard.WINDOW,)),
    Arrow(verb="submit", zh="提交", en="submit", sources=("drafted", "returned"), target="submitted",
          roles=UNIT_SIDE, guards=(Guard.WINDOW, Guard.COMPLETE, Guard.RULES, Guard.QUOTA, Guard.DUTIES)),
    Arrow(verb="recall", zh="撤回提交", en="recall", sources=("submitted",), target="drafted",
          roles=UNIT_SIDE, guards=(Guard.WINDOW,)),
    Arrow(verb="return", zh="退回修改", en="return for correction", sources=("submitted",), target="returned",
          roles=OFFICE, guards=(Guard.REASON,)),
    Arrow(verb="waive", zh="豁免", en="waive a rule", sources=("drafted", "returned"), target=None,
          roles=OFFICE, guards=(Guard.REASON,)),
    Arrow(verb="lapse", zh="逾期失效", en="lapse", sources=("drafted", "returned"), target="lapsed",
          roles=CLOCK, guards=(Guard.CLOSED,)),
    Arrow(verb="begin", zh="进入评审", en="enter review", sources=("submitted",), target=STAGES,
          roles=CLOCK, guards=(Guard.CLOSED,)),
    # `advance` to the next stage, `select` in the last one and `eliminate` in each stand here, for whoever judges it
    Arrow(verb="publish", zh="发布", en="publish", sources=(LAST_STAGE,), target="published",
          roles=OFFICE, guards=(Guard.SELECTED, Guard.PUBLISHABLE)),
    Arrow(verb="promote", zh="记录推广", en="record promotion", sources=("published", "promoted"), target="promoted",
          roles=OFFICE),
    Arrow(verb="withdraw", zh="退出", en="withdraw", sources=("drafted", "returned", "submitted", STAGES),
          target="withdrawn", roles=UNIT_SIDE, guards=(Guard.REASON,)),
    Arrow(verb="disqualify", zh="取消资格", en="disqualify",
          sources=("submitted", "returned", STAGES, "published", "promoted"), target="disqualified",
          roles=OFFICE, guards=(Guard.REASON,)),
    Arrow(verb="reinstate", zh="恢复", en="reinstate", sources=("withdrawn", "lapsed", "eliminated", "disqualified"),
          target=RESUME, roles=OFFICE, guards=(Guard.REASON, Guard.RESUMABLE, Guard.QUOTA, Guard.RULES)),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The whole machine of one campaign: states in the order they are shown, and arrows without placeholders."""

    states: tuple[State, ...]
    arrows: tuple[Arrow, ...]
    stages: tuple[str, ...]

    initial = "drafted"

    @cached_property
    def state_by_key(self) -> dict[str, State]:
        return {state.key: state for state in self.states}

    @cached_property
    def counted(self) -> tuple[str, ...]:
        """Keys of the states that take a place of the quota."""
        return tuple(state.key for state in self.states if state.counted)

    def arrow(self, verb: str, state: str) -> Arrow | None:
        """The arrow that `verb` would take from `state`."""
        return self._by_verb_and_source.get((verb, state))

    def arrows_from(self, state: str) -> tuple[Arrow, ...]:
        return tuple(arrow for arrow in self.arrows if state in arrow.sources)

    def sources(self, verb: str) -> tuple[str, ...]:
        """Every state from which `verb` may be taken."""
        return tuple(source for arrow in self.arrows if arrow.verb == verb for source in arrow.sources)

    def words(self, verb: str) -> Arrow:
        """Any arrow of that verb, for its words. KeyError if there is none."""
        return next((arrow for arrow in self.arrows if arrow.verb == verb), None) or _unknown(verb)

    @cached_property
    def _by_verb_and_source(self) -> dict[tuple[str, str], Arrow]:
        return {(arrow.verb, source): arrow for arrow in self.arrows for source in arrow.sources}


def shape(stages: Sequence[Stage]) -> Shape:
    """The machine with the campaign's `stages` in the middle; at least one stage."""
    keys = tuple(stage.key for stage in stages)
    middle = tuple(
        State(key=stage.key, zh=f"{stage.name}中", en=f"in {stage.english}", counted=True) for stage in stages
    )
    split = next(index for index, state in enumerate(FIXED_STATES) if state.key == "published")
    states = FIXED_STATES[:split] + middle + FIXED_STATES[split:]
    arrows = tuple(_placed(arrow, keys) for arrow in FIXED_ARROWS) + tuple(_stage_arrows(stages))
    return Shape(states=states, arrows=arrows, stages=keys)


def in_words(machine: Shape, states: Sequence[tuple[str, Term]]) -> Shape:
    """The same machine, with some of its states called as a campaign calls them."""
    own = dict(states)
    named = (replace(state, zh=own[state.key].zh, en=own[state.key].en) if state.key in own else state
             for state in machine.states)  # fmt: skip
    return replace(machine, states=tuple(named))


def _placed(arrow: Arrow, stages: tuple[str, ...]) -> Arrow:
    spread = {STAGES: stages, LAST_STAGE: stages[-1:]}
    sources = tuple(key for source in arrow.sources for key in spread.get(source, (source,)))
    target = stages[0] if arrow.target == STAGES else arrow.target
    return Arrow(verb=arrow.verb, zh=arrow.zh, en=arrow.en, sources=sources, target=target,
                 roles=arrow.roles, guards=arrow.guards)  # fmt: skip


def _stage_arrows(stages: Sequence[Stage]) -> list[Arrow]:
    """`advance` from each stage to the next, `select` in the last one, and `eliminate` from every stage."""
    arrows = []
    for stage, following in zip(stages, [*stages[1:], None], strict=True):
        roles = (Role.INSTITUTION, *OFFICE) if stage.judge is Judge.INSTITUTION else OFFICE
        guards = (Guard.DUTIES,) if stage is stages[0] else ()
        if following:
            arrows.append(Arrow(verb="advance", zh=f"{stage.name}通过", en=f"pass {stage.english}",
                                sources=(stage.key,), target=following.key, roles=roles,
                                guards=guards))  # fmt: skip
        else:
            arrows.append(Arrow(verb="select", zh="拟入榜", en="select for the list",
                                sources=(stage.key,), target=None, roles=roles, guards=guards))  # fmt: skip
        arrows.append(Arrow(verb="eliminate", zh=f"{stage.name}未通过", en=f"fail {stage.english}",
                            sources=(stage.key,), target="eliminated", roles=roles))  # fmt: skip
    return arrows


def _unknown(verb: str) -> Arrow:
    raise KeyError(verb)
