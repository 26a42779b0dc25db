"""The page about security names places and tests that are there, and every control of the ASVS's first two levels once.

What no other test shows of those controls is looked for here, in the source and in a desk's answers.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bangdan import ROOT
from tests.desk.conftest import desk as desk  # the fixture  # noqa: PLC0414
from tests.desk.people import AtTheDesk

PAGE = ROOT / "docs" / "security.md"
CONTROLS = ROOT / "tests" / "data" / "asvs-5.0.0-level-2.txt"  # number and level of each
CONTROL = re.compile(r"\bV\d+\.\d+\.\d+\b")
PRODUCT = [
    path for floor in ("bangdan", "engine", "notifications", "workflows") for path in (ROOT / floor).rglob("*.py")
]
TOP = ("bangdan", "engine", "notifications", "workflows", "templates", "tests", "requirements")


def _lines() -> list[list[str]]:
    """The cells of each line of a table."""
    text = PAGE.read_text(encoding="utf-8")
    return [[cell.strip() for cell in line.split("|")[1:4]] for line in text.splitlines() if line.startswith("| ")]


def _named(cell: str) -> Iterator[Path]:
    """The paths of a cell; one without a folder lies beside the one before it."""
    beside = ROOT
    for text in re.findall(r"`([\w./]+)`", cell):
        path = ROOT / text if text.split("/")[0] in TOP else beside / text
        beside = path.parent
        yield path


def _is_there(path: Path) -> bool:
    """A file or a folder, a module without its ending, or a name in a module."""
    module = path.with_name(path.name.partition(".")[0])
    return path.exists() or path.with_suffix(".py").exists() or module.with_suffix(".py").exists() or module.is_dir()


def _kept() -> list[list[str]]:
    """The lines about controls, but for those that do not apply."""
    return [line for line in _lines() if CONTROL.match(line[0]) and not line[1].startswith("does not apply: ")]


def test_each_control_has_its_place_and_its_test() -> None:
    ours = PAGE.read_text(encoding="utf-8").partition("## Ways in")[0]
    rows = [line.split("|")[1:4] for line in ours.splitlines() if line.startswith("| ")]
    told = [(what, list(_named(where)), list(_named(tests))) for what, where, tests in rows if "tested in" not in tests]

    assert len(told) > 40
    assert [what for what, where, tests in told if not where or not tests] == []
    assert [path for _, where, tests in told for path in (*where, *tests) if not _is_there(path)] == []


def test_every_control_of_the_asvs_stands_there_once() -> None:
    wanted = [line.split()[0] for line in CONTROLS.read_text().splitlines()]
    told = [number for line in _lines() for number in CONTROL.findall(line[0])]

    assert (len(wanted), sorted(told)) == (253, sorted(wanted))


def test_what_is_kept_has_a_place_and_what_does_not_apply_a_reason() -> None:
    assert [line[0] for line in _kept() if not re.search(r"`[\w./-]+[:\w]*`", line[2])] == []
    assert [line[0] for line in _lines() if CONTROL.match(line[0]) and len(line[1]) < 8] == []


@pytest.mark.parametrize("line", _kept(), ids=lambda line: line[0].replace(" ", "-"))
def test_what_the_line_of_a_control_names_is_there(line: list[str]) -> None:
    for name in re.findall(r"`([^`]+)`", line[2]):
        path, _, function = name.partition("::")
        assert _is_there(ROOT / path), name
        if function:
            assert re.search(rf"^(async )?def {function}\(", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE), (
                name
            )


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for path in PRODUCT:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield ast.unparse(node.func), node


def _imported() -> set[str]:
    return {
        name.split(".")[0]
        for path in PRODUCT
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in ([each.name for each in node.names] if isinstance(node, ast.Import) else [node.module or ""])
    }


def test_the_product_starts_no_program_and_runs_no_text() -> None:
    """V1.2.5, V1.2.9, V1.3.2, V1.5.2."""
    assert _imported() & {"subprocess", "pickle", "marshal", "shelve", "yaml", "pty"} == set()
    forbidden = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "os.execv", "os.spawnv"}
    assert [name for name, _ in _calls() if name in forbidden] == []
    patterns = [call.args[0] for name, call in _calls() if name.startswith("re.") and name != "re.escape" and call.args]
    made = {
        ast.unparse(each) for each in patterns
        for node in ast.walk(each) if isinstance(node, ast.Name) and node.id.upper() != node.id
    }  # fmt: skip
    assert {each for each in made if "re.escape" not in each and "[0-9]" not in each} == set()  # years of a file


def test_nothing_secret_is_made_by_another_generator() -> None:
    """V11.5.1: `random` is for rehearsals, and for spreading attempts."""
    users = [path for path in PRODUCT if re.search(r"^(import|from) (random|uuid)\b", path.read_text(), re.MULTILINE)]
    assert [path for path in users if path.parent.name != "rehearsal"] == []


def test_no_broken_hash_is_used() -> None:
    """V11.4.1."""
    sources = {path: path.read_text(encoding="utf-8") for path in PRODUCT}
    users = [path.name for path, text in sources.items() if re.search(r"\bmd5\b|\bsha1\b", text)]
    assert users == ["totp.py"]


def test_every_password_is_typed_into_a_field_that_hides_it_and_lets_managers_in() -> None:
    """V6.2.6, V6.2.7."""
    pages = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "templates" / "desk").rglob("*.j2"))
    fields = re.findall(r'<input[^>]*name="(?:old|password|again)"[^>]*>', pages)
    assert len(fields) == 6
    assert [
        each for each in fields
        if 'type="password"' not in each or not re.search('autocomplete="(current|new)-password"', each)
    ] == []  # fmt: skip


def test_no_answer_opens_the_desk_to_another_origin(desk: AtTheDesk) -> None:
    """V3.4.2."""
    for path in ("/signin", "/api/openapi.json", "/static/desk.js"):
        headers = desk.as_("office").get(path, headers={"origin": "https://evil.example"}).headers
        assert [name for name in headers if name.startswith("access-control-")] == []


@pytest.mark.parametrize(
    "folder", ["/static", "/static/", "/static/vendor/", "/static/%2e%2e/", "/static/%2e%2e/_layout.html.j2"]
)
def test_no_folder_is_listed(desk: AtTheDesk, folder: str) -> None:
    """V13.4.3."""
    assert desk.as_("office").get(folder).status_code == 404
