"""Forms 300, 300A and 301 on paper: layouts of our own with all that the forms ask for (29 CFR 1904.29(b)(4))."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from motorpool.core.export import render_pdf
from motorpool.core.tenancy import Actor
from motorpool.safety.printing.sheets import TEMPLATES, paper_of
from motorpool.safety.queries.osha_log import Establishment, Log
from motorpool.safety.rules.osha_forms import OUTCOMES, TYPES, posted

Row = dict[str, Any]
#: As the head of column M names them.
TYPE_WORDS = (
    "Injuries",
    "Skin disorders",
    "Respiratory conditions",
    "Poisonings",
    "Hearing loss",
    "All other illnesses",
)


async def form_300(actor: Actor, log: Log) -> bytes:
    """The log: a line for each case, and the totals that go to the summary."""
    return await render_pdf("osha_300", data_of_300(actor, log), folder=TEMPLATES)


def data_of_300(actor: Actor, log: Log) -> Row:
    lines = [
        {
            "number": one.case_number,
            "person": one.person,
            "job": one.job_title or "",
            "day": f"{one.injured_on:%m/%d/%Y}",
            "place": one.place or "",
            "about": one.description or "",
            "outcome": [one.classification == name for name in OUTCOMES.values()],
            "days": [one.days_away or "", one.days_restricted or ""],
            "type": [one.injury_type == name for name in TYPES.values()],
        }
        for one in log.lines
    ]
    data = _page(
        actor, log.establishment, f"OSHA form 300, log of work-related injuries and illnesses {log.year}"
    )
    return data | {"totals": totals_of(log), "types": TYPE_WORDS, "year": log.year, "lines": lines}


def totals_of(log: Log) -> list[int]:
    """G, H, I, J, K, L and M1 to M6, as they stand under the log and on the summary."""
    summary = log.summary
    return [
        *(summary.cases[name] for name in OUTCOMES.values()),
        summary.days_away,
        summary.days_restricted,
        *(summary.types[name] for name in TYPES.values()),
    ]


async def form_300a(actor: Actor, log: Log) -> bytes:
    """The summary that is certified and posted."""
    return await render_pdf("osha_300a", data_of_300a(actor, log), folder=TEMPLATES)


def data_of_300a(actor: Actor, log: Log) -> Row:
    first, last = posted(log.year)
    signed = log.certificate
    title = f"OSHA form 300A, summary of work-related injuries and illnesses {log.year}"
    return _page(actor, log.establishment, title) | {
        "year": log.year,
        "totals": totals_of(log),
        "types": TYPE_WORDS,
        "employees": "" if log.employees is None else f"{log.employees:,}",
        "hours": "" if log.summary.hours_worked is None else f"{round(log.summary.hours_worked):,}",
        "name": signed.name if signed else "",
        "job": signed.title if signed else "",
        "phone": (signed.phone or "") if signed else "",
        "day": f"{signed.on:%m/%d/%Y}" if signed else "",
        "posting": f"Post this summary from {first:%B} {first.day} to {last:%B} {last.day}, {last.year}.",
    }


async def form_301(actor: Actor, row: Row, person: Row) -> bytes:
    """The report of one case. `row`: the injury as the API gives it; `person`: of the driver, where it is one.

    What is not kept here (home address, sex) is left open to be filled in by hand. A privacy case keeps its name here: the form
    is shown to nobody but those who may see it (29 CFR 1904.29(b)(10)).
    """
    zone = ZoneInfo(actor.time_zone)
    data = _page(
        actor,
        Establishment(actor.tenant_name),
        f"OSHA form 301, injury and illness incident report {row['case_number']}",
    )
    employee = [
        ("Full name", row["person_name"]),
        ("Street", ""),
        ("City, state, ZIP", ""),
        ("Date of birth", _day(person.get("date_of_birth"))),
        ("Date hired", _day(person.get("hired_on"))),
        ("Sex", ""),
        ("Job title", row["job_title"] or ""),
    ]
    care = [
        ("Physician or other health care professional", row["treated_by"] or ""),
        ("Treated away from the worksite", _yes(row["treated_away"])),
        ("Treated in an emergency room", _yes(row["emergency_room"])),
        ("Hospitalized overnight as an in-patient", _yes(row["hospitalized"])),
    ]
    case = [
        ("Case number from the log", row["case_number"]),
        ("Date of injury or illness", _day(row["injured_on"])),
        ("Time employee began work", _time(row["shift_began_at"], zone)),
        ("Time of event", _time(row["injured_at"], zone) or "Not determined"),
        ("If the employee died, when", _day(row["died_on"])),
    ]
    harm = "; ".join(
        one
        for one in ((row["body_part"] or "").replace("_", " "), row["injury_type"].replace("_", " "))
        if one
    )
    told = [
        ("What was the employee doing just before the incident occurred?", row["activity"] or ""),
        ("What happened?", row["description"] or ""),
        ("What was the injury or illness?", harm.capitalize()),
        ("What object or substance directly harmed the employee?", row["harmful_object"] or ""),
    ]
    parts = {
        "employee": employee,
        "care": care,
        "case": case,
        "told": told,
        "private": row["is_privacy_case"],
    }
    return await render_pdf("osha_301", data | parts, folder=TEMPLATES)


def _page(actor: Actor, place: Establishment, title: str) -> Row:
    now = datetime.now(UTC).astimezone(ZoneInfo(actor.time_zone))
    return {
        "title": title,
        "tenant": actor.tenant_name,
        "paper": paper_of(actor),
        "printed": f"{now:%Y-%m-%d %H:%M}",
        "place": {
            "name": place.name,
            "street": place.street or "",
            "city": place.city or "",
            "region": place.region or "",
            "zip": place.postal_code or "",
            "industry": place.industry or "",
            "naics": place.naics_code or "",
        },
    }


def _day(value: Any) -> str:
    if not value:
        return ""
    return f"{value if isinstance(value, date) else date.fromisoformat(str(value)):%m/%d/%Y}"


def _time(value: str | None, zone: ZoneInfo) -> str:
    return f"{datetime.fromisoformat(value).astimezone(zone):%H:%M}" if value else ""


def _yes(value: bool) -> str:
    return "Yes" if value else "No"


__all__ = ["data_of_300", "data_of_300a", "form_300", "form_300a", "form_301", "totals_of"]
