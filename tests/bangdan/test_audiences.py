"""Every audience has its words wherever people read of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from bangdan.cli import wording
from bangdan.report import words
from engine.queries import occasions
from workflows.vocabulary import Audience


@pytest.mark.parametrize("named", [wording.AUDIENCES, words.AUDIENCES, occasions.READERS])
def test_every_audience_is_named(named: Mapping[Any, Any]) -> None:
    assert set(named) == set(Audience)
