"""Compliance: who and what is not legal today, what lapses, and where it is mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, get, post

from motorpool.core.errors import MotorpoolError
from motorpool.core.resource.routes import actor_of
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.tenancy import Actor
from motorpool.core.verbs import struct_of
from motorpool.safety.compliance_package_routes import order_package
from motorpool.safety.printing.compliance import STATES
from motorpool.safety.queries.compliance_home import Compliance, compliance_home
from motorpool.safety.queries.compliance_question import Asked, chosen, filters_of
from motorpool.safety.rules.compliance_lines import Counts, Line, Subject, counted, grouped
from motorpool.safety.rules.qualification_items import Item
from motorpool.web.forms import MOST_CHOICES
from motorpool.web.navigation import may
from motorpool.web.pages.records import form_texts
from motorpool.web.presentation import choices_of
from motorpool.web.rendering import see_other

AnyRequest = Request[Any, Any, Any]
#: Drivers, vehicles and places of a page.
PAGE_SUBJECTS = 60
TONES = {"stops": "bad", "lapsed": "bad", "missing": "warn", "lapses": "info"}
#: Where the rows of a subject are.
PAGES = {"driver": "drivers", "vehicle": "vehicles", "facility": "facilities"}
#: What is mended by something else than a compliance document: where, the words of the link, and the permission.
MENDED_BY = {
    "annual_inspection": ("/inspect?vehicle={id}", "Inspect", "safety_inspections.submit"),
    "not_insured": ("/insurance-policies/new", "Add policy", "insurance_policies.create"),
    "pre_employment_test": (
        "/drug-alcohol-tests/new?driver_id={id}",
        "Add test",
        "drug_alcohol_tests.create",
    ),
    "return_to_duty": ("/drug-alcohol-tests/new?driver_id={id}", "Add test", "drug_alcohol_tests.create"),
    "test_prohibits": ("/drug-alcohol-tests/new?driver_id={id}", "Add test", "drug_alcohol_tests.create"),
    "hours_broken": ("/hours-of-service/{id}", "Open log", "hours_of_service_logs.read"),
    "hours_uncertified": ("/hours-of-service/{id}", "Open log", "hours_of_service_logs.read"),
    "hazmat_training": (
        "/driver-training-records/new?driver_id={id}",
        "Add training",
        "driver_training_records.create",
    ),
}


#: Dates of drivers and vehicles that a paper moves -> its kind.
PAPER_OF = {
    "license": "license",
    "license_expired": "license",
    "medical": "medical_card",
    "medical_card_expired": "medical_card",
    "registration": "registration",
    "registration_expired": "registration",
}


@dataclass(frozen=True, slots=True)
class Told:
    """A line with where it is mended; `action`: the words of that link."""

    line: Line
    href: str | None
    action: str
    when: str


@dataclass(frozen=True, slots=True)
class Group:
    subject: Subject
    href: str | None
    lines: list[Told]


@get("/compliance", include_in_schema=False)
async def home_page(request: AnyRequest) -> Response[Any]:
    actor, state = actor_of(request), request.app.state
    reach_or_forbid(state.registry["compliance_documents"], actor, "read")
    query = {name: value for name, value in request.query_params.items() if value}
    number = query.pop("page", "1")
    page_number = int(number) if number.isdecimal() and 0 < int(number) < 100_000 else 1
    asked, problem = read_asked(query)
    found = await compliance_home(
        state.database,
        state.registry,
        actor,
        facility_id=asked.facility_id,
        department_id=asked.department_id,
    )
    subjects = grouped(chosen(found.lines, asked))
    first = (page_number - 1) * PAGE_SUBJECTS
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "compliance.html",
        title="Compliance",
        as_of=found.as_of,
        counts=found.counts,
        asked=asked,
        problem=problem,
        tiles=tiles(searched(found, asked), asked),
        tabs=[
            ("", "All", "list", _address(asked, about=None)),
            ("driver", "Drivers", "steering-wheel", _address(asked, about="driver")),
            ("vehicle", "Vehicles", "car", _address(asked, about="vehicle")),
            ("facility", "Facilities", "building", _address(asked, about="facility")),
            ("fleet", "Whole fleet", "shield-check", _address(asked, about="fleet")),
        ],
        states=STATES,
        tones=TONES,
        groups=[group_of(actor, one) for one in subjects[first : first + PAGE_SUBJECTS]],
        count=len(subjects),
        first_row=first + 1,
        previous_href=_address(asked, page=page_number - 1) if page_number > 1 else None,
        next_href=_address(asked, page=page_number + 1) if first + PAGE_SUBJECTS < len(subjects) else None,
        filtered=bool(filters_of(asked)),
        facilities=await _choices(request, actor, "facilities"),
        departments=await _choices(request, actor, "departments"),
        package=list(filters_of(asked).items())
        if may(actor, "compliance_documents.export") and actor.user_id
        else None,
        files=[
            (label, icon, f"/api/v1/compliance?{urlencode(filters_of(asked) | {'format': form})}")
            for form, label, icon in (("xlsx", "Excel", "file-spreadsheet"), ("pdf", "PDF", "file-type-pdf"))
        ]
        if may(actor, "compliance_documents.export")
        else [],
    )
    return page


def read_asked(query: dict[str, str]) -> tuple[Asked, str | None]:
    """What the address asks; what is wrong with it is said, and left out."""
    known = set(Asked.__struct_encode_fields__) - {"format"}
    try:
        return struct_of(
            {name: value for name, value in query.items() if name in known}, Asked, strict=False
        ), None
    except MotorpoolError as error:
        return Asked(), " ".join(f"{one.field}: {one.message}." for one in error.fields)


def searched(found: Compliance, asked: Asked) -> Counts:
    """The figures of what the search chooses: tiles choose the rest."""
    if not asked.q:
        return found.counts
    lines = chosen(found.lines, Asked(q=asked.q))
    return counted(lines, drivers=found.counts.drivers, vehicles=found.counts.vehicles)


def tiles(counts: Counts, asked: Asked) -> list[tuple[str, str, str, str, bool]]:
    """(label, figure, note, address, whether it is chosen)."""
    wanted: tuple[tuple[str, int, str, dict[str, Any]], ...] = (
        (
            "Drivers who may not drive",
            counts.drivers_stopped,
            "" if asked.q else f"of {counts.drivers:,}",
            {"state": "stops", "about": "driver"},
        ),
        (
            "Vehicles not to be used",
            counts.vehicles_stopped,
            "" if asked.q else f"of {counts.vehicles:,}",
            {"state": "stops", "about": "vehicle"},
        ),
        ("Lapsed", counts.lapsed, "", {"state": "lapsed"}),
        ("Missing", counts.missing, "", {"state": "missing"}),
        ("Lapse in 30 days", counts.lapse_within_30, "", {"state": "lapses", "within": 30}),
        (
            "In 60 days",
            counts.lapse_within_30 + counts.lapse_within_60,
            "",
            {"state": "lapses", "within": 60},
        ),
        (
            "In 90 days",
            counts.lapse_within_30 + counts.lapse_within_60 + counts.lapse_within_90,
            "",
            {"state": "lapses", "within": 90},
        ),
    )
    kept = {"facility_id": asked.facility_id, "department_id": asked.department_id, "q": asked.q}
    found = []
    for label, figure, note, query in wanted:
        given = [(name, str(value)) for name, value in (query | kept).items() if value]
        is_on = all(getattr(asked, name) == value for name, value in query.items())
        found.append((label, f"{figure:,}", note, f"/compliance?{urlencode(given)}", is_on))
    return found


def _address(asked: Asked, **more: Any) -> str:
    query = filters_of(asked) | {name: str(value) for name, value in more.items() if value}
    for name, value in more.items():
        if not value:
            query.pop(name, None)
    return f"/compliance?{urlencode(query)}" if query else "/compliance"


def group_of(actor: Actor, subject: Subject) -> Group:
    table = PAGES.get(subject.about)
    href = f"/{table}/{subject.id}" if table and subject.id and may(actor, f"{table}.read") else None
    return Group(subject, href, [line_of(actor, one) for one in subject.lines])


def line_of(actor: Actor, line: Line) -> Told:
    href, action = mended(actor, line.about, line.subject_id, line)
    return Told(line, href, action, when_of(line.days_left))


def mended(actor: Actor, about: str, subject_id: UUID | None, one: Line | Item) -> tuple[str | None, str]:
    """Where something is put right by who may: a new paper, the row with the date, or the paper to renew."""
    source = one.source or ""
    if one.code in MENDED_BY and one.state not in ("there", "not_needed"):
        address, words, needed = MENDED_BY[one.code]
        if may(actor, needed):
            return address.format(id=subject_id), words
    if one.document_type and one.code != "paper" and one.state not in ("there", "not_needed"):
        given = {"document_type": one.document_type, "entity_type": about, "entity_id": str(subject_id or "")}
        if may(actor, "compliance_documents.create"):
            return f"/compliance/papers/new?{urlencode(given)}", "Add paper"
    kind = PAPER_OF.get(one.code)
    if kind and one.state not in ("there", "not_needed") and may(actor, "compliance_documents.create"):
        # The new paper moves the date on the driver or vehicle.
        given = {"document_type": kind, "entity_type": about, "entity_id": str(subject_id or "")}
        return f"/compliance/papers/new?{urlencode(given)}", "Add paper"
    if source in ("drivers", "vehicles") and one.source_id:
        changes = may(actor, f"{source}.update")
        href = f"/{source}/{one.source_id}"
        return (
            (f"{href}/edit", "Edit") if changes else (href if may(actor, f"{source}.read") else None, "Open")
        )
    if source and one.source_id and may(actor, f"{source}.read"):
        renews = source in ("compliance_documents", "insurance_policies") and one.state in (
            "lapsed",
            "lapses",
            "lapses_soon",
        )
        may_renew = all(may(actor, f"compliance_documents.{one}") for one in ("create", "renew"))
        if renews and source == "compliance_documents" and may_renew:
            return f"/compliance/papers/new?renews={one.source_id}", "Renew"
        is_gap = one.code.startswith("gap:")
        if (
            renews
            and source == "insurance_policies"
            and not is_gap
            and may(actor, "insurance_policies.renew")
        ):
            return f"/insurance-policies/{one.source_id}/next-term", "Renew"
        return f"/{source.replace('_', '-')}/{one.source_id}", "Renew" if renews and not is_gap else "Open"
    return None, ""


def when_of(days: int | None) -> str:
    """`in 12 days`, `3 days ago`, `today`."""
    if days is None:
        return ""
    if days == 0:
        return "today"
    count = f"{abs(days):,} day{'' if abs(days) == 1 else 's'}"
    return f"in {count}" if days > 0 else f"{count} ago"


async def _choices(request: AnyRequest, actor: Actor, table: str) -> list[tuple[str, str]]:
    state = request.app.state
    if not may(actor, f"{table}.read"):
        return []
    return await choices_of(state.database, state.registry, actor, table, MOST_CHOICES)


@post("/compliance/package", include_in_schema=False, status_code=200)
async def package_ordered(request: AnyRequest) -> Response[Any]:
    """Order everything in one package; the exports show how far it is."""
    actor, state = actor_of(request), request.app.state
    asked, _ = read_asked({name: value for name, value in (await form_texts(request)).items() if value})
    async with state.database.transaction(actor) as session:
        await order_package(session, actor, state.registry, asked, str(request.base_url))
    return see_other("/exports", "The package is being made; it appears here.")


route_handlers = [home_page, package_ordered]
