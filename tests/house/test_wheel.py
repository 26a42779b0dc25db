"""The wheel: everything under one name, and running from an empty environment far from the checkout."""

from __future__ import annotations

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from bangdan import ROOT

NESTED = ("engine", "workflows", "notifications", "templates", "config")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built with the locked hatchling."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True)
    [built] = folder.iterdir()
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of a new environment that holds the locked requirements, the wheel and nothing else."""
    home = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(home)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(home / "bin/python")]
    locked = ["--require-hashes", "-r", str(ROOT / "requirements/run.txt")]
    subprocess.run([*pip, "install", "-qq", *locked], check=True)
    subprocess.run([*pip, "install", "-qq", "--no-deps", str(wheel)], check=True)
    return home / "bin"


def _files(folder: str) -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }


def test_the_wheel_holds_every_file_of_every_floor_under_one_name(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())

    expected = _files("bangdan") | {f"bangdan/{name}" for folder in NESTED for name in _files(folder)}
    assert {name for name in names if ".dist-info/" not in name} == expected


@pytest.mark.slow
def test_the_installed_floors_win_over_strangers_of_the_same_name(installed: Path, tmp_path: Path) -> None:
    for stranger in ("engine", "workflows", "notifications", "config"):
        (tmp_path / f"{stranger}.py").write_text("raise SystemExit('a stranger')")

    answer = subprocess.run(
        [installed / "python", "-c", "import bangdan, engine, workflows, notifications; print(bangdan.ROOT)"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    [package] = installed.parent.glob("lib/python*/site-packages/bangdan")
    assert (answer.stdout, answer.stderr) == (f"{package}\n", "")


@pytest.mark.slow
def test_the_installed_command_rehearses_the_embedded_campaign(installed: Path, tmp_path: Path) -> None:
    answer = subprocess.run(
        [installed / "bangdan", "rehearse", "kczg-2023", "--out", "out"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 0, answer.stderr
    assert len([*(tmp_path / "out").glob("*.html")]) == 1
