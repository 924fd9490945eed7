"""Schemathesis over all operations of the OpenAPI document, against the real application and database.

Each operation gets its own documented example, requests that the document allows, and requests that it forbids, with the
id of a row that is there and without. No answer may be a 5xx, and each has to be one that the document describes: its
status, its content type, its JSON. `make soak` sends many more.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import msgspec
import psycopg
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core.failures import FailureGroup
from schemathesis.generation.modes import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.contract.rows import insert
from tests.site import Organisation, Site, make_organisation

from motorpool.core.database.models import Base, facts_of
from motorpool.web.documentation import described

SOAK = bool(os.environ.get("MOTORPOOL_SOAK"))
ALLOWED, FORBIDDEN = (20, 8) if SOAK else (1, 1)
DOCUMENT: dict[str, Any] = msgspec.json.decode(described().text)
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
#: Never ends: has a test of its own.
LEFT_OUT = {"stream", "stream_geofence_events"}
#: What these operations do to whoever sends them: the next request would be somebody else's.
OWN = {"change_password_users"}
#: Who sends them proves it by a signature: without one the answer is 401.
SIGNED = {"receive_samsara_webhook"}
CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]


@dataclass
class Prober:
    """Sends requests as an administrator of an organisation that has a row in every table."""

    site: Site
    organisation: Organisation
    rows: dict[str, str]
    session: requests.Session = field(default_factory=requests.Session)
    statuses: Counter[int] = field(default_factory=Counter)

    def send(self, case: Any) -> str | None:
        """What is wrong with the answer, if anything."""
        try:
            answer = case.call(
                base_url=self.site.address,
                session=self.session,
                headers=self.organisation.headers,
                timeout=30,
            )
        except requests.exceptions.InvalidHeader:
            return None
        except requests.exceptions.ChunkedEncodingError:
            return f"the answer breaks off: {describe(case)}"
        self.statuses[answer.status_code] += 1
        if answer.status_code >= 500 and answer.status_code != 503:
            return f"{answer.status_code}: {describe(case)}"
        if answer.status_code == 401 and case.operation.definition.raw["operationId"] not in SIGNED:
            return f"it locked itself out: {describe(case)}"
        try:
            # A row of chosen fields lacks the others, as the parameter says.
            checks = CHECKS[:2] if "fields" in (case.query or {}) else CHECKS
            case.validate_response(answer, checks=checks)
        except FailureGroup as failures:
            first = failures.exceptions[0]
            reason = " ".join(str(first).split())[:300]
            return f"{answer.status_code}: {reason}: {describe(case)} -> {answer.text[:200]}"
        return None


def describe(case: Any) -> str:
    body = "" if isinstance(case.body, schemathesis.core.NotSet) else f" {case.body!r}"[:300]
    return f"{case.method} {case.formatted_path} {dict(case.query or {})}{body}"


@pytest.fixture(scope="module")
def prober(site: Site, database_urls: Any) -> Prober:
    organisation = asyncio.run(make_organisation(site.settings))
    rows: dict[str, str] = {}
    with psycopg.connect(database_urls.owner, autocommit=True) as connection:
        for name, table in Base.metadata.tables.items():
            if facts_of(table).ownership == "tenant" and "id" in table.columns:
                rows[name.replace("_", "-")] = str(insert(connection, name, organisation.id))
    return Prober(site, organisation, rows)


def operations(domain: str) -> list[Any]:
    found = [one.ok() for one in SCHEMA.get_all_operations()]
    return [
        one
        for one in found
        if domain in one.definition.raw["tags"] and one.definition.raw["operationId"] not in LEFT_OUT
    ]


@pytest.mark.parametrize("domain", [tag["name"] for tag in DOCUMENT["tags"]])
def test_every_operation_answers_as_documented(domain: str, prober: Prober) -> None:
    wrong: list[str] = []
    prober.statuses.clear()
    # Deletes come last, so that the others meet a row that is there.
    for operation in sorted(operations(domain), key=lambda one: one.method == "delete"):
        wrong += probe(prober, operation)
    print(prober.statuses)
    assert not wrong, "\n".join(wrong)
    # The requests reached what they were meant to reach.
    assert prober.statuses[200] + prober.statuses[201] > len(operations(domain)) / 3, prober.statuses


def probe(prober: Prober, operation: Any) -> list[str]:
    """What is wrong with the answers of one operation; one of each kind."""
    raw = operation.definition.raw
    collection = operation.path.split("/")[3]
    names = {
        "id": prober.rows.get(collection, str(prober.organisation.id)),
        "tenant": str(prober.organisation.id),
        "integration": prober.rows["api-integrations"],
    }
    there = {name: value for name, value in names.items() if f"{{{name}}}" in operation.path}
    has_id = bool(there)
    found: dict[str, str] = {}

    def plain(case: Any) -> Any:
        """Without what only fits by chance: an ETag, a cursor."""
        for name in ("If-Match", "If-None-Match", "Idempotency-Key"):
            case.headers.pop(name, None)
        case.query.pop("cursor", None)
        return case

    def note(case: Any) -> None:
        if problem := prober.send(case):
            found.setdefault(problem[:40], f"{raw['operationId']}: {problem}")

    def run(mode: GenerationMode, times: int, **fixed: Any) -> None:
        @settings(
            max_examples=times,
            database=None,
            derandomize=True,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(mode, **fixed))
        def each(case: Any) -> None:
            note(plain(case) if mode is GenerationMode.POSITIVE else case)

        each()

    if raw["operationId"] in OWN:
        return []
    known = {"path_parameters": there} if has_id else {}
    media = raw.get("requestBody", {}).get("content", {}).get("application/json", {})
    if "example" in media:
        note(
            operation.Case(
                body=media["example"],
                media_type="application/json",
                path_parameters=dict(there) if has_id else {},
            )
        )
    run(GenerationMode.POSITIVE, ALLOWED, **known)
    if has_id and SOAK:
        run(GenerationMode.POSITIVE, 1)
    if operation.body or (operation.query and SOAK):
        run(GenerationMode.NEGATIVE, FORBIDDEN, **known)
    return list(found.values())
