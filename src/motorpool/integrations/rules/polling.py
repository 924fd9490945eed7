"""When to poll again, and when to stop."""

from __future__ import annotations

FIRST_PAUSE_S = 30.0
LONGEST_PAUSE_S = 3600.0
#: Longest wait that a provider may ask for, in seconds; one that says more is asked again after a day.
LONGEST_WAIT_S = 86_400.0
#: Sign-ins refused in a row after which nothing is tried any more until somebody has looked.
MOST_REFUSALS = 3


def pause_after(failures: int, jitter: float, retry_after_s: float | None = None) -> float:
    """Seconds until the next try after `failures` failures in a row (1 is the first).

    Doubles from half a minute to an hour; `jitter` (0 to 1) spreads it over its upper half, so that many connections
    that failed together do not come back together. What the provider asks for is the least.
    """
    longest = min(FIRST_PAUSE_S * 2.0 ** min(max(failures, 1) - 1, 20), LONGEST_PAUSE_S)
    asked = min(retry_after_s or 0.0, LONGEST_WAIT_S)
    return max(longest * (0.5 + 0.5 * jitter), asked + jitter)


def next_after_success(frequency_minutes: int, jitter: float, more: bool) -> float:
    """Seconds until the next poll; at once when there is more. A tenth of jitter keeps connections apart."""
    return 0.0 if more else frequency_minutes * 60 * (0.95 + 0.05 * jitter)
