"""The API of VINs: decode one or a thousand, and fill a vehicle's columns from its own."""

from __future__ import annotations

import asyncio
from typing import Annotated

from msgspec import Meta, Struct

from motorpool.core.verbs import Call, Verbs
from motorpool.fleet.resources import RESOURCES
from motorpool.fleet.vin import Decoded, decode, decode_many, installed_catalogue
from motorpool.fleet.vin.filling import Filled, fill_vehicle

verbs = Verbs(RESOURCES)
MOST = 1000
VEHICLES = next(one for one in RESOURCES if one.table.name == "vehicles")


class AskedVin(Struct, forbid_unknown_fields=True):
    vin: Annotated[str, Meta(max_length=40, description="17 characters; blanks and dashes do not matter")]


class Vins(Struct, forbid_unknown_fields=True):
    vins: Annotated[
        list[Annotated[str, Meta(max_length=40)]],
        Meta(min_length=1, max_length=MOST, description="1 to 1,000"),
    ]


class DecodedVins(Struct):
    items: Annotated[list[Decoded], Meta(description="In the order given")]
    invalid: Annotated[int, Meta(description="How many of them are wrong")]
    catalogue: Annotated[
        str | None, Meta(description="Package and version of the vPIC data; null: this installation has none")
    ]


class Filling(Struct, forbid_unknown_fields=True):
    overwrite: Annotated[bool, Meta(description="Change also what says something else than the VIN")] = False


@verbs.get("vehicles", "decode_vin", AskedVin, path="/decode-vin", permission="read", answers=Decoded)
async def decode_one(call: Call[AskedVin]) -> Decoded:
    """Decode a VIN

    Make, model, year, body, fuel, drive, engine and weight class from NHTSA's vPIC, offline. A wrong VIN is no error of the
    request: `problems` say what is wrong and where, `suggestions` what may have been meant.
    """
    return await asyncio.to_thread(decode, call.body.vin)


@verbs.post("vehicles", "decode_vins", Vins, path="/decode-vins", permission="read", answers=DecodedVins)
async def decode_all(call: Call[Vins]) -> DecodedVins:
    """Decode up to 1,000 VINs"""
    found = await asyncio.to_thread(decode_many, call.body.vins)
    catalogue = installed_catalogue()
    about = catalogue.about() if catalogue else {}
    source = f"{about['package']} {about['version']}" if about else None
    return DecodedVins(found, sum(not one.is_valid for one in found), source)


@verbs.post("vehicles", "decode_vin", Filling, permission="update", answers=Filled)
async def fill(call: Call[Filling]) -> Filled:
    """Fill a vehicle's columns from its VIN

    Only the empty ones, unless `overwrite` says otherwise; the answer tells what was changed and what was left. GVWR is the
    upper bound of the weight class that the maker filed, not the rating on the vehicle's plate.
    """
    return await fill_vehicle(call.session, call.actor, VEHICLES, call.key, overwrite=call.body.overwrite)


route_handlers = verbs.handlers()
#: Paths of the OpenAPI document.
OPERATIONS = verbs.operations()
