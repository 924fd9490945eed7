"""All domains of the demonstration, one after the other, in one transaction."""

from __future__ import annotations

from importlib import import_module

import psycopg

from motorpool.core.tenancy import Actor
from motorpool.demo.domains.people import people

#: In this order: later ones refer to earlier ones.
DOMAINS = (
    "fleet",
    "maintenance",
    "assets",
    "safety",
    "finance",
    "documents",
    "governance",
    "communication",
    "integrations",
    "telematics",
    "system",
    "analytics",
)


def add_domains(owner_url: str, actor: Actor) -> None:
    """Fill every domain of the actor's tenant; what is written is logged under the actor's name."""
    with psycopg.connect(owner_url) as connection:
        for statement in actor.setting_statements():
            connection.execute(statement)
        fleet = people(connection, actor.tenant_id)
        for domain in DOMAINS:
            import_module(f"motorpool.demo.domains.{domain}").load(connection, actor.tenant_id, fleet)
