"""Why a job stands where it stands in a plan, and why another one does not stand in it. Sentences for people."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from motorpool.maintenance.queries.shop_facts import Person, Work
from motorpool.maintenance.rules.bay_fit import Bay, listed, needs_lift, pounds, suits
from motorpool.maintenance.rules.technician_fit import Technician


def why_here(
    job: Work, bay: Bay, person: Person | None, end: datetime, booked_minutes: int, zone: ZoneInfo
) -> str:
    """What speaks for a bay, a technician and a time. `booked_minutes`: of the technician on that day, without this job."""
    said = [about_bay(job, bay)]
    if person is not None:
        said.append(about_technician(job, person.technician, booked_minutes))
    if job.due_on is not None:
        said.append(about_due(job.due_on, (end - timedelta(microseconds=1)).astimezone(zone).date()))
    return "; ".join(said)[:1].upper() + "; ".join(said)[1:]


def about_bay(job: Work, bay: Bay) -> str:
    said = []
    purpose = "heavy vehicles" if bay.meant_for == {"heavy"} else listed([bay.kind or ""])
    matched = suits(bay, job.weight, job.words)
    if matched is None and bay.kind:
        said.append(f"is for any work ({purpose})")
    elif matched is not None:
        said.append(f"is meant for {purpose}" if matched else f"is free, though meant for {purpose}")
    if tools := sorted(job.equipment):
        said.append(f"has {listed(tools)}")
    kilograms = job.weight.heaviest_kg
    lifted = needs_lift(job.equipment)
    limit = bay.max_lift_lbs if lifted else bay.max_weight_lbs
    if kilograms is not None and limit is not None:
        verb = "lifts" if lifted else "carries"
        said.append(f"{verb} {limit:,} lb, the vehicle weighs up to {pounds(kilograms):,} lb")
    return f"{bay.name} {listed(said or ['is free'])}"


def about_technician(job: Work, technician: Technician, booked_minutes: int) -> str:
    said = []
    if job.technician_id == technician.id:
        said.append("is responsible for it")
    if skills := sorted(job.skills):
        said.append(f"has {listed(skills)}")
    for wanted in job.certificates:
        until = technician.valid_until(wanted)
        if until is not None:
            said.append(f"{wanted} is valid" if until == date.max else f"{wanted} is valid until {until}")
    load = f"{booked_minutes / 60:g} h booked that day" if booked_minutes else "nothing else booked that day"
    return f"{technician.name} {', '.join([*said, load])}" if said else f"{technician.name} has {load}"


def about_due(due: date, done: date) -> str:
    late = (done - due).days
    if late <= 0:
        return f"done in time, due on {due}"
    return f"{late} day{'s' if late > 1 else ''} after it was due"


def why_not(
    bay_problems: Sequence[Sequence[str]],
    technician_problems: Sequence[Sequence[str]],
    length: timedelta,
    longest: timedelta,
) -> tuple[str, str]:
    """(code, sentence) for a job that is not planned.

    The problems are those of each bay and of each technician, an empty list where there is none; `longest`: for which a bay
    and a technician that fit and the vehicle are free together.
    """
    if not bay_problems:
        return "no_bay", "The shop has no bay."
    if all(bay_problems):
        return "no_bay_fits", f"No bay fits: {_few(bay_problems)}."
    if not technician_problems:
        return "no_technician", "No technician works at the shop."
    if all(technician_problems):
        return "no_technician_fits", f"No technician can do it: {_few(technician_problems)}."
    if longest < length:
        if not longest:
            return "not_free", "Bay, technician and vehicle are never free together."
        return (
            "too_long",
            f"It takes {hours(length)}, and bay, technician and vehicle are free together for {hours(longest)} at most. "
            "Book it by hand over several days.",
        )
    return "no_room", "There is no room left: work that counts more takes the bays and technicians that fit."


def _few(problems: Iterable[Sequence[str]]) -> str:
    """The first reason of each, at most three."""
    said = list(dict.fromkeys(one[0] for one in problems if one))
    return "; ".join(said[:3]) + (f"; and {len(said) - 3} more" if len(said) > 3 else "")


def hours(length: timedelta) -> str:
    return f"{length / timedelta(hours=1):.4g} h"


def day_of(moment: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The day of a moment where the shop is, as two instants."""
    local = moment.astimezone(zone).date()
    begin = datetime.combine(local, datetime.min.time(), zone).astimezone(UTC)
    return begin, datetime.combine(local + timedelta(days=1), datetime.min.time(), zone).astimezone(UTC)
