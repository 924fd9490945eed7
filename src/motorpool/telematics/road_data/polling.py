"""The regular questions: cameras of a 511 site, observations of weather stations. What comes is written for everybody."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import psycopg

from motorpool import __version__
from motorpool.core.database.database import Connection, Database
from motorpool.core.http import OutgoingClient
from motorpool.core.settings import Settings
from motorpool.core.tenancy import SYSTEM_TENANT_ID, Actor
from motorpool.core.tenancy.actor import system_actor
from motorpool.telematics.road_data.asking import (
    Feed,
    FeedFailed,
    ask,
    keep_failure,
    keep_nothing_new,
    keep_success,
)
from motorpool.telematics.road_data.cameras_511 import PATH, read_cameras, site_of
from motorpool.telematics.road_data.importing import write_cameras, write_weather
from motorpool.telematics.road_data.records import Refusal

log = logging.getLogger(__name__)
Use = Callable[[Connection, Actor, Any], Awaitable[tuple[int, list[Refusal]]]]


async def poll_road_data(database: Database, settings: Settings) -> dict[str, str]:
    """Ask every source that is set up. What became of each: `12 rows`, `nothing new` or what was wrong."""
    feeds = list(_feeds(settings))
    told: dict[str, str] = {}
    if not feeds:
        return told
    async with OutgoingClient(settings.outgoing) as client:
        for feed, use in feeds:
            told[feed.name] = await _poll(database, client, feed, use)
    return told


def _feeds(settings: Settings) -> list[tuple[Feed, Use]]:
    road = settings.road_data
    found: list[tuple[Feed, Use]] = []
    if road.cameras_url:
        base = road.cameras_url.rstrip("/")
        key = road.cameras_key.get_secret_value() if road.cameras_key else ""
        found.append(
            (
                Feed("cameras", f"{base}{PATH}", {"key": key, "format": "json"}, {}),
                _use_cameras(site_of(base)),
            )
        )
    agent = f"Motorpool/{__version__}" + (f" ({road.contact})" if road.contact else "")
    headers = {"User-Agent": agent, "Accept": "application/geo+json"}
    base = road.weather_url.rstrip("/")
    for station in filter(None, map(str.strip, road.weather_stations.upper().split(","))):
        # What a station is called changes hardly ever, but the conditional question costs next to nothing.
        found.append(
            (Feed(f"weather-station/{station}", f"{base}/stations/{station}", {}, headers), _use_weather)
        )
        latest = f"{base}/stations/{station}/observations/latest"
        found.append((Feed(f"weather/{station}", latest, {}, headers), _use_weather))
    return found


def _use_cameras(site: str) -> Use:
    async def use(connection: Connection, actor: Actor, document: Any) -> tuple[int, list[Refusal]]:
        read = read_cameras(document, site)
        if not read.rows and read.refusals:
            raise FeedFailed(f"no camera of the answer can be used: {read.refusals[0]}")
        return (await write_cameras(connection, actor, read.rows, site)).changed, read.refusals

    return use


async def _use_weather(connection: Connection, actor: Actor, document: Any) -> tuple[int, list[Refusal]]:
    stations, observations, read = await write_weather(connection, actor, document)
    return stations.changed + observations.changed, read.refusals


async def _poll(database: Database, client: OutgoingClient, feed: Feed, use: Use) -> str:
    actor = system_actor(SYSTEM_TENANT_ID, f"road data: {feed.name}")
    try:
        answer = await ask(client, database, actor, feed)
        if answer is None:
            await keep_nothing_new(database, actor, feed)
            return "nothing new"
        try:
            document = answer.json()
        except ValueError as error:
            raise FeedFailed(f"the answer is no JSON, or breaks off: {error}") from error
        try:
            async with database.connection(actor) as connection:
                rows, refusals = await use(connection, actor, document)
                shown = "; ".join(str(one) for one in refusals[:3])
                problem = f"{len(refusals)} left out: {shown}"[:1000] if refusals else None
                await keep_success(connection, actor, feed, answer, rows, problem)
        except (psycopg.DataError, psycopg.IntegrityError) as error:
            # One source's nonsense must not keep the others from being asked.
            raise FeedFailed(
                f"the answer holds a value that cannot be kept: {error.diag.message_primary or error}"
            ) from error
        return f"{rows} rows" + (f", {problem}" if problem else "")
    except FeedFailed as failure:
        log.warning("road data, %s: %s", feed.name, failure)
        await keep_failure(database, actor, feed, failure)
        return str(failure)
