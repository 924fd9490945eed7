"""The PostgreSQL server: our own embedded one, or the operator's."""

from motorpool.core.database.server.attach import DatabaseUrls, database_server

__all__ = ["DatabaseUrls", "database_server"]
