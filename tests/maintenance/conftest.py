"""The resources behind HTTP, as the contract tests have them."""

from tests.contract.conftest import api, application, database, registry

__all__ = ["api", "application", "database", "registry"]
