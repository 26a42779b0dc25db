"""The key from which the codes of one-time links and the secrets of authenticators are derived.

It lies in a file beside the database, never in it. Whoever reads the database, its backup or a letter in the outbox
can't make a code. Losing the file costs the links that are under way, which live ten minutes, and the authenticators,
which have to be set up again. Which key the house goes by is known by its fingerprint (`house_key`).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from engine.secret_files import others_can_read
from workflows.reasons import Reason, Refused

KEY_BYTES = 32
CODE_BYTES = 18  # 144 bits, 24 letters
SEED_BYTES = 20


@dataclass(frozen=True, slots=True)
class Keys:
    """Derives codes. Two purposes never share one."""

    secret: bytes

    def __repr__(self) -> str:
        return "Keys(…)"

    @property
    def fingerprint(self) -> str:
        """What the key is known by, and nothing that it could be found by: 64 bits, as four groups of letters."""
        made = hmac.digest(self.secret, b"fingerprint\0", hashlib.sha256)[:8].hex()
        return "-".join(made[at : at + 4] for at in range(0, len(made), 4))

    def code(self, purpose: str, text: str) -> str:
        """The code for `text`: the same whenever it is asked for."""
        made = hmac.digest(self.secret, f"{purpose}\0{text}".encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(made[:CODE_BYTES]).decode()

    def seed(self, purpose: str, text: str) -> bytes:
        """160 bits for `text`, the same whenever they are asked for: what an authenticator app keeps."""
        return hmac.digest(self.secret, f"{purpose}\0{text}".encode(), hashlib.sha256)[:SEED_BYTES]

    def fits(self, purpose: str, text: str, code: str) -> bool:
        """Whether that is its code; it takes the same time whatever is wrong with it."""
        return hmac.compare_digest(self.code(purpose, text).encode(), code.encode())


def some_keys() -> Keys:
    """Keys of nobody, for a desk that is thrown away."""
    return Keys(secrets.token_bytes(KEY_BYTES))


def keys_in(path: Path) -> Keys:
    """The keys of that file, which is made where it is not there. Raises Refused (CFG-30, KEY-01)."""
    if not path.exists():
        _make(path)
    if others_can_read(path):
        raise Refused(_readable(path))
    text = path.read_text(encoding="ascii", errors="replace").strip()
    try:
        secret = bytes.fromhex(text)
    except ValueError:
        secret = b""
    if len(secret) < KEY_BYTES:
        raise Refused(_no_key(path))
    return Keys(secret)


def _make(path: Path) -> None:
    """Written under another name first: whoever finds the file finds all of it."""
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(f"{secrets.token_hex(KEY_BYTES)}\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was faster, and its key is as good
    finally:
        draft.unlink()


def _readable(path: Path) -> Reason:
    return Reason(
        code="CFG-30",
        zh=f"密钥文件 {path} 他人可读；请执行 chmod 600 {path.name}",
        en=f"others can read the key file {path}; run chmod 600 {path.name}",
        where=str(path),
    )


def _no_key(path: Path) -> Reason:
    return Reason(
        code="KEY-01",
        zh=f"密钥文件 {path} 的内容不是密钥；请放回原来的文件，或删除它并执行 bangdan admin key --renew 另建",
        en=f"the key file {path} holds no key; put the right one back, or delete it and make another: "
        "bangdan admin key --renew",
        where=str(path),
    )
