"""The nomination's states and arrows: the one place that says what can happen to a nomination.

Read `FIXED_STATES` and `FIXED_ARROWS` aloud; the stages of a campaign file are put between `submitted` and
`published` by `shape`. Everything else (guards, buttons, diagram, bulk statements) is derived from the `Shape`.

Lists may pass different stages, so each list has a shape of its own; `Shapes.whole` holds all of them together, for
words, columns and drawings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from workflows.definition import Definition, Stage, Term
from workflows.vocabulary import Judge, Withdrawal


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
    JOINT = "joint"
    CLOSED = "closed"
    SELECTED = "selected"
    NOTICE = "notice"
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
    """One verb from some states to another; `target` None keeps the state, `RESUME` goes back to where it was.

    `BACK` goes back to where it was returned from.
    """

    verb: str
    zh: str
    en: str
    sources: tuple[str, ...]
    target: str | None
    roles: tuple[Role, ...]
    guards: tuple[Guard, ...] = ()


RESUME = "(resume)"
BACK = "(back)"
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
    Arrow(verb="submit", zh="提交", en="submit", sources=("drafted",), target="submitted",
          roles=UNIT_SIDE, guards=(Guard.WINDOW, Guard.COMPLETE, Guard.RULES, Guard.JOINT, Guard.QUOTA,
                                   Guard.DUTIES)),
    Arrow(verb="submit", zh="提交", en="submit", sources=("returned",), target=BACK,
          roles=UNIT_SIDE, guards=(Guard.WINDOW, Guard.COMPLETE, Guard.RULES, Guard.JOINT, Guard.QUOTA,
                                   Guard.DUTIES)),
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
    # `advance` to the next stage, `select` in the last one and `eliminate` in each stand here, for whoever judges it,
    # and `return` in a stage that lets a nomination be corrected
    Arrow(verb="publish", zh="发布", en="publish", sources=(LAST_STAGE,), target="published",
          roles=OFFICE, guards=(Guard.SELECTED, Guard.NOTICE, Guard.PUBLISHABLE)),
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


# Where the arrow `withdraw` begins, by until when a campaign lets a unit withdraw; the states of review come last.
# Where a unit never may, it can't recall a submission either: what is recalled and left lying is withdrawn as well.
WITHDRAWN_FROM: Mapping[Withdrawal, tuple[str, ...]] = {
    Withdrawal.UNTIL_PUBLICATION: ("drafted", "returned", "submitted", STAGES),
    Withdrawal.UNTIL_REVIEW: ("drafted", "returned", "submitted"),
    Withdrawal.NEVER: (),
}


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A machine: states in the order they are shown, and arrows without placeholders but `RESUME` and `BACK`."""

    states: tuple[State, ...]
    arrows: tuple[Arrow, ...]
    stages: tuple[str, ...]

    initial = "drafted"

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        """Worked out once: it goes through every state and arrow, and each step asks for its machine by it."""
        return hash((self.states, self.arrows, self.stages))

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

    def targets(self, arrow: Arrow, source: str) -> tuple[str, ...]:
        """Every state that `arrow` may lead to from `source`; one, unless it goes back."""
        if arrow.target == RESUME:
            return tuple(state.key for state in self.states if not state.final)
        return self.sources("return") if arrow.target == BACK else (arrow.target or source,)

    def sources(self, verb: str) -> tuple[str, ...]:
        """Every state from which `verb` may be taken."""
        return tuple(source for arrow in self.arrows if arrow.verb == verb for source in arrow.sources)

    def words(self, verb: str) -> Arrow:
        """Any arrow of that verb, for its words. KeyError if there is none."""
        return next((arrow for arrow in self.arrows if arrow.verb == verb), None) or _unknown(verb)

    @cached_property
    def _by_verb_and_source(self) -> dict[tuple[str, str], Arrow]:
        return {(arrow.verb, source): arrow for arrow in self.arrows for source in arrow.sources}


def leads_to(arrow: Arrow, *, state: str, resume: str | None, returned_from: str | None) -> str | None:
    """The state after `arrow`, for what is in `state` and remembers where it ended and which stage returned it."""
    if arrow.target == BACK:
        return returned_from or "submitted"
    return resume if arrow.target == RESUME else arrow.target or state


@dataclass(frozen=True, kw_only=True)
class Shapes:
    """The machines of one campaign: `by_list` one for each list that takes nominations, `whole` all of them in one.

    In the whole a verb may lead from one state to several, so where a nomination goes is asked of its list's shape.
    """

    whole: Shape
    by_list: Mapping[str, Shape]


def shapes(definition: Definition) -> Shapes:
    """The machines of a campaign."""
    lists = [each.key for each in definition.lists if each.takes_nominations]
    by_list = {key: shape(definition.stages_of(key), withdrawal=definition.withdrawal) for key in lists}
    whole = _together(definition.stages, tuple(by_list.values()))
    return Shapes(
        whole=_in_words(whole, definition), by_list={key: _in_words(each, definition) for key, each in by_list.items()}
    )


def shape(stages: Sequence[Stage], *, withdrawal: Withdrawal = Withdrawal.UNTIL_PUBLICATION) -> Shape:
    """The machine with `stages` in the middle, in order; at least one stage."""
    keys = tuple(stage.key for stage in stages)
    placed = [_placed(arrow, keys, withdrawal) for arrow in FIXED_ARROWS]
    arrows = tuple(arrow for arrow in placed if arrow.sources) + tuple(_stage_arrows(stages))
    reached = {arrow.target for arrow in arrows}
    states = tuple(state for state in _states(stages) if not state.final or state.key in reached)
    known = {state.key for state in states}
    kept = [replace(arrow, sources=tuple(key for key in arrow.sources if key in known)) for arrow in arrows]
    return Shape(states=states, arrows=tuple(kept), stages=keys)


def _states(stages: Sequence[Stage]) -> tuple[State, ...]:
    middle = tuple(
        State(key=stage.key, zh=f"{stage.name}中", en=f"in {stage.english}", counted=True) for stage in stages
    )
    split = next(index for index, state in enumerate(FIXED_STATES) if state.key == "published")
    return FIXED_STATES[:split] + middle + FIXED_STATES[split:]


def _in_words(machine: Shape, definition: Definition) -> Shape:
    """The same machine, with some of its states called as the campaign calls them."""
    own: dict[str, Term] = dict(definition.states)
    named = (replace(state, zh=own[state.key].zh, en=own[state.key].en) if state.key in own else state
             for state in machine.states)  # fmt: skip
    return replace(machine, states=tuple(named))


def _placed(arrow: Arrow, stages: tuple[str, ...], withdrawal: Withdrawal) -> Arrow:
    spread = {STAGES: stages, LAST_STAGE: stages[-1:]}
    named = WITHDRAWN_FROM[withdrawal] if arrow.verb == "withdraw" else arrow.sources
    if arrow.verb == "recall" and withdrawal is Withdrawal.NEVER:
        named = ()
    sources = tuple(key for source in named for key in spread.get(source, (source,)))
    return replace(arrow, sources=sources, target=stages[0] if arrow.target == STAGES else arrow.target)


def _stage_arrows(stages: Sequence[Stage]) -> list[Arrow]:
    """`advance` from each stage to the next, `select` in the last one, `eliminate` from each, `return` from some.

    Out of a public notice nobody goes on who was objected to; out of a stage that the clock ends, nobody goes by hand.
    """
    arrows = []
    for stage, following in zip(stages, [*stages[1:], None], strict=True):
        roles = (Role.INSTITUTION, *OFFICE) if stage.judge is Judge.INSTITUTION else OFFICE
        on = CLOCK if stage.judge is Judge.CLOCK else roles
        guards = (*((Guard.DUTIES,) if stage is stages[0] else ()), *((Guard.NOTICE,) if stage.held else ()))
        if following:
            arrows.append(Arrow(verb="advance", zh=f"{stage.name}通过", en=f"pass {stage.english}",
                                sources=(stage.key,), target=following.key, roles=on, guards=guards))  # fmt: skip
        else:
            arrows.append(Arrow(verb="select", zh="拟入榜", en="select for the list",
                                sources=(stage.key,), target=None, roles=on, guards=guards))  # fmt: skip
        arrows.append(Arrow(verb="eliminate", zh=f"{stage.name}未通过", en=f"fail {stage.english}",
                            sources=(stage.key,), target="eliminated", roles=roles))  # fmt: skip
        if stage.correction:
            arrows.append(Arrow(verb="return", zh="退回修改", en="return for correction", sources=(stage.key,),
                                target="returned", roles=roles, guards=(Guard.REASON,)))  # fmt: skip
    return arrows


def _together(stages: Sequence[Stage], parts: Sequence[Shape]) -> Shape:
    """All machines in one: what is the same but for where it begins is one arrow, and no state stands twice."""
    sources: dict[Arrow, dict[str, None]] = {}
    for arrow in (arrow for part in parts for arrow in part.arrows):
        sources.setdefault(replace(arrow, sources=()), {}).update(dict.fromkeys(arrow.sources))
    there = {state.key for part in parts for state in part.states}
    return Shape(
        states=tuple(state for state in _states(stages) if state.key in there),
        arrows=tuple(replace(arrow, sources=tuple(keys)) for arrow, keys in sources.items()),
        stages=tuple(stage.key for stage in stages if stage.key in there),
    )


def _unknown(verb: str) -> Arrow:
    raise KeyError(verb)
