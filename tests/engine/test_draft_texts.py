"""What is typed into a draft is read at once, and every mistake stands beside its field."""

from __future__ import annotations

import pytest

from engine.draft_texts import Typed, draft_values
from tests.builders import House
from tests.small import DURING
from workflows.reasons import Refused


def test_what_is_right_is_as_the_verbs_take_it(quick: House) -> None:
    typed = Typed(title=" 净水\u200b装置 ", applicant="某公司", contact="张三", phones="010-12345678；13800138000",
                  email="Zhang@A.example", materials=["letter", "application", "letter"])  # fmt: skip
    with quick.read(DURING) as work:
        found = draft_values(work, "people", typed)

    assert found == {
        "title": "净水装置", "applicant": "某公司", "applicant_contact": "张三",
        "applicant_phones": "010-12345678、13800138000", "applicant_email": "Zhang@a.example",
        "materials": ["application", "letter"], "attributes": {},
    }  # fmt: skip


def test_every_mistake_is_told_at_its_field(quick: House) -> None:
    typed = Typed(title="", applicant="某" * 301, phones="x", email="a@b@c", materials=["gold"],
                  attributes={"region": "西部"})  # fmt: skip
    with quick.read(DURING) as work, pytest.raises(Refused) as refused:
        draft_values(work, "people", typed)

    assert [(reason.where, reason.code) for reason in refused.value.reasons] == [
        ("title", "TXT-01"), ("applicant", "TXT-02"), ("phones", "IMP-21"), ("email", "ADR-01"),
        ("materials", "GIV-04"), ("attribute.region", "ATT-01"),
    ]  # fmt: skip
