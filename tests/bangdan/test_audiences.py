"""Every audience has its words wherever people read of one, and every kind of thing its history."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from bangdan.cli import wording
from bangdan.cli.show_history import Subject
from bangdan.report import words
from engine.queries import occasions
from engine.queries.story import SUBJECTS
from workflows.vocabulary import Audience


@pytest.mark.parametrize("named", [wording.AUDIENCES, words.AUDIENCES, occasions.READERS])
def test_every_audience_is_named(named: Mapping[Any, Any]) -> None:
    assert set(named) == set(Audience)


def test_the_history_can_be_asked_of_every_kind_of_thing() -> None:
    assert [each.value for each in Subject] == list(SUBJECTS)
