"""What keeps one bad sender from harming the others: a rate per device, and a growing pause after garbage."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from time import monotonic

from motorpool.telematics.ingest.devices import remember

FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 600.0
#: A sender that behaved for this long is forgiven.
FORGIVE_S = 3_600.0
BURST = 50


class Rate:
    """A token bucket: `per_s` rows a second in the long run, `BURST` seconds' worth at once."""

    def __init__(self, per_s: float, clock: Callable[[], float] = monotonic) -> None:
        self._per_s = per_s
        self._clock = clock
        self._room = per_s * BURST
        self._at = clock()

    def take(self, rows: int) -> float:
        """Count rows; how many seconds the sender has to wait before its next ones."""
        now = self._clock()
        self._room = min(self._per_s * BURST, self._room + (now - self._at) * self._per_s)
        self._at = now
        self._room -= rows
        return max(0.0, -self._room / self._per_s)

    def has_room(self) -> bool:
        """Whether a datagram would be taken now; a sender of datagrams cannot be made to wait."""
        now = self._clock()
        return self._room + (now - self._at) * self._per_s > 0


@dataclass(slots=True)
class Strike:
    count: int
    until: float
    at: float


class Strikes:
    """Who sent garbage, how often, and until when nothing more is taken from it: 5 s, doubled each time, at most 10 min.

    The key is the device once it has said who it is, else the network address. Many devices share one address (mobile
    networks do that), so an address from which a known device has reported is never shut out.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._strikes: OrderedDict[str, Strike] = OrderedDict()
        self._trusted: OrderedDict[str, float] = OrderedDict()

    def add(self, key: str) -> None:
        now = self._clock()
        strike = self._strikes.get(key)
        count = 1 if strike is None or strike.at < now - FORGIVE_S else strike.count + 1
        pause = min(FIRST_PAUSE_S * 2 ** min(count - 1, 20), LONGEST_PAUSE_S)
        remember(self._strikes, key, Strike(count, now + pause, now))

    def is_out(self, key: str) -> bool:
        """Whether nothing is taken from a device or an address for now."""
        strike = self._strikes.get(key)
        now = self._clock()
        return strike is not None and strike.until > now and self._trusted.get(key, -inf) < now

    def trust(self, address: str) -> None:
        """A known device has reported from this address."""
        remember(self._trusted, address, self._clock() + FORGIVE_S)
