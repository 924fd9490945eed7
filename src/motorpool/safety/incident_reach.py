"""Who may report for whom: with a reach of their own only, people name no other driver than themselves."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from motorpool.core.access import Reach
from motorpool.core.errors import FieldProblem, Invalid
from motorpool.core.resource.reactions import Intent, foresight
from motorpool.core.tenancy import Actor


def only_own(reach: Reach | None) -> bool:
    return reach is not None and reach.own and not (reach.everything or reach.facilities or reach.departments)


async def name_only_oneself(session: AsyncSession, actor: Actor, intent: Intent) -> None:
    """Raises Invalid for a row that names another driver."""
    if not only_own(actor.access.reach(f"{intent.table}.{intent.occasion}")):
        return
    mine = None if actor.driver_id is None else str(actor.driver_id)
    wrong = [
        index
        for index, row in enumerate(intent.rows)
        if row.get("driver_id") is not None and str(row["driver_id"]) != mine
    ]
    if wrong:
        several = len(intent.rows) > 1
        raise Invalid(
            "Some fields are not valid.",
            fields=[
                FieldProblem(
                    f"[{index}].driver_id" if several else "driver_id",
                    "must be yourself: others report for themselves",
                    "not_yourself",
                )
                for index in wrong
            ],
        )


for table in ("incidents", "damage_reports"):
    foresight(table, "create", "update")(name_only_oneself)
