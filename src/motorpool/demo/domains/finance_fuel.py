"""Fuel cards, fills and charges of the demonstration, and what the cards' provider reported."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg

from motorpool.demo.domains import DemoFleet, finance_records as records
from motorpool.demo.domains.inserting import Row, add

CENT = Decimal("0.01")
MADE_UP = {"demo": "made up"}
#: So many vehicles with so many fills each.
FUELLED, FILLS = 16, 9
#: Fills that somebody has to look at: (vehicle, fill) -> what is odd.
ODD = {
    (1, 7): ("over_capacity", "More litres than the tank holds"),
    (4, 5): ("odometer_backwards", "The odometer is below the one of the fill before"),
    (8, 8): ("unusual_time", "03:10 at night, while the vehicle stood in the depot"),
}


class Fuel:
    def __init__(
        self, connection: psycopg.Connection[Any], tenant: UUID, fleet: DemoFleet, methods: list[UUID]
    ) -> None:
        self.connection, self.tenant, self.fleet, self.methods = connection, tenant, fleet, methods
        self.now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        self.today: date = self.now.date()
        self.dice = random.Random(7)

    def add(self, table: str, rows: list[Row]) -> list[UUID]:
        return add(self.connection, table, self.tenant, rows)

    def vehicle(self, number: int) -> UUID:
        return self.fleet.vehicles[number * 7 % len(self.fleet.vehicles)]

    def driver(self, number: int) -> UUID:
        return self.fleet.drivers[number % len(self.fleet.drivers)]

    def fill(self) -> list[Row]:
        """Add everything; the fills."""
        cards = self._cards()
        rows = [row for number in range(FUELLED) for row in self._fills(number, cards[number % len(cards)])]
        self.add("fuel_transactions", rows)
        self._purchases(rows)
        return rows

    def _cards(self) -> list[UUID]:
        """Their numbers are not known: only the last digits, as a provider's list shows them."""
        states = {10: "suspended", 11: "lost"}
        return self.add(
            "fuel_cards",
            [
                {
                    "card_number": f"••••{4_408 + number * 173}",
                    "card_label": f"{'WEX' if number % 3 else 'Voyager'} {number + 1:02}",
                    "card_provider": "WEX" if number % 3 else "Voyager",
                    "card_type": "vehicle",
                    "assigned_vehicle_id": self.vehicle(number),
                    "assigned_driver_id": self.driver(number) if number % 4 == 0 else None,
                    "card_status": states.get(number, "active"),
                    "status_note": {10: "Three odd purchases in a week", 11: "Lost at the car wash"}.get(
                        number
                    ),
                    "credit_limit": "1500.00",
                    "current_balance": f"{130 + number * 61}.40",
                    "restrictions": {
                        "fuel_type": ["gasoline", "diesel"],
                        "max_amount": "140.00",
                        "max_liters": None,
                        "daily_transactions": 2,
                        "days": None,
                        "hours": None,
                        "locations": ["CA"],
                    },
                    "issue_date": self.today - timedelta(days=700),
                    "expiration_date": self.today + timedelta(days=-12 if number == 9 else 30 + 55 * number),
                    "last_used_at": self.now - timedelta(days=1 + number % 5),
                    "metadata": MADE_UP,
                }
                for number in range(12)
            ],
        )

    def _fills(self, number: int, card: UUID) -> list[Row]:
        fuel, unit, price, consumption, tank = records.DRIVES[number % len(records.DRIVES)]
        odometer = 38_000 + number * 6_421
        rows: list[Row] = []
        for turn in range(FILLS):
            distance = self.dice.randint(int(tank * 55 / consumption), int(tank * 85 / consumption))
            odometer += distance
            quantity = Decimal(distance * consumption * self.dice.uniform(0.94, 1.07) / 100).quantize(CENT)
            odd = ODD.get((number, turn))
            if odd and odd[0] == "over_capacity":
                quantity = Decimal(tank) * Decimal("1.18")
            at_price = (Decimal(price) * Decimal(self.dice.uniform(0.96, 1.05))).quantize(Decimal("0.001"))
            station = records.STATIONS[(number + turn) % len(records.STATIONS)]
            when = self.now - timedelta(days=(FILLS - turn) * 6 - number % 5, hours=number % 9)
            rows.append(
                {
                    "vehicle_id": self.vehicle(number),
                    "driver_id": self.driver(number + turn),
                    "transaction_date": when,
                    "ended_at": when + timedelta(minutes=48) if unit == "kwh" else None,
                    "vendor_id": None if unit == "kwh" else self.fleet.vendors["fuel"],
                    "facility_id": self.fleet.facilities[0] if unit == "kwh" else None,
                    "station_name": "Depot charger 2" if unit == "kwh" else station[0],
                    "station_address": None if unit == "kwh" else station[1],
                    "jurisdiction": "US-CA",
                    "latitude": None if unit == "kwh" else station[2],
                    "longitude": None if unit == "kwh" else station[3],
                    "fuel_type": fuel,
                    "quantity": quantity,
                    "unit": unit,
                    "unit_price": at_price,
                    "total_amount": (quantity * at_price).quantize(CENT),
                    "odometer": odometer - 900 if odd and odd[0] == "odometer_backwards" else odometer,
                    "is_full": turn % 6 != 4,
                    "fuel_card_id": None if unit == "kwh" else card,
                    "payment_method_id": self.methods[3],
                    "source": "charger" if unit == "kwh" else "fuel_card",
                    "external_id": f"D{number:02}-{turn:02}",
                    "status": "flagged" if odd else "verified" if turn < 3 else "recorded",
                    "anomalies": [odd[0]] if odd else None,
                    "anomaly_score": "0.820" if odd else None,
                    "review_note": odd[1] if odd else None,
                    "metadata": MADE_UP,
                }
            )
        return rows

    def _purchases(self, fills: list[Row]) -> None:
        """What the provider reported of the fills that a card paid, and one purchase that fits no fill."""
        rows: list[Row] = []
        for row in fills:
            if row["fuel_card_id"] is None:
                continue
            odd = row["anomalies"]
            recent = row["transaction_date"] > self.now - timedelta(days=9)
            rows.append(
                {
                    "fuel_card_id": row["fuel_card_id"],
                    "fuel_transaction_id": row["id"],
                    "vehicle_id": row["vehicle_id"],
                    "driver_id": row["driver_id"],
                    "external_id": row["external_id"],
                    "transaction_date": row["transaction_date"],
                    "merchant_name": row["station_name"],
                    "merchant_location": row["station_address"],
                    "latitude": row["latitude"],
                    "longitude": row["longitude"],
                    "fuel_type": row["fuel_type"],
                    "quantity_liters": row["quantity"],
                    "unit_price": row["unit_price"],
                    "total_amount": row["total_amount"],
                    "odometer": row["odometer"],
                    "approval_status": "flagged" if odd else "pending" if recent else "approved",
                    "flagged_reason": row["review_note"],
                    "anomalies": odd,
                    "fraud_score": row["anomaly_score"],
                    "metadata": MADE_UP,
                }
            )
        rows.append(
            rows[0]
            | {
                "fuel_transaction_id": None,
                "external_id": "D99-01",
                "transaction_date": self.now - timedelta(days=2, hours=5),
                "merchant_name": "Harbor Fuel 3rd St",
                "fuel_type": "Snacks and drinks",
                "quantity_liters": None,
                "unit_price": None,
                "total_amount": "23.70",
                "odometer": None,
                "approval_status": "rejected",
                "flagged_reason": "No fuel; to be paid back by the driver",
            }
        )
        self.add("fuel_card_transactions", rows)
