"""May a technician do a job on a day: employed, skilled, certificates valid on that day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from motorpool.maintenance.rules.bay_fit import Misfit, listed, word

FIELD = "technician_id"


@dataclass(frozen=True, slots=True)
class Certificate:
    name: str
    #: Last day on which it is valid; None: it does not expire.
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class Technician:
    id: UUID
    name: str
    status: str = "active"
    facility_id: UUID | None = None
    skills: frozenset[str] = frozenset()
    certificates: tuple[Certificate, ...] = ()
    hired: date | None = None
    leaves: date | None = None

    def valid_until(self, wanted: str) -> date | None:
        """Last day of the certificate that is wanted. `date.max`: it does not expire; None: there is none.

        `ASE A5` is met by `ASE A5 Brakes`: a certificate may say more than its number.
        """
        asked = word(wanted)
        held = [
            one.expires or date.max
            for one in self.certificates
            if (name := word(one.name)) == asked or name.startswith(f"{asked}_")
        ]
        return max(held, default=None)


def misfits(
    technician: Technician, skills: frozenset[str], certificates: Iterable[str], first: date, last: date
) -> Iterator[Misfit]:
    """What speaks against a technician for a job from `first` to `last`, days of the shop."""
    name = technician.name
    if technician.status == "on_leave":
        yield Misfit(FIELD, f"{name} is on leave", "on_leave")
    elif technician.status != "active":
        yield Misfit(FIELD, f"{name} is no longer employed", "not_employed")
    elif technician.leaves is not None and technician.leaves < last:
        yield Misfit(FIELD, f"{name} leaves on {technician.leaves}", "not_employed")
    elif technician.hired is not None and technician.hired > first:
        yield Misfit(FIELD, f"{name} begins on {technician.hired}", "not_employed")
    if missing := sorted(skills - technician.skills):
        yield Misfit(FIELD, f"{name} lacks {listed(missing)}", "skill_missing")
    for wanted in certificates:
        until = technician.valid_until(wanted)
        if until is None:
            yield Misfit(FIELD, f"{name} has no certificate {wanted}", "certificate_missing")
        elif until < last:
            yield Misfit(FIELD, f"the certificate {wanted} of {name} ends on {until}", "certificate_expired")
