"""Why nobody may take a nomination back: the campaign's own rule first, and only where it is the reason."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.campaigns import definition_of
from workflows.nomination import shapes
from workflows.vocabulary import Withdrawal
from workflows.withdrawing import no_way_back


@pytest.mark.parametrize(
    ("withdrawal", "verb", "state", "says"),
    [
        ("never", "withdraw", "submitted", "一经提交不得退出；有误的，请联系秘书处"),
        ("never", "recall", "submitted", "一经提交不得撤回提交；有误的，请联系秘书处"),
        ("never", "withdraw", "drafted", "一经提交不得退出；草稿不提交即可"),
        ("never", "edit", "submitted", None),
        ("until-review", "withdraw", "review", "进入评审后不得退出；有误的，请联系秘书处"),
        ("until-review", "recall", "review", None),
        ("until-review", "withdraw", "published", None),
        ("until-publication", "withdraw", "published", None),
    ],
)
def test_the_reason_is_the_rule_of_the_campaign(withdrawal: str, verb: str, state: str, says: str | None) -> None:
    definition = replace(definition_of("national-2023"), withdrawal=Withdrawal(withdrawal))
    found = no_way_back(verb, state, shapes(definition).by_list["supreme"], definition)
    assert (found.zh.removeprefix("本次活动规定，") if found else None) == says
