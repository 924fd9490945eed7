"""The resources behind HTTP, as the contract tests have them."""

from tests.contract.conftest import api, application, database, owner, registry

__all__ = ["api", "application", "database", "owner", "registry"]
