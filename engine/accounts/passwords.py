"""Passwords: argon2id, with its parameters given, and the rules for a new one.

Hashing costs 64 MB and a tenth of a second by design, so at most two run at a time, and none inside a transaction.
"""

from __future__ import annotations

import threading
import unicodedata
from dataclasses import dataclass, field
from functools import cached_property

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from engine.accounts.breached import is_breached
from workflows.reasons import Reason

SHORTEST, LONGEST = 12, 200  # characters
AT_A_TIME = 2
COMMON = (
    "password", "123456", "qwerty", "admin", "letmein", "iloveyou", "abc123", "woaini",
    "bangdan", "mishuchu", "tuijian", "shenbao", "pingshen", "chuping", "jiangli",
    "榜单", "秘书处", "推荐", "申报", "评审",
)  # fmt: skip
"""What everybody tries first, and the words of this trade; a password may hold some, but not be made of them alone."""


@dataclass
class Passwords:
    """Makes and compares hashes. Tests give a cheap `hasher`."""

    hasher: Argon2Hasher = field(default_factory=Argon2Hasher)

    @cached_property
    def _hash(self) -> PasswordHash:
        return PasswordHash((self.hasher,))

    @cached_property
    def _turns(self) -> threading.BoundedSemaphore:
        return threading.BoundedSemaphore(AT_A_TIME)

    @cached_property
    def _nobodys(self) -> str:
        """A hash that no password fits, of the same cost as all others."""
        return self._hash.hash("nobody has this password")

    def hashed(self, password: str) -> str:
        """What is kept of a password."""
        with self._turns:
            return self._hash.hash(_normal(password))

    def fits(self, password: str, kept: str | None) -> bool:
        """Whether that is the password; where nothing is kept it is not, and takes as long to say."""
        plain = _normal(password)
        with self._turns:
            alike = self._hash.verify(plain[:LONGEST], kept or self._nobodys)
        return alike and kept is not None and len(plain) <= LONGEST

    def outdated(self, kept: str) -> bool:
        """Whether a hash was made with other parameters than today's."""
        return self.hasher.check_needs_rehash(kept)


def _normal(password: str) -> str:
    """One form for what different keyboards send for the same characters."""
    return unicodedata.normalize("NFKC", password)


def against(password: str, *, name: str, email: str) -> list[Reason]:
    """Why that can't be this person's password; nothing, and it can (PWD-01 to PWD-03)."""
    plain = _normal(password)
    if not SHORTEST <= len(plain) <= LONGEST:
        return [Reason(
            code="PWD-01", where="password",
            zh=f"密码应为 {SHORTEST} 至 {LONGEST} 个字符，可以是一句话；读到 {len(plain)} 个",
            en=f"a password has {SHORTEST} to {LONGEST} characters, and may be a sentence; read {len(plain)}",
        )]  # fmt: skip
    if len(set(plain)) < 5 or _is_common(plain.casefold()) or is_breached(plain):
        return [Reason(
            code="PWD-02", where="password",
            zh="这个密码太容易猜到；请换一个，例如几个互不相干的词",
            en="this password is guessed at once; take another, such as a few words that have nothing in common",
        )]  # fmt: skip
    own = [each for each in (name, *email.split("@")[:1], email) if len(each) > 2]
    if any(each.casefold() in plain.casefold() for each in own):
        return [Reason(
            code="PWD-03", where="password",
            zh="密码中不能含有姓名或邮箱", en="a password does not hold the name or the address",
        )]  # fmt: skip
    return []


def _is_common(plain: str) -> bool:
    for each in COMMON:
        plain = plain.replace(each, "")
    return sum(char.isalpha() for char in plain) < 4
