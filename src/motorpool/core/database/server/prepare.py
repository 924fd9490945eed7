"""What a PostgreSQL server needs before Motorpool can use it: roles, the database, extensions.

One SQL text for psql, the same for the embedded server and for an administrator's own. It may run again at
any time.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets

from motorpool.core.errors import ConfigurationError

OWNER = "motorpool_owner"
APP = "motorpool_app"
#: Own the few SECURITY DEFINER functions; nobody can sign in as these.
DEFINERS = ("motorpool_auth", "motorpool_search")
DATABASE = "motorpool"
EXTENSIONS = ("cube", "earthdistance", "vector", "btree_gist", "pg_trgm")
#: Wanted for diagnosis, but no reason to refuse a hosted server that lacks it.
OPTIONAL_EXTENSIONS = ("pg_stat_statements",)
SCRAM_ITERATIONS = 4096


def new_password() -> str:
    """A random password without characters that need quoting in an address or in SQL."""
    return secrets.token_urlsafe(24)


def scram_verifier(password: str, salt: bytes | None = None) -> str:
    """What PostgreSQL stores for a password (RFC 5802, RFC 7677), so that the SQL text and logs never show
    it.
    """
    salt = salt or secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, SCRAM_ITERATIONS)
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    stored_key = hashlib.sha256(client_key).digest()
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    salt_text, stored_text, server_text = (
        base64.b64encode(part).decode() for part in (salt, stored_key, server_key)
    )
    return f"SCRAM-SHA-256${SCRAM_ITERATIONS}:{salt_text}${stored_text}:{server_text}"


def prepare_sql(owner_password: str, app_password: str, database: str = DATABASE) -> str:
    """SQL for `psql`, run by a superuser (or a hosted server's administrator) in any database of the
    server.

    Makes what is missing and sets both passwords; drops nothing. Uses `\\gexec` and `\\connect`, so it
    needs psql.
    """
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_-]{0,62}", database):
        raise ConfigurationError(
            f"{database!r} is no usable database name: letters, digits, _ and -, at most 63 of them"
        )
    return _text(scram_verifier(owner_password), scram_verifier(app_password), database)


def fingerprint(owner_password: str, app_password: str) -> str:
    """Changes when the SQL text or a password does; `prepare_sql` itself differs each time by its random
    salts.
    """
    return hashlib.sha256(_text(owner_password, app_password, DATABASE).encode()).hexdigest()


def _text(owner_verifier: str, app_verifier: str, database: str) -> str:
    parts = [
        "-- Prepares a PostgreSQL 18 server for Motorpool. Run it with psql as an administrator; it may "
        "run again.",
        "\\set ON_ERROR_STOP on",
        "SET client_min_messages = warning;",
        "\n-- The owner of the tables (migrations), and the application, which owns nothing.",
    ]
    for role, verifier in ((OWNER, owner_verifier), (APP, app_verifier)):
        parts.append(_create_role(role, "LOGIN"))
        parts.append(f"ALTER ROLE {role} LOGIN PASSWORD '{verifier}';")
    parts.append("\n-- Owners of a short list of SECURITY DEFINER functions.")
    for role in DEFINERS:
        parts.append(_create_role(role, "NOLOGIN"))
        parts.append(f"GRANT {role} TO {OWNER} WITH SET TRUE, INHERIT FALSE;")
    parts += [
        "\n-- The database. Who is no superuser must be a member of the role it shall belong to.",
        f"SELECT 'GRANT {OWNER} TO CURRENT_USER' FROM pg_roles WHERE rolname = current_user AND NOT "
        "rolsuper\n\\gexec",
        f"SELECT 'CREATE DATABASE \"{database}\" OWNER {OWNER} TEMPLATE template0 ENCODING ''UTF8'' "
        "LOCALE_PROVIDER builtin BUILTIN_LOCALE ''C.UTF-8'' LOCALE ''C'''\n"
        f" WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{database}')\n\\gexec",
        f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC;',
        f'GRANT CONNECT, TEMPORARY ON DATABASE "{database}" TO {APP};',
        f'\\connect "{database}"',
        "SET client_min_messages = warning;",
        "\n-- Extensions.",
        *(f"CREATE EXTENSION IF NOT EXISTS {extension};" for extension in EXTENSIONS),
        *(_optional_extension(extension) for extension in OPTIONAL_EXTENSIONS),
        "\n-- CREATE is what PostgreSQL asks of a role before a function may be given to it.",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC;",
        f"GRANT USAGE, CREATE ON SCHEMA public TO {OWNER}, {', '.join(DEFINERS)};",
        f"GRANT USAGE ON SCHEMA public TO {APP};",
        "",
    ]
    return "\n".join(parts)


def _create_role(role: str, attributes: str) -> str:
    return (
        f"SELECT 'CREATE ROLE {role} {attributes}' WHERE NOT EXISTS "
        f"(SELECT FROM pg_roles WHERE rolname = '{role}')\n\\gexec"
    )


def _optional_extension(extension: str) -> str:
    return (
        f"SELECT 'CREATE EXTENSION IF NOT EXISTS {extension}' WHERE EXISTS "
        f"(SELECT FROM pg_available_extensions WHERE name = '{extension}')\n\\gexec"
    )
