"""A quarter of the demonstration's books: expenses, orders, invoices, budgets, depreciation, fuel."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

import psycopg

from motorpool.demo.domains import DemoFleet, finance_records as records
from motorpool.demo.domains.finance_fuel import CENT, MADE_UP, Fuel
from motorpool.demo.domains.inserting import Row, add, numbers

SALES_TAX = Decimal("0.08625")


def load(connection: psycopg.Connection[Any], tenant: UUID, fleet: DemoFleet) -> None:
    """Add the rows; dates are relative to today, everything else is always the same."""
    books = _Books(connection, tenant, fleet)
    methods = books.payment_methods()
    fills = Fuel(connection, tenant, fleet, methods).fill()
    books.fill(methods, fills)


class _Books:
    def __init__(self, connection: psycopg.Connection[Any], tenant: UUID, fleet: DemoFleet) -> None:
        self.connection, self.tenant, self.fleet = connection, tenant, fleet
        self.now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        self.today: date = self.now.date()
        self.user = fleet.users[0]
        #: Whoever approves is somebody else, if there is anybody else.
        self.other = fleet.users[-1]

    def add(self, table: str, rows: list[Row]) -> list[UUID]:
        return add(self.connection, table, self.tenant, rows)

    def vehicle(self, number: int) -> UUID:
        return self.fleet.vehicles[number * 7 % len(self.fleet.vehicles)]

    def department(self, number: int) -> UUID:
        return self.fleet.departments[number % len(self.fleet.departments)]

    def ago(self, days: float) -> datetime:
        return self.now - timedelta(days=days)

    def fill(self, methods: list[UUID], fills: list[Row]) -> None:
        expenses = self._expenses()
        self._periods()
        self._budgets()
        entries = self._depreciation()
        invoices = self._invoices(self._orders(), methods)
        self._allocations(expenses, invoices, fills, entries)

    def payment_methods(self) -> list[UUID]:
        return self.add(
            "payment_methods",
            [
                {
                    "payment_name": name,
                    "payment_type": kind,
                    "bank_name": bank,
                    "account_number_last4": last,
                    "is_default": default,
                    "valid_until": self.today + timedelta(days=400) if kind == "credit_card" else None,
                    "metadata": MADE_UP,
                }
                for name, kind, bank, last, default in records.PAYMENT_METHODS
            ],
        )

    def _expenses(self) -> list[UUID]:
        rows: list[Row] = []
        ordered = sorted(records.EXPENSES, key=lambda expense: -expense[5])
        for number, (kind, text, amount, tax, status, days) in enumerate(ordered):
            approved = status in ("approved", "paid")
            rows.append(
                {
                    "expense_type": kind,
                    "category": "tolls_and_parking" if kind in ("toll", "parking") else "small_purchases",
                    "vehicle_id": self.vehicle(number),
                    "driver_id": self.fleet.drivers[number % len(self.fleet.drivers)],
                    "department_id": self.department(number),
                    "submitted_by_user_id": self.user,
                    "expense_date": self.ago(days).date(),
                    "amount": amount,
                    "tax_amount": tax,
                    "description": text,
                    "reimbursement_status": status,
                    "supervisor_approved_by_user_id": self.other if status == "supervisor_approved" else None,
                    "supervisor_approved_at": self.ago(days - 1) if status == "supervisor_approved" else None,
                    "approved_by_user_id": self.other if approved else None,
                    "approved_at": self.ago(days - 1) if approved else None,
                    "rejection_reason": "Holders are in the store, please ask there"
                    if status == "rejected"
                    else None,
                    "paid_at": self.ago(days - 9) if status == "paid" else None,
                    "payment_method": "payroll" if status == "paid" else None,
                    "cost_center": ("4100", "4200", "4300")[number % 3],
                    "metadata": MADE_UP,
                }
            )
        years = [row["expense_date"].year for row in rows]
        for row, number_ in zip(
            rows, numbers(self.connection, self.tenant, "expenses", "EXP", years), strict=True
        ):
            row["expense_number"] = number_
        return self.add("expenses", rows)

    @cached_property
    def catalogue(self) -> dict[str, str]:
        """Id by the number of a part that the shop stocks."""
        rows = self.connection.execute(
            "SELECT part_number, id::text FROM parts WHERE tenant_id = %s", (self.tenant,)
        )
        return dict(rows.fetchall())

    def _orders(self) -> list[tuple[UUID, str]]:
        """The ids and numbers of the orders, in the order of the records."""
        rows: list[Row] = []
        for kind, seller, lines, shipping, status, days, due in records.ORDERS:
            subtotal = _sum(line[1:] for line in lines)
            tax = (subtotal * SALES_TAX).quantize(CENT)
            approved = status not in ("draft", "pending_approval", "cancelled")
            got = {"received": Decimal(1), "partially_received": Decimal("0.5")}.get(status, Decimal(0))
            rows.append(
                {
                    "vendor_id": self.fleet.vendors[seller],
                    "po_type": kind,
                    "department_id": self.department(len(rows)),
                    "budget_category": {"parts": "maintenance", "service": "maintenance"}.get(
                        kind, "equipment"
                    ),
                    "requested_by_user_id": self.user,
                    "approved_by_user_id": self.other if approved else None,
                    "approved_at": self.ago(days - 0.5) if approved else None,
                    "po_date": self.ago(days).date(),
                    "expected_delivery_date": max(self.today + timedelta(days=due), self.ago(days).date()),
                    "delivery_facility_id": self.fleet.facilities[0],
                    "subtotal": subtotal,
                    "tax_amount": tax,
                    "shipping_amount": shipping,
                    "total_amount": subtotal + tax + Decimal(shipping),
                    "payment_terms": "net 30",
                    "status": status,
                    "status_note": "Bought second-hand instead" if status == "cancelled" else None,
                    "sent_at": self.ago(days - 0.8) if approved and status != "approved" else None,
                    "received_at": self.ago(-due) if status == "received" else None,
                    "line_items": [
                        {
                            "item": item,
                            "description": text,
                            "quantity": quantity,
                            "unit_price": price,
                            "amount": str(_amount(quantity, price)),
                            "part_id": self.catalogue.get(item),
                            "quantity_received": str(Decimal(quantity) * got),
                        }
                        for item, text, quantity, price in lines
                    ],
                }
            )
        oldest_first = sorted(rows, key=lambda row: row["po_date"])
        given = numbers(
            self.connection,
            self.tenant,
            "purchase_orders",
            "PO",
            [row["po_date"].year for row in oldest_first],
        )
        for row, number_ in zip(oldest_first, given, strict=True):
            row["po_number"] = number_
        return [
            (key, row["po_number"]) for key, row in zip(self.add("purchase_orders", rows), rows, strict=True)
        ]

    def _invoices(self, orders: list[tuple[UUID, str]], methods: list[UUID]) -> list[UUID]:
        rows: list[Row] = []
        for number, (kind, seller, subtotal, discount, terms, days, status, share, lines) in enumerate(
            records.INVOICES
        ):
            tax = (Decimal(subtotal) * SALES_TAX).quantize(CENT) if kind == "parts" else Decimal(0)
            total = Decimal(subtotal) + tax - Decimal(discount)
            paid = (total * Decimal(share)).quantize(CENT)
            issued = self.ago(days).date()
            # The invoice of the received brake parts.
            order = orders[1] if number == 3 else None
            rows.append(
                {
                    "invoice_number": f"{kind[:2].upper()}-{90_417 + number * 1_313}",
                    "vendor_id": self.fleet.vendors[seller],
                    "invoice_type": kind,
                    "invoice_date": issued,
                    "due_date": issued + timedelta(days=terms),
                    "po_number": order[1] if order else None,
                    "purchase_order_id": order[0] if order else None,
                    "subtotal": subtotal,
                    "tax_amount": tax,
                    "discount_amount": discount,
                    "total_amount": total,
                    "payment_terms": f"net {terms}",
                    "status": status,
                    "paid_amount": paid,
                    "paid_at": self.ago(max(0.5, days - terms + 2)) if paid else None,
                    "payment_method": "bank_transfer" if paid else None,
                    "payment_method_id": methods[0] if paid else None,
                    "line_items": [
                        {
                            "description": text,
                            "quantity": quantity,
                            "unit_price": price,
                            "amount": str(_amount(quantity, price)),
                            "part_id": None,
                            "vehicle_id": None,
                        }
                        for text, quantity, price in lines
                    ],
                    "notes": "Entered twice" if status == "void" else None,
                    "entered_by_user_id": self.user,
                    "approved_by_user_id": self.other if status == "approved" else None,
                    "approved_at": self.ago(days - 1) if status == "approved" else None,
                    "dispute_reason": "The doors were painted, not replaced"
                    if status == "disputed"
                    else None,
                }
            )
        return self.add("invoices", rows)

    def _budgets(self) -> None:
        quarter = (self.today.month - 1) // 3
        rows: list[Row] = []
        for past in (1, 0):
            year, index = divmod(self.today.year * 4 + quarter - past, 4)
            for number, (department, category, amount, spent, committed) in enumerate(records.BUDGETS):
                allocated = Decimal(amount)
                rows.append(
                    {
                        "fiscal_year": year,
                        "fiscal_period": f"Q{index + 1}",
                        "department": department,
                        "department_id": self.department(number % 2),
                        "cost_center": records.COST_CENTERS[department],
                        "category": category,
                        "allocated_amount": allocated,
                        "spent_amount": (allocated * (Decimal("0.95") if past else Decimal(spent))).quantize(
                            CENT
                        ),
                        "committed_amount": 0 if past else (allocated * Decimal(committed)).quantize(CENT),
                    }
                )
        self.add("budget_allocations", rows)

    def _periods(self) -> None:
        rows: list[Row] = []
        for past in range(6, -1, -1):
            first = _month(self.today, past)
            closed = past > 1
            rows.append(
                {
                    "period": f"{first:%Y-%m}",
                    "starts_on": first,
                    "ends_on": _month(first, -1) - timedelta(days=1),
                    "status": "closed" if closed else "open",
                    "closed_at": datetime.combine(_month(first, -1), datetime.min.time(), UTC)
                    + timedelta(days=6)
                    if closed
                    else None,
                    "closed_by_user_id": self.other if closed else None,
                }
            )
        self.add("accounting_periods", rows)

    def _depreciation(self) -> list[UUID]:
        """Straight line: (price - salvage) / months of life, a month; by miles: their share of the life."""
        schedules: list[Row] = []
        entries: list[Row] = []
        for number, (price, salvage, years, miles, method, months) in enumerate(records.DEPRECIATIONS):
            base, book = Decimal(price) - Decimal(salvage), Decimal(price)
            start = _month(self.today, months)
            of_schedule: list[Row] = []
            for month in range(months):
                driven = 2_100 + month * 137 % 900 if miles else None
                part = Decimal(driven) / miles if driven and miles else Decimal(1) / (12 * (years or 1))
                amount = min((base * part).quantize(CENT), book - Decimal(salvage))
                first = _month(start, -month)
                of_schedule.append(
                    {
                        "period": f"{first:%Y-%m}",
                        "period_start_date": first,
                        "period_end_date": _month(first, -1) - timedelta(days=1),
                        "depreciation_amount": amount,
                        "beginning_book_value": book,
                        "ending_book_value": book - amount,
                        "miles_driven": driven,
                    }
                )
                book -= amount
            schedules.append(
                {
                    "vehicle_id": self.vehicle(number),
                    "depreciation_method": method,
                    "purchase_price": price,
                    "salvage_value": salvage,
                    "useful_life_years": years,
                    "useful_life_miles": miles,
                    "depreciation_start_date": start,
                    "current_book_value": book,
                    "accumulated_depreciation": Decimal(price) - book,
                }
            )
            entries.append({"rows": of_schedule})
        keys = self.add("depreciation_schedules", schedules)
        return self.add(
            "depreciation_entries",
            [
                {"depreciation_schedule_id": key, **row}
                for key, group in zip(keys, entries, strict=True)
                for row in group["rows"]
            ],
        )

    def _allocations(
        self, expenses: list[UUID], invoices: list[UUID], fills: list[Row], entries: list[UUID]
    ) -> None:
        def row(
            kind: str,
            source: UUID,
            days: int,
            department: str,
            amount: str | Decimal,
            percent: int,
            method: str,
        ) -> Row:
            return {
                "source_type": kind,
                "source_id": source,
                "allocation_date": self.ago(days).date(),
                "department": department,
                "cost_center": records.COST_CENTERS[department],
                "allocated_amount": amount,
                "allocation_percentage": percent,
                "allocation_method": method,
                "created_by_user_id": self.user,
            }

        rows = [
            row("expense", expenses[-1], 1, "Taxi operations", "96.00", 100, "manual"),
            row("expense", expenses[-2], 2, "Motor pool", "48.00", 100, "manual"),
            *(
                row("fuel_transaction", fill["id"], days, department, fill["total_amount"], 100, "automatic")
                for fill, days, department in (
                    (fills[0], 40, "Taxi operations"),
                    (fills[9], 41, "Motor pool"),
                )
            ),
            row("depreciation_entry", entries[0], 30, "Motor pool", "366.67", 100, "automatic"),
            row("invoice", invoices[1], 18, "Taxi operations", "6386.82", 80, "usage_based"),
            row("invoice", invoices[1], 18, "Motor pool", "1596.70", 20, "usage_based"),
            row("invoice", invoices[7], 6, "Taxi operations", "6580.00", 66, "manual"),
            row("invoice", invoices[7], 6, "Motor pool", "3290.00", 34, "manual"),
        ]
        self.add("cost_allocations", rows)


def _amount(quantity: str, price: str) -> Decimal:
    return (Decimal(quantity) * Decimal(price)).quantize(CENT)


def _sum(lines: Any) -> Decimal:
    return sum((_amount(line[-2], line[-1]) for line in lines), Decimal(0))


def _month(day: date, ago: int) -> date:
    """The first day of the month so many months before that of `day`."""
    year, month = divmod(day.year * 12 + day.month - 1 - ago, 12)
    return date(year, month + 1, 1)
