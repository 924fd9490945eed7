"""What jobs there are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module

from motorpool.core.database.database import Database
from motorpool.core.settings import Settings
from motorpool.core.tenancy import Actor

#: Modules that register jobs when they are imported.
JOB_MODULES = (
    "motorpool.core.jobs.housekeeping",
    "motorpool.core.database.partition_upkeep",
    "motorpool.core.files.housekeeping",
    "motorpool.communication.jobs",
    "motorpool.communication.reactions",
    "motorpool.system.jobs",
    "motorpool.telematics.device_jobs",
    "motorpool.integrations.jobs",
    "motorpool.maintenance.jobs",
    "motorpool.safety.citation_jobs",
    "motorpool.safety.compliance_jobs",
    "motorpool.safety.duty_jobs",
    "motorpool.safety.meeting_jobs",
    "motorpool.telematics.footage_jobs",
    "motorpool.telematics.road_data.jobs",
    "motorpool.telematics.route_jobs",
)


@dataclass(frozen=True, slots=True)
class JobContext:
    """What a job works with. `actor` is the program itself in the tenant of the job, on behalf of whoever
    asked for it; in a periodic job it acts in the system tenant.
    """

    database: Database
    settings: Settings
    actor: Actor


JobFunction = Callable[..., Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Job:
    """A job runs again, with growing pauses, until it succeeds or has been tried `attempts` times: it must
    not mind.
    """

    name: str
    run: JobFunction
    attempts: int
    #: Crontab line in UTC; None: only when it is asked for.
    cron: str | None
    #: Topic that it reacts to: it runs after each transaction that announces something of it (`defer_reactions`).
    on: str | None = None


_JOBS: dict[str, Job] = {}


def job(
    name: str, *, attempts: int = 8, cron: str | None = None, on: str | None = None
) -> Callable[[JobFunction], JobFunction]:
    """Register `async def run(context: JobContext, **arguments)` under a name that stays the same for
    ever.
    """

    def register(run: JobFunction) -> JobFunction:
        known = _JOBS.get(name)
        if known is not None and known.run.__module__ != run.__module__:
            raise ValueError(f"two jobs are called {name}: in {known.run.__module__} and in {run.__module__}")
        _JOBS[name] = Job(name, run, attempts, cron, on)
        return run

    return register


def load_jobs() -> dict[str, Job]:
    """All jobs, by name."""
    for module in JOB_MODULES:
        import_module(module)
    return _JOBS


def find_job(name: str) -> Job:
    """Raises LookupError for a name that nobody registered."""
    found = _JOBS.get(name) or load_jobs().get(name)
    if found is None:
        raise LookupError(f"there is no job {name!r}; there are {', '.join(sorted(_JOBS))}")
    return found
