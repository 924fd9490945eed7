"""The set-up SQL: the same text serves an administrator's own server."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from motorpool.core.database.server.binaries import wheel_folder
from motorpool.core.database.server.configuration import configuration
from motorpool.core.database.server.embedded import EmbeddedServer
from motorpool.core.database.server.prepare import fingerprint, new_password, prepare_sql, scram_verifier
from motorpool.core.errors import ConfigurationError


def test_scram_verifier_follows_rfc_7677() -> None:
    """The example of RFC 7677: user `user`, password `pencil`. The server's signature there proves the
    server key.
    """
    import hashlib
    import hmac

    verifier = scram_verifier("pencil", base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ=="))
    _, rest, keys = verifier.split("$")
    assert rest == "4096:W22ZaJ0SNY7soEsUEjb6gQ=="
    stored_key, server_key = (base64.b64decode(key) for key in keys.split(":"))
    message = (
        b"n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
        b"s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    )
    assert (
        base64.b64encode(hmac.digest(server_key, message, "sha256"))
        == b"6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
    )
    proof = base64.b64decode("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")
    client_key = bytes(a ^ b for a, b in zip(proof, hmac.digest(stored_key, message, "sha256"), strict=True))
    assert hashlib.sha256(client_key).digest() == stored_key


@pytest.mark.usefixtures("made_before")
def test_text_prepares_a_foreign_server_twice(make: Callable[..., EmbeddedServer]) -> None:
    server = make()
    server.ensure_running()
    owner, app = new_password(), new_password()
    for _ in range(2):
        subprocess.run(
            [str(wheel_folder() / "pginstall/bin/psql"), "-X", "-q", "-d", server.superuser_url(), "-f", "-"],
            input=prepare_sql(owner, app, "fleet-2"),
            text=True,
            check=True,
            capture_output=True,
        )
    address = {"host": str(server.socket_folder), "dbname": "fleet-2"}
    with psycopg.connect(user="motorpool_owner", password=owner, **address) as connection:
        connection.execute("CREATE TABLE here (place cube, meaning vector(3))")
    with psycopg.connect(user="motorpool_app", password=app, **address) as connection:
        assert connection.execute(
            "SELECT earth_distance(ll_to_earth(0, 0), ll_to_earth(0, 1))::int"
        ).fetchone() == (111320,)


@pytest.mark.parametrize("name", ["", "two words", "it's", 'a"b', "x" * 64])
def test_strange_database_names_are_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match="no usable database name"):
        prepare_sql("a", "b", name)


def test_text_shows_no_password() -> None:
    assert "hunter2" not in prepare_sql("hunter2", "hunter2")
    assert fingerprint("a", "b") == fingerprint("a", "b") != fingerprint("a", "c")


def test_configuration_fits_small_and_large_machines() -> None:
    small, large = (configuration(Path("/x"), memory) for memory in (512, 262_144))
    assert "shared_buffers = 128MB" in small
    assert "shared_buffers = 1024MB" in large
    assert "fsync" not in small
    assert "fsync = off" in configuration(Path("/x"), 4096, fast=True)
    assert "unix_socket_directories = '/it''s'" in configuration(Path("/it's"), 4096)
