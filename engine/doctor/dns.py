"""What the world's name servers say of the sender's domain: without it letters land among the spam, or nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from engine.doctor.finding import Finding, error, ok, unknown, warning
from engine.settings import Settings

SECONDS = 4.0  # for each question

Ask = Callable[[str, str], tuple[str, ...]]
"""The records of a name and a kind; empty for none. Raises NoAnswerYet where nobody could be asked."""


class NoAnswerYet(Exception):
    """No name server could be asked, or none answered in time. Remedy: ask again where there is a network."""


@dataclass(frozen=True, slots=True)
class Resolver:
    """Asks the name servers of this system, or those of `made`."""

    made: Any = None

    def __call__(self, name: str, kind: str) -> tuple[str, ...]:
        import dns.exception  # noqa: PLC0415 - 80 ms, and only the doctor asks
        import dns.resolver  # noqa: PLC0415 - the same

        try:
            found = (self.made or dns.resolver.Resolver()).resolve(name, kind, lifetime=SECONDS)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except (dns.exception.DNSException, OSError) as failed:
            raise NoAnswerYet(str(failed)[:200]) from failed
        return tuple(_text(each) for each in found)


def _text(record: Any) -> str:
    """A TXT record is cut into pieces that belong together."""
    strings = getattr(record, "strings", None)
    return b"".join(strings).decode("utf-8", "replace") if strings is not None else str(record.to_text())


def sender(told: Settings, ask: Ask) -> Iterator[Finding]:
    """SPF of where bounces go, DMARC and MX of the sender's domain; nothing where no mail server is set."""
    if told.smtp_host is None:
        return
    from_, envelope = (address.rpartition("@")[2] for address in (told.mail_from, told.mail_envelope or told.mail_from))
    for code, check, domain in (("DOC-40", _spf, envelope), ("DOC-41", _dmarc, from_), ("DOC-42", _mx, envelope)):
        try:
            yield check(domain, ask)
        except NoAnswerYet as failed:
            yield unknown(
                code,
                f"{domain} 的域名记录查不到：{failed}",
                f"the records of {domain} can't be asked for: {failed}",
                "在能访问外网域名服务的机器上再查",
                "ask again from a machine that reaches name servers",
            )


def _spf(domain: str, ask: Ask) -> Finding:
    found = [each for each in ask(domain, "TXT") if each.lower().split(" ")[0] == "v=spf1"]
    if len(found) > 1:
        return error(
            "DOC-40",
            f"{domain} 有{len(found)}条 SPF 记录，只能有一条",
            f"{domain} has {len(found)} SPF records, not one",
            "合并为一条",
            "make one of them",
        )
    if not found:
        return warning(
            "DOC-40",
            f"{domain} 没有 SPF 记录，信件易被当作垃圾邮件",
            f"{domain} has no SPF record",
            "请域名管理员添加，写入邮件服务器",
            "have one added that names the mail server",
        )
    if "+all" in found[0].lower().split():
        return warning(
            "DOC-40",
            f"{domain} 的 SPF 允许任何人代发（+all）",
            f"the SPF of {domain} lets anybody send (+all)",
            "改为 ~all 或 -all",
            "make it ~all or -all",
        )
    return ok("DOC-40", f"{domain} 的 SPF：{found[0][:120]}", f"SPF of {domain}: {found[0][:120]}")


def _dmarc(domain: str, ask: Ask) -> Finding:
    found = [each for each in ask(f"_dmarc.{domain}", "TXT") if each.lower().replace(" ", "").startswith("v=dmarc1")]
    if not found:
        return warning(
            "DOC-41",
            f"{domain} 没有 DMARC 记录",
            f"{domain} has no DMARC record",
            f"请域名管理员添加 _dmarc.{domain}",
            f"have _dmarc.{domain} added",
        )
    return ok("DOC-41", f"{domain} 的 DMARC：{found[0][:120]}", f"DMARC of {domain}: {found[0][:120]}")


def _mx(domain: str, ask: Ask) -> Finding:
    found = ask(domain, "MX")
    if not found or all(each.split()[-1] == "." for each in found):
        return warning(
            "DOC-42",
            f"{domain} 不收邮件（没有 MX 记录），退信和回复会丢失",
            f"{domain} takes no mail (no MX): bounces are lost",
            "换用能收信的退信地址（BANGDAN_MAIL_ENVELOPE）",
            "let BANGDAN_MAIL_ENVELOPE be an address that takes mail",
        )
    return ok(
        "DOC-42", f"{domain} 的邮件交换：{'、'.join(found)[:120]}", f"{domain} takes mail at {', '.join(found)[:120]}"
    )
