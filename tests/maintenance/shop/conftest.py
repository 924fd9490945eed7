"""The shop of a test."""

from __future__ import annotations

import httpx
import pytest
from tests.maintenance.shop.workshop import Workshop, make_workshop


@pytest.fixture
async def shop(client: httpx.AsyncClient) -> Workshop:
    return await make_workshop(client)
