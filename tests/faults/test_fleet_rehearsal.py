"""The same rehearsal on SQLite in one process and on PostgreSQL by three workers: one history, and the same letters."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from sqlalchemy import NullPool, create_engine, text

from tests.faults.desks import ROOT, environment_of
from tests.small import FILE

SIZE = ("--units", "10", "--nominations", "16")


def test_three_workers_play_the_same_rehearsal_to_the_last_letter(tmp_path: Path, postgres_database_url: str) -> None:
    asked = [sys.executable, "-m", "bangdan", "rehearse", str(FILE), *SIZE, "--out", str(tmp_path / "out")]
    fleet = ["--database", postgres_database_url, "--workers", "3"]
    environment = environment_of(f"sqlite:///{tmp_path / 'none.sqlite3'}", tmp_path)
    said = subprocess.run([*asked, *fleet], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert (said.returncode, "两边一致" in said.stdout) == (0, True), said.stdout + said.stderr
    with create_engine(postgres_database_url, poolclass=NullPool).connect() as connection:
        sent = connection.execute(text("SELECT count(*) FROM letter WHERE state = 'sent'")).scalar_one()
        left = connection.execute(text("SELECT count(*) FROM procrastinate_jobs")).scalar_one()
    assert (sent > 0, left) == (True, 0)
