"""The two ways to the database, both as the application's role, both inside a tenant.

`transaction(actor)` is the write path: a SQLAlchemy AsyncSession, committed at its end or rolled back by an exception.
`read(actor, query)` and `connection(actor)` are the read and bulk path: a psycopg pool without SQLAlchemy, because
Python objects per cell cost 3 to 6 times what PostgreSQL's own JSON costs (decision 22).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast
from uuid import UUID

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow, tuple_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import Session, SessionTransaction

from motorpool.core.database.migrate import sqlalchemy_url
from motorpool.core.errors import ConfigurationError, Unavailable
from motorpool.core.secrets import Keyring
from motorpool.core.tenancy import Actor

Query = str
Parameters = Mapping[str, Any] | Sequence[Any] | None
Connection = psycopg.AsyncConnection[TupleRow]


class Database:
    """Pools of one process. Open it once, close it at the end."""

    def __init__(
        self,
        app_url: str,
        *,
        pool_size: int = 10,
        application_name: str = "motorpool",
        keyring: Keyring | None = None,
    ) -> None:
        self.url = app_url
        #: Seals secret columns on their way in.
        self.keyring = keyring
        options = f"-c TimeZone=UTC -c application_name={application_name}"
        self.pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            app_url,
            min_size=1,
            max_size=pool_size,
            open=False,
            timeout=15,
            kwargs={"options": options, "row_factory": tuple_row},
        )
        self.engine: AsyncEngine = create_async_engine(
            sqlalchemy_url(app_url),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=15,
            pool_pre_ping=True,
            connect_args={"options": options},
        )

    async def open(self) -> None:
        """Connect and refuse a role that could see past row-level security (decision 2)."""
        await self.pool.open(wait=True, timeout=60)
        async with self.pool.connection() as connection:
            await refuse_powerful_role(connection)

    async def close(self) -> None:
        await self.pool.close()
        await self.engine.dispose()

    @asynccontextmanager
    async def transaction(self, actor: Actor) -> AsyncIterator[AsyncSession]:
        """A session inside the actor's tenant: one request or job, one transaction. Code inside never commits."""
        info = {"actor": actor, "keyring": self.keyring}
        async with AsyncSession(self.engine, expire_on_commit=False, info=info) as session:
            async with session.begin():
                yield session

    @asynccontextmanager
    async def connection(self, actor: Actor, *, audited: bool = True) -> AsyncIterator[Connection]:
        """A psycopg connection inside a transaction of the actor's tenant, for COPY and set-based SQL."""
        async with self._checked_out() as connection:
            async with connection.transaction():
                await enter_tenant(connection, actor, audited=audited)
                yield connection

    async def read(self, actor: Actor, query: Query, parameters: Parameters = None) -> list[TupleRow]:
        """Run one SELECT in a transaction of its own, sent in one flight together with the settings."""
        async with self._checked_out() as connection:
            async with connection.pipeline():
                await connection.execute("BEGIN READ ONLY")
                for statement in actor.setting_statements(audited=False):
                    await connection.execute(statement, prepare=False)
                cursor = await connection.execute(query, parameters)
                await connection.execute("COMMIT")
                rows = await cursor.fetchall()
            return rows

    @asynccontextmanager
    async def unbound(self) -> AsyncIterator[Connection]:
        """A connection outside any tenant: sees no tenant rows, may call the few definer functions."""
        async with self._checked_out() as connection:
            async with connection.transaction():
                yield connection

    @asynccontextmanager
    async def _checked_out(self) -> AsyncIterator[Connection]:
        try:
            async with self.pool.connection() as connection:
                yield connection
        except PoolTimeout as error:
            raise Unavailable(
                "The database is busy; try again in a few seconds.", headers={"Retry-After": "5"}
            ) from error


async def enter_tenant(connection: Connection, actor: Actor, *, audited: bool = True) -> None:
    """Set tenant and actor for the rest of the transaction (or until another call)."""
    statement = ";".join(actor.setting_statements(audited=audited))
    await connection.execute(statement, prepare=False)


async def refuse_powerful_role(connection: Connection) -> None:
    """Raise ConfigurationError when the role is a superuser, bypasses row-level security or owns tables."""
    cursor = await connection.execute(
        "SELECT r.rolname, r.rolsuper, r.rolbypassrls, EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid "
        "AND c.relkind IN ('r', 'p') AND c.relpersistence <> 't') FROM pg_roles r WHERE r.rolname = current_user"
    )
    row = await cursor.fetchone()
    assert row is not None
    name, is_superuser, bypasses, owns_tables = row
    if is_superuser or bypasses or owns_tables:
        what = (
            "is a superuser" if is_superuser else "bypasses row-level security" if bypasses else "owns tables"
        )
        raise ConfigurationError(
            f"The role {name} {what}, so tenants would not be kept apart. Let MOTORPOOL_DATABASE_APP_URL name the role "
            "motorpool_app; `motorpool db prepare` prints the SQL that makes it."
        )


@event.listens_for(Session, "after_begin")
def _enter_tenant(session: Session, transaction: SessionTransaction, connection: Any) -> None:
    actor = session.info.get("actor")
    # The event fires again for each savepoint; the settings already hold there.
    if actor is not None and not transaction.nested:
        connection.exec_driver_sql(";".join(actor.setting_statements()))


@event.listens_for(Session, "before_commit")
def _refuse_aborted(session: Session) -> None:
    """COMMIT of an aborted transaction is a silent ROLLBACK; a swallowed error must not look like success."""
    if not session.in_transaction():
        return
    driver = session.connection().connection.driver_connection
    if driver is not None and driver.info.transaction_status == TransactionStatus.INERROR:
        raise RuntimeError(
            "a database error was swallowed: the transaction is aborted and would be rolled back"
        )


async def raw_connection(session: AsyncSession) -> Connection:
    """The psycopg connection under a session, for COPY or a job inside the same transaction."""
    raw = await (await session.connection()).get_raw_connection()
    driver = raw.driver_connection
    assert driver is not None
    return cast(Connection, driver)


async def wait_for_database(database: Database, seconds: float = 60) -> None:
    """Open the pool, retrying while the server comes up."""
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        try:
            await database.open()
            return
        except (psycopg.OperationalError, PoolTimeout):
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(0.5)


def parse_uuid(text: str) -> UUID | None:
    """A UUID, or None for anything else; an id that cannot exist is simply not found."""
    try:
        return UUID(text)
    except ValueError:
        return None
