"""One way to get a database, whether Motorpool brings the server or the operator has one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from motorpool.core.settings import Settings


def _silent(_: str) -> None:
    """Default listener for progress lines."""


def _nothing() -> None:
    """An operator's own server is theirs to start."""


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """Addresses of the database for its two roles (libpq URIs)."""

    owner: str
    app: str
    #: Starts the embedded server again if it died; does nothing for an operator's own server.
    revive: Callable[[], None] = field(default=_nothing, repr=False)

    def apply(self, settings: Settings) -> Settings:
        """Settings that carry these addresses, as everything below the command line expects them."""
        return settings.replace(database={"url": self.owner, "app_url": self.app})


@contextmanager
def database_server(
    settings: Settings, *, own: bool = False, say: Callable[[str], None] = _silent
) -> Iterator[DatabaseUrls]:
    """A running database for as long as the block lasts.

    With MOTORPOOL_DATABASE_URL nothing is started. Otherwise the embedded server is started, or attached to
    when it already runs. At the end the last process that uses it stops it. `own=False` (a command) leaves
    a server alone that it found running without anybody; `own=True` (`run`, `serve`) stops that one too, so
    that a crash leaves nothing behind.
    """
    database = settings.database
    if database.url and database.app_url:
        yield DatabaseUrls(database.url, database.app_url)
        return

    from motorpool.core.database.server.embedded import EmbeddedServer

    server = EmbeddedServer(settings.data.dir, wait_s=database.start_timeout_s, say=say)
    with server.locked():
        found_alone = server.is_running() and not server.users.others()
        server.ensure_running_locked()
        server.users.join()
    try:
        yield DatabaseUrls(server.owner_url(), server.app_url(), server.revive)
    finally:
        with server.locked():
            server.users.leave()
            if not server.users.others() and (own or not found_alone):
                server.stop_locked()
