"""HTTP of hours of service beyond the plain resources."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Annotated

from msgspec import Meta, Struct

from motorpool.core.errors import BadRequest, FieldProblem, NotFound
from motorpool.core.resource.select import reach_or_forbid
from motorpool.core.verbs import Call, Verbs
from motorpool.safety import duty_file_routes
from motorpool.safety.queries.duty_clocks import DriverDays, FleetHours, driver_days, driver_hours
from motorpool.safety.queries.duty_log import driver_logs
from motorpool.safety.resources import RESOURCES
from motorpool.safety.rules.hours_of_service.exchange import EvaluatedLog, GivenLog, evaluated
from motorpool.safety.rules.hours_of_service.plan_exchange import GivenPlan, PlanOutlook, looked_ahead

verbs = Verbs(RESOURCES)
TABLE = "hours_of_service_logs"


@verbs.post(
    "hours_of_service_logs",
    "evaluate",
    GivenLog,
    path="/api/v1/hours-of-service/evaluate",
    permission="read",
    answers=EvaluatedLog,
)
async def evaluate(call: Call[GivenLog]) -> EvaluatedLog:
    """Evaluate a duty log

    Violations and clocks of 49 CFR 395 for a log that is given; nothing is stored. `docs/hours-of-service.md` says how it is
    done. Motorpool computes hours of service and keeps records of duty status; it is not a registered ELD.
    """
    return await asyncio.to_thread(evaluated, call.body)


@verbs.post(
    TABLE,
    "look_ahead",
    GivenPlan,
    path="/api/v1/hours-of-service/what-if",
    permission="read",
    answers=PlanOutlook,
)
async def look_ahead(call: Call[GivenPlan]) -> PlanOutlook:
    """Ask whether a driver could lawfully do planned work

    The driver rests from the end of the log until the plan begins. Says what would be against the rules and from when on nothing
    would; nothing is stored.
    """
    return await asyncio.to_thread(looked_ahead, call.body)


class AsOf(Struct, forbid_unknown_fields=True):
    as_of: (
        Annotated[
            datetime, Meta(description="Of which moment; now unless given. Records after it are left out.")
        ]
        | None
    ) = None

    @property
    def moment(self) -> datetime:
        """Raises BadRequest for a time without an offset."""
        moment = self.as_of or datetime.now(UTC)
        if moment.tzinfo is None or not 2000 <= moment.year <= 2200:
            problem = FieldProblem(
                "as_of", "must have an offset from UTC, such as 2026-03-02T14:00:00Z, and lie in our time"
            )
            raise BadRequest(
                "Some parameters of the request are wrong.", fields=[problem], code="bad_parameters"
            )
        return moment


@verbs.get(TABLE, "clocks", AsOf, path="/api/v1/hours-of-service", permission="read", answers=FleetHours)
async def clocks(call: Call[AsOf]) -> FleetHours:
    """Hours of service of all drivers who have duty records in the last 8 days

    Status, clocks and violations, as far as the permission reaches.
    """
    moment, resource = call.body.moment, call.state.registry[TABLE]
    logs = await driver_logs(call.database, call.actor, resource, call.reach, moment)
    return await asyncio.to_thread(lambda: FleetHours([driver_hours(one) for one in logs]))


@verbs.get(
    TABLE,
    "hours_of_service",
    AsOf,
    path="/api/v1/drivers/{id}/hours-of-service",
    permission=None,
    answers=DriverDays,
)
async def hours_of_service(call: Call[AsOf]) -> DriverDays:
    """A driver's hours of service: clocks, violations and the last 8 days

    Needs `hours_of_service_logs.read`, with which a driver sees their own. Time without a record counts as on duty. Motorpool
    computes hours of service and keeps records of duty status; it is not a registered ELD.
    """
    moment, resource = call.body.moment, call.state.registry[TABLE]
    reach = reach_or_forbid(resource, call.actor, "read")
    logs = await driver_logs(call.database, call.actor, resource, reach, moment, drivers=[call.key])
    if not logs:
        raise NotFound("There is no such driver.")
    return driver_days(logs[0])


route_handlers = [*verbs.handlers(), *duty_file_routes.route_handlers]
#: Paths of the OpenAPI document.
OPERATIONS = verbs.operations() | duty_file_routes.OPERATIONS
