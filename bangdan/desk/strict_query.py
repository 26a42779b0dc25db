"""Parameters of an address, strictly: each once, none that nobody knows, nothing that can't be stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from difflib import get_close_matches
from urllib.parse import unquote_to_bytes

from engine.sheets.cleaning import shown
from engine.texts import unstorable
from workflows.reasons import Reason, refuse

MOST = 50  # parameters of one address


def read(query: bytes, known: Collection[str], *, lists: Collection[str] = ()) -> list[tuple[str, str]]:
    """The parameters in order. Raises Refused: API-05 one given twice (unless it is in `lists`), API-09 an unknown one,
    API-02 broken text.
    """
    pairs = [_pair(piece) for piece in query.split(b"&", MOST) if piece]
    refuse(_wrong(pairs, known, lists))
    return [(str(name), str(value)) for name, value in pairs]


def _pair(piece: bytes) -> tuple[str | None, str | None]:
    name, _, value = piece.partition(b"=")
    return _text(name), _text(value)


def _text(quoted: bytes) -> str | None:
    """None for what is no UTF-8."""
    try:
        return unquote_to_bytes(quoted.replace(b"+", b" ")).decode("utf-8")
    except UnicodeDecodeError:
        return None


def _wrong(
    pairs: list[tuple[str | None, str | None]], known: Collection[str], lists: Collection[str]
) -> Iterator[Reason]:
    for name, value in pairs:
        if name is None or value is None:
            yield Reason(code="API-02", zh="网址参数须为 UTF-8 编码", en="parameters must be UTF-8", where="?")
        elif reason := unstorable(name) or unstorable(value):
            yield reason.at(f"?{shown(name)}")
        elif name not in known:
            yield _unknown(name, known)
    for name, times in Counter(name for name, _ in pairs).items():
        if times > 1 and name is not None and name in known and name not in lists:
            yield twice(name, times)


def twice(name: str, times: int) -> Reason:
    """A parameter that is there more than once: nobody can know which was meant."""
    return Reason(
        code="API-05",
        zh=f"参数“{name}”给了{times}次，只能给一次",
        en=f'the parameter "{name}" is given {times} times; give it once',
        where=f"?{name}",
    )


def _unknown(name: str, known: Collection[str]) -> Reason:
    close = get_close_matches(name, list(known), n=1)
    listed = ", ".join(sorted(known)) or "-"
    zh, en = (
        (f"是否应为“{close[0]}”？", f'did you mean "{close[0]}"?') if close else (f"可用：{listed}", f"known: {listed}")
    )
    return Reason(
        code="API-09",
        zh=f"没有参数“{shown(name)}”；{zh}",
        en=f'no parameter "{shown(name)}"; {en}',
        where=f"?{shown(name)}",
    )
