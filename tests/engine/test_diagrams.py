"""The diagram shows everything that can happen, in a form that Mermaid reads."""

from __future__ import annotations

import re

from bangdan import ROOT
from engine.diagrams import mermaid
from workflows.duty import SHAPE
from workflows.loading import load
from workflows.nomination import RESUME, Shape, shape

NOTICE = ROOT / "config" / "campaigns" / "kczg-2023.toml"
LINE = re.compile(r'    (state ".+" as (\w+)|(\[\*\]|\w+) --> (\[\*\]|\w+)( : .+)?)')


def _shape() -> Shape:
    return shape(load(NOTICE.read_bytes(), name=NOTICE.name).definition.stages)


def test_every_state_is_there_with_its_chinese_name_and_an_ascii_id() -> None:
    drawn = mermaid(_shape())

    for state in _shape().states:
        assert f'state "{state.zh}" as {state.key}' in drawn
    assert all(match and (match[2] or "a").isascii() for match in map(LINE.fullmatch, drawn.splitlines()[1:]))


def test_every_arrow_is_there_from_each_of_its_states() -> None:
    drawn = mermaid(_shape())

    missing = [
        (arrow.verb, source)
        for arrow in _shape().arrows
        for source in arrow.sources
        for target in ([_shape().initial] if arrow.target == RESUME else _shape().targets(arrow, source))
        if f"{source} --> {target} : {arrow.zh}" not in drawn
    ]
    assert missing == []


def test_a_duty_has_its_own_beginning_and_words_in_english() -> None:
    drawn = mermaid(SHAPE, english=True)

    assert "    [*] --> owed\n" in drawn
    assert "    filed --> sent_back : send back (secretariat)\n" in drawn
