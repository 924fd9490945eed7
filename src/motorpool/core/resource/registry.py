"""All resources of the program, by table and by collection; frozen once the application is built."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module

from motorpool.core.resource.declaration import Resource
from motorpool.core.resource.hooks import load_hooks

RESOURCE_MODULES = (
    "motorpool.core.files.resources",
    "motorpool.identity.resources",
    "motorpool.fleet.resources",
    "motorpool.telematics.resources",
    "motorpool.system.resources",
    "motorpool.assets.resources",
    "motorpool.documents.resources",
    "motorpool.governance.resources",
    "motorpool.maintenance.resources",
    "motorpool.safety.resources",
    "motorpool.finance.resources",
    "motorpool.communication.resources",
    "motorpool.integrations.resources",
    "motorpool.analytics.resources",
)


class Registry(dict[str, Resource]):
    """Table name -> resource."""

    def __init__(self, resources: Iterable[Resource]) -> None:
        super().__init__()
        for resource in resources:
            if resource.table.name in self:
                raise ValueError(f"two resources for the table {resource.table.name}")
            self[resource.table.name] = resource
        for resource in self.values():
            for name, column in resource.expand.items():
                if resource.references[column] not in self:
                    raise ValueError(
                        f"{resource.collection}: expand {name} leads to a table without a resource"
                    )

    def permissions(self) -> Iterator[tuple[str, str, str, str]]:
        """(key, name, description, category) of every permission that a resource asks for."""
        for resource in self.values():
            verbs = {resource.permission(verb.name): verb.summary for verb in resource.verbs}
            verbs |= {resource.permission(move.verb): move.summary for move in resource.moves if move.summary}
            for key in resource.permissions:
                action = key.partition(".")[2]
                text = verbs.get(key, f"{action.capitalize()} {resource.plural.lower()}")
                yield key, text, f"{text}.", resource.domain


def load_registry() -> Registry:
    """Import every domain's declarations, and what follows from their changes."""
    load_hooks()
    return Registry(resource for module in RESOURCE_MODULES for resource in import_module(module).RESOURCES)
