from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import psycopg
import pytest
from tests.safety.meetings.people import Pool
from tests.site import Site, make_organisation


@pytest.fixture
async def pool(site: Site, owner: psycopg.Connection[object]) -> AsyncIterator[Pool]:
    organisation = await make_organisation(site.settings)
    owner.execute("UPDATE tenants SET time_zone = 'UTC' WHERE id = %s", (organisation.id,))
    async with httpx.AsyncClient(
        base_url=site.address,
        headers=organisation.headers,
        timeout=60,
        limits=httpx.Limits(max_connections=50),
    ) as office:
        made = Pool(site, organisation, owner, office, [])
        yield made
        for client in made.clients:
            await client.aclose()
