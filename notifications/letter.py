"""Who writes to whom: addresses checked strictly, one address for one person.

No `email.utils.parseaddr` here: it returns the first half of `a@ok.example)b@evil.example` and hides the rest. An
address is accepted whole or not at all. Quoted local parts, comments, groups and domain literals are not accepted:
nobody's contact needs them, and every one of them has carried an attack.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from notifications.errors import AddressRefused, shown

LONGEST_ADDRESS = 254  # octets, RFC 5321 4.5.3.1.3 less the angle brackets
LONGEST_LOCAL = 64  # octets
LONGEST_LABEL = 63  # octets

_SEPARATORS = re.compile(r"[\s,;，；、/|]+")
_LOCAL_ASCII = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]")
_IDNA_LETTERS = ("Ll", "Lo", "Lm", "Mn", "Mc", "Nd")
_VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # marks, but invisible: two spellings of one name
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """One checked address. `local` as the person writes it, `domain` in lower-case A-labels."""

    local: str
    domain: str

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"

    @property
    def key(self) -> str:
        """What two spellings of one address share; make this unique, never the text."""
        return unicodedata.normalize("NFKC", str(self)).casefold()


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipient:
    """The one person a letter goes to. `name` may be empty."""

    name: str
    address: Address


@dataclass(frozen=True, kw_only=True, slots=True)
class Sender:
    """In whose name letters go out, and where answers go (`reply_to`, none: to the sender)."""

    name: str
    address: Address
    reply_to: Address | None = None


@lru_cache(maxsize=4096)
def check_address(text: str) -> Address:
    """Read one address from one cell.

    Full-width letters are read as plain ones, an internationalised domain becomes its A-label (IDNA 2008: `ß` stays
    `ß`). Raises `AddressRefused`: ADR-01 for what is no address, ADR-02 for several in one cell.
    """
    if sum("@" in part for part in _SEPARATORS.split(unicodedata.normalize("NFKC", text))) > 1:
        raise AddressRefused(
            "ADR-02",
            f"一个单元格只能填一个邮箱地址：{shown(text)}",
            f"one address per cell: {shown(text)}",
        )
    plain = unicodedata.normalize("NFKC", text)
    local, at_sign, domain = plain.partition("@")
    if not at_sign or "@" in domain:
        raise _no_address(text, "应有且只有一个 @", "exactly one @ is needed")
    if not _sound_local(local):
        raise _no_address(text, "@ 前面的部分不合规则", "the part before @ is not well-formed")
    labels = tuple(_a_label(label) for label in re.split(r"[.。]", domain))
    if not _sound_domain(labels):
        raise _no_address(text, "@ 后面的域名不合规则", "the domain after @ is not well-formed")
    address = Address(local=local, domain=".".join(label for label in labels if label))
    if len(str(address).encode()) > LONGEST_ADDRESS:
        raise _no_address(text, f"地址超过 {LONGEST_ADDRESS} 字节", f"longer than {LONGEST_ADDRESS} octets")
    return address


def _no_address(text: str, zh: str, en: str) -> AddressRefused:
    return AddressRefused(
        "ADR-01",
        f"不是有效的邮箱地址：{shown(text)}（{zh}）；写法如 zhang@example.cn",
        f"not a mail address: {shown(text)} ({en}); write it like zhang@example.cn",
    )


def _sound_local(local: str) -> bool:
    atoms = local.split(".")
    return 0 < len(local.encode()) <= LONGEST_LOCAL and all(atom and all(map(_atom_char, atom)) for atom in atoms)


def _atom_char(char: str) -> bool:
    return bool(_LOCAL_ASCII.match(char)) if char.isascii() else unicodedata.category(char)[0] in "LMN"


def _a_label(label: str) -> str | None:
    """One label in its ASCII form, or None. The standard `idna` codec is IDNA 2003 and would turn ß into ss."""
    if label.isascii():
        return label.lower()
    lowered = unicodedata.normalize("NFC", label.lower())
    if not all(char == "-" or unicodedata.category(char) in _IDNA_LETTERS for char in lowered):
        return None
    if _VARIATION.search(lowered):
        return None
    if unicodedata.category(lowered[0]).startswith("M") or lowered[0] == "-" or lowered[-1] == "-":
        return None
    return "xn--" + lowered.encode("punycode").decode("ascii")


def _sound_domain(labels: tuple[str | None, ...]) -> bool:
    whole = all(label is not None and len(label) <= LONGEST_LABEL and _LABEL.fullmatch(label) for label in labels)
    return whole and len(labels) > 1 and not str(labels[-1]).isdigit()
