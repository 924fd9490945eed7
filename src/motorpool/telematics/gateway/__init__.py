"""The process that listens to tracking devices."""

from __future__ import annotations

import asyncio

from motorpool.core.settings import Settings


async def main(settings: Settings, stop: asyncio.Event) -> None:
    """See `listen.main`; imported when it runs, because the command line only asks for ports."""
    from motorpool.telematics.gateway import listen

    await listen.main(settings, stop)


__all__ = ["main"]
