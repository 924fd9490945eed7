"""The insurance card of a vehicle: what a driver shows at the roadside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from motorpool.core.export import render_pdf
from motorpool.core.tenancy import Actor
from motorpool.safety.printing.sheets import TEMPLATES
from motorpool.safety.queries.insurance import Card
from motorpool.safety.rules.qualification_items import said, words_of


async def insurance_card_pdf(actor: Actor, vehicle: dict[str, Any], cards: Sequence[Card]) -> bytes:
    """A card for each policy in force, and for one that begins later. `vehicle` as the API gives it."""
    kind = " ".join(str(vehicle[name]) for name in ("model_year", "make", "model") if vehicle[name])
    data = {
        "tenant": actor.tenant_name,
        "printed": said(actor.today),
        "vehicle": [
            [label, str(value)]
            for label, value in (
                ("Vehicle", vehicle["vehicle_number"]),
                ("Year, make, model", kind),
                ("VIN", vehicle["vin"]),
                ("Plate", vehicle["license_plate"]),
            )
            if value
        ],
        "cards": [
            {
                "carrier": one.carrier,
                "kind": words_of(one.kind or "policy"),
                "facts": [
                    [label, value]
                    for label, value in (
                        ("Policy number", one.number),
                        ("NAIC number", one.naic),
                        ("Effective", said(one.first)),
                        ("Expires", said(one.last)),
                        ("Agent", " · ".join(part for part in (one.agent, one.contact) if part)),
                    )
                    if value
                ],
                "later": one.first > actor.today,
            }
            for one in cards
        ],
    }
    return await render_pdf("insurance_card", data, folder=TEMPLATES)
