"""The contract between the derivation and its parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, LiteralString, Protocol
from uuid import UUID

from motorpool.core.database.database import Connection
from motorpool.telematics.rules.outliers import JumpFilter, plausible
from motorpool.telematics.rules.results import Derivation
from motorpool.telematics.rules.track import Flags, Track


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
    until: float
    #: Whether `until` is the last fix that there is; if not, the round that follows begins at a later stop.
    complete: bool
    jumps: JumpFilter = field(default_factory=JumpFilter)

    @cached_property
    def believed(self) -> Flags:
        """Which fixes of the track the derivation goes by: those that are no jumps."""
        return plausible(self.track, self.jumps)


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
