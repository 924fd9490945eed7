"""How long somebody who keeps failing to sign in has to wait.

Two counters of failures, both over all processes: by e-mail (someone guesses one person's password) and by
network address (someone tries many people). Five failures for an e-mail are free, then each doubles the wait
from 30 seconds to 15 minutes; 30 failures from an address within 15 minutes close it until they are old.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from math import ceil

EMAIL_WINDOW_S = 86_400
EMAIL_FREE_FAILURES = 5
EMAIL_FIRST_WAIT_S = 30
EMAIL_LONGEST_WAIT_S = 900
ADDRESS_WINDOW_S = 900
ADDRESS_FAILURES = 30


@dataclass(frozen=True, slots=True)
class Failures:
    """Failures of one key since its last success: how many, and how long ago the latest was, in seconds."""

    count: int = 0
    latest_age_s: float = 0.0


NO_FAILURES = Failures()


def email_key(email: str) -> str:
    return f"email:{email.strip().lower()[:320]}"


def address_key(address: str | None) -> str:
    """The counter of a network address. IPv6 counts by /64, because that much is one household's or
    server's.
    """
    if address is None:
        return "ip:unknown"
    parsed = ip_address(address)
    if isinstance(parsed, IPv6Address):
        return f"ip:{IPv6Address(int(parsed) >> 64 << 64)}/64"
    return f"ip:{parsed}"


def seconds_to_wait(by_email: Failures, by_address: Failures) -> int:
    """Seconds until the next attempt is allowed; 0 = now."""
    wait = 0.0
    if by_email.count >= EMAIL_FREE_FAILURES:
        doublings = min(by_email.count - EMAIL_FREE_FAILURES, 10)
        wait = min(EMAIL_FIRST_WAIT_S * 2.0**doublings, EMAIL_LONGEST_WAIT_S) - by_email.latest_age_s
    if by_address.count >= ADDRESS_FAILURES:
        wait = max(wait, ADDRESS_WINDOW_S - by_address.latest_age_s)
    return max(0, ceil(wait))
