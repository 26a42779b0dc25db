"""Many at once: what is confirmed is what was shown, all that is possible or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine import bulk, nominations, sweep
from engine.bulk import Asked, Effects
from tests.builders import House, add_unit, letters
from tests.small import AUDITOR, DURING, FINAL, OFFICE, REVIEW, SWEPT, draft, faults, states, unit_actor
from workflows.nomination import Role
from workflows.reasons import NotFound, Refused

RETURN = Asked(verb="return", ids=(), reason="缺少公章")


def _three(house: House) -> tuple[str, ...]:
    """Two submissions and a draft of one unit, with somebody to write to."""
    with house.write(DURING, OFFICE) as work:
        unit = add_unit(work, "甲学会", people=[("张三", "z@example.org"), ("李四", None)])
        made = [draft(work, unit, title, track=track) for title, track in
                (("一号", "inventions/water"), ("二号", "inventions/light"), ("三号", "inventions/light"))]  # fmt: skip
        for each in made[:2]:
            nominations.submit(work, each)
    return tuple(made)


def _shown(house: House, asked: Asked) -> Effects:
    with house.write(DURING, OFFICE) as work:
        return bulk.preview(work, asked)


def test_a_preview_says_what_would_happen_and_changes_nothing(small: House) -> None:
    ids = _three(small)
    before = states(small)
    shown = _shown(small, replace(RETURN, ids=ids))

    assert [(row.title, row.target, [each.code for each in row.reasons]) for row in shown.rows] == [
        ("一号", "returned", []), ("二号", "returned", []), ("三号", None, ["STM-01"]),
    ]  # fmt: skip
    assert (shown.letters, shown.calls, states(small)) == ({"returned": 2}, 2, before)


def test_what_is_confirmed_is_done_and_the_rest_is_left(small: House) -> None:
    asked = replace(RETURN, ids=_three(small))
    shown = _shown(small, asked)
    with small.write(DURING + timedelta(minutes=1), OFFICE) as work:
        done = bulk.carry_out(work, asked, digest=shown.digest)
        written = len(letters(work, "returned"))

    assert (done.rows, written) == (shown.rows, 2)
    assert states(small) == {"一号": "returned", "二号": "returned", "三号": "drafted"}
    assert faults(small) == ()


def test_nothing_is_done_when_it_would_be_something_else_by_now(small: House) -> None:
    ids = _three(small)
    asked = replace(RETURN, ids=ids)
    shown = _shown(small, asked)
    with small.write(DURING, OFFICE) as work:
        nominations.withdraw(work, ids[0], reason="重复")
    for changed in (asked, replace(asked, reason="另一个理由")):
        with pytest.raises(Refused, match="BLK-02"), small.write(DURING, OFFICE) as work:
            bulk.carry_out(work, changed, digest=shown.digest)

    assert states(small) == {"一号": "withdrawn", "二号": "submitted", "三号": "drafted"}


def test_of_what_is_not_possible_the_history_witnesses_nothing(quick: House) -> None:
    ids = _three(quick)
    shown = _shown(quick, Asked(verb="promote", ids=ids, reason="媒体报道"))

    assert [[each.code for each in row.reasons] for row in shown.rows] == [["STM-01"]] * 3
    assert faults(quick) == ()


def test_results_are_counted_together(small: House) -> None:
    ids = _three(small)
    sweep.close(small.office, small.campaign, at=SWEPT)
    with small.write(REVIEW, OFFICE) as work:
        passing = Asked(verb="pass", ids=ids)
        done = bulk.carry_out(work, passing, digest=bulk.preview(work, passing).digest)
    with small.write(FINAL, OFFICE) as work:
        choosing = Asked(verb="pass", ids=ids[:1])
        chosen = bulk.carry_out(work, choosing, digest=bulk.preview(work, choosing).digest)

    assert [(row.target, [each.code for each in row.reasons]) for row in done.rows] == [
        ("final", []), ("final", []), (None, ["RES-02"]),
    ]  # fmt: skip
    assert [(row.target, row.selected, chosen.letters) for row in chosen.rows] == [("final", True, {"decision": 1})]
    assert faults(small) == ()


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (Asked(verb="return", ids=()), "BLK-01"),
        (Asked(verb="return", ids=tuple(str(number) for number in range(501))), "BLK-01"),
        (Asked(verb="publish", ids=("it",)), "BLK-04"),
    ],
)
def test_what_is_not_for_many_at_once_is_refused(quick: House, asked: Asked, code: str) -> None:
    ids = _three(quick)
    with quick.write(DURING, OFFICE) as work, pytest.raises(Refused) as refusal:
        bulk.preview(work, replace(asked, ids=ids) if asked.ids == ("it",) else asked)

    assert [reason.code for reason in refusal.value.reasons] == [code]


def test_when_nothing_is_possible_nothing_can_be_confirmed(quick: House) -> None:
    asked = Asked(verb="reinstate", ids=_three(quick), reason="复议")
    shown = _shown(quick, asked)
    with quick.write(DURING, OFFICE) as work, pytest.raises(Refused, match="BLK-03"):
        bulk.carry_out(work, asked, digest=shown.digest)

    assert len(shown.refused) == 3


def test_only_the_secretariat_acts_for_many(quick: House) -> None:
    ids = _three(quick)
    with quick.write(DURING, unit_actor(1)) as work, pytest.raises(Refused, match="ROL-03"):
        bulk.preview(work, replace(RETURN, ids=ids))
    with pytest.raises(Refused, match="ROL-02"), quick.write(DURING, AUDITOR) as work:
        bulk.preview(work, replace(RETURN, ids=ids))
    with quick.write(DURING, OFFICE) as work, pytest.raises(NotFound):
        bulk.preview(work, replace(RETURN, ids=(*ids, "nobody")))

    assert OFFICE.role is Role.SECRETARIAT
