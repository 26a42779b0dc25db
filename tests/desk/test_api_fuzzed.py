"""Whatever the OpenAPI allows to be asked, and much that it does not, is answered as it says; nothing breaks."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from bangdan.happened import telling
from engine.exports.making import Maker
from tests.builders import House, letters
from tests.desk.api_client import Api, api_of
from tests.small import DURING, draft, new_unit
from workflows.nomination import Role

CHECKS = (
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    response_headers_conformance,
)  # fmt: skip
EXAMPLES = int(os.environ.get("BANGDAN_TEST_EXAMPLES", "3"))  # of each operation, in each mode
BY = ("office", "jia", "academy", "auditor")
OFTEN = settings(
    max_examples=EXAMPLES, derandomize=True, database=None, deadline=None, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


@pytest.fixture
def api(quick: House) -> Api:
    """A campaign in which something of every kind is there."""
    made = api_of(quick)
    unit = new_unit(quick, "JIA")
    made.token("jia", Role.UNIT, unit=unit)
    made.token("academy", Role.INSTITUTION, institution="academy")
    made.token("auditor", Role.AUDITOR)
    made.post("/units/JIA/contacts", json={"name": "张三", "email": "zhang@example.cn"})
    hook = {"name": "平台", "url": "https://platform.example.cn/hook", "topics": ["*"]}
    subscription = made.post("/webhooks", json=hook).json()["id"]
    assert made.post(f"/webhooks/{subscription}/ping").status_code == 200
    circular = {"subject": "关于材料", "body": "{{ 姓名 }}：请尽快提交。", "aim": {"to": "units"}}
    assert made.post("/circulars", json=circular).status_code == 201
    assert made.post("/export-orders", json={"what": "nominations"}).status_code == 202
    Maker(office=quick.office, clock=made.clock, telling=telling, by="here").round()
    with quick.write(DURING) as work:
        keys = [draft(work, unit, f"项目{number}") for number in range(3)]
    made.post(f"/nominations/{keys[0]}/submit", by="jia")
    return made


def there(api: Api) -> Mapping[str, Sequence[str]]:
    """Ids that are there, by the name of the part of the path."""
    with api.house.read(DURING) as work:
        written = [row.public_id for row in letters(work)]
    hooks = [row["id"] for row in api.get("/webhooks").json()["rows"]]
    return {
        "campaign": [api.house.campaign], "unit": ["JIA"], "institution": ["academy"],
        "milestone": ["collection", "publication"],
        "what": ["nominations", "calls"], "webhook": hooks,
        "delivery": [row["id"] for row in api.get(f"/webhooks/{hooks[0]}/deliveries").json()["rows"]],
        "circular": [row["id"] for row in api.get("/circulars").json()["rows"]],
        "nomination": [row["id"] for row in api.get("/nominations").json()["rows"]],
        "contact": [row["id"] for row in api.get("/contacts").json()["rows"]],
        "duty": [row["id"] for row in api.get("/duties").json()["rows"]],
        "order": [row["id"] for row in api.get("/export-orders").json()["rows"]],
        "letter": written or ["none"], "call_id": ["none"], "proposal": ["none"],
        "quota": ["inventions"], "number": [1], "objection": ["none"],
    }  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
def test_everything_that_can_be_asked_is_answered_as_the_document_says(api: Api, mode: GenerationMode) -> None:
    known = there(api)
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", api.app)
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        @OFTEN
        @given(case=operation.as_strategy(generation_mode=mode), data=st.data())
        def ask(case: Any, data: st.DataObject) -> None:
            for name in case.path_parameters:
                if data.draw(st.integers(0, 9)):
                    case.path_parameters[name] = data.draw(st.sampled_from(known[name]))
            assume({".", ".."}.isdisjoint(case.path_parameters.values()))  # a client would leave the API with these
            token = api.tokens[data.draw(st.sampled_from(BY))]
            answer = case.call_and_validate(headers={"authorization": f"Bearer {token}"}, checks=CHECKS)
            assert answer.status_code < 500  # 503 is in the document, but nothing ails this database

        ask()
