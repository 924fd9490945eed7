"""60 hours on duty in 7 carrier days, or 70 in 8: 49 CFR 395.3(b), (c) and 395.5(b).

A carrier day begins at the hour that the carrier chose, in the home terminal's time zone; a day with a change of the clock has 23 or
25 hours.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime, timedelta

from motorpool.safety.rules.hours_of_service.driving_limits import Violation
from motorpool.safety.rules.hours_of_service.duty_log import DRIVE, DutyLog
from motorpool.safety.rules.hours_of_service.rulesets import Ruleset
from motorpool.safety.rules.hours_of_service.timeline import Timeline


class CarrierDays:
    """Beginnings of the carrier days from that of `first` until a day after that of `last` (epoch seconds)."""

    def __init__(self, log: DutyLog, first: int, last: int) -> None:
        self._log = log
        day = datetime.fromtimestamp(first, log.zone).date() - timedelta(days=1)
        end = datetime.fromtimestamp(last, log.zone).date() + timedelta(days=1)
        self.starts: list[int] = []
        while day <= end:
            local = datetime.combine(day, log.day_start, log.zone)
            self.starts.append(int(local.astimezone(UTC).timestamp()))
            day += timedelta(days=1)

    def index(self, moment: int) -> int:
        return bisect_right(self.starts, moment) - 1


class Cycle:
    def __init__(self, log: DutyLog, timeline: Timeline) -> None:
        self._rules: Ruleset = log.ruleset
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._sums = [0]
        self._drives: list[tuple[int, int]] = []
        #: Ends of the rests that emptied the cycle.
        self._restarts: list[int] = []
        restart = log.ruleset.restart
        for period in timeline.periods:
            for block, rest in zip(period.blocks, period.rests, strict=True):
                for piece in block.pieces:
                    if piece.is_exempt:
                        continue
                    self._starts.append(piece.start)
                    self._ends.append(piece.end)
                    self._sums.append(self._sums[-1] + piece.end - piece.start)
                    if piece.kind == DRIVE:
                        self._drives.append((piece.start, piece.end))
                if rest is not None and restart is not None and rest.end - rest.start >= restart:
                    self._restarts.append(rest.end)
        # So far ahead every hour that was worked has left the cycle.
        last = timeline.as_of + (self._rules.cycle_days + 1) * 86_400
        self.days = CarrierDays(log, log.entries[0][2], last)

    @property
    def worked(self) -> int:
        return self._sums[-1]

    def _until(self, moment: int) -> int:
        """Time on duty until then."""
        at = bisect_right(self._starts, moment) - 1
        if at < 0:
            return 0
        return self._sums[at] + min(moment, self._ends[at]) - self._starts[at]

    def _since(self, moment: int) -> int:
        """From when on time on duty counts at this moment."""
        at = self.days.index(moment) - (self._rules.cycle_days - 1)
        begin = self.days.starts[at] if at >= 0 else self.days.starts[0]
        restarted = bisect_right(self._restarts, moment) - 1
        return max(begin, self._restarts[restarted]) if restarted >= 0 else begin

    def left(self, moment: int) -> int:
        """Seconds on duty that are left then, not below 0, if the driver rests from the end of the log on."""
        return max(0, self._rules.cycle - (self._until(moment) - self._until(self._since(moment))))

    def violations(self) -> list[Violation]:
        if self.worked <= self._rules.cycle:
            return []
        found: list[Violation] = []
        for start, end in self._drives:
            here = start
            while here < end:
                until = min(end, self.days.starts[self.days.index(here) + 1])
                lawful = self._rules.cycle - (self._until(here) - self._until(self._since(here)))
                if lawful < until - here:
                    begin = here + max(0, lawful)
                    if found and found[-1].end == begin:
                        begin = found.pop().start
                    found.append(Violation(self._rules.cycle_rule, begin, until))
                here = until
        return found

    def free_from(self, as_of: int, resting_since: int) -> int:
        """When a driver who rests from `as_of` on may drive again by the cycle."""
        if self.left(as_of) > 0:
            return as_of
        first = bisect_right(self.days.starts, as_of)
        found = next(start for start in self.days.starts[first:] if self.left(start) > 0)
        if self._rules.restart is not None:
            found = min(found, max(as_of, resting_since + self._rules.restart))
        return found
