"""What is shared is looked through once where somebody says that nobody changes it, and each time otherwise."""

from __future__ import annotations

from pathlib import Path

from notifications.rendering import Templates
from notifications.unchanged import once, unchanged


def test_only_within_the_block_and_only_the_same_value_is_not_looked_at_again() -> None:
    seen: list[list[int]] = []
    shared, alike = [1, 2], [1, 2]

    def look(value: list[int]) -> int:
        seen.append(value)
        return len(value)

    with unchanged():
        found = [once(look, value) for value in (shared, alike, shared)]
    shared.append(3)
    with unchanged():
        found += [once(look, shared)]
    found += [once(look, shared), once(look, shared)]
    assert (found, len(seen)) == ([2, 2, 2, 3, 3, 3], 5)


def test_letters_that_share_their_values_read_as_if_each_was_written_alone(tmp_path: Path) -> None:
    for part in ("subject", "txt", "html"):
        body = "{% from '_parts.html.j2' import listed %}{{ name }}{{ listed(rows) }}{{ listed(rows[:1]) }}"
        (tmp_path / f"one.{part}.j2").write_text(body)
    (tmp_path / "_parts.html.j2").write_text(
        "{% macro listed(rows) %}{% for row in rows %}{{ row.n }}；{% endfor %}{% endmacro %}"
    )
    rows = [{"n": 1}, {"n": True}, {"n": "1"}]
    contexts = [{"name": name, "rows": rows} for name in ("甲", "乙")]
    with unchanged():
        together = [Templates((tmp_path,)).render("one", context) for context in contexts]
    assert together == [Templates((tmp_path,)).render("one", context) for context in contexts]
    assert together[0].text == "甲1；True；1；1；\n"
