"""What is typed about a contact is read as a roster's cells are, every mistake at its field."""

from __future__ import annotations

import pytest

from engine.contact_texts import applicant_values, contact_values
from workflows.reasons import Refused


def test_what_is_right_is_kept_as_a_roster_would() -> None:
    kept = contact_values(name=" 张\u200b三 ", phones="０１０-12345678/13800138000.0", email="zhang@例子.中国")

    assert kept == {"name": "张三", "phones": "010-12345678、13800138000", "email": "zhang@xn--fsqu00a.xn--fiqs8s"}


def test_what_is_left_out_is_empty() -> None:
    assert contact_values(name="张三", phones="", email=" ") == {"name": "张三", "phones": "", "email": None}
    assert applicant_values(phones="", email="") == {"applicant_phones": "", "applicant_email": None}


def test_every_mistake_is_told_at_its_field() -> None:
    with pytest.raises(Refused) as refused:
        contact_values(name="", phones="电话", email="a@b, c@d")

    assert [(reason.where, reason.code) for reason in refused.value.reasons] == [
        ("name", "IMP-16"), ("phones", "IMP-21"), ("email", "ADR-02"),
    ]  # fmt: skip
