"""Citations: what of them is open, and one of them with its fine, its court day and whom it has to be told to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get

from motorpool.core.database.database import parse_uuid
from motorpool.core.resource.routes import actor_of
from motorpool.core.tenancy import Actor
from motorpool.safety.queries.open_citations import MOST, OpenCitation, open_citations
from motorpool.web import formats
from motorpool.web.navigation import may
from motorpool.web.pages.records import Row, detail_context, pictures_of, read_row
from motorpool.web.titles import titles_of

AnyRequest = Request[Any, Any, Any]
TABLE = "driver_violations"
SOON_DAYS = 14
STATUS_TONES = {"open": "warn", "contested": "info", "decided": "quiet", "paid": "ok"}


@dataclass(frozen=True, slots=True)
class Clock:
    """Something about a citation with a day. `left`: in words, `past` when the day is over."""

    name: str
    text: str
    tone: str
    left: str = ""
    day: date | None = None


# -- one citation


async def citation_page(request: AnyRequest) -> Response[Any]:
    """The record, with what is to be done at the top."""
    actor = actor_of(request)
    resource = request.app.state.registry[TABLE]
    row, _ = await read_row(request, resource)
    context = await detail_context(request, actor, resource, row)
    # Photos are shown; their addresses would say nothing.
    context["fact_groups"] = [
        (title, cells)
        for title, held in context["fact_groups"]
        if (cells := [one for one in held if one.field.name != "attachments"])
    ]
    context["long_facts"] = [one for one in context["long_facts"] if one.field.name != "attachments"]
    page: Response[Any] = request.app.state.renderer.page(
        request,
        actor,
        "citation.html",
        **context,
        clocks=clocks_of(actor, row),
        photos=pictures_of(row["attachments"]),
        may_photograph=may(actor, f"{TABLE}.update") or may(actor, f"{TABLE}.create"),
    )
    return page


def clocks_of(actor: Actor, row: Row) -> list[Clock]:
    """Court day, fine, and the notice of 49 CFR 383.31, as far as they apply."""
    today, status, outcome = actor.today, row["case_status"], row["outcome"]
    found = []
    court, place = _day(row["court_date"]), row["court_location"] or ""
    if court is not None and status in ("open", "contested"):
        over = court < today
        text = "Enter the outcome, or the new day." if over else place
        found.append(Clock("Court day", text, _tone(court, today), when(court, today), court))
    elif status == "contested":
        found.append(Clock("Court day", "The court has not set a day yet.", "quiet"))
    found.append(_fine(actor, row, today))
    if outcome in ("convicted", "reduced") and (row["notify_by"] or row["employer_notified_on"]):
        told, until = _day(row["employer_notified_on"]), _day(row["notify_by"])
        if told is not None:
            found.append(Clock("Employer told of the conviction", "49 CFR 383.31", "ok", "", told))
        elif until is not None:
            text = "The driver tells the employer within 30 days of the conviction (49 CFR 383.31)."
            found.append(Clock("Employer to be told", text, _tone(until, today), when(until, today), until))
    return found


def _fine(actor: Actor, row: Row, today: date) -> Clock:
    amount = formats.money(row["fine_amount"], actor.currency) if row["fine_amount"] else ""
    due = _day(row["fine_due_date"])
    if row["fine_paid"]:
        paid = formats.money(row["fine_paid_amount"] or row["fine_amount"], actor.currency) if amount else ""
        by = f"by the {row['fine_paid_by']}" if row["fine_paid_by"] else ""
        return Clock(
            "Fine paid", " ".join(one for one in (paid, by) if one), "ok", "", _day(row["fine_paid_date"])
        )
    if row["outcome"] == "dismissed":
        return Clock("Dismissed", "No fine, no points.", "ok", "", _day(row["decided_on"]))
    if not amount:
        return Clock("Fine", "No amount is known.", "quiet")
    if row["case_status"] == "contested":
        return Clock(f"Fine {amount}", "Nothing is due while it is contested.", "quiet")
    if due is None:
        return Clock(f"Fine {amount}", "No day is set.", "warn")
    text = "It was to be paid by then." if due < today else "To be paid."
    return Clock(f"Fine {amount}", text, _tone(due, today), when(due, today), due)


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


def when(day: date, today: date) -> str:
    """`in 3 days`, `5 days ago`."""
    days = (day - today).days
    if days == 0:
        return "today"
    if abs(days) == 1:
        return "tomorrow" if days > 0 else "yesterday"
    return f"in {days} days" if days > 0 else f"{-days} days ago"


def _tone(day: date, today: date) -> str:
    days = (day - today).days
    return "bad" if days < 0 else "warn" if days <= SOON_DAYS else "quiet"


# -- what is open


@dataclass(frozen=True, slots=True)
class Open:
    """A line of the list."""

    row: OpenCitation
    title: str
    clocks: list[Clock]


@get("/citations", include_in_schema=False)
async def citations_page(request: AnyRequest) -> Response[Any]:
    """Of everybody whose citations the caller reads, or with `?driver=` of one."""
    actor, state = actor_of(request), request.app.state
    driver = parse_uuid(request.query_params.get("driver", ""))
    found = await open_citations(state.database, state.registry, actor, driver)
    today = actor.today
    names = await titles_of(state.database, state.registry, actor, {"drivers": {driver}}) if driver else {}
    own = driver or actor.driver_id
    given = [("driver_id", str(own))] if own else []
    owing = [one for one in found if one.owes]
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "citations.html",
        title="Citations",
        lines=[Open(one, _title(one), _open_clocks(actor, one, today)) for one in found[:MOST]],
        is_cut=len(found) > MOST,
        driver=driver,
        driver_name=names.get(("drivers", str(driver)), "this driver") if driver else None,
        tones=STATUS_TONES,
        totals={
            "owed": formats.money(sum((one.fine or Decimal(0) for one in owing), Decimal(0)), actor.currency),
            "overdue": sum(one.fine_due_on is not None and one.fine_due_on < today for one in owing),
            "court": sum(
                one.court_ahead is not None and 0 <= (one.court_ahead - today).days <= 30 for one in found
            ),
            "told": sum(one.notify_by is not None for one in found),
        },
        add_href=f"/{TABLE.replace('_', '-')}/new{'?' + urlencode(given) if given else ''}"
        if may(actor, f"{TABLE}.create")
        else None,
        all_href=f"/{TABLE.replace('_', '-')}{'?' + urlencode([('driver_id', str(driver))]) if driver else ''}",
    )
    return page


def _title(one: OpenCitation) -> str:
    kind = formats.words(one.kind) if one.kind else "Citation"
    return f"{kind} {one.number}" if one.number else kind


def _open_clocks(actor: Actor, one: OpenCitation, today: date) -> list[Clock]:
    found = []
    if (court := one.court_ahead) is not None:
        name = "Outcome to be entered, court was" if court < today else "Court"
        found.append(Clock(name, "", _tone(court, today), when(court, today), court))
    if one.owes:
        amount, due = formats.money(one.fine, actor.currency), one.fine_due_on
        if due is None:
            found.append(Clock(f"Fine {amount}", "", "warn", "no day set"))
        else:
            name = f"Fine {amount} was due" if due < today else f"Fine {amount}"
            found.append(Clock(name, "", _tone(due, today), when(due, today), due))
    if one.notify_by is not None:
        found.append(
            Clock(
                "Tell the employer by",
                "",
                _tone(one.notify_by, today),
                when(one.notify_by, today),
                one.notify_by,
            )
        )
    return found


route_handlers = [citations_page]
