"""The contract between the derivation and its parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, LiteralString, Protocol
from uuid import UUID

from motorpool.core.database.database import Connection
from motorpool.telematics.derive.tracks import BEGINNING
from motorpool.telematics.derive.work import MICROSECOND, moment
from motorpool.telematics.rules.outliers import JumpFilter, plausible
from motorpool.telematics.rules.results import Derivation
from motorpool.telematics.rules.track import Flags, Track

#: Nothing is recorded as early as this.
BEFORE_ALL = BEGINNING - MICROSECOND


@dataclass(frozen=True)
class Stretch:
    """What this round derives of a vehicle that nobody else derives now.

    At `since` the vehicle stood (a checkpoint lies in a stop), and whatever was recorded at or before it stays
    as it is. A part replaces what it says about the times after `since` up to `until`, both epoch seconds.
    """

    vehicle_id: UUID
    #: All fixes that were read, in order; the first ones lie before `since` and are context only. As they came:
    #: `derived` has left out those that cannot be. Empty for a vehicle that never reported a position: then `since` is
    #: just before the first reading that changed.
    track: Track
    derived: Derivation
    #: None: from the first fix.
    since: float | None
    #: When the stop began that `since` lies in: trips and stops are replaced from there on.
    stop_since: float | None
    until: float
    #: Whether `until` is the last fix that there is; if not, the round that follows begins at a later stop.
    complete: bool
    jumps: JumpFilter = field(default_factory=JumpFilter)

    @property
    def begins_at(self) -> datetime:
        """What was recorded after this is derived anew."""
        return BEFORE_ALL if self.since is None else moment(self.since)

    @property
    def ends_at(self) -> datetime | None:
        """What was recorded up to this is derived anew; None: everything, also readings later than the last fix."""
        return None if self.complete else moment(self.until)

    @cached_property
    def believed(self) -> Flags:
        """Which fixes of the track the derivation goes by: those that are no jumps."""
        return plausible(self.track, self.jumps)


#: What `windows` gives, as rows of a statement.
WINDOWS = """unnest(%(vehicles)s::uuid[], %(since)s::timestamptz[], %(until)s::timestamptz[]) WITH ORDINALITY
     AS w (vehicle_id, since, until, n)"""


def windows(stretches: Sequence[Stretch]) -> dict[str, list[Any]]:
    """Parameters of a statement over the stretches; see `WINDOWS`."""
    return {
        "vehicles": [one.vehicle_id for one in stretches],
        "since": [one.begins_at for one in stretches],
        "until": [one.ends_at for one in stretches],
    }


class Part(Protocol):
    """Deriving twice must give the same rows, ids included: ids come from the vehicle and the time, never from a clock."""

    #: SELECT of what is stored, for `motorpool replay --check`: kind, vehicle_id, id, time, digest of the columns that
    #: the part owns. Parameters %(tenant)s, %(vehicles)s (uuid[]).
    stored: LiteralString

    async def load(self, connection: Connection, tenant_id: UUID, stretches: Sequence[Stretch]) -> Any:
        """Read what the rules need beside the fixes: a few statements for all vehicles."""
        ...

    def derive(self, stretches: Sequence[Stretch], known: Any) -> Any:
        """Apply the rules: pure, NumPy, in a thread. Rows for `write`."""
        ...

    async def write(
        self, connection: Connection, tenant_id: UUID, stretches: Sequence[Stretch], rows: Any
    ) -> int:
        """Bring the tables in line by a few statements; a row that has not changed is not written. How many were."""
        ...
