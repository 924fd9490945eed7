"""What OSHA's forms 300 and 300A say about a year, and who has to keep, post and send them (29 CFR 1904)."""

from __future__ import annotations

from datetime import date

from motorpool.safety.rules.osha_rates import INJURY_TYPES, Summary

#: Column of the log -> outcome.
OUTCOMES = {"G": "death", "H": "days_away", "I": "restricted", "J": "other_recordable"}
#: Number of column M -> type of the injury or illness.
TYPES = dict(enumerate(INJURY_TYPES, 1))
#: With so many employees at all times of the year before, an employer need not keep the log (29 CFR 1904.1).
SMALL = 10
#: From so many employees an establishment of appendix A to subpart E sends its summary, from the second one any that keeps a log
#: (29 CFR 1904.41).
SENDS_LISTED, SENDS_ANY = 20, 250


def posted(year: int) -> tuple[date, date]:
    """First and last day on which the summary of a year hangs where employees see it (29 CFR 1904.32(b)(6))."""
    return date(year + 1, 2, 1), date(year + 1, 4, 30)


def sent_by(year: int) -> date:
    """The last day for sending the summary (29 CFR 1904.41(c))."""
    return date(year + 1, 3, 2)


def remarks(year: int, employees: int | None, today: date) -> list[str]:
    """What the law says about this year's summary, for the page."""
    first, last = posted(year)
    found = [
        f"Post the summary from {_said(first)} to {_said(last)} where employees see it (29 CFR 1904.32)."
    ]
    if today.year <= year:
        found = [f"The year is not over. Its summary is certified afterwards and posted from {_said(first)}."]
    if employees is None:
        return found
    if employees <= SMALL:
        found.append(
            f"An employer that had {SMALL} or fewer employees at all times of the year before need not keep the log, unless OSHA "
            "or the Bureau of Labor Statistics asks for it; grave cases are reported all the same (29 CFR 1904.1)."
        )
    if employees >= SENDS_ANY:
        found.append(f"The summary is sent to OSHA by {_said(sent_by(year))} (29 CFR 1904.41).")
    elif employees >= SENDS_LISTED:
        found.append(
            f"In the industries of appendix A to subpart E, trucking and transit among them, the summary is sent to OSHA by "
            f"{_said(sent_by(year))} (29 CFR 1904.41)."
        )
    return found


def _said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


# -- the file for the Injury Tracking Application

#: Columns of its summary file in their order, as OSHA's data dictionary for uploads names them.
ITA_COLUMNS = (
    "establishment_name ein company_name street_address city state zip naics_code industry_description size "
    "establishment_type year_filing_for annual_average_employees total_hours_worked no_injuries_illnesses total_deaths "
    "total_dafw_cases total_djtr_cases total_other_cases total_dafw_days total_djtr_days total_injuries "
    "total_skin_disorders total_respiratory_conditions total_poisonings total_hearing_loss total_other_illnesses "
    "change_reason"
).split()
ITA_KINDS = {"private": 1, "state_government": 2, "local_government": 3}
#: What the Injury Tracking Application does not take a line without.
ITA_NEEDS = {
    "establishment_name": "the establishment's name",
    "street_address": "the street",
    "city": "the city",
    "state": "the state as two letters",
    "zip": "the ZIP code of five or nine digits",
    "naics_code": "the NAICS code",
    "annual_average_employees": "the average number of employees",
    "total_hours_worked": "the hours worked",
}


def ita_size(employees: int | None) -> int | None:
    """1: under 20 employees, 21: 20 to 99, 22: 100 to 249, 3: 250 and more.

    >>> [ita_size(number) for number in (19, 20, 99, 100, 249, 250)]
    [1, 21, 21, 22, 22, 3]
    """
    if employees is None:
        return None
    return 1 if employees < 20 else 21 if employees < 100 else 22 if employees < 250 else 3


def ita_line(
    year: int,
    summary: Summary,
    *,
    company: str,
    name: str,
    street: str | None,
    city: str | None,
    state: str | None,
    postal_code: str | None,
    naics_code: str | None,
    industry: str | None,
    employer_number: str | None,
    kind: str,
    employees: int | None,
) -> dict[str, str | int | None]:
    """The establishment's line, by column; hours are whole ones."""
    digits = "".join(one for one in postal_code or "" if one.isdigit())
    hours = summary.hours_worked
    return {
        "establishment_name": name[:100],
        "ein": employer_number,
        "company_name": company[:100],
        "street_address": " ".join((street or "").split())[:100] or None,
        "city": (city or "")[:100] or None,
        "state": state.upper() if state and len(state) == 2 else None,
        "zip": digits if len(digits) in (5, 9) else None,
        "naics_code": naics_code,
        "industry_description": industry,
        "size": ita_size(employees),
        "establishment_type": ITA_KINDS[kind],
        "year_filing_for": year,
        "annual_average_employees": employees,
        "total_hours_worked": None if hours is None else round(hours),
        "no_injuries_illnesses": 1 if summary.recordable else 2,
        "total_deaths": summary.cases["death"],
        "total_dafw_cases": summary.cases["days_away"],
        "total_djtr_cases": summary.cases["restricted"],
        "total_other_cases": summary.cases["other_recordable"],
        "total_dafw_days": summary.days_away,
        "total_djtr_days": summary.days_restricted,
        "total_injuries": summary.types["injury"],
        "total_skin_disorders": summary.types["skin_disorder"],
        "total_respiratory_conditions": summary.types["respiratory_condition"],
        "total_poisonings": summary.types["poisoning"],
        "total_hearing_loss": summary.types["hearing_loss"],
        "total_other_illnesses": summary.types["other_illness"],
        "change_reason": None,
    }


def ita_lacks(line: dict[str, str | int | None]) -> list[str]:
    """What is still to be entered before OSHA takes the line."""
    return [said for column, said in ITA_NEEDS.items() if line[column] in (None, "")]
