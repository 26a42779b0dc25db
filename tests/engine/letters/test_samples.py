"""Samples of letters for whatever a campaign file declares: somebody of the cast is always who a letter is for."""

from __future__ import annotations

import pytest

from bangdan import ROOT
from engine.letters.sample_cast import HOSTILE, LONGEST, SHORTEST, Cast
from engine.letters.samples import letters, prove_letters
from notifications.rendering import templates_in
from tests.declaring import ATTRIBUTES, small_with
from workflows.definition import Definition
from workflows.loading import load

LETTERS = ROOT / "templates" / "letters"
DUTY = """
[milestones.post]
name = "寄送"
closes = "2025-03-18"
[milestones.post.classes.west]
where = { region = "west" }
closes = "2025-03-20"
[duties.paper]
name = "纸质材料"
english = "paper"
owed_by = "unit"
fulfilment = "receipt"
due = "post"
[reminders.post]
milestone = "post"
edge = "closes"
offsets = ["2天前"]
audience = "units-owing"
letter = "duties-due"
useful = "3天"
"""
FOR_EACH = 'each = "nomination"\nstage = "review"\n'


def _definition(paper: str) -> Definition:
    text = small_with(ATTRIBUTES, DUTY).replace('name = "纸质材料"\n', f'name = "纸质材料"\n{paper}')
    return load(text, name="small.toml").definition


def _reminded(definition: Definition, cast: Cast) -> set[tuple[str, str]]:
    """What the reminders of units say is owed, and by when."""
    contexts = [context for name, context in letters(definition, cast) if name == "duties-due"]
    return {(each["name"], context["deadline"]["zh"]) for context in contexts for each in context["duties"]
            if each["of_unit"]}  # fmt: skip


@pytest.mark.parametrize(
    "paper",
    [
        "",
        'for = { where = { region = "east" } }\n',
        'for = { where = { region = "west" } }\n',
        'for = { channels = ["cities"], where = { region = "west" } }\n',
        f'{FOR_EACH}for = {{ tracks = ["people"], where = {{ region = "east" }} }}\n',
        FOR_EACH,
    ],
)
def test_whomever_a_duty_is_for_somebody_is_reminded_of_it(paper: str) -> None:
    definition = _definition(paper)
    for cast in (SHORTEST, LONGEST, HOSTILE):
        assert {name for name, _ in _reminded(definition, cast)} == {"纸质材料"}
    assert prove_letters(definition, LETTERS) == ()


def test_both_dates_of_a_duty_are_sampled() -> None:
    dates = {due for _, due in _reminded(_definition(""), LONGEST)}
    assert dates == {"2025年3月18日（周二）24:00", "2025年3月20日（周四）24:00"}


@pytest.mark.parametrize("platform", ["", 'platform = "www.apply.example"\n'])
def test_only_a_platform_that_the_campaign_has_is_named(platform: str) -> None:
    text = small_with().replace("[calendar]", f"{platform}\n[calendar]", 1)
    definition = load(text, name="small.toml").definition
    opening = next(context for name, context in letters(definition, SHORTEST) if name == "collection-opens")
    written = templates_in(LETTERS).render("collection-opens", opening).text
    assert ("登录申报平台（www.apply.example）" in written) is bool(platform)
    assert "（）" not in written
