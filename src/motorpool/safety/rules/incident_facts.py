"""What follows from the facts of an incident: how grave it is, and whether it is an accident of the register."""

from __future__ import annotations

#: Types that are no accident of a vehicle in traffic (49 CFR 390.5 leaves out getting in and out, loading and unloading).
NOT_IN_TRAFFIC = ("injury", "near_miss", "theft", "vandalism", "breakdown", "complaint")
#: Incident type -> as it is said on a phone, the usual ones first.
TYPES = {
    "collision": "Crash",
    "property_damage": "Hit an object",
    "rollover": "Rollover",
    "injury": "Somebody hurt",
    "near_miss": "Near miss",
    "theft": "Theft",
    "vandalism": "Vandalism",
    "fire": "Fire",
    "spill": "Spill",
    "other": "Other",
}
LONGEST_TITLE = 80


def severity_of(*, fatalities: int, treated_away: int, injuries: int, towed: int) -> str:
    """A first judgement, made of what was counted on the spot."""
    if fatalities > 0:
        return "critical"
    if treated_away > 0:
        return "serious"
    return "moderate" if injuries > 0 or towed > 0 else "minor"


def accident_severity(*, fatalities: int, treated_away: bool, injuries: int, towed: bool) -> str:
    """The same in the words of an accident report."""
    if fatalities > 0:
        return "fatal"
    if treated_away:
        return "severe"
    return "moderate" if injuries > 0 or towed else "minor"


def title_of(incident_type: str, description: str | None) -> str:
    """A few words: the first sentence of what was told, else the type."""
    first = (description or "").strip().partition("\n")[0].partition(". ")[0].strip().rstrip(".")
    if not first:
        return TYPES.get(incident_type, incident_type.replace("_", " ").capitalize())
    return first if len(first) <= LONGEST_TITLE else f"{first[: LONGEST_TITLE - 1].rstrip()}…"
