"""Which roads there are: those of the configured service, else straight lines."""

from __future__ import annotations

import logging

from motorpool.core.errors import Unavailable
from motorpool.core.settings import Settings
from motorpool.telematics.routing.travel import Line, Profile, Roads, Spot, StraightLines, Travel
from motorpool.telematics.routing.valhalla import Valhalla

log = logging.getLogger(__name__)


class WithFallback:
    """A service, and estimates when it is down: a plan labelled as an estimate is better than none."""

    def __init__(self, service: Roads) -> None:
        self._service, self._estimates = service, StraightLines()

    async def travel(self, spots: list[Spot], profile: Profile) -> Travel:
        try:
            return await self._service.travel(spots, profile)
        except Unavailable as error:
            log.warning("straight lines instead of roads: %s", error.detail)
            return await self._estimates.travel(spots, profile)

    async def line(self, spots: list[Spot], profile: Profile) -> Line:
        try:
            return await self._service.line(spots, profile)
        except Unavailable as error:
            log.warning("straight lines instead of roads: %s", error.detail)
            return await self._estimates.line(spots, profile)


def roads_of(settings: Settings) -> Roads:
    """What MOTORPOOL_ROUTING_URL names, else straight lines."""
    routing = settings.routing
    if routing.url is None:
        return StraightLines()
    return WithFallback(Valhalla(routing.url, settings.outgoing, routing.timeout_s))
