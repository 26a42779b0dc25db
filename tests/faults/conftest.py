"""The fault suite, of `make faults` and not of `make test`. What needs a missing tool is skipped, and says so."""

from __future__ import annotations

import pytest

LONGEST_FIRST = ("test_chaos.py",)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that the other tests run beside it and not before it."""
    items.sort(key=lambda item: item.path.name not in LONGEST_FIRST)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What a test has to tell beside that it passed (`record_property("summary", …)`), also from a worker of xdist."""
    for report in [each for outcome in ("passed", "failed") for each in terminalreporter.getreports(outcome)]:
        for name, told in report.user_properties:
            if name == "summary":
                terminalreporter.write_line(f"{report.nodeid}: {told}")
