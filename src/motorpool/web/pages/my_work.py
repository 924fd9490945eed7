"""A technician's day on a phone: the clock, the jobs in their order, what each of them needs. Photos of shop records."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, get

from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.routes import actor_of
from motorpool.core.tenancy import Actor
from motorpool.maintenance.queries.my_work import Job, MyWork, Task, my_work
from motorpool.web.navigation import may
from motorpool.web.pages.records import Action, can, moves_of
from motorpool.web.pages.work_order import offers

AnyRequest = Request[Any, Any, Any]
#: What a thumb reaches for in a job, beside its clock; the others stand on the order's page.
ORDER_MOVES = ("start", "resume", "wait_for_parts", "finish")
TASK_MOVES = ("complete", "block", "unblock", "redo")


@get("/my-work", include_in_schema=False)
async def my_work_page(request: AnyRequest) -> Response[Any]:
    """What is the technician's to do; for somebody who is no technician, how to become one here."""
    actor, state = actor_of(request), request.app.state
    work = await my_work(state.database, actor)
    technicians = state.registry["technicians"]
    page: Response[Any] = state.renderer.page(
        request,
        actor,
        "my_work.html",
        title="My work",
        work=work,
        **(buttons(state.registry, actor, work) if work else {}),
        may_link=can(actor, technicians, "update"),
        may_talk=may(actor, "comments.create"),
        may_board=may(actor, "maintenance_records.read"),
    )
    return page


def buttons(registry: dict[str, Resource], actor: Actor, work: MyWork) -> dict[str, Any]:
    """What may be done with each job and task now."""
    orders, tasks = registry["maintenance_records"], registry["work_order_tasks"]
    return {
        "job_moves": {job.id: chosen(actor, orders, job, ORDER_MOVES) for job in work.jobs},
        "task_moves": {
            task.id: chosen(actor, tasks, task, TASK_MOVES) for job in work.jobs for task in job.tasks
        },
        "clock_in": offers(actor, tasks, "clock_in") and work.status == "active",
        "clock_out": offers(actor, tasks, "clock_out"),
        "order_clock_out": offers(actor, orders, "clock_out"),
    }


def chosen(actor: Actor, resource: Resource, row: Job | Task, verbs: tuple[str, ...]) -> dict[str, Action]:
    """Legal moves by verb."""
    found = {
        action.href.rpartition("/")[2]: action
        for action in moves_of(actor, resource, {"id": row.id, "status": row.status})
    }
    return {verb: found[verb] for verb in verbs if verb in found}


route_handlers = [my_work_page]
