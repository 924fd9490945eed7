"""Every table of the program, loaded. Import this where the whole metadata is needed (migrations, checks)."""

from __future__ import annotations

from importlib import import_module

from sqlalchemy import MetaData

from motorpool.core.database.models import Base

MODEL_MODULES = (
    "motorpool.core.audit.models",
    "motorpool.core.events.models",
    "motorpool.core.files.models",
    "motorpool.core.resource.models",
    "motorpool.identity.models",
    "motorpool.fleet.models",
    "motorpool.telematics.models",
    "motorpool.system.models",
    "motorpool.assets.models",
    "motorpool.documents.models",
    "motorpool.governance.models",
    "motorpool.maintenance.models",
    "motorpool.safety.models",
    "motorpool.finance.models",
    "motorpool.communication.models",
    "motorpool.integrations.models",
    "motorpool.analytics.models",
)


def load_metadata() -> MetaData:
    """Import all models and return their metadata."""
    for module in MODEL_MODULES:
        import_module(module)
    return Base.metadata
