"""Codes of thirty seconds, by the test values of RFC 6238."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from engine.accounts import totp

SECRET = b"12345678901234567890"
AT = datetime.fromtimestamp(1111111109, UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_the_values_of_the_rfc(seconds: int, code: str) -> None:
    assert totp.code(SECRET, totp.step_of(datetime.fromtimestamp(seconds, UTC))) == code


def test_the_code_of_now_and_the_one_before_fit_and_no_other() -> None:
    step = totp.step_of(AT)
    near = [totp.matching(SECRET, totp.code(SECRET, step + off), at=AT) for off in (-2, -1, 0, 1)]
    assert near == [None, step - 1, step, None]


@pytest.mark.parametrize("typed", ["", "08180", "0818040", "０８１８０４", "81804", "x" * 20])
def test_what_is_no_code_fits_nothing(typed: str) -> None:
    assert totp.matching(SECRET, typed, at=AT) is None


def test_a_code_may_be_typed_in_groups() -> None:
    assert totp.matching(SECRET, " 081 804 ", at=AT) == totp.step_of(AT)


def test_an_app_reads_the_secret_from_its_address() -> None:
    assert totp.written(SECRET) == "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
    assert totp.address(SECRET, account="甲@example.org") == (
        "otpauth://totp/bangdan%3A%E7%94%B2%40example.org"
        "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=bangdan&digits=6&period=30"
    )


def test_thirty_seconds_are_one_step() -> None:
    assert totp.step_of(AT + timedelta(seconds=30)) == totp.step_of(AT) + 1
