"""Whether a locked package is known to be vulnerable, as pip-audit's service knows it.

    .venv/bin/python -m tests.dependency_audit       # or: make audit; part of .ci/run

Exit code 1 when one is. Where the service can't be asked, or knows none of the packages, that is said as what it is, an
audit that did not take place; pip-audit itself would call it clean.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass

from bangdan import ROOT

LOCKED = ROOT / "requirements" / "test.txt"  # it pins what run.txt pins, and the tools
COMMAND = (sys.executable, "-m", "pip_audit", "--requirement", str(LOCKED), "--disable-pip", "--require-hashes",
           "--progress-spinner", "off", "--format", "json")  # fmt: skip
MOST_SECONDS = 120  # it takes some ten where the service answers; where none does, nobody should wait for it
UNREACHABLE = (
    "Could not connect", "ConnectionError", "ConnectTimeout", "HTTPError", "ReadTimeout", "ProxyError", "ServiceError",
    "SSLError",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Audited:
    """What came of it: packages that were looked up, those that could not be, and what is known against any."""

    looked_up: int = 0
    unknown: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    unreachable: str = ""

    @property
    def code(self) -> int:
        """What a shell is told."""
        return 1 if self.known else 0

    @property
    def words(self) -> str:
        """What a person is told."""
        if self.known:
            return "\n".join(
                ("已知漏洞，请升级并重新锁定 / known vulnerabilities, upgrade and lock again:", *self.known)
            )
        if self.unreachable or not self.looked_up:
            why = self.unreachable or "the service knows none of the packages"
            return f"已跳过依赖审计：无法查询漏洞库 / dependency audit SKIPPED: {why}"
        said = (
            f"依赖审计：{self.looked_up} 个包均无已知漏洞 / dependency audit: {self.looked_up} packages, nothing known"
        )
        return f"{said}\n未能查询 / not looked up: {', '.join(self.unknown)}" if self.unknown else said


def judged(out: str, err: str) -> Audited:
    """What pip-audit's answer means. Raises RuntimeError where it failed for another reason than the network."""
    try:
        packages = json.loads(out)["dependencies"]
    except (ValueError, KeyError):
        last = (err.strip().splitlines() or ["no answer"])[-1]
        if any(each in err for each in UNREACHABLE):
            return Audited(unreachable=last[:200])
        raise RuntimeError(f"pip-audit failed: {last}") from None
    found = [each for each in packages if "vulns" in each]
    return Audited(
        looked_up=len(found),
        unknown=tuple(each["name"] for each in packages if "skip_reason" in each),
        known=tuple(f"{each['name']} {each['version']}: {_ids(each)}" for each in found if each["vulns"]),
    )


def _ids(package: dict[str, list[dict[str, str]]]) -> str:
    return ", ".join(each["id"] for each in package["vulns"])


def _asked() -> Audited:
    try:
        done = subprocess.run(COMMAND, capture_output=True, text=True, timeout=MOST_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return Audited(unreachable=f"no answer within {MOST_SECONDS} seconds")
    return judged(done.stdout, done.stderr)


if __name__ == "__main__":
    audited = _asked()
    sys.stderr.write(f"{audited.words}\n")
    sys.exit(audited.code)
