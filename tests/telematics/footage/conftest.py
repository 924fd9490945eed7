"""The real application on a port, as the tests of the web use it."""

from tests.web.conftest import client, organisation, owner, site, site_settings, strange_client, stranger

__all__ = ["client", "organisation", "owner", "site", "site_settings", "strange_client", "stranger"]
